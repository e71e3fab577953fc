"""Whether an answer is a yes, who may give it, and that it is used once (requirement A10, decision 2). Pure.

The rule is an allow list: an answer is a yes only if every word of it belongs to a plain assent. Everything
else, silence included, is a no; what denies wins over what agrees.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from jarvisd.core.json_types import JsonValue
from jarvisd.executor.consent import restatement

MAX_WORDS = 12
"""A longer answer is a conversation, not an assent."""


class Reason(str, Enum):
    """Why an answer counts as it does."""

    ASSENT = "plain assent"
    SILENCE = "silence"
    DENIED = "denied"
    QUESTION = "a question"
    FOREIGN = "not plain English"
    MISMATCH = "agrees to something else"
    UNCLEAR = "unclear"


class Judgement(NamedTuple):
    """``verdict`` is ``"yes"`` or ``"no"``; ``reason`` says why, with the word that decided."""

    verdict: str
    reason: str

    def to_json(self) -> dict[str, JsonValue]:
        """``{"verdict","reason"}``."""
        return {"verdict": self.verdict, "reason": self.reason}

    @property
    def is_yes(self) -> bool:
        """Whether this is consent."""
        return self.verdict == "yes"

    @property
    def may_ask_again(self) -> bool:
        """Whether the answer was merely not understood, so that one more try is fair."""
        return self.reason.startswith((Reason.UNCLEAR.value, Reason.FOREIGN.value))


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
_MOCKERY = re.compile(r"\b(?:yeah|yea|yep|sure|oh) right\b|\bas if\b|\bwhy not\b")
_QUESTION_MARKS = "?？¿؟"

_FILLER = (
    r"(?:hey jarvis|okay jarvis|jarvis|um+|uh+|er+|erm|oh|ah|well|so|okay|ok|alright|all right|right|then|please"
    r"|thanks|thank you|now|just|fine|good|very good|great|perfect|excellent|cool|sir|ma'am|madam|mate|mhm|mm hmm"
    r"|uh huh|right away|straight away|i am|all of (?:it|them)|go on)"
)
"""What may stand beside an assent and is none by itself."""
_YES = (
    r"(?:yes|yeah|yep|yup|yea|aye|sure|sure thing|surely|absolutely|definitely|certainly|of course|affirmative"
    r"|indeed|very well|confirm|confirmed|i confirm|i do|i agree|agreed|i approve|approved|proceed|go ahead"
    r"|go right ahead|go on then|go for it|do it|do that|do so|please do|make it so|by all means|continue|carry on"
    r"|i am sure|correct|that is (?:fine|right|correct|okay|ok|good)|it is (?:fine|okay|ok)|(?:that )?sounds good"
    r"|you may|you can|with pleasure|let's (?:do it|do that|go ahead|proceed)|i (?:say|said) yes"
    r"|my answer is yes|(?:it|that) is a yes|you have my (?:permission|consent|approval)"
    r"|(?:permission )?granted)"
)
_ASKING = r"(?:go (?:right )?ahead and|go on and|you (?:can|may)|i (?:want|would like) you to|let's)"
"""What may stand before a repeated action."""
_CONTRACTIONS = (
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\bi'd\b"), "i would"),
    (re.compile(r"\b(that|it)'s\b"), r"\1 is"),
)
_YES_SEND_IT = "send"
"""Requirement A10 lists "yes send it" among the plain assents, whatever was asked."""


def judge(question: str, heard: str) -> Judgement:
    """Whether ``heard`` agrees to ``question``. Never raises; anything that is not a plain assent is a no."""
    text = unicodedata.normalize("NFKC", heard).replace("’", "'").strip()
    if not any(character.isalnum() for character in text):
        is_question = any(mark in heard for mark in _QUESTION_MARKS)
        return Judgement("no", (Reason.QUESTION if is_question else Reason.SILENCE).value)
    words = restatement.words_of(text.casefold())
    denial = next((word for word in words if _DENIAL.fullmatch(word)), None)
    if denial is not None:
        return Judgement("no", f"{Reason.DENIED.value}: {denial}")
    if any(mark in heard for mark in _QUESTION_MARKS):
        return Judgement("no", Reason.QUESTION.value)
    if not text.isascii():
        return Judgement("no", Reason.FOREIGN.value)
    if len(words) > MAX_WORDS:
        return Judgement("no", f"{Reason.UNCLEAR.value}: too many words")
    spoken = " ".join(words)
    if _MOCKERY.search(spoken):
        return Judgement("no", f"{Reason.UNCLEAR.value}: not said as an assent")
    for pattern, plain in _CONTRACTIONS:
        spoken = pattern.sub(plain, spoken)
    return _match(question.casefold(), spoken)


def _match(question: str, spoken: str) -> Judgement:
    asked = restatement.asked_by(question)
    if _is_assent(spoken, asked, asked.verbs):
        return Judgement("yes", Reason.ASSENT.value)
    if re.match(rf"(?:{_FILLER} )*yes\b", spoken) and _is_assent(spoken, asked, asked.verbs | {_YES_SEND_IT}):
        return Judgement("yes", Reason.ASSENT.value)
    if _is_assent(spoken, asked, restatement.VERBS):
        return Judgement("no", Reason.MISMATCH.value)
    return Judgement("no", (Reason.QUESTION if _QUESTION_START.match(spoken) else Reason.UNCLEAR).value)


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


# --- who may answer --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answerer:
    """A caller of Confirm or Deny."""

    unique_name: str
    uid: int | None


class AnswerRight(str, Enum):
    """Whether a caller may answer a question."""

    ALLOWED = "allowed"
    BY_LEAVE = "by leave"
    """May answer if the administrator lets it, which polkit knows."""
    REFUSED = "refused"


def right_of(
    answerer: Answerer, *, channel: str, asker_uid: int | None, admin_uid: int | None, brain: str
) -> AnswerRight:
    """Whether a caller may answer a question over D-Bus (decision 2).

    A question belongs to the channel that asked: on ``dbus`` to the user who started it, on ``voice`` to the room
    and to whom polkit lets do ``org.jarvisd.confirm``; root may answer both. ``admin_uid`` is the user of a
    private bus, who stands for root there, or ``None``. The connection ``brain`` never answers.
    """
    if (answerer.unique_name and answerer.unique_name == brain) or answerer.uid is None:
        return AnswerRight.REFUSED
    if answerer.uid in (0, admin_uid):
        return AnswerRight.ALLOWED
    if channel == "dbus":
        return AnswerRight.ALLOWED if answerer.uid == asker_uid else AnswerRight.REFUSED
    return AnswerRight.BY_LEAVE


# --- single use ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grant:
    """Consent to one step of one frozen plan."""

    plan_hash: str
    step: int
    request_id: str
    binding: str = ""
    """What was measured beyond the plan, such as the address and the text of a letter."""


def binding_of(selection: object) -> str:
    """The identity of a measured effect; empty when the plan says all there is to say."""
    return str(getattr(selection, "binding", ""))


class Ledger:
    """Consents that were given and not yet used."""

    def __init__(self) -> None:
        self._open: set[Grant] = set()

    def give(self, grant: Grant) -> None:
        """Note that somebody agreed."""
        self._open.add(grant)

    def spend(self, grant: Grant) -> bool:
        """Use a consent up; ``False`` when there is none for exactly this plan, step and question."""
        if grant not in self._open:
            return False
        self._open.discard(grant)
        return True
