"""Whether an answer is a yes (requirement A10). Pure.

The rule is an allow list: an answer is a yes only if every word of it belongs to a plain assent. Everything
else, silence included, is a no; what denies wins over what agrees.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.en.answers import restatement

MAX_WORDS = 12
"""A longer answer is a conversation, not an assent."""
SHORT_LETTERS = 5
"""Chosen: "yes", "yeah", "yep", "sure", "aye"; what has two syllables or more has few that sound like it."""


class Reason(str, Enum):
    """Why an answer counts as it does."""

    ASSENT = "plain assent"
    SILENCE = "silence"
    DENIED = "denied"
    QUESTION = "a question"
    FOREIGN = "not plain English"
    MISMATCH = "agrees to something else"
    UNCLEAR = "unclear"


_DENIAL = re.compile(
    r"no|nope|nah|nay|not|never|none|nothing|[a-z]+n't|dont|wont|cant|cannot|stop|cancel|cancelled|wait|hold|halt"
    r"|abort|negative|nevermind|deny|denied|refuse|reject|decline|but|except|only|unless|without|instead|later"
    r"|maybe|perhaps|however|until|quit|forget|skip|leave|keep|undo|disagree|wrong|mistake|careful|slow|pause|hang"
    r"|back|off"
)
_QUESTION_START = re.compile(
    r"(?:what|what's|which|why|how|who|whose|when|where|is|are|am|was|do|does|did|can|could|would|should|shall|may"
    r"|might|will|has|have|really)\b"
)
_MOCKERY = re.compile(r"\b(?:yeah|yea|yep|sure|oh) right\b|\boh (?:sure|great|fine)\b|\bas if\b|\bwhy not\b")
_HUMMED_NO = re.compile(r"\b(?:n?uh|unh|m+|hm+)[\s-]+(?:uh|unh|m+|nh)\b")
"""Sounds that deny: "uh-uh", "nuh-uh", "mm-mm"; "uh-huh" and "mm-hmm" are none of them."""
_WANTS_TO_BE_ASKED = re.compile(r"^(?:(?:okay|ok|well|jarvis|hey|um+|uh+) )*please confirm\b")
_QUESTION_MARKS = "?？¿؟"

_FILLER = (
    r"(?:hey jarvis|okay jarvis|jarvis|um+|uh+|er+|erm|oh|ah|well|so|okay|ok|alright|all right|right|then|please"
    r"|thanks|thank you|now|just|great|perfect|excellent|sir|ma'am|madam|mate|mhm|mm hmm"
    r"|uh huh|right away|straight away|all of (?:it|them)|go on)"
)
"""What may stand beside an assent and is none by itself. Comfort ("I'm good", "it's fine") is not among it: people
say it to be left alone."""
_YES = (
    r"(?:yes|yeah|yep|yup|yea|aye|sure|sure thing|surely|absolutely|definitely|certainly|of course|affirmative"
    r"|indeed|very well|confirm|confirmed|i confirm|i do|i agree|agreed|i approve|approved|proceed|go ahead"
    r"|go right ahead|go on then|go for it|do it|do that|do so|please do|make it so|by all means|continue|carry on"
    r"|i am sure|correct|that is (?:right|correct)"
    r"|you may|you can|with pleasure|let's (?:do it|do that|go ahead|proceed)|i (?:say|said) yes"
    r"|my answer is yes|(?:it|that) is a yes|you have my (?:permission|consent|approval)"
    r"|(?:permission )?granted)"
)
_OKAY = ("okay", "ok")
_ASKING = r"(?:go (?:right )?ahead and|go on and|you (?:can|may)|i (?:want|would like) you to|let's)"
"""What may stand before a repeated action."""
_CONTRACTIONS = (
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\bi'd\b"), "i would"),
    (re.compile(r"\b(that|it)'s\b"), r"\1 is"),
)
_YES_SEND_IT = "send"
"""Requirement A10 lists "yes send it" among the plain assents, whatever was asked."""


def no(reason: Reason, detail: str = "") -> AnswerVerdict:
    """An answer that is not a yes; ``detail`` is the word that decided, or what was missing."""
    told = f"{reason.value}: {detail}" if detail else reason.value
    return AnswerVerdict(Consent.NO, told, may_ask_again=reason in (Reason.UNCLEAR, Reason.FOREIGN))


def judge(question: str, heard: str, *, okay_is_yes: bool = False) -> AnswerVerdict:
    """Whether ``heard`` agrees to ``question``. Never raises; anything that is not a plain assent is a no.

    With ``okay_is_yes`` an "okay" and nothing else is one.
    """
    text = unicodedata.normalize("NFKC", heard).replace("’", "'").strip()
    if not any(character.isalnum() for character in text):
        is_question = any(mark in heard for mark in _QUESTION_MARKS)
        return no(Reason.QUESTION if is_question else Reason.SILENCE)
    words = restatement.words_of(text.casefold())
    denial = next((word for word in words if _DENIAL.fullmatch(word)), None)
    if denial is not None:
        return no(Reason.DENIED, denial)
    if any(mark in heard for mark in _QUESTION_MARKS):
        return no(Reason.QUESTION)
    if not text.isascii():
        return no(Reason.FOREIGN)
    if len(words) > MAX_WORDS:
        return no(Reason.UNCLEAR, "too many words")
    spoken = " ".join(words)
    if _HUMMED_NO.search(text.casefold()):
        return no(Reason.DENIED, "hummed")
    if _MOCKERY.search(spoken) or _WANTS_TO_BE_ASKED.search(spoken):
        return no(Reason.UNCLEAR, "not said as an assent")
    for pattern, plain in _CONTRACTIONS:
        spoken = pattern.sub(plain, spoken)
    if okay_is_yes and spoken in _OKAY:
        return AnswerVerdict(Consent.YES, Reason.ASSENT.value)
    return _match(question.casefold(), spoken)


def is_short_word(heard: str) -> bool:
    """Whether an answer, without words that mean nothing, is one short word, be it said twice.

    >>> [is_short_word(it) for it in ("Okay, yes, please.", "Yes. Yes.", "Yes, go ahead.", "Do it.", "Indeed.")]
    [True, True, False, False, False]
    """
    spoken = " ".join(restatement.words_of(unicodedata.normalize("NFKC", heard).casefold()))
    left = set(re.sub(rf"\b{_FILLER}\b", " ", spoken).split())
    return len(left) == 1 and len(left.pop()) <= SHORT_LETTERS


def _match(question: str, spoken: str) -> AnswerVerdict:
    asked = restatement.asked_by(question)
    if _is_assent(spoken, asked, asked.verbs):
        return AnswerVerdict(Consent.YES, Reason.ASSENT.value)
    if re.match(rf"(?:{_FILLER} )*yes\b", spoken) and _is_assent(spoken, asked, asked.verbs | {_YES_SEND_IT}):
        return AnswerVerdict(Consent.YES, Reason.ASSENT.value)
    if _is_assent(spoken, asked, restatement.VERBS):
        return no(Reason.MISMATCH)
    return no(Reason.QUESTION if _QUESTION_START.match(spoken) else Reason.UNCLEAR)


def _is_assent(spoken: str, asked: restatement.AskedAct, verbs: frozenset[str]) -> bool:
    """Whether an answer is made of assents, of the action of the question, and of words that mean nothing."""
    answer = restatement.marked(spoken.split(), asked, verbs)
    core = rf"(?:{_YES}|(?:{_ASKING} )?{restatement.ECHO}|{_ASKING} (?:do (?:it|that|so)|proceed))"
    return (
        re.fullmatch(
            rf"(?:{_FILLER} )*(?:{core}|{_YES} {restatement.BARE})(?: (?:and )?(?:{core}|{_FILLER}))*", answer
        )
        is not None
    )
