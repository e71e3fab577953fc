"""What a source of the weather told, as the courier hands it on: checked numbers and short texts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.json_types import JsonObject

DAYS_LIMIT = 16
"""Chosen: no forecast reaches further."""
TEXT_LIMIT = 60
"""Characters of a condition in words. Chosen: it is spoken."""
COLDEST, WARMEST = -150.0, 160.0
"""In either unit: what is beyond was never measured on earth (-89 to 57 degrees Celsius)."""
CODE_LIMIT = 99
"""Of the weather codes of the WMO (table 4677)."""


@dataclass(frozen=True, slots=True)
class WeatherDay:
    """A day of the forecast; ``None`` is what the source does not tell."""

    day: date
    high: float | None = None
    low: float | None = None
    rain_percent: int | None = None
    condition: int | str | None = None
    """A code of the WMO, or words."""

    def to_json(self) -> JsonObject:
        """``{"day","high","low","rain_percent","condition"}``."""
        return {
            "day": self.day.isoformat(),
            "high": self.high,
            "low": self.low,
            "rain_percent": self.rain_percent,
            "condition": self.condition,
        }


@dataclass(frozen=True, slots=True)
class WeatherReport:
    """The weather now and on days to come. Words in it are untrusted."""

    temperature: float | None = None
    condition: int | str | None = None
    days: tuple[WeatherDay, ...] = ()

    def to_json(self) -> JsonObject:
        """``{"temperature","condition","days"}``."""
        return {
            "temperature": self.temperature,
            "condition": self.condition,
            "days": [day.to_json() for day in self.days],
        }


def degrees(value: object) -> float | None:
    """A temperature, or ``None`` for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if COLDEST <= value <= WARMEST else None


def percent(value: object) -> int | None:
    """A chance from 0 to 100, or ``None``."""
    number = degrees(value)
    return round(number) if number is not None and 0 <= number <= 100 else None


def condition(value: object) -> int | str | None:
    """A code or words, or ``None``."""
    if isinstance(value, str):
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
        return text if 0 < len(text) <= TEXT_LIMIT else None
    number = degrees(value)
    return int(number) if number is not None and number == int(number) and 0 <= number <= CODE_LIMIT else None


def day_of(value: object) -> date | None:
    """A day as it is written ("2026-12-01", with a time behind it or not), or ``None``."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def report_from(answer: Mapping[str, object]) -> WeatherReport:
    """The report of a courier's answer, checked once more; WEB_UNREADABLE for anything else."""
    listed = answer.get("days")
    if not isinstance(listed, list) or len(listed) > DAYS_LIMIT:
        raise EngineError("the courier's report has no days", code=ErrorCode.WEB_UNREADABLE)
    days = []
    for each in listed:
        day = day_of(each.get("day")) if isinstance(each, Mapping) else None
        if day is None:
            raise EngineError("the courier's report has a day without a date", code=ErrorCode.WEB_UNREADABLE)
        days.append(
            WeatherDay(
                day,
                degrees(each.get("high")),
                degrees(each.get("low")),
                percent(each.get("rain_percent")),
                condition(each.get("condition")),
            )
        )
    return WeatherReport(degrees(answer.get("temperature")), condition(answer.get("condition")), tuple(days))
