"""E-mail addresses in speech: said, and spelled back. Pure, ASCII only."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jarvisd.core.network.email_address import is_address, written
from jarvisd.lang.en.values.number_words import NUMBERS, TENS
from jarvisd.lang.en.values.spelled import read_spelled
from jarvisd.lang.en.words import APOSTROPHES
from jarvisd.lang.values import Unreadable

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[@._+-]")
_WITH_NAME = re.compile(r"[^<>]*<([^<>\s]+)>")
_LEADING = re.compile(r"^(?:to )?(?:the )?(?:new )?(?:e ?-?mail )?address (?:is )?(?=\S)")
_RUN_TOGETHER = re.compile(r"(?<=[a-z0-9]{2})at(?=[a-z0-9]{2})")
_MARKS = re.compile(r"[,;:\"`()]|(?<![a-z0-9])'|'(?![a-z0-9])")
"""Punctuation that recognised speech may hold between spelled letters, and that means nothing."""

_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "at": "@", "dot": ".", "period": ".", "point": ".", "dash": "-", "hyphen": "-", "minus": "-",
        "underscore": "_", "plus": "+", "apostrophe": "'",
    }
)  # fmt: skip
_PAIRS: Mapping[tuple[str, str], str] = MappingProxyType(
    {("under", "score"): "_", ("at", "sign"): "@", ("full", "stop"): ".", ("double", "u"): "w"}
)
_REPEATS: Mapping[str, int] = MappingProxyType({"double": 2, "triple": 3})
_SPOKEN_SIGNS: Mapping[str, str] = MappingProxyType(
    {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus", "'": "apostrophe"}
)
_SPELLED_LETTERS = 3
"""Fewer words of an alphabet may be names: "victor at ..."."""
_SPELLED_WORDS = 80
"""Chosen: 20 letters as "k for kilo," take so many words; further back no name begins."""
_LEADING_WORDS = frozenset(
    {
        "is",
        "to",
        "at",
        "on",
        "under",
        "for",
        "uses",
        "has",
        "address",
        "mail",
        "email",
        "write",
        "reach",
        "contact",
    }
)
"""Words behind which an address may begin."""


def from_speech(text: str) -> str | None:
    """The address that the whole of ``text`` says, or ``None``: "mark dot w at example dot org", or as written.

    Words that are not said apart by a sign belong together ("mark wilson at ..." is markwilson@...), spelled
    letters, digits and number words too. What holds anything else, two "at" for example, is no address.
    """
    folded = text.translate(APOSTROPHES).strip().rstrip(".!?,;: ").casefold()
    if not folded.isascii() or not folded.isprintable():
        return None
    if is_address(folded):
        return folded
    if match := _WITH_NAME.fullmatch(folded):
        folded = match[1]
    if "@" in folded and " " in _LEADING.sub("", folded).partition("@")[0]:
        # Where the sign itself is written, words before it are a name and no part of the address.
        return None
    folded = _MARKS.sub(" ", folded)
    folded = _LEADING.sub("", " ".join(folded.split()))
    if "".join(_TOKEN.findall(folded)) != folded.replace(" ", ""):
        return None
    words = folded.split()
    # The last "at" is the sign; one before it is part of the name.
    last = len(words) - 1 - words[::-1].index("at") if "at" in words else 0
    in_letters = _with_letters(words, last) if last else None
    address = "".join(piece.sound for piece in in_letters or _pieces(folded))
    return address if is_address(address) else None


def _with_letters(words: Sequence[str], at: int) -> tuple[_Piece, ...] | None:
    """The pieces of ``words`` where those before number ``at`` spell a name, which is one piece; else ``None``.

    "mike alfa romeo kilo at ..." is "mark at ...". What was spelled is not read again: "a, t" is no "at".
    """
    try:
        letters = read_spelled(" ".join(words[:at])).casefold()
    except Unreadable:
        return None
    if len(letters) < _SPELLED_LETTERS:
        return None
    return _Piece(letters, letters, is_joined=False), *_pieces(" ".join(words[at:]))


def run_together(text: str) -> str | None:
    """The address that ``text`` is when a transcriber has written its "at" into the words: "markatexample.org".

    For where nothing but an address can stand, since names and hosts have an "at" in them too; ``None`` unless
    there is exactly one place where it can have been.
    """
    word = text.strip().rstrip(".!?,;: ").casefold()
    splits = [word[: found.start()] + "@" + word[found.end() :] for found in _RUN_TOGETHER.finditer(word)]
    return splits[0] if len(splits) == 1 and is_address(splits[0]) else None


def is_said(address: str, utterance: str) -> bool:
    """Whether ``utterance`` names ``address``, a plain one in small letters: written, in words, or run together.

    Token by token, and all of it: after a word that leads to an address ("is", "to"), or at the start, up to where
    the address ends. ``bob@company.co`` is not said by "bob at company dot com", "jim bob at company dot co" or
    "company dot co dot uk", and ``tobob@company.co`` is not said by "to bob at company dot co".
    """
    heard = utterance.translate(APOSTROPHES)
    if address in written(heard):
        return True
    folded = heard.casefold()
    return any(
        _is_in_words(address, pieces) for pieces in (tuple(_pieces(folded)), *_with_names_in_letters(folded))
    )


def _is_in_words(address: str, pieces: Sequence[_Piece]) -> bool:
    run_into_one = address.replace("@", "at")
    return any(
        _is_whole(pieces, start, end)
        for start, _ in enumerate(pieces)
        for wanted in (address, run_into_one)
        if (end := _end_of(wanted, pieces, start))
    )


def _with_names_in_letters(text: str) -> Iterator[tuple[_Piece, ...]]:
    """The pieces of ``text``, each name before an "at" in letters where words of an alphabet ("kilo") spell it."""
    words = text.split()
    for at, word in enumerate(words):
        for start in range(max(0, at - _SPELLED_WORDS), at) if word == "at" else ():
            if start and not _LEADING_WORDS.intersection(_TOKEN.findall(words[start - 1])[-1:]):
                continue
            spelt = _with_letters(words[start:], at - start)
            if spelt is not None:
                yield *_pieces(" ".join(words[:start])), *spelt


def spelled(address: str) -> str:
    """``address`` letter by letter, as it is read back: "m, a, x, at, e, x, dot, o, r, g"."""
    return ", ".join(_SPOKEN_SIGNS.get(character, character) for character in address)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token of speech, or two that mean one thing."""

    heard: str
    """As it was heard; of two the first."""
    sound: str
    """What it stands for in an address."""
    is_joined: bool
    """Whether the next token follows without a space."""

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign of an address, written or said."""
        return self.sound in _SPOKEN_SIGNS

    @property
    def is_spelled(self) -> bool:
        """Whether it is a letter or a number, as addresses are spelled."""
        return not self.is_sign and (len(self.sound) == 1 or self.sound.isdigit() or self.heard in _REPEATS)

    @property
    def leads(self) -> bool:
        """Whether an address may begin behind it."""
        return self.heard in _LEADING_WORDS


def _end_of(wanted: str, pieces: Sequence[_Piece], start: int) -> int:
    """Where the pieces from ``start`` on that make ``wanted`` end; 0 when they do not."""
    made = ""
    for index in range(start, len(pieces)):
        made += pieces[index].sound
        if made == wanted:
            return index + 1
        if not wanted.startswith(made):
            break
    return 0


def _is_whole(pieces: Sequence[_Piece], start: int, end: int) -> bool:
    """Whether an address in ``pieces[start:end]`` is no part of a longer one and holds no word beside it."""
    first = list(itertools.takewhile(lambda piece: not piece.is_sign, pieces[start:end]))
    last = list(itertools.takewhile(lambda piece: not piece.is_sign, reversed(pieces[start:end])))
    if len(first) > 1 and any(piece.leads for piece in first):
        return False
    if len(last) > 1 and not all(piece.is_spelled for piece in last):
        return False
    begins = start == 0 or pieces[start - 1].leads
    return begins and not _goes_on(pieces, end)


def _goes_on(pieces: Sequence[_Piece], end: int) -> bool:
    """Whether an address that ends before ``pieces[end]`` is only the beginning of one."""
    if end >= len(pieces):
        return False
    last, following = pieces[end - 1], pieces[end]
    if not following.is_sign:
        return last.is_spelled and following.is_spelled
    is_said = following.heard != following.sound
    return following.heard != "at" and end + 1 < len(pieces) and (is_said or following.is_joined)


def _pieces(text: str) -> Iterator[_Piece]:
    found = list(_TOKEN.finditer(text))
    at = 0
    while at < len(found):
        token, following = found[at][0], found[at + 1][0] if at + 1 < len(found) else ""
        sound, length = _sound(token, following)
        at += length
        end = found[at - 1].end()
        yield _Piece(token, sound, at < len(found) and found[at].start() == end)


def _sound(token: str, following: str) -> tuple[str, int]:
    """What a token stands for, with how many tokens that takes."""
    if (token, following) in _PAIRS:
        return _PAIRS[token, following], 2
    if token in _REPEATS and (len(following) == 1 or following in NUMBERS):
        return _REPEATS[token] * str(NUMBERS.get(following, following)), 2
    if token in TENS and 1 <= NUMBERS.get(following, 0) <= 9:
        return str(TENS[token] + NUMBERS[following]), 2
    number = NUMBERS.get(token, TENS.get(token))
    return (_SYMBOLS.get(token, token) if number is None else str(number)), 1
