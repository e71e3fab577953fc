"""What comes again: on the wall of its zone, over changes of the clock, for ever or until it is over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from jarvisd.core.recurrence import at_wall_time, first_occurrence, is_later, next_occurrence

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(BERLIN)


@pytest.mark.parametrize(
    ("rrule", "first", "after", "comes"),
    [
        (DAILY, "2027-03-26T02:30+01:00", "2027-03-27T02:30+01:00", "2027-03-28T03:30+02:00"),
        (DAILY, "2027-03-26T02:30+01:00", "2027-03-28T03:30+02:00", "2027-03-29T02:30+02:00"),
        # The clock shows half past two a second time, and it does not come again.
        (DAILY, "2026-10-24T02:30+02:00", "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
        (DAILY, "2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
        (DAILY, "2026-10-24T02:30+02:00", "2026-10-25T02:29+01:00", "2026-10-26T02:30+01:00"),
        ("FREQ=HOURLY;INTERVAL=2", "2026-10-25T00:00+02:00", "2026-10-25T00:00+02:00", "2026-10-25T02:00+02:00"),
        ("FREQ=HOURLY;INTERVAL=2", "2026-10-25T00:00+02:00", "2026-10-25T02:00+02:00", "2026-10-25T03:00+01:00"),
        ("FREQ=MINUTELY", "2026-10-25T00:00+02:00", "2026-10-25T02:59+02:00", "2026-10-25T02:00+01:00"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=20;BYMINUTE=0",
            "2026-12-01T20:00+01:00",
            "2026-12-01T20:00+01:00",
            "2026-12-15T20:00+01:00",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9;BYMINUTE=0",
            "2026-12-31T09:00+01:00",
            "2027-01-31T09:00+01:00",
            "2027-03-31T09:00+02:00",
        ),
    ],
)
def test_the_next_occurrence(rrule: str, first: str, after: str, comes: str) -> None:
    found = next_occurrence(rrule, berlin(first), berlin(after))
    assert found is not None
    assert found.isoformat("T", "minutes") == comes


def test_a_rule_that_is_over_has_none() -> None:
    first = berlin("2026-11-28T16:00+01:00")
    assert next_occurrence("FREQ=DAILY;COUNT=2", first, first) == first + timedelta(days=1)
    assert next_occurrence("FREQ=DAILY;COUNT=2", first, first + timedelta(days=1)) is None


def test_the_first_occurrence_does_not_wait_for_its_interval() -> None:
    saturday = berlin("2026-11-28T16:00+01:00")
    found = first_occurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=8;BYMINUTE=0", saturday, saturday)
    assert found == berlin("2026-12-01T08:00+01:00")


def test_moments_are_compared_and_not_wall_times() -> None:
    first, second = berlin("2026-10-25T02:45+02:00"), berlin("2026-10-25T02:30+01:00")
    assert is_later(second, first)
    assert not is_later(first, second)


def test_a_wall_time_is_that_of_a_zone_or_an_offset() -> None:
    wall = datetime(2027, 3, 28, 2, 30)
    assert at_wall_time(wall, BERLIN).isoformat() == "2027-03-28T03:30:00+02:00"
    assert at_wall_time(wall, timezone.utc).isoformat() == "2027-03-28T02:30:00+00:00"
