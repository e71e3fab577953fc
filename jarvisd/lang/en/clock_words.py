"""Words for times and lengths of time, as they are spoken. Pure."""

from __future__ import annotations

from datetime import datetime

from jarvisd.lang.en import amounts


def spoken_time(moment: datetime) -> str:
    """ "4:05 PM", as people say it."""
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def spoken_day(moment: datetime, now: datetime) -> str:
    """``""`` for today, ``"tomorrow "``, or the weekday and date before a time."""
    days = (moment.date() - now.date()).days
    if days <= 1:
        return "tomorrow " if days == 1 else ""
    return f"{moment:%A}, {moment:%B} {moment.day}, "


def spoken_length(seconds: float) -> str:
    """A length of time in its two largest units: ``"1 hour and 30 minutes"``."""
    left = max(0, round(seconds))
    pieces = []
    for unit_s, noun in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, unit_s)
        if count:
            pieces.append(amounts.counted(count, noun))
        elif pieces:
            break
    return " and ".join(pieces[:2]) or "0 seconds"
