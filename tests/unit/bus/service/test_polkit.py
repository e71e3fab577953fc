"""Only a clear yes of polkit is one, and a question that nobody waits for is taken back."""

from __future__ import annotations

from typing import Any, cast

import pytest

from jarvisd.bus.service import polkit
from jarvisd.bus.service.polkit import Authority, PolkitAction
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable

ACTION = next(iter(PolkitAction))


class Connection:
    """Gives its answers one by one, or raises them."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.calls: list[tuple[str, list[Any], dict[str, Any]]] = []

    async def call(self, name: str, path: str, member: str, signature: str, body: list[Any], **more: Any) -> Any:
        self.calls.append((member, body, more))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def authority(connection: Connection) -> Authority:
    return Authority(cast("Any", connection))


@pytest.mark.parametrize(
    ("answer", "is_allowed"),
    [
        ([True, False, {}], True),
        ([False, True, {}], False),
        ([1, True, {}], False),
        ([], False),
        (True, False),
        ("yes", False),
    ],
)
async def test_only_a_clear_yes_is_one(answer: object, is_allowed: bool) -> None:
    assert await authority(Connection([answer])).allows(":1.7", ACTION, may_ask=False) is is_allowed


@pytest.mark.parametrize("may_ask", [True, False])
async def test_a_person_is_asked_only_where_that_is_wanted_and_then_for_longer(may_ask: bool) -> None:
    connection = Connection([[True]])
    await authority(connection).allows(":1.7", ACTION, may_ask=may_ask)
    [(member, body, more)] = connection.calls
    assert (member, body[1], body[3]) == ("CheckAuthorization", ACTION.value, polkit.MAY_ASK if may_ask else 0)
    assert body[0][1]["name"].value == ":1.7"
    assert more["timeout_s"] == (polkit.ASKING_DEADLINE_S if may_ask else polkit.QUIET_DEADLINE_S)
    assert more["starts_service"] is True


@pytest.mark.parametrize("taken_back", [[], Unavailable("gone")])
async def test_a_question_that_takes_too_long_is_taken_back(taken_back: object) -> None:
    connection = Connection(JarvisError("late", code=ErrorCode.TIMEOUT), taken_back)
    assert not await authority(connection).allows(":1.7", ACTION, may_ask=True)
    (_, asked, _), (member, body, more) = connection.calls
    assert (member, body, more["timeout_s"]) == ("CancelCheckAuthorization", [asked[4]], polkit.QUIET_DEADLINE_S)


async def test_without_polkit_it_is_a_no_and_nothing_is_taken_back() -> None:
    connection = Connection(Unavailable("there is no polkit"))
    assert not await authority(connection).allows(":1.7", ACTION, may_ask=False)
    assert len(connection.calls) == 1
