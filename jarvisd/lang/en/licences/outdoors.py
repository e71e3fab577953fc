"""What asks for the weather, where there is a source of it: its words, and its sentences."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, TIMES
from jarvisd.lang.licence import ToolWords

_SKY = (
    "weather|forecast|forecasts|rain|raining|rainy|shower|showers|snow|snowing|snowy|sunny|cloudy|overcast|fog|"
    "foggy|"
    "thunderstorm|storm|stormy|umbrella|raincoat|drizzle|hail|wet|dry|precipitation"
)
_WARM = "temperature|degrees|degree|hot|warm|cold|cool|chilly|freezing|freeze|frost|warmer|colder|mild|icy"

WEATHER = ToolWords(
    acts=(
        "what|whats|which|how|is|be|will|would|do|does|should|can|could|tell|give|show|check|read|get|look|"
        "when|any",
        "what s|be|do",
        "look at|up",
        "be there",
    ),
    things=(_SKY, _WARM, "like_outside|outside|out_there|the_weather"),
    asks=(
        "weather|forecast",
        "weather|forecast [please|now|today|tomorrow]",
        "need|take|bring .. umbrella|raincoat",
    ),
    others=(
        "sunrise|sunset|moon|moonrise|tide|tides|pollen|uv|air_quality|wind|windy|humidity|humid|pressure|"
        "visibility",
        "kitchen|bedroom|bathroom|living_room|room|house|oven|fridge|freezer|cpu|processor|machine|computer|disk|"
        "heating|thermostat|water|pool|car",
        "turn|switch|set|play|write|remind|find|search|open|add|send|mail|delete",
        "yesterday|last|ago",
    ),
    also=(*TIMES, *COUNTS, "like|outside|out|here|there|today|going|get|need|take|bring|be|look|in|for|chance|of"),
    is_open=True,
    does="tell the weather",
)
_WEATHER = "(weather|forecast|weather forecast|weather report)"
_ASKING = "(<what_is>|how is|how's|tell me|give me|show me|check|read me)"
_WILL = "(is it|will it|is it going to|is it gonna|does it|could it|might it)"
WEATHER_SENTENCES = (
    f"[{_ASKING}] [the] {_WEATHER} [like] [(outside|here|now|right now)]",
    f"[{_ASKING}] [the] {_WEATHER} [like] [outside] [(for|on)] {{day_range:when}}",
    f"(<what_is>|how is|how's) the {_WEATHER} (going to be|gonna be) [like] [(for|on)] {{day_range:when}}",
    f"(what|how) (will|is|does) the {_WEATHER} (be|going to be|look) [like] [(for|on)] {{day_range:when}}",
    "(what's it like|what is it like|how is it|how's it) (outside|out there)",
    f"{_WILL} {{rain:what}} [(outside|here|now|right now)]",
    f"{_WILL} {{rain:what}} [(outside|here)] [on] {{day_range:when}}",
    "(will|is) there [going to] [be] [any] {rain:what} [on] {day_range:when}",
    "<what_is> the chance of {rain:what} [[(for|on)] {day_range:when}]",
    "(do I|will I|should I) (need|take|bring) {umbrella:what} [[(for|on)] {day_range:when}]",
    "how {warm:what} is it [(outside|out there|here|now|right now|outside now|outside right now)]",
    "how {warm:what} (will it be|will it get|is it going to be|is it) [outside] [(for|on)] {day_range:when}",
    "(will it be|will it get|is it going to be|is it) {warm:what} [outside] [(for|on)] {day_range:when}",
    f"{_WILL} [be] {{sun:what}} [(outside|out|here|now|right now)]",
    f"{_WILL} [be] {{sun:what}} [(outside|out|here)] [on] {{day_range:when}}",
    "is it {warm:what} (outside|out there|out|outside now|outside right now|right now)",
    "<what_is> the {temperature:what} in {label:place}",
    "(<what_is>|tell me) the {temperature:what} (outside|out there|outside now)",
    "(what is|what will|what's) the {temperature:what} [be] [outside] [(for|on)] {day_range:when}",
    f"{_ASKING} the {_WEATHER} [like] in {{label:place}}",
    "(is it|will it|is it going to) {rain:what} in {label:place}",
)
