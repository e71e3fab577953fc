"""Where each argument of a step comes from (the idea of CaMeL, arXiv 2503.18813, held by code). Pure.

A value is *said* by the person in this request, *remembered* from what a person told before, *read* in a file, in
a page or in what a program printed, or *invented* by the planner: in none of these. It is judged word by word, and
is worth as much as its least word. Small words ("the", "list") count only where a value has no others, so that
"the list" has to be said to be named. Trust never grows with what was read: a word that is read and was not said
is worth less than an invented one, since somebody else may want it to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonValue
from jarvisd.core.network.web_url import parse_spoken_url
from jarvisd.executor.tools.spec import Sensitivity, Tool
from jarvisd.executor.tools.url_provenance import is_linked
from jarvisd.lang.pack import WordRules

JOINED = 3
"""So many words in a row may be written as one: "to do" is "todo"."""
QUOTED_WORDS = 4
"""Chosen: so many words in a row, one of them neither small nor said, are no chance but a quotation."""
TELLING_DIGITS = 4
"""Chosen: from this length on a word with a digit in it, such as a code, is a quotation by itself."""
ENDING_LIMIT = 4
"""Chosen: longer ones are words."""
SHORT = 2
"""Letters of a word that only tells a time apart, such as "pm"."""
STRAY_SHARE = 4
"""One word in four of a memory may be the planner's: "rang" for "called"."""


class Origin(str, Enum):
    """Where a value comes from."""

    SAID = "said"
    REMEMBERED = "remembered"
    INVENTED = "invented"
    READ = "read"

    @property
    def trust(self) -> int:
        """3 for what was said down to 0 for what was read."""
        return _TRUST[self]

    @property
    def is_told(self) -> bool:
        """Whether a person stands behind it."""
        return self in (Origin.SAID, Origin.REMEMBERED)


_TRUST: Mapping[Origin, int] = {Origin.READ: 0, Origin.INVENTED: 1, Origin.REMEMBERED: 2, Origin.SAID: 3}


