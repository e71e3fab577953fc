"""Speakable text to the chunks that are synthesised one after the other (B2). Pure.

A chunk is a sentence, except that the first one is a clause: an engine delivers a chunk as a whole, so the first
sound comes as late as the first chunk is long.
"""

from __future__ import annotations

import re
from typing import Final

from jarvisd.lang.pack import ChunkRules

FIRST_CHUNK_WORDS: Final = 8
"""Longest first chunk, unless the whole sentence is hardly longer."""
WHOLE_SENTENCE_WORDS: Final = 10
"""A first sentence up to this long is not cut: the pause would cost more than the wait."""
FEWEST_WORDS: Final = 3
"""A shorter first chunk would be over before the second is synthesised."""
CHUNK_CHARS: Final = 100
"""Longest chunk, about 18 words: bounds how long one synthesis takes and how much memory (Piper: 10 MB a word)."""

_CLAUSE_END: Final = re.compile(r"[,;:]\s+|\)\s+")


def chunks(text: str, rules: ChunkRules) -> tuple[str, ...]:
    """Chunks of ``text``, which is :func:`~jarvisd.tts.normalization.speakable`; joined they say everything once.

    Every chunk has at most ``CHUNK_CHARS`` characters; the first has about ``FIRST_CHUNK_WORDS`` words.
    """
    whole = [sentence for line in text.split("\n") for sentence in _sentences(line, rules)]
    if not whole:
        return ()
    parts = [*_first_clause(whole[0], rules), *whole[1:]]
    return tuple(piece for part in parts for piece in _bounded(part, rules))


def _sentences(line: str, rules: ChunkRules) -> list[str]:
    return [part for part in rules.sentence_end.split(line.strip()) if part]


def _first_clause(sentence: str, rules: ChunkRules) -> list[str]:
    words = sentence.split(" ")
    if len(words) <= WHOLE_SENTENCE_WORDS:
        return [sentence]
    cut = _clause_words(sentence) or _joint_words(words, rules) or _loose_words(words, rules)
    head = " ".join(words[:cut])
    if cut == len(words):
        return [sentence]
    # A comma keeps the voice up: without it a clause sounds like the end.
    return [head if head[-1] in ",;:.!?" else head + ",", " ".join(words[cut:])]


def _clause_words(sentence: str) -> int:
    """Words up to the last clause mark that fits a first chunk; 0 when none does."""
    counts = [len(sentence[: match.end()].split()) for match in _CLAUSE_END.finditer(sentence)]
    return max((count for count in counts if FEWEST_WORDS <= count <= FIRST_CHUNK_WORDS), default=0)


def _joint_words(words: list[str], rules: ChunkRules) -> int:
    """Words before the last joining word that fits a first chunk; 0 when none does."""
    fitting = range(FIRST_CHUNK_WORDS, FEWEST_WORDS - 1, -1)
    joints = [word.lower() in rules.joints for word in words]
    # Of "and that" the first begins the part.
    return next((count for count in fitting if joints[count] and not joints[count - 1]), 0)


def _loose_words(words: list[str], rules: ChunkRules) -> int:
    """Words up to the last place in a first chunk where no two words belong closely together; all when none."""
    fitting = range(FIRST_CHUNK_WORDS, FEWEST_WORDS - 1, -1)
    return next(
        (n for n in fitting if not _is_bound(words[n - 1], rules) and words[n] not in rules.inner), len(words)
    )


def _is_bound(word: str, rules: ChunkRules) -> bool:
    """Whether what follows ``word`` belongs to it: an article, a number before its noun, a part of a file name."""
    return word[-1].isdigit() or word.lower() in rules.binding or word in rules.inner


def _bounded(part: str, rules: ChunkRules) -> list[str]:
    """``part`` cut to ``CHUNK_CHARS``: after a clause, before a joining word, between words, else anywhere."""
    pieces = []
    while len(part) > CHUNK_CHARS:
        cut = _cut(part, rules)
        pieces.append(part[:cut].strip())
        part = part[cut:].strip()
    return [*pieces, part] if part else pieces


def _cut(part: str, rules: ChunkRules) -> int:
    # A remainder of a word or two would sound torn off, so the first third is no place to cut.
    fitting = (CHUNK_CHARS // 3, CHUNK_CHARS)
    marks = [match.end() for match in _CLAUSE_END.finditer(part, *fitting)]
    gaps = [match for match in re.finditer(r" (?=(\S+))", part[:CHUNK_CHARS])]
    joints = [gap.end() for gap in gaps if gap.group(1).lower() in rules.joints and gap.start() >= fitting[0]]
    for places in (marks, joints, [gap.end() for gap in gaps]):
        if places:
            return places[-1]
    return CHUNK_CHARS
