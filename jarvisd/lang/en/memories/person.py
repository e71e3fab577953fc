"""The change of person: what somebody told of themselves, said back to them. Pure.

It belongs to what is said and never to what is kept. Only plain pronouns are touched: not what stands in quotes,
in an address, a code or any other mixed word, and not what is written like a title or a name. Where a sentence
leaves doubt it is said as it was heard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from jarvisd.lang.en.words import APOSTROPHES, words

_LISTENER: Mapping[str, str] = MappingProxyType(
    {
        "my": "your", "me": "you", "mine": "yours", "i": "you", "myself": "yourself", "i'm": "you're",
        "i've": "you've", "i'd": "you'd", "i'll": "you'll",
    }
)  # fmt: skip
_SECOND = frozenset({"you", "your", "yours", "yourself", "you're", "you've", "you'd", "you'll", "yourselves"})
_AGREEING: Mapping[str, str] = MappingProxyType({"am": "are", "was": "were", "wasn't": "weren't"})
_ADVERBS = frozenset({"also", "always", "never", "still", "often", "usually", "now", "really", "only", "just"})
_ASKING = frozenset({"", "what", "who", "where", "when", "why", "how", "and", "so", "whom", "which", "that"})
"""What stands before a verb that comes before its "I"; nothing where the sentence begins with it."""
_MINE_AFTER = frozenset({"is", "are", "was", "were", "of", "be", "not", "than", "isn't", "aren't", "like", "and"})
"""What stands before "mine" where it is no hole in the ground."""
_I_AFTER = frozenset(
    {
        "and", "or", "than", "nor", "but", "as", "am", "do", "did", "have", "had", "can", "could", "will", "would",
        "shall", "should", "may", "might", "must", "don't", "can't", "won't",
    }
)  # fmt: skip
"""What stands before an "I" that ends a part of a sentence and is no numeral: "Tom and I"."""
_NEVER_AFTER_I = frozenset({"is", "of", "has", "isn't", "hasn't", "ruled"})
"""What shows that an "I" before it was a numeral or a letter: "Elizabeth I of England"."""

_TITLED = frozenset({"mr", "mrs", "ms", "dr", "prof", "st"})
"""Written with a point that ends no sentence."""

_TOKEN = re.compile(r"[^\s—–…]+")
_OPENING, _CLOSING = "([{", ".,;:!?)]}"
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`|(?<!\w)'[^']*'(?!\w)|(?<!\w)‘[^’]*’(?!\w)")
_CONTRACTED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "you're": ("you", "are"), "you've": ("you", "have"), "you'll": ("you", "will"), "i'm": ("you", "are"),
        "i've": ("you", "have"), "i'll": ("you", "will"), "that's": ("that", "is"), "it's": ("it", "is"),
        "i'd": ("you", "would"), "you'd": ("you", "would"),
    }
)  # fmt: skip


@dataclass(slots=True)
class _Token:
    """A word between spaces, with the marks around it."""

    start: int
    before: str
    core: str
    after: str
    is_quoted: bool

    @property
    def low(self) -> str:
        """The word as it is looked up."""
        return "" if self.is_quoted else self.core.translate(APOSTROPHES).casefold()

    @property
    def is_capital(self) -> bool:
        return self.core[:1].isupper()

    @property
    def is_spelled(self) -> bool:
        """A single letter or digit, as codes are spelled; "a" is a word as well."""
        return self.core.isdigit() or (len(self.core) == 1 and self.low not in ("a", "i"))


class _InDoubt(Exception):
    """The sentence is not plain enough to be changed."""


def to_listener(text: str) -> str:
    """A person's words about themselves, said back to them; unchanged where that would be a guess.

    >>> to_listener("My code is Me&My7, write to anna@me.com")
    'Your code is Me&My7, write to anna@me.com'
    """
    tokens = _tokens(text)
    if text.count('"') % 2 or any(token.low in _SECOND for token in tokens):
        return text
    changes: dict[int, str] = {}
    try:
        for index in range(len(tokens)):
            changes.update(_changed(tokens, index))
    except _InDoubt:
        return text
    if any(token.low == "am" and index not in changes for index, token in enumerate(tokens)):
        return text
    return _replaced(text, tokens, changes)


def speaks_of_self(text: str) -> bool:
    """Whether ``text`` holds a word that only its speaker may say of themselves."""
    return any(token.low in _LISTENER for token in _tokens(text))


def as_heard(text: str, utterance: str) -> str:
    """The words of ``utterance`` that ``text`` repeats, in case, spelling and person as they were heard.

    ``text`` comes from a planner or from a rule that reads small letters; whatever it does not repeat word for
    word stays as it is.
    """
    wanted = [piece for token in _tokens(text) for piece in _pieces(token)]
    heard = _tokens(utterance)
    pieces = [(piece, index) for index, token in enumerate(heard) for piece in _pieces(token)]
    for first in range(len(pieces) - len(wanted) + 1):
        last = first + len(wanted) - 1
        if not wanted or [piece for piece, _ in pieces[first : last + 1]] != wanted:
            continue
        begins, ends = pieces[first][1], pieces[last][1]
        is_whole_before = first == 0 or pieces[first - 1][1] != begins
        is_whole_after = last == len(pieces) - 1 or pieces[last + 1][1] != ends
        if is_whole_before and is_whole_after:
            end = heard[ends]
            kept = end.after.rstrip(",;:.!?") if end.after[:1] not in _CLOSING else ""
            stop = end.start + len(end.before) + len(end.core) + len(kept)
            return utterance[heard[begins].start : stop]
    return text


def _changed(tokens: Sequence[_Token], index: int) -> dict[int, str]:
    """What becomes of the token and of the verb that agrees with it; raises _InDoubt."""
    token = tokens[index]
    if token.low not in _LISTENER:
        return {}
    is_start = index == 0 or _ends_sentence(tokens[index - 1])
    lower = token.core[:1].lower() + token.core[1:]
    if lower != lower.lower():
        return {}
    if token.low.partition("'")[0] == "i":
        if _is_no_pronoun(tokens, index):
            raise _InDoubt
        return {index: _cased(token, is_start), **_agreeing(tokens, index)}
    if token.is_capital:
        if not is_start:
            return {}
        if len(following := [other.is_capital for other in tokens[index + 1 : index + 3]]) == 2 and all(following):
            return {}
        if following[:1] == [True]:
            raise _InDoubt
    if token.low == "mine" and not is_start and (tokens[index - 1].low not in _MINE_AFTER):
        return {}
    return {index: _cased(token, is_start)}


def _is_no_pronoun(tokens: Sequence[_Token], index: int) -> bool:
    """Whether an "I" is, or may be, a numeral, a letter that is spelled, or the first word of a title."""
    token = tokens[index]
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is not None and ((after.is_capital and after.low not in ("i", "i'm")) or after.is_spelled):
        return True
    if before is not None and (before.is_spelled or before.low in ("letter", "roman")):
        return True
    if token.low != "i":
        return False
    if before is not None and before.low == "and" and _the(tokens, index - 3):
        return True
    ends = after is None or token.after[:1] in (".", ",", ";", "!", "?")
    if ends:
        return before is None or before.low not in _I_AFTER
    return after is not None and after.low in _NEVER_AFTER_I


def _the(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a capital "The" in the middle of a sentence begins a title: "watch The King and I"."""
    return index > 0 and tokens[index].core == "The" and not _ends_sentence(tokens[index - 1])


