"""Kind 2 of what went wrong, lengths of time and sizes: what people say every day was refused or misread."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.values.durations import read_age, read_duration
from jarvisd.lang.en.values.sizes import read_size

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
KB, MB, GB = 10**3, 10**6, 10**9

DURATIONS = [
    ("ten minutes", 10 * MINUTE_S),
    ("a quarter of an hour", 15 * MINUTE_S),
    ("quarter of an hour", 15 * MINUTE_S),
    ("a quarter hour", 15 * MINUTE_S),
    ("three quarters of an hour", 45 * MINUTE_S),
    ("three-quarters of an hour", 45 * MINUTE_S),
    ("half an hour", 30 * MINUTE_S),
    ("a half hour", 30 * MINUTE_S),
    ("half hour", 30 * MINUTE_S),
    ("a half an hour", 30 * MINUTE_S),
    ("half a minute", 30),
    ("half a day", 12 * HOUR_S),
    ("half a week", 84 * HOUR_S),
    ("an hour and a half", 90 * MINUTE_S),
    ("hour and a half", 90 * MINUTE_S),
    ("one and a half hours", 90 * MINUTE_S),
    ("one and half hours", 90 * MINUTE_S),
    ("two and a half hours", 150 * MINUTE_S),
    ("two hours and a half", 150 * MINUTE_S),
    ("an hour and a quarter", 75 * MINUTE_S),
    ("an hour and three quarters", 105 * MINUTE_S),
    ("two and a quarter hours", 135 * MINUTE_S),
    ("a minute and a half", 90),
    ("two and a half minutes", 150),
    ("a day and a half", 36 * HOUR_S),
    ("an hour and half a minute", HOUR_S + 30),
    ("2 minutes 30", 150),
    ("two minutes thirty", 150),
    ("1 hour thirty", 90 * MINUTE_S),
    ("1 hour and fifteen", 75 * MINUTE_S),
    ("an hour and ten", 70 * MINUTE_S),
    ("an hour twenty", 80 * MINUTE_S),
    ("2 hours ten", 130 * MINUTE_S),
    ("one hour forty-five", 105 * MINUTE_S),
    ("1h30m", 90 * MINUTE_S),
    ("1h 30m", 90 * MINUTE_S),
    ("1h30", 90 * MINUTE_S),
    ("1h30min", 90 * MINUTE_S),
    ("2m30s", 150),
    ("2m30", 150),
    ("1.5h", 90 * MINUTE_S),
    ("90s", 90),
    ("10min", 10 * MINUTE_S),
    ("10 mins", 10 * MINUTE_S),
    ("45 secs", 45),
    ("2hrs", 2 * HOUR_S),
    ("1 hr 5 min. 10 sec.", HOUR_S + 5 * MINUTE_S + 10),
    ("1d12h", 36 * HOUR_S),
    ("1:30 hours", 90 * MINUTE_S),
    ("1:30 minutes", 90),
    ("0:45:00", 45 * MINUTE_S),
    ("1 hour, 30 minutes, and 10 seconds", 90 * MINUTE_S + 10),
    ("5 minutes and 30 seconds", 330),
    ("5 minutes 30 seconds", 330),
    ("two hours and thirty minutes", 150 * MINUTE_S),
    ("1 day, 2 hours and 10 minutes", 26 * HOUR_S + 10 * MINUTE_S),
    ("a week and a day", 8 * DAY_S),
    ("1 hour 90 minutes", 150 * MINUTE_S),
    ("an hour", HOUR_S),
    ("one hour", HOUR_S),
    ("a minute", MINUTE_S),
    ("minute", MINUTE_S),
    ("a second", 1),
    ("half a second", "0.5"),
    ("ten minute", 10 * MINUTE_S),
    ("a ten minute", 10 * MINUTE_S),
    ("a 25-minute", 25 * MINUTE_S),
    ("five-minute", 5 * MINUTE_S),
    ("twentyfive minutes", 25 * MINUTE_S),
    ("a couple of minutes", 2 * MINUTE_S),
    ("a couple hours", 2 * HOUR_S),
    ("a few minutes", 3 * MINUTE_S),
    ("several minutes", 5 * MINUTE_S),
    ("a dozen minutes", 12 * MINUTE_S),
    ("half a dozen days", 6 * DAY_S),
    ("a fortnight", 14 * DAY_S),
    ("two weeks", 14 * DAY_S),
    ("in ten minutes", 10 * MINUTE_S),
    ("for 3 hours", 3 * HOUR_S),
    ("in ten minutes' time", 10 * MINUTE_S),
    ("in an hour's time", HOUR_S),
    ("5 minutes from now", 5 * MINUTE_S),
    ("about 5 minutes", 5 * MINUTE_S),
    ("around an hour or so", HOUR_S),
    ("another five minutes", 5 * MINUTE_S),
    ("5 more minutes", 5 * MINUTE_S),
    ("exactly 90 seconds", 90),
    ("Ten Minutes.", 10 * MINUTE_S),
    ("0 minutes", 0),
    ("a hundred seconds", 100),
    ("2 and a half minutes", 150),
    ("10 minutes & 5 seconds", 605),
]
AGES = [
    ("three weeks", 21 * DAY_S),
    ("older than three weeks", 21 * DAY_S),
    ("over two weeks old", 14 * DAY_S),
    ("more than a month old", 30 * DAY_S),
    ("at least two months old", 60 * DAY_S),
    ("a month", 30 * DAY_S),
    ("month", 30 * DAY_S),
    ("1 year", 365 * DAY_S),
    ("a year and a half", 547.5 * DAY_S),
    ("two and a half years", 912.5 * DAY_S),
    ("six months", 180 * DAY_S),
    ("6mo", 180 * DAY_S),
    ("3d", 3 * DAY_S),
    ("2w", 14 * DAY_S),
    ("2 yrs", 730 * DAY_S),
    ("a few days ago", 3 * DAY_S),
    ("a couple of weeks", 14 * DAY_S),
    ("not used in six months", 180 * DAY_S),
    ("haven't been opened for a year", 365 * DAY_S),
    ("not touched in the last 3 months", 90 * DAY_S),
    ("unused for 3 weeks", 21 * DAY_S),
    ("30 days or older", 30 * DAY_S),
    ("90 days or more", 90 * DAY_S),
    ("older than 24 hours", DAY_S),
    ("more than 1,000 days", 1000 * DAY_S),
    ("> 30 days", 30 * DAY_S),
    ("a decade", 3650 * DAY_S),
]
SIZES = [
    ("100 megs", 100 * MB),
    ("100 meg", 100 * MB),
    ("a hundred megs", 100 * MB),
    ("half a gig", GB // 2),
    ("half a gigabyte", GB // 2),
    ("a quarter of a gig", GB // 4),
    ("three quarters of a terabyte", 750 * GB),
    ("a gig", GB),
    ("a gig and a half", 3 * GB // 2),
    ("one and a half gigs", 3 * GB // 2),
    ("two and a half gigabytes", 5 * GB // 2),
    ("a couple of gigs", 2 * GB),
    ("two gigabytes", 2 * GB),
    ("over 500 MB", 500 * MB),
    ("1.5 mb", 3 * MB // 2),
    ("10 kilobytes", 10 * KB),
    ("ten kilobytes", 10 * KB),
    ("500k", 500 * KB),
    ("100MB", 100 * MB),
    ("2 gig", 2 * GB),
    ("0.5 TB", 500 * GB),
    ("1 GiB", 1 << 30),
    ("1.5 GiB", 3 << 29),
    ("512 KiB", 512 << 10),
    ("two mebibytes", 2 << 20),
    ("12 bytes", 12),
    ("512 b", 512),
    ("a byte", 1),
    ("a million bytes", MB),
    ("1.5 million bytes", 3 * MB // 2),
    ("1 GB and 200 MB", 1200 * MB),
    ("1 gigabyte 500 megabytes", 1500 * MB),
    ("larger than a hundred megabytes", 100 * MB),
    ("bigger than 2 GB", 2 * GB),
    ("at least 100 MB in size", 100 * MB),
    ("100 MB or more", 100 * MB),
    ("1 GB or larger", GB),
    ("> 1 GB", GB),
    (">= 20MB", 20 * MB),
    ("two gigabytes large", 2 * GB),
    ("about 3 megs", 3 * MB),
]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_lengths_of_time(text: str, seconds: float | str) -> None:
    assert f"{read_duration(text):f}" == str(seconds)


@pytest.mark.parametrize(("text", "seconds"), AGES)
def test_ages(text: str, seconds: float) -> None:
    assert float(read_age(text)) == seconds


@pytest.mark.parametrize(("text", "size_bytes"), SIZES)
def test_sizes(text: str, size_bytes: int) -> None:
    assert read_size(text) == size_bytes


@pytest.mark.parametrize("text", ["old", "the old", "old ones", "old files", "very old"])
def test_old_alone_means_what_the_caller_says(text: str) -> None:
    """Only a phrase that says nothing but "old" takes the default: a wrong guess would delete too much."""
    assert read_age(text, old_s=7 * DAY_S) == 7 * DAY_S
