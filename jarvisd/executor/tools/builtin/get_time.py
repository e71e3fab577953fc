"""The tool get_time: the clock and the calendar."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.clock_words import spoken_time
from jarvisd.lang.en.words import words

LANE = "zones"
"""What the machine knows of time zones is read beside everything else."""

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
    where, zone = await context.kit.workers.run(LANE, _place, context.utterance)
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
    zones = _installed() or {name: name for name in available_timezones()}
    return {name.rpartition("/")[2].casefold(): zones[name] for name in sorted(zones, reverse=True)}


def _installed() -> dict[str, str]:
    """Every name, old ones too, with the zone that it stands for; empty if the machine has no list of them.

    Old names, "Japan" and "Portugal" among them, are links that some distributions package apart.
    """
    for folder in map(Path, TZPATH):
        with suppress(OSError):
            lines = [line.split() for line in (folder / "tzdata.zi").read_text("utf-8").splitlines()]
            named = {line[1]: line[1] for line in lines if line[:1] == ["Z"]}
            return {**named, **{line[2]: line[1] for line in lines if line[:1] == ["L"]}}
    return {}


TOOL = Tool(SPEC, run)
