"""A text is a value of the first kind that it is one of, or it is refused by the kind that understood most."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.values import HeardValue, Unreadable, ValueKind

NOW = datetime(2026, 11, 28, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
WHEN = (ValueKind.DURATION, ValueKind.INSTANT, ValueKind.REPEAT)


@pytest.mark.parametrize(
    ("kinds", "text", "kind", "value"),
    [
        (WHEN, "ten minutes", ValueKind.DURATION, 600),
        (WHEN, "half a second", ValueKind.DURATION, 0.5),
        (WHEN, "half past six tomorrow", ValueKind.INSTANT, "2026-11-29T06:30:00+01:00"),
        (WHEN, "every Monday at 8 am", ValueKind.REPEAT, "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"),
        ((ValueKind.AGE,), "older than two weeks", ValueKind.AGE, 1_209_600),
        ((ValueKind.SIZE,), "half a gig", ValueKind.SIZE, 500_000_000),
        ((ValueKind.NUMBER,), "minus one and a half", ValueKind.NUMBER, "-1.5"),
        ((ValueKind.NUMBER,), "two million", ValueKind.NUMBER, "2000000"),
        ((ValueKind.PLACE,), "Mumbai", ValueKind.PLACE, "Asia/Kolkata"),
        ((ValueKind.ADDRESS,), "anna at me dot com", ValueKind.ADDRESS, "anna@me.com"),
        ((ValueKind.TEXT,), "Me&My7", ValueKind.TEXT, "Me&My7"),
    ],
)
def test_the_first_kind_that_fits_is_taken(
    kinds: tuple[ValueKind, ...], text: str, kind: ValueKind, value: int | float | str
) -> None:
    assert ENGLISH.values.read(kinds, text, NOW) == HeardValue(kind, value)


@pytest.mark.parametrize(
    ("kinds", "text", "said"),
    [
        (WHEN, "5 to 10 minutes", "more than one thing"),
        (WHEN, "yesterday at 5", "past"),
        (WHEN, "ten blorps", "blorps"),
        ((ValueKind.ADDRESS,), "anna at home", "anna at home"),
        ((ValueKind.PLACE,), "Narnia", "Narnia"),
    ],
)
def test_what_is_no_value_is_refused_with_the_reason(kinds: tuple[ValueKind, ...], text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        ENGLISH.values.read(kinds, text, NOW)
    assert said in ENGLISH.values.why(refused.value)