def _ends_sentence(token: _Token) -> bool:
    return token.after[-1:] in (".", "!", "?", ":") and token.low not in _TITLED


def _agreeing(tokens: Sequence[_Token], index: int) -> dict[int, str]:
    at = index + 1
    if at + 1 < len(tokens) and tokens[at].low in _ADVERBS:
        at += 1
    if at < len(tokens) and (verb := _AGREEING.get(tokens[at].low)):
        return {at: verb}
    before = tokens[index - 1].low if index else ""
    if before in _AGREEING and (before == "am" or (tokens[index - 2].low if index > 1 else "") in _ASKING):
        return {index - 1: _AGREEING[before].capitalize() if tokens[index - 1].is_capital else _AGREEING[before]}
    return {}


def _cased(token: _Token, is_start: bool) -> str:
    said = _LISTENER[token.low]
    return said[:1].upper() + said[1:] if is_start and token.is_capital else said


def _tokens(text: str) -> list[_Token]:
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        core = word.lstrip(_OPENING)
        before = word[: len(word) - len(core)]
        core = core.rstrip(_CLOSING)
        after = word[len(before) + len(core) :]
        is_quoted = any(start <= match.start() < end or start < match.end() <= end for start, end in quoted)
        tokens.append(_Token(match.start(), before, core, after, is_quoted))
    return tokens


def _replaced(text: str, tokens: Sequence[_Token], changes: Mapping[int, str]) -> str:
    for index in sorted(changes, reverse=True):
        token = tokens[index]
        start = token.start + len(token.before)
        text = f"{text[:start]}{changes[index]}{text[start + len(token.core) :]}"
    return text


def _pieces(token: _Token) -> list[str]:
    """A word as it is compared: without case and person, contractions in full."""
    pieces: list[str] = []
    for word in words(token.core):
        pieces += [_LISTENER.get(part, _AGREEING.get(part, part)) for part in _CONTRACTED.get(word, (word,))]
    return pieces
