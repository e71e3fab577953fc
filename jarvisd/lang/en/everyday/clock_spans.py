"""How long it is until a time of day: "how long until midnight", "how many minutes to half past five". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from jarvisd.lang.en.everyday.day_spans import asked_plainly
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.values import Unreadable

_BE = r"(?: (?:is|are|do|does|have|has|it|there|i|we|left|remain|remaining|to go|got|still))*"
_ASKED = re.compile(
    rf"(?:how (?:many|much) (?:more )?(?:hours?|minutes?|seconds?|time|longer)|how (?:long|far)){_BE}"
    r" (?:until|till|til|to|before) (?P<when>.+)"
)
_OF_THE_CLOCK = re.compile(
    r"\d|\b(?:noon|midday|midnight|o'?clock|half|quarter|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve)\b"
)
"""A day alone is no time of day."""


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """How long it is until ``moment``, which is to come."""

    moment: datetime
    seconds: float


def clock_span(text: str, now: datetime) -> ClockSpan | None:
    """What is asked about; ``None`` when it is about no time of day."""
    found = _ASKED.fullmatch(asked_plainly(text))
    if found is None or not _OF_THE_CLOCK.search(found["when"]):
        return None
    try:
        moment = read_instant(found["when"], now)
    except Unreadable:
        return None
    return ClockSpan(moment, (moment - now).total_seconds())
