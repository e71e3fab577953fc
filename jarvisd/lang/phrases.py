"""Phrases of a few words, and where they stand in what was said. Pure.

A phrase is words in a row: ``"the|my"`` is one of them, ``"[all]"`` may be left out, ``"rid_of"`` is two words in
one place, and ``".."`` stands for a few others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

GAP_WORDS = 7
"""Chosen: so many words may stand for ``..``, as in "take .. off"."""
_GAP = ".."


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One place of a phrase."""

    choices: Mapping[str, tuple[tuple[str, ...], ...]]
    """What may stand here, under its first word."""
    is_optional: bool = False
    gap: int = 0
    """How many other words may stand before it."""


Phrase = tuple[Slot, ...]
Phrases = Mapping[str, tuple[Phrase, ...]]
"""Phrases under each word that they may begin with."""


def indexed(texts: Sequence[str], tokens: Callable[[str], tuple[str, ...]]) -> Phrases:
    """``texts`` as phrases; ``tokens`` makes words of a text."""
    found: dict[str, list[Phrase]] = {}
    for text in texts:
        phrase = tuple(_slots(text, tokens))
        for slot in phrase:
            for first in slot.choices:
                found.setdefault(first, []).append(phrase)
            if not slot.is_optional:
                break
    return {first: tuple(rows) for first, rows in found.items()}


def _slots(phrase: str, tokens: Callable[[str], tuple[str, ...]]) -> Iterator[Slot]:
    gap = 0
    for text in phrase.split():
        if text == _GAP:
            gap = GAP_WORDS
            continue
        choices: dict[str, list[tuple[str, ...]]] = {}
        for choice in text.strip("[]").split("|"):
            words = tokens(choice.replace("_", " "))
            if words:
                choices.setdefault(words[0], []).append(words)
        rows = {first: tuple(listed) for first, listed in choices.items()}
        yield Slot(rows, is_optional=text.startswith("["), gap=gap)
        gap = 0


def fit(
    phrase: Phrase, lemmas: Sequence[AbstractSet[str]], at: int, end: int, masked: AbstractSet[int]
) -> tuple[int, ...]:
    """Where the words of ``phrase`` stand from ``at`` on, before ``end`` and past ``masked``; else nothing.

    ``lemmas`` holds for each place the words that stand for it.
    """
    if not phrase:
        return ()
    slot, rest = phrase[0], phrase[1:]
    for begin in range(at, min(at + slot.gap + 1, end)):
        for where in _taken(slot, lemmas, begin, end, masked):
            following = fit(rest, lemmas, where[-1] + 1, end, masked)
            if following or all(later.is_optional for later in rest):
                return where + following
    return fit(rest, lemmas, at, end, masked) if slot.is_optional else ()


def _taken(
    slot: Slot, lemmas: Sequence[AbstractSet[str]], at: int, end: int, masked: AbstractSet[int]
) -> Iterator[tuple[int, ...]]:
    """Where one of the choices of ``slot`` stands, beginning at ``at``."""
    if at in masked:
        return
    for lemma in lemmas[at]:
        for choice in slot.choices.get(lemma, ()):
            spots = range(at, at + len(choice))
            if spots.stop <= end and all(word in lemmas[spot] for word, spot in zip(choice, spots, strict=True)):
                yield tuple(spots)
