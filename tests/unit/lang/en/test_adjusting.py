"""What was just set, set anew, by the words of a dialogue alone."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.context.resolving import replayed
from jarvisd.lang.en.requests.intents import recognise
from tests.tables import each

AGAIN = [
    (
        "set an alarm for 7 am",
        each(
            """make it every day | and make it repeat every day | repeat that every day please
            | I want it every day | every day, please | make it repeating, every day | no, let it ring every day"""
        ),
        {"what": "set", "which": "alarm", "by": "every day"},
    ),
    ("wake me at 7", ["make it a daily alarm"], {"what": "set", "which": "alarm", "by": "daily"}),
    (
        "remind me at noon to call Ben",
        ["make it on weekdays", "have it repeat on weekdays"],
        {"what": "set", "which": "call ben reminder", "by": "on weekdays"},
    ),
]
NOT_AGAIN = each(
    """make it happen | I want it every way | make it a daily soap | repeat it | every time I call | make it so
    | I need it on the table | daily news | let it ring"""
)


@pytest.mark.parametrize(("before", "says", "args"), AGAIN)
def test_what_was_just_set_is_made_to_come_again(before: str, says: list[str], args: dict[str, str]) -> None:
    for say in says:
        intent, _ = replayed([before, say], recognise)
        actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
        assert [(action.tool, dict(action.args)) for action in actions] == [("change_timer", args)], say


@pytest.mark.parametrize("say", NOT_AGAIN)
def test_what_is_no_repetition_sets_nothing_anew(say: str) -> None:
    intent, _ = replayed(["set an alarm for 7 am", say], recognise)
    assert intent is None or intent.plan is None


def test_it_alone_skips_nothing() -> None:
    for say in ("skip it", "skip that", "skip this one"):
        intent, _ = replayed(["set an alarm for 7 am every day", say], recognise)
        assert intent is None or intent.plan is None, say


def test_nothing_is_made_to_come_again_where_none_was_set() -> None:
    for before in ("what time is it", "add milk to my shopping list"):
        for say in ("every day please", "repeat that every day"):
            intent, _ = replayed([before, say], recognise)
            assert intent is None or intent.plan is None, say
