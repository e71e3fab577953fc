"""Answers that repeat what was asked: "delete them", "yes, send the e-mail to Mark" (requirement A10). Pure.

Who repeats a question agrees to it, who says anything else does not: verb, things and places must be those of the
question, and in its order. "Delete the documents folder" is no answer to a question about files in ``tmp``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jarvisd.lang.en.values.number_words import NUMBERS
from jarvisd.lang.en.words import words

ECHO, BARE = "\u00a7", "\u00b6"
"""Stand in an answer for a repeated action, and for its verb alone; neither is ever heard."""

_SAME_VERBS = (
    frozenset({"delete", "erase", "remove", "trash"}),
    frozenset({"move", "rename"}),
    frozenset({"sort", "organize", "organise", "move"}),
    frozenset({"write", "save", "replace", "overwrite", "create"}),
    frozenset({"run", "execute", "start"}),
    frozenset({"send", "mail", "email"}),
    frozenset({"make", "create"}),
    frozenset({"pack", "zip", "archive"}),
    frozenset({"unpack", "unzip", "extract"}),
    frozenset({"apply"}),
    frozenset({"copy"}),
    frozenset({"forget"}),
    frozenset({"fetch", "open"}),
)
VERBS = frozenset().union(*_SAME_VERBS)
"""Every verb that some question is about."""
_LEAD = re.compile(r"\b(?:about to|shall i|should i|may i|can i|want me to|going to|i will|i'll) ([a-z]+)")
_THINGS_OF = {
    "run": frozenset({"code", "program", "script"}),
    "send": frozenset({"message", "mail", "email", "letter"}),
}
"""What one runs and sends, whatever the question called it; everything else that has no kind is a file."""
_FILES, _FOLDERS = frozenset({"file", "files", "note", "notes"}), frozenset({"folder", "folders"})
_THINGS = _FILES | _FOLDERS | _THINGS_OF["run"] | _THINGS_OF["send"]
_PRONOUNS = frozenset({"it", "them", "that", "those", "these", "this"})
_PEOPLE = frozenset({"him", "her"})
_ARTICLES = frozenset({"the", "those", "these", "that", "this", "my", "a", "all", "of"})
_PLACES = frozenset({"from", "in", "into", "to", "with", "on", "of", "by", "than", "at"})


_DIGITS = {word: str(value) for word, value in NUMBERS.items()}
"""A question counts in digits, an answer in words."""


@dataclass(frozen=True, slots=True)
class AskedAct:
    """What a question is about: its first sentence after the verb. Later ones quote what other people wrote."""

    verbs: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    things: frozenset[str] = frozenset()
    """The words that say what is acted on, not where or how: of "3 files in tmp", not "tmp"."""
    names: tuple[tuple[str, ...], ...] = ()
    """The words of each path among the things, and of its last name."""


def asked_by(question: str) -> AskedAct:
    """The action that a question in small letters is about."""
    lead = _LEAD.search(question) or re.search(rf"\b({'|'.join(sorted(VERBS))})\b", question)
    if lead is None:
        return AskedAct()
    same = frozenset().union(*(verbs for verbs in _SAME_VERBS if lead[1] in verbs))
    sentence = re.split(r"[.?!](?:\s|$)", question[lead.end() :], maxsplit=1)[0]
    things: set[str] = set()
    names: list[tuple[str, ...]] = []
    is_thing, before = True, ""
    for piece in sentence.split():
        words = tuple(words_of(piece))
        is_thing = is_thing and (piece not in _PLACES or before == "is")
        if is_thing:
            things.update(words)
            if "." in piece.rstrip(",:") or "/" in piece:
                names += [words, tuple(words_of(piece.rpartition("/")[2]))]
        is_thing = is_thing or piece.endswith((",", ":"))
        before = piece
    return AskedAct(same | {lead[1]}, _alike(words_of(sentence)), frozenset(things), tuple(filter(None, names)))


def words_of(text: str) -> list[str]:
    """The words of a text and of names such as "draft.txt"; numbers as digits alone, e-mail as one word."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text).replace("e-mail", "email")
    parts = [part for word in words(text) for part in re.split("[.:,]", word)]
    return [_DIGITS.get(part, part) for part in parts]