class Vocabulary:
    """The words of texts, alone and written together, with where they stand."""

    def __init__(self, texts: Iterable[str], rules: WordRules) -> None:
        self.rules = rules
        self._rows = [rules.tokens(text) for text in texts]
        self._forms: dict[str, set[int]] = {}
        at = 0
        for row in self._rows:
            for start in range(len(row)):
                for length in range(1, min(JOINED, len(row) - start) + 1):
                    where = self._forms.setdefault("".join(row[start : start + length]), set())
                    where.update(range(at + start, at + start + length))
            at += len(row)

    def matched(self, words: Sequence[str]) -> list[frozenset[int]]:
        """For each of ``words`` where it stands here, alone or as one with its neighbours; else nothing."""
        found: list[frozenset[int]] = [frozenset()] * len(words)
        for start in range(len(words)):
            for length in range(1, min(JOINED, len(words) - start) + 1):
                where = self._forms.get("".join(words[start : start + length]))
                for index in range(start, start + length) if where else ():
                    found[index] |= where or set()
        return found

    def runs(self, words: Sequence[str], length: int) -> set[int]:
        """Which of ``words`` belong to a row of ``length`` of them that stands here in the same order."""
        rows = {row[at : at + length] for row in self._rows for at in range(len(row) - length + 1)}
        starts = [at for at in range(len(words) - length + 1) if tuple(words[at : at + length]) in rows]
        return {index for start in starts for index in range(start, start + length)}


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known when a request is carried out. Only ``said`` and ``remembered`` come from a person."""

    said: str = ""
    remembered: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    """Addresses that pages of this dialogue link to."""
    is_pasted: bool = False
    """Some of ``said`` is not theirs who ask, and nobody knows which words: all of it counts as read."""


class Tracer:
    """Tells where values come from, given the sources of one request."""

    def __init__(self, sources: Sources, rules: WordRules) -> None:
        self.sources = sources
        self.rules = rules
        pasted = (sources.said,) if sources.is_pasted else ()
        self.said = Vocabulary([] if pasted else [sources.said], rules)
        self.remembered = Vocabulary(sources.remembered, rules)
        self.read = Vocabulary((*sources.read, *pasted), rules)

    def origin_of(self, value: str) -> Origin:
        """The origin of a name, an address or another short value, word by word."""
        words = self._counted(value)
        if not words:
            is_said = value.strip() in self.sources.said and not self.sources.is_pasted
            return Origin.SAID if is_said else Origin.INVENTED
        said, remembered, read = (each.matched(words) for each in (self.said, self.remembered, self.read))
        origins = [
            _first((in_said, Origin.SAID), (in_memory, Origin.REMEMBERED), (in_read, Origin.READ))
            for in_said, in_memory, in_read in zip(said, remembered, read, strict=True)
        ]
        return min(origins, key=lambda origin: origin.trust)

    def origin_of_text(self, value: str) -> Origin:
        """The origin of sentences, which share their words with all others: read only where they quote."""
        words = self.rules.tokens(value)
        said = [bool(found) or self.rules.is_small(word) for word, found in self._with(self.said, words)]
        if all(said):
            return Origin.SAID
        known = [
            own or bool(found) for own, (_, found) in zip(said, self._with(self.remembered, words), strict=True)
        ]
        quoted = self.read.runs(words, QUOTED_WORDS)
        quoted |= {
            index
            for index, (word, found) in enumerate(self._with(self.read, words))
            if found and _is_telling(word)
        }
        if any(not known[index] for index in quoted):
            return Origin.READ
        return Origin.REMEMBERED if all(known) else Origin.INVENTED

    def origin_of_memory(self, value: str) -> Origin:
        """The origin of what is to be remembered, which retells what was said in the words of another."""
        origin = self.origin_of_text(value)
        if origin is not Origin.INVENTED:
            return origin
        words = self._counted(value)
        pairs = zip(words, self.said.matched(words), self.remembered.matched(words), strict=True)
        strays = [word for word, *told in pairs if not any(told)]
        is_retold = len(strays) <= len(words) // STRAY_SHARE and not any(map(_has_digit, strays))
        return Origin.SAID if is_retold else Origin.INVENTED

    def telling(self, value: str, description: str) -> str:
        """``value`` without words that tell its kind ("timer"), as the first sentence of ``description`` does."""
        kind = {*self.rules.tokens(description.partition(". ")[0])}
        return " ".join(word for word in value.split() if not kind.issuperset(self.rules.tokens(word)))

    def origin_of_time(self, value: str) -> Origin:
        """The origin of a length or a time: short words, such as "pm", count only where there is nothing else."""
        words = self.rules.tokens(value)
        return self.origin_of(" ".join(word for word in words if len(word) > SHORT or _has_digit(word)) or value)

    def origin_of_site(self, url: str) -> Origin:
        """The origin of the site of ``url``: one word of its name tells which of the allowed ones is meant.

        A link on a page that was asked for counts as asked for with that page.
        """
        labels = _host(url).split(".")
        words = [word for label in labels[: -1 if len(labels) > 1 else None] for word in self.rules.tokens(label)]
        found = [self.origin_of(word) for word in words if word != "www"]
        best = max(found, key=lambda origin: origin.trust, default=Origin.INVENTED)
        return Origin.SAID if is_linked(url, self.sources.links) else best

    def words_of(self, value: str) -> frozenset[int]:
        """Which words of the request, counted from 0, ``value`` accounts for."""
        return frozenset().union(*self.said.matched(self.rules.tokens(value)))

    def _counted(self, value: str) -> tuple[str, ...]:
        words = self.rules.tokens(value)
        return tuple(word for word in words if not self.rules.is_small(word)) or words

    @staticmethod
    def _with(vocabulary: Vocabulary, words: Sequence[str]) -> list[tuple[str, frozenset[int]]]:
        return list(zip(words, vocabulary.matched(words), strict=True))


@dataclass(frozen=True, slots=True)
class Doubt:
    """An argument that a question has to name."""

    argument: str
    value: str
    """As it is told."""
    origin: Origin
    sensitivity: Sensitivity

    @property
    def is_quoting(self) -> bool:
        """Whether it is a text that quotes what was read, and no name."""
        return self.sensitivity is Sensitivity.TEXT

    @property
    def reason(self) -> str:
        """For verdicts: ``"provenance: path is invented"``."""
        return f"provenance: {self.argument} is {self.origin.value}"


@dataclass(frozen=True, slots=True)
class StepProvenance:
    """Where the arguments of a step come from and what follows."""

    origins: Mapping[str, Origin] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    """What a person is asked about."""
    is_announced: bool = False
    """Something new gets a name that the planner chose."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a person is asked."""
        return tuple(doubt.reason for doubt in self.doubts)

    def to_json(self) -> dict[str, JsonValue]:
        """Argument to kind of origin; no content."""
        return {name: origin.value for name, origin in self.origins.items()}


