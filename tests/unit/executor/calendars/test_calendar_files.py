"""Calendar files: which events are in them, when they come, and what is refused or left out by count."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from jarvisd.executor.calendars.ics import new_event, read_calendar
from jarvisd.executor.calendars.series import appointments

BERLIN = ZoneInfo("Europe/Berlin")
HERE = ";TZID=Europe/Berlin"


def calendar(*events: str, before: str = "") -> bytes:
    inner = "".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT\r\n" for event in events)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{before}{inner}END:VCALENDAR\r\n"
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def listed(content: bytes, begin: str, end: str) -> list[str]:
    """What happens from one day to another, as ``"title MM-DD HH:MM-HH:MM"`` in Berlin."""
    first, last = (datetime.fromisoformat(day).replace(tzinfo=BERLIN) for day in (begin, end))
    found = appointments(read_calendar(content, BERLIN, "x").series, first, last)
    return [
        f"{one.title} {one.begins:%m-%d} all day"
        if one.is_all_day
        else f"{one.title} {one.begins:%m-%d %H:%M}-{one.ends:%H:%M}"
        for one in found
    ]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (f"SUMMARY:a\nDTSTART{HERE}:20261201T150000\nDTEND{HERE}:20261201T160000", ["a 12-01 15:00-16:00"]),
        ("SUMMARY:a\nDTSTART:20261201T140000Z\nDURATION:PT30M", ["a 12-01 15:00-15:30"]),
        ("SUMMARY:a\nDTSTART:20261201T150000", ["a 12-01 15:00-15:00"]),
        ("SUMMARY:a\nDTSTART;TZID=America/New_York:20261201T090000\nDURATION:PT1H", ["a 12-01 15:00-16:00"]),
        ("SUMMARY:a\nDTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261202", ["a 12-01 all day"]),
        ("SUMMARY:a\nDTSTART;VALUE=DATE:20261201", ["a 12-01 all day"]),
        ("SUMMARY:a\nDTSTART;VALUE=DATE:20261128\nDTEND;VALUE=DATE:20261203", ["a 11-28 all day"]),
        ("SUMMARY:a\nDTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261130", []),
        ("SUMMARY:a\nSTATUS:CANCELLED\nDTSTART:20261201T140000Z", []),
        ("DTSTART:20261201T140000Z", ["no title 12-01 15:00-15:00"]),
    ],
)  # fmt: skip
def test_a_single_event_is_where_it_was_put(event: str, found: list[str]) -> None:
    assert listed(calendar(event), "2026-11-30", "2026-12-07") == found


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY", ["12-01", "12-08", "12-15"]),
        ("FREQ=WEEKLY;COUNT=2", ["12-01", "12-08"]),
        ("FREQ=WEEKLY;UNTIL=20261208T080000Z", ["12-01", "12-08"]),
        ("FREQ=WEEKLY;UNTIL=20261208T075959Z", ["12-01"]),
        ("FREQ=WEEKLY;UNTIL=20261208", ["12-01", "12-08"]),
        ("FREQ=WEEKLY;INTERVAL=2", ["12-01", "12-15"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH", ["12-01", "12-03", "12-08", "12-10", "12-15", "12-17"]),
        ("FREQ=MONTHLY;BYDAY=-1TU", ["12-01"]),
        ("FREQ=YEARLY;COUNT=5", ["12-01"]),
        ("FREQ=WEEKLY\nEXDATE;TZID=Europe/Berlin:20261208T090000", ["12-01", "12-15"]),
        ("FREQ=WEEKLY\nEXDATE:20261208T080000Z,20261215T080000Z", ["12-01"]),
        ("FREQ=WEEKLY\nEXDATE;VALUE=DATE:20261208", ["12-01", "12-15"]),
        ("FREQ=WEEKLY;COUNT=1\nRDATE;TZID=Europe/Berlin:20261204T090000", ["12-01", "12-04"]),
    ],
)
def test_a_series_comes_as_its_rule_says(rule: str, days: list[str]) -> None:
    event = f"UID:1\nSUMMARY:a\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:{rule}"
    assert listed(calendar(event), "2026-11-30", "2026-12-20") == [f"a {day} 09:00-10:00" for day in days]


def test_a_series_keeps_its_hour_when_the_clocks_change() -> None:
    event = "SUMMARY:a\nDTSTART;TZID=Europe/Berlin:20261019T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
    assert listed(calendar(event), "2026-10-19", "2026-11-03") == [
        "a 10-19 09:00-10:00", "a 10-26 09:00-10:00", "a 11-02 09:00-10:00",
    ]  # fmt: skip


def test_one_of_a_series_is_moved_and_another_cancelled() -> None:
    series = f"UID:1\nSUMMARY:a\nDTSTART{HERE}:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4"
    moved = f"UID:1\nSUMMARY:b\nRECURRENCE-ID{HERE}:20261202T090000\nDTSTART:20261204T150000Z\nDURATION:PT1H"
    gone = "UID:1\nSTATUS:CANCELLED\nRECURRENCE-ID:20261203T080000Z\nDTSTART:20261203T080000Z"
    assert listed(calendar(series, moved, gone), "2026-11-30", "2026-12-20") == [
        "a 12-01 09:00-10:00", "a 12-04 09:00-10:00", "b 12-04 16:00-17:00",
    ]  # fmt: skip


def test_a_birthday_of_a_lifetime_ago_comes_this_year() -> None:
    event = "SUMMARY:birthday\nDTSTART;VALUE=DATE:19501203\nRRULE:FREQ=YEARLY"
    assert listed(calendar(event), "2026-11-30", "2026-12-07") == ["birthday 12-03 all day"]


@pytest.mark.parametrize(
    "event",
    [
        "SUMMARY:a\nDTSTART:tomorrow",
        "SUMMARY:a",
        "SUMMARY:a\nDTSTART;TZID=Nowhere/Land:20261201T090000",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nDTEND:20261130T090000Z",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nDTEND;VALUE=DATE:20261202",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nRRULE:FREQ=SECONDLY",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nRRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3",
        "SUMMARY:a\nDTSTART:00010101T090000Z\nRRULE:FREQ=DAILY",
        "SUMMARY:a\nDTSTART:20261201T090000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        "UID:1\nSUMMARY:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261201T090000Z\nDTSTART:20261201T100000Z",
    ],
)
def test_an_event_that_is_not_understood_whole_is_counted_and_not_guessed(event: str) -> None:
    good = "SUMMARY:good\nDTSTART:20261201T140000Z"
    text = read_calendar(calendar(event, good), BERLIN, "x")
    assert [each.title for each in text.series] == ["good"]
    assert text.unreadable == 1


def zone(rule: str) -> str:
    """A time zone of a file's own."""
    inner = f"DTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\n{rule}"
    return f"BEGIN:VTIMEZONE\nTZID:mine\nBEGIN:STANDARD\n{inner}\nEND:STANDARD\nEND:VTIMEZONE\n"


