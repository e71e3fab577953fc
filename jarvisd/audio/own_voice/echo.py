"""Whether words that were heard are an echo of words that were spoken, in spite of slips of transcription. Pure.

Texts are compared letter by letter, since a transcriber cuts the same sound into other words: "in voices" for
"invoices", "471" for "four seven one". All words here are in one form, small and with numbers in digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST_LETTERS = 12
"""A piece that fits so well, letters that fit less those that do not, is an echo, and in a text of fewer than
twice as many letters half of them. Measured on 4000 pairs of sentences of documents of this
suite: 0.5 % fit so well."""
SHORT_LETTERS = 16
"""A shorter text is an echo only if all of it was spoken: a piece of it says too little."""
EXACT_LETTERS = 5
"""Chosen: texts up to this length, as "yes", "stop" and "wait", must be the same letter by letter."""
LETTERS_A_SLIP = 3
"""Chosen: of longer ones that are short one letter in three may be another ("envuses" for "invoices")."""
MOST_PIECES = 4
"""Chosen: an echo that people spoke over falls into few pieces."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of the words that were heard is an echo."""

    is_echo: tuple[bool, ...]
    """For each word."""
    share: float
    """How much of their letters, 0 to 1."""


def compared(heard: Sequence[str], spoken: Sequence[str]) -> Comparison:
    """Which of the words ``heard`` are an echo of ``spoken``, what could be heard at that time."""
    letters = "".join(heard)
    if not letters or not spoken:
        return Comparison((False,) * len(heard), 0.0)
    if len(letters) < SHORT_LETTERS:
        was_spoken = _was_spoken(heard, spoken)
        return Comparison((was_spoken,) * len(heard), float(was_spoken))
    marked = _marked(letters, "".join(spoken))
    is_echo: list[bool] = []
    at = 0
    for word in heard:
        is_echo.append(2 * sum(marked[at : at + len(word)]) > len(word))
        at += len(word)
    return Comparison(tuple(is_echo), sum(marked) / len(letters))


def is_like(word: str, other: str, least: float) -> bool:
    """Whether at least the share ``least`` of the longer word's letters are the same in both, in order."""
    return 1 - _distance(word, other) / max(len(word), len(other), 1) >= least


def _was_spoken(heard: Sequence[str], spoken: Sequence[str]) -> bool:
    """Whether a short text was spoken as it is, from the beginning of a word, or each of its words was."""
    texts = ["".join(heard)], heard
    tails = ["".join(spoken[start:]) for start in range(len(spoken))]
    return any(all(any(_begins(tail, text) for tail in tails) for text in parts) for parts in texts)


def _begins(text: str, start: str) -> bool:
    """Whether ``text`` begins with ``start``, but for slips."""
    slips = len(start) // LETTERS_A_SLIP
    if len(start) <= EXACT_LETTERS:
        return text.startswith(start)
    return min(_distances(start, text[: len(start) + slips])) <= slips


def _distance(one: str, other: str) -> int:
    return _distances(one, other)[-1]


def _distances(one: str, other: str) -> list[int]:
    """How many letters differ between ``one`` and each beginning of ``other`` (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        before, row = row, [count]
        for at, there in enumerate(other, 1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != there)))
    return row


def _marked(heard: str, spoken: str) -> list[bool]:
    """For each letter of ``heard`` whether it belongs to a piece that was spoken."""
    marked = [False] * len(heard)
    least = min(LEAST_LETTERS, -(-len(heard) // 2))
    for _ in range(MOST_PIECES):
        piece = list(_best_piece(heard, spoken, marked, least))
        if not piece:
            break
        for at in piece:
            marked[at] = True
    return marked


def _best_piece(heard: str, spoken: str, taken: Sequence[bool], least: int) -> Iterator[int]:
    """Where the letters of the best piece stand (Smith and Waterman, 1981), if it fits at ``least`` so."""
    scores = [[0] * (len(spoken) + 1)]
    best = (0, 0, 0)
    for row, letter in enumerate(heard, 1):
        above, line = scores[-1], [0]
        scores.append(line)
        for column, there in enumerate(spoken, 1):
            fits = letter == there and not taken[row - 1]
            score = max(0, above[column - 1] + (1 if fits else -1), above[column] - 1, line[-1] - 1)
            line.append(score)
            if score > best[0]:
                best = score, row, column
    score, row, column = best
    if score < least:
        return
    while scores[row][column]:
        here, diagonal = scores[row][column], scores[row - 1][column - 1]
        fits = heard[row - 1] == spoken[column - 1] and not taken[row - 1]
        if here == diagonal + (1 if fits else -1):
            row, column = row - 1, column - 1
            if fits:
                yield row
        elif here == scores[row - 1][column] - 1:
            row -= 1
        else:
            column -= 1
