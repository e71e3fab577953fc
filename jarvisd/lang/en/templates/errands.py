"""A request as several errands that are joined: "read the agenda, then delete draft.txt". Pure.

Every part has to be an errand by itself, and there must be one way only to take the request apart. What a control
asks for is no part, and nothing follows free words: both are thought about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.planning.plan import Action
from jarvisd.core.planning.references import Reference, Take, references

PARTS_LIMIT = 5
"""Chosen: more are no request that anybody says in one breath."""
_JOINT = re.compile(
    r"\s*(?:,\s*(?:and\s+)?(?:then|after that|also)|,\s*and|[;,]|"
    r"\band\s+(?:then|after that|also)|\bthen|\balso|\band)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a part of a request asks for."""

    action: Action
    template: str = ""
    is_free: bool = False
    """Words that may be any stand at its end, so that what follows may belong to them."""


IT = "it"
"""The value of an argument that names what an earlier part is about."""

FINDS = "search_files"
"""The tool that finds what "it" then names."""

Reader = Callable[[str], "Errand | None"]


def errands(text: str, read: Reader) -> tuple[Errand, ...]:
    """The parts of ``text`` in order; empty where it does not fall apart in one way."""
    found = list(_partings(text, read, PARTS_LIMIT))
    if len(found) != 1:
        return ()
    parts: list[Errand] = []
    for part in found[0]:
        args = _resolved(part.action, parts)
        if args is None:
            return ()
        action = replace(part.action, args=args)
        parts.append(replace(part, action=replace(action, depends_on=_needed(action, parts))))
    return tuple(parts)


def _resolved(action: Action, earlier: Sequence[Errand]) -> JsonObject | None:
    """The arguments with what "it" names; ``None`` where the part before names no place, or two."""
    if IT not in action.args.values():
        return action.args
    places: list[JsonValue] = [*_places(earlier[-1].action, of_one=True)] if earlier else []
    if earlier and earlier[-1].action.tool == FINDS:
        places = [Reference(len(earlier) - 1, Take.FILE).to_json()]
    if len(places) != 1 or list(action.args.values()).count(IT) != 1:
        return None
    return {name: places[0] if value == IT else value for name, value in action.args.items()}


def _partings(text: str, read: Reader, most: int) -> Iterator[list[Errand]]:
    """Every way to take ``text`` apart in two or more."""
    for joint in _JOINT.finditer(text):
        first, rest = read(text[: joint.start()]), text[joint.end() :]
        if first is None or first.is_free or not rest:
            continue
        if (last := read(rest)) is not None:
            yield [first, last]
        if most > 2:
            yield from ([first, *more] for more in _partings(rest, read, most - 1))


def _needed(action: Action, earlier: Sequence[Errand]) -> tuple[int, ...]:
    """Earlier parts that make or move what this one names."""
    taken = {reference.step for reference in references(action.args, len(earlier)).values()}
    named = {str(value).casefold() for value in action.args.values()}
    return tuple(
        index
        for index, before in enumerate(earlier)
        if index in taken or not named.isdisjoint(place.casefold() for place in _places(before.action))
    )


def _places(action: Action, *, of_one: bool = False) -> list[str]:
    """What an action makes or is about; ``of_one`` leaves out those of which two could be meant."""
    named = [str(action.args[name]) for name in ("path", "source", "destination") if name in action.args]
    return [] if of_one and action.tool not in ("mkdir", "file_read", "file_append") else named