def _alike(words: Iterable[str]) -> tuple[str, ...]:
    """Words with one for "in" and "from"."""
    return tuple("in" if word == "from" else word for word in words)


def marked(words: list[str], asked: AskedAct, verbs: frozenset[str]) -> str:
    """An answer with every action of ``verbs`` replaced by :data:`ECHO` or :data:`BARE`."""
    result = []
    index = 0
    while index < len(words):
        if words[index : index + 3] == ["get", "rid", "of"] and "delete" in verbs:
            start = index + 3
        elif words[index] in verbs:
            start = index + 1
        else:
            result.append(words[index])
            index += 1
            continue
        index = _object_end(words, start, asked)
        result.append(ECHO if index > start else BARE)
    return " ".join(result)


def _object_end(words: list[str], start: int, asked: AskedAct) -> int:
    """Where what follows a verb at ``start`` ends, with where and how; ``start`` when it is not what was asked."""
    end = _pronoun_end(words, start, asked) or _thing_end(words, start, asked)
    while start < end < len(words):
        after = _articles_end(words, end + 1) if words[end] in _PLACES else end + 1
        length = _common(_alike([words[end], *words[after:]]), 0, asked.words)
        if length < 2:
            break
        end = after + length - 1
    return max(end, start)


def _pronoun_end(words: list[str], start: int, asked: AskedAct) -> int:
    index = start + 2 if words[start : start + 2] == ["all", "of"] else start
    following = words[index + 1 : index + 2]
    if words[index : index + 1] in ([person] for person in _PEOPLE):
        return index + 1 if "send" in asked.verbs and not set(following) & (_ARTICLES | _THINGS) else 0
    if index >= len(words) or words[index] not in _PRONOUNS or (index == start and set(following) & _THINGS):
        return 0
    return index + 2 if words[index : index + 2] == ["them", "all"] else index + 1


def _thing_end(words: list[str], start: int, asked: AskedAct) -> int:
    to_whom = "send" in asked.verbs and words[start : start + 1] in ([person] for person in _PEOPLE)
    index = _articles_end(words, start + to_whom)
    for name in sorted(asked.names, key=len, reverse=True):
        for began in (start + to_whom, index):
            if tuple(words[began : began + len(name)]) == name:
                return began + len(name)
    length = _common(words, index, asked.words)
    if not _THINGS & asked.things.intersection(words[index : index + length]):
        length = 0
        while index < len(words) and _describes(words[index], asked):
            index += 1
    if length:
        return index + length
    return index + 1 if index < len(words) and _is_asked_thing(words[index], asked) else 0


def _articles_end(words: list[str], index: int) -> int:
    began = index
    while index < len(words) and words[index] in _ARTICLES:
        index += 1
    # "All files" are more than "all the files", which are those of the question.
    is_open = words[began:index] == ["all"] and words[index : index + 1] and words[index] in _THINGS
    return began if is_open else index


def _describes(word: str, asked: AskedAct) -> bool:
    """Whether an adjective is said of what the question is about."""
    if word in ("temp", "temporary", "old"):
        return "tmp" in asked.words or (word == "old" and "older" in asked.words)
    if word in ("python", "bash"):
        return word in asked.words
    return word.isalpha() and word in asked.things - _THINGS


def _is_asked_thing(word: str, asked: AskedAct) -> bool:
    """Whether a noun is of the kind that the question is about."""
    if word in _FOLDERS:
        return word in asked.things
    kinds = [things for verb, things in _THINGS_OF.items() if verb in asked.verbs]
    # Whoever is asked about folders and says files does not mean what was asked.
    is_about_folders = bool(asked.things & _FOLDERS) and not asked.things & _FILES
    return word in (kinds[0] if kinds else frozenset() if is_about_folders else _FILES)


def _common(words: Sequence[str], start: int, asked: tuple[str, ...]) -> int:
    """How many words from ``start`` on stand in the question in the same order, without a gap."""
    longest = 0
    for index in range(len(asked)):
        pairs = zip(words[start:], asked[index:])  # noqa: B905 - as far as the shorter one goes
        same = itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)
        longest = max(longest, sum(1 for _ in same))
    return longest
