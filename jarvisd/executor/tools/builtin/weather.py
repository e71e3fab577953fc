"""The tool weather: what the configured source tells. Nothing is added to it; what it leaves out is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from jarvisd.config.schema import Weather
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.network.weather import WeatherDay, WeatherReport
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.everyday import weather_words as spoken
from jarvisd.lang.en.everyday.day_ranges import DayRange, day_said, read_range
from jarvisd.lang.en.licences import outdoors
from jarvisd.lang.en.values.reading import why
from jarvisd.lang.en.words import words
from jarvisd.lang.values import Unreadable

TEXT_LIMIT = 200
"""Characters of an argument. Chosen: it is spoken."""
DAYS_TOLD = 7
"""Chosen: a week is listened to."""
What = Literal["weather", "rain", "snow", "temperature"]
_NOW = frozenset({"now", "right now", "at the moment", "currently", "outside"})
_HERE = frozenset({"here", "outside", "out there", "my place", "home", "at home", "this place", "my city"})
_WHY: dict[ErrorCode, str] = {
    ErrorCode.WEB_UNREACHABLE: "I could not reach the source of the weather.",
    ErrorCode.WEB_UNREADABLE: "I could not read what the source of the weather says.",
    ErrorCode.TIMEOUT: "The source of the weather took too long.",
    ErrorCode.REFUSED: "The source of the weather is not set up as it must be.",
}

SPEC = ToolSpec(
    name="weather",
    description="The weather now and on days to come. when: the days as spoken; place: only if one is named.",
    effects=(Effect.READ, Effect.FETCH),
    examples=(Example("Will it snow on Sunday?", {"what": "snow", "when": "on Sunday"}),),
    sensitive={},
    words=outdoors.WEATHER,
    sentences=outdoors.WEATHER_SENTENCES,
)


def telling(settings: Weather) -> Tool:
    """The tool that tells what the source of ``settings`` says."""

    async def measure(context: ToolContext, *, when: str = "", what: What = "weather", place: str = "") -> Preview:
        """Ask for the weather; the source learns nothing but that it is asked."""
        return Preview(phrase="ask for the weather", reversal=Reversal.HARMLESS)

    async def run(context: ToolContext, *, when: str = "", what: What = "weather", place: str = "") -> ToolResult:
        """Ask the source, and tell what it says of the days."""
        return await _run(context, settings, when, what, place)

    return Tool(SPEC, run, measure)


async def _run(context: ToolContext, settings: Weather, when: str, what: str, place: str) -> ToolResult:
    now = context.kit.clock.now()
    if len(when) > TEXT_LIMIT or len(place) > TEXT_LIMIT:
        raise RequestError("say the days in a few words")
    if not _is_here(place, settings.place):
        where = amounts.name(settings.place) if settings.place else "the place that is configured"
        return ToolResult({"place": settings.place}, f"I only know the weather in {where}.")
    is_now = " ".join(words(when)) in _NOW
    try:
        span = read_range(when, now) if when.strip() and not is_now else None
    except Unreadable as error:
        raise RequestError(f"no days: {when}", spoken=why(error)) from None
    try:
        report = await context.kit.courier.weather()
    except JarvisError as error:
        if error.code not in _WHY:
            raise
        raise type(error)(error.message, code=error.code, spoken=_WHY[error.code]) from error
    told = _Told(report, settings, now)
    text = told.of(what, span) if span else told.now(what, with_day=not is_now)
    return ToolResult({"place": settings.place, "unit": settings.unit, **report.to_json()}, text)


class _Told:
    """A report in words."""

    def __init__(self, report: WeatherReport, settings: Weather, now: datetime) -> None:
        self._report, self._unit, self._today = report, settings.unit, now.date()
        self._where = f" in {amounts.name(settings.place)}" if settings.place else ""

    def now(self, what: str, *, with_day: bool) -> str:
        """What is known of this moment, and of the day that goes on."""
        known = [spoken.sky(self._report.condition)]
        if self._report.temperature is not None and what in ("weather", "temperature"):
            known.insert(0, spoken.degrees(self._report.temperature, self._unit))
        if what == "temperature":
            known = known[:-1]
        now = ", ".join(filter(None, known))
        sentences = [f"Now{self._where}: {now}."] if now else []
        today = [day for day in self._report.days if day.day == self._today]
        if today and with_day and (what != "temperature" or not now):
            sentences.append(self._day(what, today[0]))
        return " ".join(sentences) or f"The source of the weather does not tell that{self._where}."

    def of(self, what: str, span: DayRange) -> str:
        """What is known of the days of a span."""
        last = (span.end - timedelta(seconds=1)).date()
        wanted = [day for day in self._report.days if span.begin.date() <= day.day <= last]
        if not wanted:
            return f"The source of the weather has no forecast {span.said}{self._where}."
        if len(wanted) == 1 or span.is_one_day:
            return self._day(what, wanted[0])
        return self._row(what, wanted[:DAYS_TOLD], last)

    def _row(self, what: str, days: Sequence[WeatherDay], last: date) -> str:
        told = [(day, self._short(what, day)) for day in days]
        row = "; ".join(f"{day_said(day.day, self._today)} {text}" for day, text in told if text)
        more = "" if days[-1].day >= last else f" The forecast ends {day_said(days[-1].day, self._today)}."
        return f"{row[:1].upper()}{row[1:]}{self._where}.{more}" if row else self._unknown(days[0])

    def _short(self, what: str, day: WeatherDay) -> str:
        if what == "temperature":
            return spoken.span(day, self._unit)
        if what == "rain" and day.rain_percent is not None:
            return f"{day.rain_percent} percent chance of rain"
        return spoken.sky(day.condition) if what in ("rain", "snow") else spoken.forecast(day, self._unit)

    def _day(self, what: str, day: WeatherDay) -> str:
        """One day in a sentence that answers what was asked."""
        when = f"{day_said(day.day, self._today)}{self._where}"
        sky = spoken.sky(day.condition)
        if what == "rain" and day.rain_percent is not None:
            return f"The chance of rain {when} is {day.rain_percent} percent{f', {sky}' if sky else ''}."
        if what in ("rain", "snow"):
            brings = spoken.brings(day.condition, what)
            if brings is None:
                return f"The forecast {when} is {sky}." if sky else self._unknown(day)
            return f"{what.capitalize() if brings else f'No {what}'} is forecast {when}: {sky}."
        text = spoken.span(day, self._unit) if what == "temperature" else spoken.forecast(day, self._unit)
        return f"{when[:1].upper()}{when[1:]}: {text}." if text else self._unknown(day)

    def _unknown(self, day: WeatherDay) -> str:
        return f"The source of the weather does not tell that {day_said(day.day, self._today)}{self._where}."


def _is_here(place: str, configured: str) -> bool:
    said = " ".join(words(place))
    return not said or said in _HERE or set(words(said)) <= set(words(configured))
