"""The weather by request: what the source told, in words, and nothing that it did not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jarvisd.config.schema import Config, Weather
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.network.weather import WeatherDay, WeatherReport
from jarvisd.executor.tools.registry import brought_by, configured_tools
from tests.unit.executor.conftest import Bench

SETTINGS = Config(weather=Weather("https://example.org", place="Berlin"))


@pytest.fixture
def outdoors(bench: Bench) -> Bench:
    """A bench with a source that tells of today and three days more; the clock stands on a Sunday."""
    for tool in configured_tools(SETTINGS):
        bench.registry.register(tool)
    today = bench.clock.now().date()
    bench.courier.report = WeatherReport(
        12.4,
        3,
        (
            WeatherDay(today, 13.1, 7.2, 60, 61),
            WeatherDay(today + timedelta(days=1), 1.0, -3.4, 10, 71),
            WeatherDay(today + timedelta(days=2), 5.0, None, None, "sunny spells"),
            WeatherDay(today + timedelta(days=3)),
        ),
    )
    return bench


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            {},
            "Now in Berlin: 12 degrees Celsius, overcast. "
            "Today in Berlin: light rain, 7 to 13 degrees Celsius, 60 percent chance of rain.",
        ),
        ({"when": "now"}, "Now in Berlin: 12 degrees Celsius, overcast."),
        (
            {"when": "tomorrow"},
            "Tomorrow in Berlin: light snow, minus 3 to 1 degree Celsius, 10 percent chance of rain.",
        ),
        ({"what": "temperature"}, "Now in Berlin: 12 degrees Celsius."),
        ({"what": "temperature", "when": "tomorrow"}, "Tomorrow in Berlin: minus 3 to 1 degree Celsius."),
        (
            {"what": "rain"},
            "Now in Berlin: overcast. The chance of rain today in Berlin is 60 percent, light rain.",
        ),
        ({"what": "rain", "when": "tomorrow"}, "The chance of rain tomorrow in Berlin is 10 percent, light snow."),
        ({"what": "snow", "when": "tomorrow"}, "Snow is forecast tomorrow in Berlin: light snow."),
        ({"what": "snow", "when": "today"}, "No snow is forecast today in Berlin: light rain."),
        ({"when": "tomorrow", "place": "berlin"}, "Tomorrow in Berlin: light snow"),
        ({"when": "tomorrow", "place": "Paris"}, "I only know the weather in Berlin."),
    ],
)
async def test_what_the_source_told_is_said(outdoors: Bench, args: dict[str, str], says: str) -> None:
    text = (await outdoors.use("weather", **args)).spoken
    assert text.startswith(says)


async def test_words_of_the_source_are_set_off_and_decide_nothing(outdoors: Bench) -> None:
    text = (await outdoors.use("weather", what="snow", when="in 2 days")).spoken
    assert text.endswith('in Berlin is "sunny spells".')


@pytest.mark.parametrize("what", ["weather", "rain", "snow", "temperature"])
async def test_what_the_source_does_not_tell_is_not_made_up(outdoors: Bench, what: str) -> None:
    unknown = (await outdoors.use("weather", what=what, when="in 3 days")).spoken
    assert unknown.startswith("The source of the weather does not tell that")
    far = (await outdoors.use("weather", what=what, when="in 9 days")).spoken
    assert far.startswith("The source of the weather has no forecast")
    past = (await outdoors.use("weather", what=what, when="yesterday")).spoken
    assert past.startswith("The source of the weather has no forecast yesterday")
    outdoors.courier.report = WeatherReport()
    nothing = (await outdoors.use("weather", what=what)).spoken
    assert nothing == "The source of the weather does not tell that in Berlin."


async def test_several_days_are_a_row_and_its_end_is_told(outdoors: Bench) -> None:
    text = (await outdoors.use("weather", when="next 7 days")).spoken
    assert text.startswith("Today light rain, 7 to 13 degrees Celsius, 60 percent chance of rain; tomorrow light")
    assert "The forecast ends" in text


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Unavailable("x", code=ErrorCode.WEB_UNREACHABLE), "I could not reach the source of the weather."),
        (EngineError("x", code=ErrorCode.WEB_UNREADABLE), "I could not read what the source of the weather says."),
        (RequestError("x", code=ErrorCode.REFUSED), "The source of the weather is not set up as it must be."),
        (RequestError("x", code=ErrorCode.TIMEOUT), "The source of the weather took too long."),
        (
            Unavailable("x", code=ErrorCode.COURIER_GONE),
            "I can't reach anything outside of this machine right now.",
        ),
    ],
)
async def test_each_failure_is_said_as_what_it_is(outdoors: Bench, fault: JarvisError, says: str) -> None:
    outdoors.courier.fault = fault
    [step] = await outdoors.run(("weather", {}), utterance="what's the weather")
    assert step["outcome"] in ("failed", "refused")
    assert str(step["spoken"]).startswith(says)


async def test_it_runs_by_itself_and_asks_the_courier_for_nothing_else(outdoors: Bench) -> None:
    [step] = await outdoors.run(("weather", {"what": "rain"}), utterance="is it going to rain")
    assert step["outcome"] == "done"
    assert (outdoors.speech.questions, outdoors.courier.fetched, outdoors.courier.letters) == ([], [], [])


def test_a_source_takes_its_domain_over_and_is_not_there_unless_configured() -> None:
    assert configured_tools(Config()) == ()
    [tool] = configured_tools(SETTINGS)
    assert "weather" in brought_by(tool)
