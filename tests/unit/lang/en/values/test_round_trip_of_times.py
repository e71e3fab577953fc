"""Value to spoken to heard to value is the identity, for instants, days, repetitions and times of day.

Spoken means what goes to the synthesis: the words of the house, normalised. Small samples, seeded; the full counts
with JARVISD_SOAK=1 (`make soak`).
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from jarvisd.lang.en.clock_words import spoken_day, spoken_repetition, spoken_time
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.number_words import NUMBERS, TENS
from jarvisd.lang.en.values.repeats import CODES, read_repeat
from tests.figures import Record
from tests.unit.lang.en.values.test_round_trip import SEED, VALUES, soak

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Etc/UTC",
)
BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)
MINUTES = 366 * 1440 * 4
LONGEST_MINUTES = 364 * 1440
"""A year later the day of today is named without its year, which would be today."""
WORDS = (
    *NUMBERS,
    *(f"{tens} {ones}".removesuffix(" zero") for tens in list(TENS)[:4] for ones in list(NUMBERS)[:10]),
)
"""Of the numbers below sixty."""


@soak("instants")
def test_instants(record_property: Record) -> None:
    draw = random.Random(f"instants {SEED}")
    for _ in range(VALUES):
        zone = ZoneInfo(draw.choice(ZONES))
        now = (BEGIN + timedelta(minutes=draw.randint(0, MINUTES), seconds=draw.randint(0, 59))).astimezone(zone)
        moment = _minute(now, draw)
        if moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset():
            continue  # The clock shows it twice.
        said = ENGLISH.speech.said(f"{spoken_day(moment, now)}{spoken_time(moment)}")
        found = read_instant(said, now)
        assert (found, found.utcoffset()) == (moment, moment.utcoffset()), (said, now)
        assert read_instant(moment.isoformat(), now) == moment
    record_property("tried", VALUES)


@soak("days")
def test_days(record_property: Record) -> None:
    draw = random.Random(f"days {SEED}")
    for _ in range(VALUES):
        today = date(2026, 1, 1) + timedelta(days=draw.randint(0, 3650))
        day = today + timedelta(days=draw.choice((-1, 1)) * draw.randint(0, 36_500))
        said = ENGLISH.speech.said(f"{day:%A}, {day:%B} {day.day}, {day.year}")
        assert read_day(said, today) == day, said
        assert read_day(day.isoformat(), today) == day
    record_property("tried", VALUES)


@soak("repetitions")
def test_repetitions(record_property: Record) -> None:
    draw = random.Random(f"repetitions {SEED}")
    now = BEGIN.astimezone(ZoneInfo("Europe/Berlin"))
    for _ in range(VALUES):
        hour, minute = draw.randint(0, 23), draw.randint(0, 59)
        days = _rule(draw)
        is_timeless = days.startswith(("FREQ=HOURLY", "FREQ=MINUTELY")) or draw.random() < 0.1
        rule = days if is_timeless else f"{days};BYHOUR={hour};BYMINUTE={minute}"
        told = "" if is_timeless else spoken_time(now.replace(hour=hour, minute=minute))
        said = ENGLISH.speech.said(f"{told} {spoken_repetition(rule)}".strip())
        assert read_repeat(said, now).rrule == rule, said
    record_property("tried", VALUES)


@soak("times of day in words")
def test_times_of_day_in_words(record_property: Record) -> None:
    """A voice says digits as words, and a transcriber may write down just those."""
    draw = random.Random(f"times {SEED}")
    now = BEGIN.astimezone(ZoneInfo("Europe/Berlin"))
    for _ in range(VALUES):
        hour, minute = draw.randint(0, 23), draw.randint(0, 59)
        told = "" if not minute else f" oh {WORDS[minute]}" if minute < 10 else f" {WORDS[minute]}"
        half = f"{hour % 12 or 12}" if draw.random() < 0.3 else WORDS[hour % 12 or 12]
        said = (
            f"tomorrow at {half}{told} {draw.choice(('am', 'a.m.', 'AM') if hour < 12 else ('pm', 'p.m.', 'PM'))}"
        )
        found = read_instant(said, now)
        assert (found.day, found.hour, found.minute) == (2, hour, minute), said
    record_property("tried", VALUES)


def _minute(now: datetime, draw: random.Random) -> datetime:
    """A whole minute after ``now``: soon as often as in a year."""
    ahead = timedelta(minutes=draw.randint(1, 10 ** draw.randint(1, 6) % LONGEST_MINUTES or LONGEST_MINUTES))
    return (now.astimezone(timezone.utc) + ahead).replace(second=0, microsecond=0).astimezone(now.tzinfo)


def _rule(draw: random.Random) -> str:
    """A rule that :func:`spoken_repetition` has words for, without a time of day."""
    count = draw.randint(2, 99)
    every = draw.choice(("", f";INTERVAL={count}"))
    some = ",".join(CODES[day] for day in sorted(draw.sample(range(7), draw.randint(1, 6))))
    month_days = ",".join(str(day) for day in sorted(draw.sample(range(1, 32), draw.randint(1, 3))))
    last = draw.choice(("-1", month_days))
    place = draw.choice(("1", "2", "3", "4", "-1"))
    month = draw.randint(1, 12)
    return draw.choice(
        (
            f"FREQ={draw.choice(('MINUTELY', 'HOURLY', 'DAILY'))}{every}",
            f"FREQ=WEEKLY{every};BYDAY={some}",
            f"FREQ=MONTHLY{every};BYMONTHDAY={last}",
            f"FREQ=MONTHLY{every};BYDAY={place}{draw.choice(CODES)}",
            f"FREQ=YEARLY{every};BYMONTH={month};BYMONTHDAY={draw.randint(1, 28)}",
        )
    )
