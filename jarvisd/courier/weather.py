"""Asks the configured source for the weather. The address is the configuration's alone: an errand adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from jarvisd.config.schema import Config, Weather
from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.core.network.weather import DAYS_LIMIT, WeatherDay, WeatherReport, condition, day_of, degrees, percent
from jarvisd.core.network.web_url import parse_url
from jarvisd.courier import web
from jarvisd.courier.checked_connection import Resolve, system_resolve

_EACH = "*"
"""In a pointer: every one of a list."""


def ask(config: Config, resolve: Resolve = system_resolve) -> WeatherReport:
    """What the source tells. Errors: REFUSED without one, WEB_UNREACHABLE, WEB_UNREADABLE, TIMEOUT."""
    settings = config.weather
    if not settings.url:
        raise RequestError("weather.url names no source", code=ErrorCode.REFUSED)
    address = settings.url
    for name, value in (
        ("latitude", f"{settings.latitude:g}"),
        ("longitude", f"{settings.longitude:g}"),
        ("place", quote(settings.place, safe="")),
    ):
        address = address.replace(f"{{{name}}}", value)
    url = parse_url(address)
    if url.scheme != "https":
        raise RequestError("weather.url must begin with https", code=ErrorCode.REFUSED)
    only_there = replace(config.web, allow_hosts=str(url).split("/")[2])
    return read_report(web.fetch_json(only_there, str(url), resolve), settings)


def read_report(document: object, settings: Weather) -> WeatherReport:
    """The fields that ``settings`` point to; WEB_UNREADABLE where none of them tells anything."""
    now = degrees(found(document, settings.now_temperature))
    sky = condition(found(document, settings.now_condition))
    report = WeatherReport(now, sky, tuple(_days(document, settings)))
    if report == WeatherReport():
        raise EngineError("the source's answer holds no field of [weather]", code=ErrorCode.WEB_UNREADABLE)
    return report


def _days(document: object, settings: Weather) -> list[WeatherDay]:
    names = (settings.days, settings.day_high, settings.day_low, settings.day_rain_percent, settings.day_condition)
    dates, *columns = (_column(found(document, name)) for name in names)
    known = []
    for index, written in enumerate(dates[:DAYS_LIMIT]):
        high, low, rain, sky = (column[index] if index < len(column) else None for column in columns)
        if (day := day_of(written)) is not None:
            known.append(WeatherDay(day, degrees(high), degrees(low), percent(rain), condition(sky)))
    return known


def _column(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def found(document: object, pointer: str) -> object:
    """What a JSON pointer (RFC 6901) leads to, ``*`` standing for each of a list; ``None`` for nothing."""
    if not pointer.startswith("/"):
        return None
    return _followed(document, [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")])


def _followed(value: object, parts: Sequence[str]) -> object:
    for index, part in enumerate(parts):
        if isinstance(value, list) and part == _EACH:
            return [_followed(each, parts[index + 1 :]) for each in value[:DAYS_LIMIT]]
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
