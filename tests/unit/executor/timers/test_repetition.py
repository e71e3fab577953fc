"""Where a repetition is counted from, so that a clock that is set back leaves none of its times out. Pure."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from jarvisd.executor.timers.model import Moment, Timer
from jarvisd.executor.timers.repetition import BEFORE, began, may_begin_at, next_after

NOW = datetime(2026, 11, 23, 17)
"""A Monday."""
NEXT_MONDAY, TOMORROW = datetime(2026, 11, 30, 8), datetime(2026, 11, 24, 8)


@pytest.mark.parametrize(
    ("rule", "first", "is_earlier"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", NEXT_MONDAY, True),
        ("FREQ=WEEKLY", NEXT_MONDAY, True),
        ("FREQ=WEEKLY;INTERVAL=2", NEXT_MONDAY, True),
        ("FREQ=DAILY", TOMORROW, True),
        ("FREQ=DAILY;INTERVAL=3", TOMORROW, True),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TOMORROW, True),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000", NEXT_MONDAY, True),
        ("FREQ=MONTHLY;BYDAY=1TU", datetime(2026, 12, 1, 8), True),
        # Somebody named the beginning or the end, or the days are counted from it.
        ("FREQ=WEEKLY;BYDAY=MO", datetime(2026, 12, 7, 8), False),
        ("FREQ=DAILY", datetime(2026, 11, 26, 8), False),
        ("FREQ=DAILY;INTERVAL=5", TOMORROW, False),
        ("FREQ=DAILY;COUNT=3", TOMORROW, False),
        ("FREQ=WEEKLY;count=30", NEXT_MONDAY, False),
        ("FREQ=MONTHLY", datetime(2026, 12, 1, 8), False),
    ],
)
def test_a_rule_begins_earlier_only_where_that_changes_no_time(
    rule: str, first: datetime, is_earlier: bool
) -> None:
    assert began(rule, first, NOW) == (first - BEFORE if is_earlier else first)
    assert next_after(rule, began(rule, first, NOW), NOW) == first


def test_a_rule_that_is_none_is_said_to_be() -> None:
    for rule in ("often", "COUNT", "FREQ=SOMETIMES"):
        with pytest.raises(ValueError, match="is no repetition"):
            next_after(rule, began(rule, NOW, NOW), NOW)


def test_a_clock_that_is_set_back_leaves_out_no_time() -> None:
    """Set on a Monday evening that was a Sunday: the next morning counts."""
    timer = Timer("t1", "", 0.0, 0.0).repeating("FREQ=WEEKLY;BYDAY=MO", NEXT_MONDAY, moment(NOW))
    assert timer.at == NEXT_MONDAY.isoformat()
    assert timer.aligned(moment(datetime(2026, 11, 22, 16))).at == "2026-11-23T08:00:00"


def moment(local: datetime) -> Moment:
    return Moment(local.replace(tzinfo=timezone.utc), "boot", 100.0)


@pytest.mark.parametrize(
    ("rule", "first", "may"),
    [
        ("FREQ=DAILY", TOMORROW, True),
        ("FREQ=DAILY;INTERVAL=3", TOMORROW, True),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", NEXT_MONDAY, True),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TOMORROW, True),
        ("FREQ=MONTHLY;BYDAY=1TU", datetime(2026, 12, 1, 8), True),
        ("FREQ=MONTHLY", datetime(2026, 12, 31, 8), True),
        ("FREQ=DAILY;UNTIL=20270101T000000", TOMORROW, True),
        ("FREQ=DAILY;COUNT=3", TOMORROW, False),
    ],
)
def test_a_rule_counted_from_a_later_time_comes_at_the_same_times(rule: str, first: datetime, may: bool) -> None:
    second = next_after(rule, first, first)
    third = next_after(rule, first, second) if second is not None else None
    assert second is not None
    assert third is not None
    assert may_begin_at(rule, first, second) is may
    assert not may or next_after(rule, second, second) == third