def tracer_of(sources: Sources, rules: WordRules) -> Tracer | None:
    """The tracer of a request; ``None`` where there is none, and who submits a plan has written it."""
    return Tracer(sources, rules) if sources.said.strip() else None


def trace(tool: Tool, args: Mapping[str, object], tracer: Tracer | None, *, is_new: bool = True) -> StepProvenance:
    """Where ``args`` come from; ``is_new`` tells that what they name is not there yet.

    Without a tracer all of it is said: the plan itself is what somebody wrote. Arguments that are left empty, and
    those with a few values to choose from, come from nowhere.
    """
    origins: dict[str, Origin] = {}
    doubts = []
    is_announced = False
    for name, value in args.items():
        kind = tool.spec.sensitivity(name)
        text = "" if tool.has_choices(name) else _text(value, kind)
        if kind is Sensitivity.WHICH and tracer is not None:
            text = tracer.telling(text, tool.spec.description)
        if not text.strip():
            continue
        origin = origins[name] = _origin(text, kind, tracer)
        is_free = kind is Sensitivity.NAME and is_new
        is_announced |= is_free and not origin.is_told
        if kind is not None and not is_free and _is_doubtful(kind, origin):
            doubts.append(Doubt(name, _shown(text, kind), origin, kind))
    return StepProvenance(origins, tuple(doubts), is_announced)


def _text(value: object, kind: Sensitivity | None) -> str:
    """An argument as a text, also one in pieces; a number is a text where nothing is declared."""
    if isinstance(value, (list, tuple)):
        return " ".join(_text(item, kind) for item in value)
    is_number = kind is Sensitivity.UNDECLARED and isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if isinstance(value, str) or is_number else ""


def _origin(value: str, kind: Sensitivity | None, tracer: Tracer | None) -> Origin:
    if tracer is None:
        return Origin.SAID
    if kind is Sensitivity.SITE:
        return tracer.origin_of_site(value)
    if kind is Sensitivity.TIME:
        return tracer.origin_of_time(value)
    if kind is Sensitivity.TEXT:
        return tracer.origin_of_text(value)
    if kind is Sensitivity.MEMORY:
        return tracer.origin_of_memory(value)
    if kind in (Sensitivity.SUBJECT, Sensitivity.NAME):
        return tracer.origin_of(_without_ending(_shown(value, kind), tracer))
    return tracer.origin_of(_without_ending(value, tracer) if kind is Sensitivity.GOAL else value)


def _shown(value: str, kind: Sensitivity) -> str:
    """What of a value counts: of a thing that is looked for, what its path ends with; of an address, its site."""
    if kind is Sensitivity.SITE:
        return _host(value) or value
    if kind not in (Sensitivity.SUBJECT, Sensitivity.NAME):
        return value
    return next((part for part in reversed(value.split("/")) if part.strip(" .")), value)


def _host(url: str) -> str:
    """The host of an address, written or in words; empty where there is none."""
    try:
        return parse_spoken_url(url).host
    except RequestError:
        return ""


def _is_doubtful(kind: Sensitivity, origin: Origin) -> bool:
    return origin is Origin.READ if kind is Sensitivity.TEXT else not origin.is_told


def _without_ending(path: str, tracer: Tracer) -> str:
    """A path without an ending such as ``.txt`` that nobody said; people leave it out."""
    stem, _, ending = path.rpartition(".")
    is_ending = ending.isalnum() and len(ending) <= ENDING_LIMIT and bool(stem.strip("/. "))
    return stem if is_ending and not tracer.origin_of(ending).is_told else path


def _first(*found: tuple[frozenset[int], Origin]) -> Origin:
    return next((origin for where, origin in found if where), Origin.INVENTED)


def _is_telling(word: str) -> bool:
    return len(word) >= TELLING_DIGITS and _has_digit(word)


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)
