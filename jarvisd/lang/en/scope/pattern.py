"""Patterns over the words of a request, matched word by word. Pure.

The elements of a pattern stand between blanks:

* ``turn|switch`` is one of these words, ``turn_up|raise`` may be phrases; ``[please]`` may be left out;
* ``<verb:turn|switch>`` is the same and keeps what was said under the name ``verb``;
* ``<np>`` is a thing with what stands before it ("the old kitchen lights"): its last word is the thing, so "the
  light files" are files; ``<of>`` is what may stand before a thing, ``<the>`` only what points at it;
* ``<ask>`` begins a question for something;
* ``<some>`` and ``<who>`` are a few words that are no names of files, ``<any>`` is all that is left;
* ``<end>`` is the end, or a word that goes on after a thing ("in the kitchen"); ``<end.>`` is the end alone and
  ``<...>`` anything.

A pattern without an end has ``<end>``. Regular expressions of the same words take 3.5 s to make for the tables of
this package, fifty times as long as these (measured).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Protocol, TypeAlias

from jarvisd.lang.en.scope.word_lists import shared_words

_Phrases: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]

_LONGEST_SOME = 5
"""Chosen, in words: of what is asked for by a name."""
_LONGEST_NAME = 4
"""Chosen, in words: of a person, and of what stands before a thing."""


class _Element(Protocol):
    """A place in a pattern."""

    @property
    def name(self) -> str:
        """Under which name what stands here is kept; empty for not at all."""
        ...

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        """Where what stands at ``start`` may end, the likeliest first."""
        ...


@dataclass(frozen=True, slots=True)
class _OneOf:
    phrases: _Phrases
    is_optional: bool = False
    may_repeat: bool = False
    name: str = ""

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        if start < len(words):
            for phrase in self.phrases.get(words[start], ()):
                end = start + len(phrase)
                if tuple(words[start:end]) == phrase:
                    if self.may_repeat:
                        yield from self.ends(words, end)
                    else:
                        yield end
        if self.is_optional:
            yield start


@dataclass(frozen=True, slots=True)
class _Some:
    """Words that are no file words: as few as will do."""

    least: int
    most: int
    name: str = ""

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        for end in range(start, min(start + self.most, len(words)) + 1):
            if end > start and words[end - 1] in _NO_MODIFIER:
                return
            if end - start >= self.least and (end == start or words[end - 1] not in _NEVER_LAST):
                yield end


@dataclass(frozen=True, slots=True)
class _End:
    is_strict: bool = False
    may_be_anything: bool = False
    name: str = "tail"

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        is_end = start == len(words)
        if is_end or self.may_be_anything or (not self.is_strict and self._goes_on(words, start)):
            yield len(words)

    @staticmethod
    def _goes_on(words: Sequence[str], start: int) -> bool:
        return words[start][0].isdigit() or next(_GOING_ON.ends(words, start), None) is not None


@dataclass(frozen=True, slots=True)
class _Any:
    """Words of every kind, as few as will do."""

    name: str = "any"

    def ends(self, words: Sequence[str], start: int) -> Iterator[int]:
        yield from range(start + 1, len(words) + 1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    elements: tuple[_Element, ...]

    def match(self, words: Sequence[str]) -> dict[str, str] | None:
        """What stands under each name if ``words`` fit as a whole; of several places of a name all, in order."""
        spans = self._from(0, words, 0)
        if spans is None:
            return None
        kept: dict[str, str] = {}
        for element, start, end in spans:
            said = " ".join(words[start:end])
            kept[element.name] = f"{kept[element.name]} {said}" if element.name in kept else said
        return kept

    def _from(self, index: int, words: Sequence[str], start: int) -> list[tuple[_Element, int, int]] | None:
        if index == len(self.elements):
            return []
        element = self.elements[index]
        for end in element.ends(words, start):
            rest = self._from(index + 1, words, end)
            if rest is not None:
                return [(element, start, end), *rest] if element.name else rest
        return None

    def first_words(self) -> frozenset[str] | None:
        """The words that a match may begin with; ``None`` if that is not known."""
        found: set[str] = set()
        for element in self.elements:
            if not isinstance(element, _OneOf):
                return None
            found.update(element.phrases)
            if not element.is_optional:
                return frozenset(found)
        return None


def parse(line: str, things: str = "") -> Pattern:
    """A pattern from its elements; ``things`` are those of ``<np>``."""
    said = [part for each in line.split() for part in _MACROS.get(each, each).split()]
    elements = [element for part in said for element in _elements(part, things)]
    if not isinstance(elements[-1], _End):
        elements.append(_End(is_strict=isinstance(elements[-1], _Any)))
    return Pattern(tuple(elements))


def _elements(said: str, things: str) -> Iterator[_Element]:
    determiners = _OneOf(_phrases(shared_words()["determiners"]), is_optional=True, may_repeat=True)
    if said in _ENDS:
        yield _ENDS[said]
    elif said == "<the>":
        yield determiners
    elif said in ("<of>", "<np>"):
        yield determiners
        yield _Some(0, _LONGEST_NAME)
        if said == "<np>":
            yield _OneOf(_phrases(things), name="thing")
    elif said == "<some>":
        yield determiners
        yield _Some(1, _LONGEST_SOME, "any")
    elif said == "<who>":
        yield _OneOf(_phrases("my|our|the|a|an|your|his|her"), is_optional=True, name="any")
        yield _Some(1, _LONGEST_NAME, "any")
    elif said.startswith("<"):
        name, _, words = said.strip("<>").partition(":")
        if not words:
            raise ValueError(f"no such element of a pattern: {said}")
        yield _OneOf(_phrases(words), name=name)
    else:
        yield _OneOf(_phrases(said.strip("[]")), is_optional=said.startswith("["))


@cache
def _phrases(said: str) -> _Phrases:
    """Phrases by their first words, the longest first, so that "floor lamp" is one thing."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted({tuple(part.split("_")) for part in said.split("|") if part}, key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return MappingProxyType({first: tuple(phrases) for first, phrases in found.items()})


_NEVER_LAST = frozenset({"the", "a", "an", "my", "our", "your", "their", "every"})
"""What a noun has to follow."""
_NO_MODIFIER = frozenset(shared_words()["no_modifier"].split("|"))
_GOING_ON = _OneOf(_phrases(shared_words()["after_thing"]))
_ENDS: Mapping[str, _Element] = MappingProxyType(
    {"<end>": _End(), "<end.>": _End(is_strict=True), "<...>": _End(may_be_anything=True), "<any>": _Any()}
)
_MACROS: Mapping[str, str] = MappingProxyType(
    {
        "<ask>": "[tell_me|do_you_know|i_want_to_know|let_me_know|find_out|check|i'd_like_to_know] "
        f"{shared_words()['asking']} [if|whether|that] [me|us] [the|like] [the]"
    }
)
"""Elements that stand for several."""
