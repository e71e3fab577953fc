"""What is taken from a source's answer, and what is not: fields by pointers, checked, and nothing made up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jarvisd.config.schema import Config, Weather, Web
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.network.weather import WeatherDay, WeatherReport, report_from
from jarvisd.courier.weather import ask, found, read_report

ANSWER = {
    "current": {"temperature_2m": 12.4, "weather_code": 3},
    "daily": {
        "time": ["2026-11-22", "2026-11-23"],
        "temperature_2m_max": [13.1, -2],
        "temperature_2m_min": [7, None],
        "precipitation_probability_max": [60, "many"],
        "weather_code": [61, 100],
    },
}
OTHER = Weather(
    url="https://example.org",
    now_temperature="/now/temp",
    now_condition="/now/text",
    days="/days/*/date",
    day_high="/days/*/max",
    day_low="/days/*/min",
    day_rain_percent="/days/*/rain",
    day_condition="/days/*/sky~1text",
)


def test_an_answer_in_columns_is_read() -> None:
    report = read_report(ANSWER, Weather())
    assert report == WeatherReport(
        12.4,
        3,
        (
            WeatherDay(date(2026, 11, 22), 13.1, 7.0, 60, 61),
            WeatherDay(date(2026, 11, 23), -2.0, None, None, None),
        ),
    )
    assert report_from(report.to_json()) == report


def test_an_answer_day_by_day_is_read() -> None:
    days = [{"date": "2026-11-22T00:00", "max": 5, "rain": 0, "sky/text": "light rain"}, {"max": 3}]
    report = read_report({"now": {"temp": 4, "text": "cloudy"}, "days": days}, OTHER)
    assert report == WeatherReport(4.0, "cloudy", (WeatherDay(date(2026, 11, 22), 5.0, None, 0, "light rain"),))


@pytest.mark.parametrize(
    "value",
    ["12", True, None, [], {}, 1e9, float("nan"), float("inf"), -400, 10**400],
)
def test_what_is_no_temperature_is_none(value: Any) -> None:
    assert read_report({"current": {"temperature_2m": value, "weather_code": 0}}, Weather()).temperature is None


@pytest.mark.parametrize("value", ["x" * 61, "", " \n ", -1, 100, 1.5, True, [], {"a": 1}])
def test_what_is_no_condition_is_none(value: Any) -> None:
    assert read_report({"current": {"temperature_2m": 1, "weather_code": value}}, Weather()).condition is None


@pytest.mark.parametrize("document", [None, [], {}, "rain", 5, {"current": []}, {"daily": {"time": "2026-11-22"}}])
def test_an_answer_without_any_field_cannot_be_read(document: Any) -> None:
    with pytest.raises(JarvisError) as refused:
        read_report(document, Weather())
    assert refused.value.code is ErrorCode.WEB_UNREADABLE


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/0", 1),
        ("/a/9", None),
        ("/a/x", None),
        ("/b", None),
        ("a", None),
        ("", None),
        ("/a/*", [1, 2]),
        ("/c/*/d", None),
    ],
)
def test_a_pointer_leads_somewhere_or_nowhere(pointer: str, value: object) -> None:
    assert found({"a": [1, 2], "c": {"d": 1}}, pointer) == value


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "names no source"),
        ("http://example.org/", "weather.url must begin with https"),
        ("ftp://example.org/", "not https"),
        ("https://user@example.org/", ""),
    ],
)
def test_only_a_source_that_is_https_is_asked(url: str, why: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(JarvisError) as refused:
        ask(Config(weather=Weather(url), web=Web()), resolve)
    assert refused.value.code is ErrorCode.REFUSED
    assert why in refused.value.message


@pytest.mark.parametrize("answer", [{}, {"days": 5}, {"days": [{}]}, {"days": [{"day": "soon"}]}, {"days": [1]}])
def test_what_is_no_report_is_refused_on_the_way_back(answer: dict[str, object]) -> None:
    with pytest.raises(JarvisError):
        report_from(answer)
