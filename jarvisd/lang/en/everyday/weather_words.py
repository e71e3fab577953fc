"""The weather in words: the codes of the WMO (table 4677), degrees, and days of a forecast. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.core.network.weather import WeatherDay
from jarvisd.lang.en import amounts

_SKIES: Mapping[int, str] = MappingProxyType(
    {
        0: "clear sky", 1: "mostly clear", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "freezing fog",
        51: "light drizzle", 53: "drizzle", 55: "heavy drizzle", 56: "light freezing drizzle",
        57: "freezing drizzle",
        61: "light rain", 63: "rain", 65: "heavy rain", 66: "light freezing rain", 67: "freezing rain",
        71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains", 80: "light showers", 81: "showers",
        82: "heavy showers", 85: "light snow showers", 86: "snow showers", 95: "thunderstorm",
        96: "thunderstorm with hail", 99: "thunderstorm with heavy hail",
    }
)  # fmt: skip
_WET = frozenset({*range(51, 68), 80, 81, 82, 95, 96, 99})
_WHITE = frozenset({71, 73, 75, 77, 85, 86})


def sky(condition: int | str | None) -> str:
    """ "light rain"; the words of a source are set off; empty for what is not known."""
    if isinstance(condition, str):
        return f'"{amounts.name(condition)}"'
    return _SKIES.get(condition, "") if condition is not None else ""


def brings(condition: int | str | None, what: str) -> bool | None:
    """Whether a sky brings "rain" or "snow"; ``None`` where that is not known for certain."""
    if not isinstance(condition, int) or condition not in _SKIES:
        return None
    return condition in (_WHITE if what == "snow" else _WET)


def degrees(value: float, unit: str) -> str:
    """ "minus 3 degrees Celsius"."""
    number = round(value)
    noun = "degree" if abs(number) == 1 else "degrees"
    return f"{'minus ' if number < 0 else ''}{abs(number)} {noun} {unit.capitalize()}"


def span(day: WeatherDay, unit: str) -> str:
    """ "3 to 8 degrees Celsius", or what of it is known."""
    if day.high is not None and day.low is not None and round(day.high) != round(day.low):
        low = f"{'minus ' if round(day.low) < 0 else ''}{abs(round(day.low))}"
        return f"{low} to {degrees(day.high, unit)}"
    if day.high is not None:
        return f"up to {degrees(day.high, unit)}" if day.low is None else degrees(day.high, unit)
    return f"not below {degrees(day.low, unit)}" if day.low is not None else ""


def forecast(day: WeatherDay, unit: str) -> str:
    """All that is known of a day: "light rain, 3 to 8 degrees Celsius, 60 percent chance of rain"."""
    rain = f"{day.rain_percent} percent chance of rain" if day.rain_percent is not None else ""
    return ", ".join(part for part in (sky(day.condition), span(day, unit), rain) if part)
