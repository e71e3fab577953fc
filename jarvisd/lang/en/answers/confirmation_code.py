"""Spoken digits instead of a yes: how they are asked for, and whether an answer says them (requirement A10). Pure.

Only the digits of the question confirm: all of them, in order, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.en.answers.assent import Reason, is_short_word, judge, no
from jarvisd.lang.en.values.number_words import NUMBERS, TENS

_WORDS = tuple(word for word, value in NUMBERS.items() if value < 10)
"""The digits from zero on."""
_HEARD = {
    **{word: str(value) for value, word in enumerate(_WORDS)},
    **{"oh": "0", "o": "0", "won": "1", "to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "niner": "9"},
}
"""Words as a transcriber may write digits."""
_ASKED = re.compile(rf"(?i)\bsay [\"']?confirm ((?:(?:{'|'.join(_WORDS)})\b ?)+)")


def closing(digits: str) -> str:
    """How a question ends that ``digits`` confirm: ``"Say confirm seven four to proceed or no to cancel."``."""
    spoken = " ".join(_WORDS[int(digit)] for digit in digits)
    return f"Say confirm {spoken} to proceed or no to cancel."


def example() -> str:
    """What the transcriber is told that answers sound like: those that are taken for each other.

    Without it whisper-base heard "pass" of synthetic voices as "yes", and "nah" as "yeah".
    """
    return "Yes. No. Nah. Pass. Yeah. Nope. Yes, please. No, thanks. Go ahead. Not now. Sure. Wait."


def is_short(heard: str) -> bool:
    """Whether only a short word of ``heard`` agrees, for which another is easily taken."""
    return is_short_word(heard)


def judge_to(question: str, heard: str) -> AnswerVerdict:
    """Whether ``heard`` agrees to a question as it was spoken, with whatever it asks to be said."""
    asked = _ASKED.search(question)
    digits = "".join(str(_WORDS.index(word)) for word in asked[1].lower().split()) if asked else ""
    return weigh(question, heard, digits)


def weigh(question: str, heard: str, digits: str, *, okay_is_yes: bool = False) -> AnswerVerdict:
    """Whether ``heard`` confirms; without ``digits`` a plain assent does, with ``okay_is_yes`` also "okay"."""
    if not digits:
        return judge(question, heard, okay_is_yes=okay_is_yes)
    text = unicodedata.normalize("NFKC", heard).casefold()
    if not text.isascii() or "?" in text:
        return no(Reason.UNCLEAR)
    words = re.findall(r"[a-z]+(?:'[a-z]+)?|\d", text)
    while words and words[0] in ("confirm", "jarvis", "yes", "hey"):
        words = words[1:]
    if words and _digits(words) == digits:
        return AnswerVerdict(Consent.YES, "the digits that were asked for")
    plain = judge(question, heard)
    return plain if not plain.is_yes else no(Reason.UNCLEAR, "the digits are missing")


def _digits(words: list[str]) -> str:
    """Digits of words that are nothing but digits, or a number below a hundred in words; else nothing."""
    if len(words) <= 2 and words[0] in TENS:
        ones = _HEARD.get(words[1], "") if len(words) == 2 else "0"
        return str(TENS[words[0]] + int(ones)) if ones else ""
    digits = [word if word.isdigit() else _HEARD.get(word, "?") for word in words]
    return "".join(digits)
