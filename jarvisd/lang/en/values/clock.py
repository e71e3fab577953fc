"""Times of day as they are said: "half past six", "7:30 pm", "14:00h", "nineteen hundred hours", "noon". Pure.

An hour from 1 to 12 without morning or evening stays open (:attr:`Half.OPEN`): which of both is meant is said by
the day that stands beside it, so :meth:`ClockTime.offsets` settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

from jarvisd.lang.en.values.number_words import short_cardinal
from jarvisd.lang.en.values.tokens import Reader, TokenKind
from jarvisd.lang.values import Unreadable, UnreadableReason

FIRST_MORNING_HOUR = 5
"""Said for another day without morning or evening, an hour from here on is meant in the morning."""
_ABOUT = ("at", "around", "about", "approximately", "roughly", "circa", "exactly", "precisely", "@")
_AFTER = ("past", "after")
_BEFORE = ("to", "before", "of", "till", "til")
_NOON = ("noon", "midday")


class Half(Enum):
    """Which half of the day an hour is in."""

    OPEN = "open"
    """Of the 12-hour clock, without morning or evening."""
    SAID = "said"
    """Of the 24-hour clock, or with one."""
    MIDNIGHT = "midnight"
    """At midnight or shortly after: which day's midnight is not said by a day beside it."""


class DayPart(Enum):
    """A part of a day beside an hour, with the first and the last hour that it may stand beside."""

    MORNING = (0, 11)
    AFTERNOON = (12, 18)
    EVENING = (16, 24)
    NIGHT = (17, 28)
    """It goes on after midnight, so its hours are counted on from 24."""

    @property
    def first(self) -> int:
        """The first hour."""
        return self.value[0]

    @property
    def last(self) -> int:
        """The last hour."""
        return self.value[1]


