"""Spoken digits instead of a yes: for steps that a word heard by mistake must not confirm (requirement A10). Pure.

The digits are drawn by code for one question. Only they confirm: all of them, in order, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from jarvisd.executor.consent.assent import Judgement, Reason, judge
from jarvisd.executor.tools.spec import Preview, Reversal
from jarvisd.lang.en.numbers import NUMBERS, TENS

OFF, NEVER_UNDONE, ALWAYS = "off", "irreversible", "always"
DIGITS = 2
_WORDS = tuple(word for word, value in NUMBERS.items() if value < 10)
"""The digits from zero on."""
_HEARD = {
    **{word: str(value) for value, word in enumerate(_WORDS)},
    **{"oh": "0", "o": "0", "won": "1", "to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "niner": "9"},
}
"""Words as a transcriber may write digits."""
_ASKED = re.compile(rf"(?i)\bsay [\"']?confirm ((?:(?:{'|'.join(_WORDS)})\b ?)+)")


def draw(mode: str, preview: Preview, random_below: Callable[[int], int]) -> str:
    """The digits that a step needs under ``consent.challenge``, or nothing when a yes is enough."""
    if mode == ALWAYS or (mode == NEVER_UNDONE and preview.reversal is Reversal.NEVER):
        return "".join(str(random_below(10)) for _ in range(DIGITS))
    return ""


def closing(digits: str) -> str:
    """How the question ends: ``"Say confirm seven four to proceed or no to cancel."``."""
    spoken = " ".join(_WORDS[int(digit)] for digit in digits)
    return f"Say confirm {spoken} to proceed or no to cancel."


def judge_to(question: str, heard: str) -> Judgement:
    """Whether ``heard`` agrees to a question as it was spoken, with whatever it asks to be said."""
    asked = _ASKED.search(question)
    digits = "".join(str(_WORDS.index(word)) for word in asked[1].lower().split()) if asked else ""
    return weigh(question, heard, digits)


def weigh(question: str, heard: str, digits: str) -> Judgement:
    """Whether ``heard`` confirms; without ``digits`` a plain assent does."""
    if not digits:
        return judge(question, heard)
    text = unicodedata.normalize("NFKC", heard).casefold()
    if not text.isascii() or "?" in text:
        return Judgement("no", Reason.UNCLEAR.value)
    words = re.findall(r"[a-z]+(?:'[a-z]+)?|\d", text)
    while words and words[0] in ("confirm", "jarvis", "yes", "hey"):
        words = words[1:]
    if words and _digits(words) == digits:
        return Judgement("yes", "the digits that were asked for")
    plain = judge(question, heard)
    return plain if not plain.is_yes else Judgement("no", f"{Reason.UNCLEAR.value}: the digits are missing")


def _digits(words: list[str]) -> str:
    """Digits of words that are nothing but digits, or a number below a hundred in words; else nothing."""
    if len(words) <= 2 and words[0] in TENS:
        ones = _HEARD.get(words[1], "") if len(words) == 2 else "0"
        return str(TENS[words[0]] + int(ones)) if ones else ""
    digits = [word if word.isdigit() else _HEARD.get(word, "?") for word in words]
    return "".join(digits)