def test_a_zone_of_a_file_s_own_is_followed() -> None:
    rules = "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", f"RDATE:{'19700101T000000,' * 150}19710101T000000"
    for rule in rules:
        event = "SUMMARY:a\nDTSTART;TZID=mine:20261201T150000\nDURATION:PT1H"
        assert listed(calendar(event, before=zone(rule)), "2026-11-30", "2026-12-07") == ["a 12-01 15:00-16:00"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"\xff\xfe\x00\x01",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
        calendar(before=zone("RRULE:FREQ=SEC\n ONDLY")),
        calendar(before=zone("RRULE:FREQ=YEARLY;BYHOUR=1,2,3")),
        calendar(before=zone(f"RDATE:{'19700101T000000,' * 300}19710101T000000")),
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="it "):
        read_calendar(content, BERLIN, "x")


def test_a_new_event_reads_back_as_it_was_meant() -> None:
    written = datetime(2026, 11, 29, tzinfo=timezone.utc)
    at = datetime(2026, 12, 1, 14, tzinfo=timezone.utc)
    evil = "dentist; see\nBEGIN:VEVENT, \\n and ä"
    timed = new_event(evil, at, timedelta(hours=1), "u1", written)
    assert timed.count(b"BEGIN:VEVENT\r\n") == 1
    assert listed(timed, "2026-11-30", "2026-12-07") == ["dentist; see BEGIN:VEVENT, \\n and ä 12-01 15:00-16:00"]
    whole = new_event("fair", date(2026, 12, 2), timedelta(days=1), "u2", written)
    assert listed(whole, "2026-11-30", "2026-12-07") == ["fair 12-02 all day"]
