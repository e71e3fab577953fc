"""Words that are spelled: "m a r k", "M-A-R-K", "mike alfa romeo kilo", "capital m, double l". Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.lang.en.values.number_words import below_hundred
from jarvisd.lang.en.values.tokens import Reader, TokenKind, read
from jarvisd.lang.values import Unreadable, UnreadableReason

_ALPHABET: Mapping[str, str] = MappingProxyType(
    {
        word: word[0]
        for word in (
            *("alfa", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet"),
            *(
                "juliett",
                "kilo",
                "lima",
                "mike",
                "november",
                "oscar",
                "papa",
                "quebec",
                "romeo",
                "sierra",
                "tango",
            ),
            *("uniform", "victor", "whiskey", "whisky", "xray", "yankee", "zulu"),
        )
    }
)
"""The alphabet of the International Civil Aviation Organization, with both spellings where there are two."""
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "bee": "b", "cee": "c", "dee": "d", "eff": "f", "gee": "g", "aitch": "h", "haitch": "h", "jay": "j",
        "kay": "k", "ell": "l", "em": "m", "en": "n", "pee": "p", "cue": "q", "ess": "s", "tee": "t", "vee": "v",
        "ex": "x", "wye": "y", "zee": "z", "zed": "z",
    }
)  # fmt: skip
"""Letters by their names, without those that are everyday words: "are", "see", "you"."""
_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "dash": "-", "hyphen": "-", "dot": ".", "point": ".", "period": ".", "underscore": "_", "apostrophe": "'",
        "slash": "/", "plus": "+", "space": " ",
    }
)  # fmt: skip
_CAPITAL = ("capital", "uppercase", "upper case", "big", "cap")
_SMALL = ("lowercase", "lower case", "small", "little")
_ALL_CAPITALS = ("all caps", "in caps", "all capitals", "in capitals", "all capital letters", "in capital letters")
_FOR_WORD = ("as in", "for", "like in", "like")
_SPELLED = ("spelled", "spelt", "that is", "that's", "which is spelled")
_TIMES: Mapping[str, int] = MappingProxyType({"double": 2, "triple": 3})


def read_spelled(text: str) -> str:
    """What is spelled, in small letters where nothing else is said; raises :class:`Unreadable`.

    A word in front that is spelled afterwards ("Mark, m a r k") is what the letters say.
    """
    return read(text, _spelled)


def _spelled(reader: Reader) -> str | None:
    start = reader.at
    found = reader.entire(_letters)
    if found is not None:
        return found
    reader.at = start
    word = reader.take()
    reader.said(",")
    is_announced = reader.skip(*_SPELLED)
    reader.said(":")
    found = reader.entire(_letters)
    if found is None or word.kind is not TokenKind.WORD:
        return None
    if not is_announced and found.casefold() != word.said:
        if found[0].casefold() != word.said[0]:
            return None
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=(word.text, found))
    return found


def _letters(reader: Reader) -> str | None:
    is_loud = reader.skip(*_ALL_CAPITALS)
    pieces: list[str] = []
    while (piece := reader.first(_piece)) is not None:
        pieces.append(piece)
        reader.said(",")
        _skip_point(reader)
    is_loud = reader.skip(*_ALL_CAPITALS) or is_loud
    word = "".join(pieces)
    return (word.upper() if is_loud else word) or None


def _skip_point(reader: Reader) -> None:
    """A point behind a single capital, as some transcribers write: "M. A. R. K."."""
    letter = reader.tokens[reader.at - 1]
    if reader.token.said == "." and reader.token.is_attached and len(letter.text) == 1 and letter.text.isupper():
        reader.take()


def _piece(reader: Reader) -> str | None:
    if reader.said(*_TIMES):
        times = _TIMES[reader.tokens[reader.at - 1].said]
        if times == 2 and reader.said("u", "you"):
            return "w"
        once = reader.first(_character)
        return None if once is None or len(once) != 1 else once * times
    return reader.first(_character)


def _character(reader: Reader) -> str | None:
    is_capital = reader.skip(*_CAPITAL)
    is_small = not is_capital and reader.skip(*_SMALL)
    letter = reader.first(_letter)
    if letter is not None:
        return letter.upper() if is_capital else letter
    return None if is_capital or is_small else reader.first(_digits, _sign)


def _letter(reader: Reader) -> str | None:
    token = reader.token
    if reader.phrase("x ray"):
        return "x"
    if token.kind is not TokenKind.WORD:
        return None
    letter = token.said if len(token.said) == 1 else _ALPHABET.get(token.said) or _NAMES.get(token.said)
    if letter is None:
        return None
    reader.take()
    start = reader.at
    if any(reader.phrase(words) for words in _FOR_WORD):
        if len(reader.token.said) > 1 and reader.token.said.startswith(letter):
            reader.take()
        else:
            reader.at = start
    return letter


def _digits(reader: Reader) -> str | None:
    if reader.token.whole is not None:
        return reader.take().text
    if reader.token.said == "zero":
        reader.take()
        return "0"
    found = reader.first(below_hundred)
    return None if found is None else str(found)


def _sign(reader: Reader) -> str | None:
    word = reader.said(*_SIGNS)
    return _SIGNS[word] if word else None
