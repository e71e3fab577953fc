"""The tool get_time: the clock and the calendar."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from jarvisd.core.spoken import words
from jarvisd.executor.clockwords import spoken_time
from jarvisd.executor.context import ToolContext
from jarvisd.executor.tool import Effect, Example, Tool, ToolResult, ToolSpec

SPEC = ToolSpec(
    name="get_time",
    description="The current time of day, or today's date and weekday.",
    effects=(Effect.READ,),
    examples=(
        Example("Do you have the time?", {"what": "time"}),
        Example("Which day of the week is it?", {"what": "date"}),
    ),
    deadline_s=5,
)


async def run(context: ToolContext, *, what: Literal["time", "date"] = "time") -> ToolResult:
    """Tell the local time or date, or that of the place that was named."""
    now = context.kit.clock.now()
    where, zone = _place(context.utterance)
    if zone is not None:
        now = now.astimezone(zone)
    here = f"In {where} it" if zone is not None else "Here it" if where else "It"
    return ToolResult({"iso": now.isoformat(timespec="seconds")}, _sentence(now, what, here))


def _sentence(now: datetime, what: str, it: str) -> str:
    if what == "time":
        return f"{it} is {spoken_time(now)}."
    date = f"{now:%A}, {now:%B} {now.day}, {now.year}"
    return f"Today is {date}." if it == "It" else f"{it} is {date}."


def _place(utterance: str) -> tuple[str, ZoneInfo | None]:
    """The place after the last "in", and its time zone if the machine knows a zone of that name."""
    _, within, place = " ".join(words(utterance)).rpartition(" in ")
    if not within:
        return "", None
    said = place.split()
    for count in range(len(said), 0, -1):
        if (zone := _zones().get("_".join(said[:count]))) is not None:
            return " ".join(word.capitalize() for word in said[:count]), ZoneInfo(zone)
    return place, None


@cache
def _zones() -> dict[str, str]:
    """Time zones by the cities and countries that they are named after."""
    return {name.rpartition("/")[2].casefold(): name for name in sorted(available_timezones(), reverse=True)}


TOOL = Tool(SPEC, run)
