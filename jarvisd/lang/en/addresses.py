"""E-mail addresses in speech: said, and spelled back. Pure, ASCII only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from jarvisd.core.network.email_address import is_address
from jarvisd.lang.en.numbers import NUMBERS, TENS

_TOKEN = re.compile(r"[a-z0-9]+|[@._+-]")
_WITH_NAME = re.compile(r"[^<>]*<([^<>\s]+)>")
_LEADING = re.compile(r"^(?:to )?(?:the )?(?:new )?(?:e ?-?mail )?address (?:is )?(?=\S)")
_RUN_TOGETHER = re.compile(r"(?<=[a-z0-9]{2})at(?=[a-z0-9]{2})")
_MARKS = ",;:'\"`()"
"""Punctuation that recognised speech may hold between spelled letters, and that means nothing."""

_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "at": "@", "dot": ".", "period": ".", "point": ".", "dash": "-", "hyphen": "-", "minus": "-",
        "underscore": "_", "plus": "+",
    }
)  # fmt: skip
_PAIRS: Mapping[tuple[str, str], str] = MappingProxyType(
    {("under", "score"): "_", ("at", "sign"): "@", ("full", "stop"): ".", ("double", "u"): "w"}
)
_REPEATS: Mapping[str, int] = MappingProxyType({"double": 2, "triple": 3})
_SPOKEN_SIGNS: Mapping[str, str] = MappingProxyType(
    {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus"}
)


def from_speech(text: str) -> str | None:
    """The address that the whole of ``text`` says, or ``None``: "mark dot w at example dot org", or as written.

    Words that are not said apart by a sign belong together ("mark wilson at ..." is markwilson@...), spelled
    letters, digits and number words too. What holds anything else, two "at" for example, is no address.
    """
    folded = text.strip().rstrip(".!?,;: ").casefold()
    if not folded.isascii() or not folded.isprintable():
        return None
    if is_address(folded):
        return folded
    if match := _WITH_NAME.fullmatch(folded):
        folded = match[1]
    if "@" in folded and " " in _LEADING.sub("", folded).partition("@")[0]:
        # Where the sign itself is written, words before it are a name and no part of the address.
        return None
    for mark in _MARKS:
        folded = folded.replace(mark, " ")
    folded = _LEADING.sub("", " ".join(folded.split()))
    if "".join(_TOKEN.findall(folded)) != folded.replace(" ", ""):
        return None
    address = "".join(_sounds(_TOKEN.findall(folded)))
    return address if is_address(address) else None


def run_together(text: str) -> str | None:
    """The address that ``text`` is when a transcriber has written its "at" into the words: "markatexample.org".

    For where nothing but an address can stand, since names and hosts have an "at" in them too; ``None`` unless
    there is exactly one place where it can have been.
    """
    word = text.strip().rstrip(".!?,;: ").casefold()
    splits = [word[: found.start()] + "@" + word[found.end() :] for found in _RUN_TOGETHER.finditer(word)]
    return splits[0] if len(splits) == 1 and is_address(splits[0]) else None


def is_said(address: str, utterance: str) -> bool:
    """Whether ``utterance`` holds ``address``, in words, as written or run together."""
    said = "".join(_sounds(_TOKEN.findall(utterance.casefold())))
    return address in said or address.replace("@", "at") in said


def spelled(address: str) -> str:
    """``address`` letter by letter, as it is read back: "m, a, x, at, e, x, dot, o, r, g"."""
    return ", ".join(_SPOKEN_SIGNS.get(character, character) for character in address)


def _sounds(tokens: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(tokens):
        token, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if (token, following) in _PAIRS:
            yield _PAIRS[token, following]
            at += 1
        elif token in _REPEATS and (len(following) == 1 or following in NUMBERS):
            yield _REPEATS[token] * str(NUMBERS.get(following, following))
            at += 1
        elif token in TENS and 1 <= NUMBERS.get(following, 0) <= 9:
            yield str(TENS[token] + NUMBERS[following])
            at += 1
        else:
            number = NUMBERS.get(token, TENS.get(token))
            yield _SYMBOLS.get(token, token) if number is None else str(number)
