"""What tools have brought to light in a dialogue: texts that nobody here said, and where pages lead.

The planner is never shown any of it (decision 4). It is kept for a while to tell words that were read from words
that were invented, and so that a page which links to an address can name it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.executor.tools.spec import Effect, Registry

KEPT_S = 600.0
"""Chosen: so long people go on about what they have just heard."""
KEPT_RESULTS = 10
"""Chosen: with :data:`KEPT_CHARACTERS` it takes some milliseconds to take them apart into words."""
KEPT_CHARACTERS = 8000
"""Of one result; as much as of a page is handed on."""
LINKS = "links"
"""Where the result of a fetch holds the addresses that the page links to."""

AskerKey = tuple[str, int | None]
"""Channel and user: whose dialogue it is."""


@dataclass(frozen=True, slots=True)
class _Reading:
    at_s: float
    text: str
    links: tuple[str, ...]


class Readings:
    """Remembers results of steps that read something, for each asker."""

    def __init__(self) -> None:
        self._of: dict[AskerKey, deque[_Reading]] = {}

    def note(
        self,
        asker: AskerKey,
        links: frozenset[str],
        reports: Sequence[StepReport],
        registry: Registry,
        now_s: float,
    ) -> None:
        """Take in what the steps of a plan that has ended brought to light.

        ``links`` were free for it. They are used up when a page was fetched: which one it was tells something.
        """
        kept = self._of.setdefault(asker, deque(maxlen=KEPT_RESULTS))
        if links and any(report.outcome is Outcome.DONE and LINKS in report.result for report in reports):
            kept = self._of[asker] = deque((replace(each, links=()) for each in kept), maxlen=KEPT_RESULTS)
        for report in reports:
            if report.outcome is Outcome.DONE and _brings_to_light(report.tool, registry):
                text = "\n".join(texts_in(report.result))[:KEPT_CHARACTERS]
                kept.append(_Reading(now_s, text, _links(report.result)))

    def texts(self, asker: AskerKey, now_s: float) -> tuple[str, ...]:
        """What was read lately."""
        return tuple(reading.text for reading in self._lately(asker, now_s))

    def links(self, asker: AskerKey, now_s: float) -> frozenset[str]:
        """Where the pages that were read lately lead."""
        return frozenset(link for reading in self._lately(asker, now_s) for link in reading.links)

    def _lately(self, asker: AskerKey, now_s: float) -> Iterator[_Reading]:
        return (reading for reading in self._of.get(asker, ()) if now_s - reading.at_s < KEPT_S)


def _brings_to_light(tool: str, registry: Registry) -> bool:
    """Whether a tool tells what others have written; memories and the machine's own figures are not that."""
    if not registry.has(tool):
        return False
    spec = registry.find(tool).spec
    reads_files = spec.on_files and not spec.has_effects
    return reads_files or not {Effect.FETCH, Effect.EXECUTE}.isdisjoint(spec.effects)


def texts_in(value: object) -> Iterator[str]:
    """Every text in a result, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def _links(result: JsonObject) -> tuple[str, ...]:
    listed = result.get(LINKS)
    return tuple(link for link in listed if isinstance(link, str)) if isinstance(listed, list) else ()