PARTS = MappingProxyType({part.name.casefold(): part for part in DayPart})


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day: ``hour`` is 0 to 24, and of the 12-hour clock if ``half`` is open."""

    hour: int
    minute: int = 0
    second: int = 0
    half: Half = Half.OPEN

    def offsets(self, part: DayPart | None, said: str, *, is_other_day: bool) -> list[timedelta]:
        """How long after the beginning of its day it may be; raises IMPLAUSIBLE for ``said``, "9 am this evening".

        Without a part of the day both hours are, and for another day the one by :data:`FIRST_MORNING_HOUR`.
        """
        if part is DayPart.MORNING and self.half is Half.OPEN and self.hour == 12:
            raise Unreadable(UnreadableReason.AMBIGUOUS, said, choices=(f"{self} am", f"{self} pm"))
        hours = [self.hour] if self.half is not Half.OPEN else [self.hour % 12, self.hour % 12 + 12]
        if part is not None:
            both = [*hours, *(hour + 24 for hour in hours)]
            hours = [hour for hour in both if part.first <= hour <= part.last][:1]
            if not hours:
                raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
        elif is_other_day and self.half is Half.OPEN:
            hours = [hours[0] if hours[0] >= FIRST_MORNING_HOUR else hours[1]]
        return [timedelta(hours=hour, minutes=self.minute, seconds=self.second) for hour in hours]

    def __str__(self) -> str:
        """As the grammar reads it: "6:30", "18:30"."""
        text = f"{self.hour}:{self.minute:02}" + (f":{self.second:02}" if self.second else "")
        if self.half is Half.OPEN or self.hour > 12:
            return text
        return f"0{text}" if self.hour < 10 else f"{text} {'pm' if self.hour == 12 else 'am'}"


def clock_time(reader: Reader) -> ClockTime | None:
    """A time of day with what may stand around it: "at about half past six pm sharp"."""
    reader.skip(*_ABOUT)
    start = reader.at
    found = reader.first(_relative, _fixed, _colon, _military, _hours_alone, _spoken)
    if found is None:
        return None
    if reader.token.before != " ":
        reader.said("ish")
    if found.minute == 0:
        reader.skip("o'clock", "oclock", "o clock")
    found = _with_half(reader, found, start)
    if found.half is Half.OPEN and reader.tokens[start].text.startswith("0"):
        found = replace(found, half=Half.SAID)
    reader.skip("sharp", "exactly", "on the dot")
    return found


def day_part(reader: Reader) -> DayPart | None:
    """ "in the morning", "at night", or the bare word."""
    _ = reader.phrase("in the") or reader.phrase("at") or reader.phrase("during the") or reader.phrase("of the")
    word = reader.said(*PARTS)
    return PARTS[word] if word else None


def checked(hour: int, minute: int, second: int, said: str, *, is_open: bool = True) -> ClockTime:
    """A time of day that exists; raises IMPLAUSIBLE for another."""
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, said)
    return ClockTime(hour, minute, second, Half.OPEN if is_open and 1 <= hour <= 12 else Half.SAID)


# --- the forms -----------------------------------------------------------------------------------------------


def _fixed(reader: Reader) -> ClockTime | None:
    """ "noon", "12 midnight"."""
    if reader.token.said in ("12", "twelve") and reader.ahead().said in (*_NOON, "midnight"):
        reader.take()
    if reader.said(*_NOON):
        return ClockTime(12, half=Half.SAID)
    return ClockTime(24, half=Half.MIDNIGHT) if reader.said("midnight") else None


def _relative(reader: Reader) -> ClockTime | None:
    """ "quarter to nine", "ten minutes past six", "half six"."""
    start = reader.at
    minutes, is_sure = _minutes(reader)
    if minutes is None:
        return None
    sign = 1 if reader.said(*_AFTER) else -1 if reader.said(*_BEFORE) else 0
    if sign == 0 and not (minutes == 30 and is_sure and reader.between(start).casefold() == "half"):
        return None
    hour_start = reader.at
    hour = reader.first(_fixed, _hour)
    if hour is None:
        return None
    if not is_sure:
        raise Unreadable(
            UnreadableReason.AMBIGUOUS,
            reader.between(start),
            choices=(str(minutes), str(hour.hour), f"{minutes} minutes to {hour.hour}"),
        )
    hour = _with_half(reader, hour, hour_start)
    return _shifted(hour, minutes * (sign or 1))


def _minutes(reader: Reader) -> tuple[int | None, bool]:
    """Minutes before "past" and "to", and whether they are surely minutes: "7 to 8" may be two hours."""
    if reader.said("a", "the"):
        return (15, True) if reader.said("quarter") else (None, False)
    if word := reader.said("half", "quarter"):
        return (30 if word == "half" else 15), True
    count = short_cardinal(reader)
    if count is None or not 1 <= count <= 59:
        return None, False
    if reader.said("minutes", "minute", "min", "mins"):
        return count, True
    if reader.token.said in ("past", "after"):
        return count, True
    return count, count % 5 == 0


def _shifted(time: ClockTime, minutes: int) -> ClockTime:
    total = time.hour * 60 + time.minute + minutes
    if time.half is Half.OPEN:
        return replace(time, hour=(total // 60 - 1) % 12 + 1, minute=total % 60)
    half = Half.MIDNIGHT if time.half is Half.MIDNIGHT and minutes > 0 else Half.SAID
    if half is Half.MIDNIGHT:
        return replace(time, hour=0, minute=minutes, half=half)
    return replace(time, hour=total // 60 % 24, minute=total % 60, half=half)


def _colon(reader: Reader) -> ClockTime | None:
    """ "7:30", "19:30:15", "7.30", "19h30", "14:00h"."""
    start = reader.at
    token = reader.take()
    if "." in token.text and token.kind is TokenKind.NUMBER:
        whole, _, part = token.text.partition(".")
        found = _checked_of(reader, start, (whole, part)) if len(part) == 2 and len(whole) in (1, 2) else None
    elif token.whole is None or len(token.text) > 2 or not reader.token.is_attached or not reader.said(":", "h"):
        return None
    else:
        digits = [token.text]
        while reader.token.whole is not None and reader.token.is_attached and len(digits) < 3:
            digits.append(reader.take().text)
            if not (len(digits) < 3 and reader.ahead().whole is not None and reader.said(":")):
                break
        found = _checked_of(reader, start, digits) if len(digits) > 1 else None
    if found is not None:
        reader.skip("hours", "hrs", "hr", "h")
    return found


def _checked_of(reader: Reader, start: int, digits: Sequence[str]) -> ClockTime | None:
    if any(len(part) != 2 for part in digits[1:]):
        return None
    hour, minute, second = (*map(int, digits), 0, 0)[:3]
    return checked(hour, minute, second, reader.between(start))


def _military(reader: Reader) -> ClockTime | None:
    """ "1900 hours", "0700", "oh seven hundred", "nineteen hundred hours", "zero seven thirty"."""
    start = reader.at
    token = reader.token
    if token.whole is not None and len(token.text) == 4:
        reader.take()
        hour, minute = divmod(token.whole, 100)
    else:
        is_zero = bool(reader.said("oh", "zero", "o"))
        said = short_cardinal(reader)
        if said is None or (is_zero and said > 9):
            return None
        hour, minute = said, 0
        if not reader.said("hundred"):
            late = short_cardinal(reader) if is_zero else None
            if late is None:
                return None
            minute = late
    has_unit = reader.skip("hours", "hrs", "hr", "h")
    if not has_unit and (hour > 24 or minute > 59):
        return None
    return replace(checked(hour, minute, 0, reader.between(start)), half=Half.SAID)


def _hours_alone(reader: Reader) -> ClockTime | None:
    """ "19h", "7 hours" is a length."""
    start = reader.at
    hour = reader.take().whole
    if hour is None or not (reader.token.is_attached and reader.said("h")):
        return None
    return replace(checked(hour, 0, 0, reader.between(start)), half=Half.SAID)


def _spoken(reader: Reader) -> ClockTime | None:
    """ "seven", "seven thirty", "seven oh five", "7 30"."""
    start = reader.at
    hour = _hour(reader)
    if hour is None:
        return None
    middle = reader.at
    is_zero = bool(reader.said("oh", "o", "zero"))
    minute = short_cardinal(reader)
    # "seven five" is no time of day, "seven oh five" is.
    is_minute = minute is not None and (0 < minute < 10 if is_zero else 10 <= minute < 60)
    if minute is None or not is_minute or reader.token.said in (":", "/", *_AFTER, *_BEFORE):
        reader.at = middle
        return hour
    return checked(hour.hour, minute, 0, reader.between(start))


def _hour(reader: Reader) -> ClockTime | None:
    start = reader.at
    hour = short_cardinal(reader)
    is_written = reader.token.said == ":" and reader.token.is_attached
    if hour is None or is_written or len(reader.tokens[start].text) > 9:
        return None
    if hour > 24:
        # Beside what only an hour has it is a wrong hour; alone it is no hour at all.
        if reader.token.said in ("am", "pm", "o'clock"):
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start, reader.at + 1))
        return None
    return ClockTime(hour, half=Half.OPEN if 1 <= hour <= 12 else Half.SAID)


def _with_half(reader: Reader, time: ClockTime, start: int) -> ClockTime:
    """``time`` with "am" or "pm", if one of them comes next."""
    half = reader.said("am", "pm") or next((half for half in ("a m", "p m") if reader.phrase(half)), "")
    if not half:
        return time
    if reader.token.said in ("am", "pm") or time.half is Half.MIDNIGHT:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start, reader.at + 1))
    if time.hour > 12:
        # One of the two is wrong, and nobody knows which: "13 pm" may have been "3 pm" or "30".
        meant = (str(replace(time, half=Half.SAID)),) if half.startswith("p") else ()
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start), choices=meant)
    is_late = half.startswith("p")
    if time.half is Half.OPEN:
        return replace(time, hour=time.hour % 12 + 12 * is_late, half=Half.SAID)
    if (time.hour >= 12) is not is_late:
        raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.between(start))
    return time
