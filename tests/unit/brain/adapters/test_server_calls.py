"""Patience with a model server: as long as it may help, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.brain.adapters import server_calls
from jarvisd.brain.adapters.server_calls import NotYet, most_tokens, patiently
from jarvisd.brain.ports import Completion
from jarvisd.core.errors import ErrorCode, Unavailable


class Server:
    """Is not ready ``times`` times."""

    def __init__(self, times: int, *, is_absent: bool = False) -> None:
        self.asked, self._times, self._is_absent = 0, times, is_absent

    async def ask(self) -> int:
        self.asked += 1
        if self.asked <= self._times:
            raise NotYet("no", code=ErrorCode.LLM_GONE, is_absent=self._is_absent)
        return self.asked


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_calls, "AGAIN_FIRST_S", 0.0)


def ends_s(in_s: float) -> float:
    return asyncio.get_running_loop().time() + in_s


async def test_it_is_asked_until_it_answers() -> None:
    assert await patiently(Server(3).ask, ends_s(60)) == 4


@pytest.mark.parametrize(("is_absent", "limit_s", "left_s"), [(False, 60.0, 0.0), (True, 0.0, 60.0)])
async def test_it_is_left_when_the_time_is_up(
    monkeypatch: pytest.MonkeyPatch, is_absent: bool, limit_s: float, left_s: float
) -> None:
    """The deadline for one that is busy; for one that does not listen the time that a new start takes."""
    monkeypatch.setattr(server_calls, "REFUSED_LIMIT_S", limit_s)
    server = Server(9, is_absent=is_absent)
    with pytest.raises(NotYet):
        await patiently(server.ask, ends_s(left_s))
    assert server.asked == 1


async def test_no_pause_goes_beyond_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_calls, "AGAIN_FIRST_S", 3600.0)
    monkeypatch.setattr(server_calls, "AGAIN_LIMIT_S", 3600.0)
    with pytest.raises(NotYet):
        await patiently(Server(1).ask, ends_s(60))


async def test_another_error_is_no_reason_to_ask_again() -> None:
    async def broken() -> None:
        raise Unavailable("crashed", code=ErrorCode.LLM_GONE)

    with pytest.raises(Unavailable):
        await patiently(broken, ends_s(60))


def test_a_plan_has_room_for_thoughts_and_a_warming_has_none() -> None:
    assert most_tokens(Completion((), max_tokens=1)) == 1
    assert most_tokens(Completion((), schema={}, max_tokens=1)) == 1 + server_calls.THOUGHT_TOKENS
