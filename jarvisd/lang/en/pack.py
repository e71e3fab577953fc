"""English as a :class:`~jarvisd.lang.pack.LanguagePack`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jarvisd.lang.chat import ChatRules
from jarvisd.lang.dialogue import DialogueRules
from jarvisd.lang.en import wording
from jarvisd.lang.en.answers import confirmation_code, reading
from jarvisd.lang.en.chat import speech_acts
from jarvisd.lang.en.context import resolving
from jarvisd.lang.en.licences import rules as licence_rules
from jarvisd.lang.en.requests import intents, stop_words, wake_phrase, wholeness
from jarvisd.lang.en.requests.other_wake_phrase import OtherWakePhrase
from jarvisd.lang.en.sentences import questions, replies
from jarvisd.lang.en.speech import chunking, structure
from jarvisd.lang.en.values import reading as value_reading
from jarvisd.lang.intent import WholenessRules
from jarvisd.lang.pack import (
    AssentRules,
    ChunkRules,
    IntentRules,
    LanguagePack,
    ReadingRules,
    ReplySentences,
    ScopeRules,
    SpeechRules,
    StopWords,
    ValueRules,
    WakePhrase,
    WordRules,
)
from jarvisd.lang.question_sentences import QuestionSentences
from jarvisd.lang.scope import Clause, Outside, RequestScope
from jarvisd.lang.spoken_request import LicenceRules


class _Speech:
    chunk_rules: ChunkRules = chunking.CHUNK_RULES

    @staticmethod
    def said(line: str) -> str:
        """A line in words."""
        # The tables of CLDR take 20 MB, and of all units the voice alone speaks.
        from jarvisd.lang.en.speech.normalization import said

        return said(line)

    listed = staticmethod(structure.listed)
    numbered = staticmethod(structure.numbered)
    checked = staticmethod(structure.checked)
    row = staticmethod(structure.row)
    quoted = staticmethod(structure.quoted)
    code_left_out = staticmethod(structure.code_left_out)


class _Scope:
    @staticmethod
    def clauses(text: str) -> tuple[Clause, ...]:
        """The parts of a request."""
        # The patterns take 60 ms to load, and only who judges requests needs them.
        from jarvisd.lang.en.scope.clauses import clauses

        return clauses(text)

    @staticmethod
    def outside(text: str, brought: Collection[str] = ()) -> Outside | None:
        """What a part of a request asks for that is out of reach."""
        # The tables take 80 ms to read, and the brain alone needs them.
        from jarvisd.lang.en.scope.outside import outside

        return outside(text, brought)

    @staticmethod
    def apart(text: str, brought: Collection[str] = ()) -> RequestScope:
        """What of a request is out of reach, and what is left."""
        from jarvisd.lang.en.scope.apart import apart

        return apart(text, brought)


class _English:
    answers: AssentRules = confirmation_code
    reading: ReadingRules = reading
    wake_phrase: WakePhrase = wake_phrase
    stop_words: StopWords = stop_words
    wording: WordRules = wording
    intents: IntentRules = intents
    wholeness: WholenessRules = wholeness
    dialogue: DialogueRules = resolving
    scope: ScopeRules = _Scope()
    licences: LicenceRules = licence_rules
    values: ValueRules = value_reading
    questions: QuestionSentences = questions
    replies: ReplySentences = replies
    chat: ChatRules = speech_acts
    speech: SpeechRules = _Speech()

    @staticmethod
    def other_wake_phrase(phrase: str, heard_as: Sequence[str]) -> WakePhrase:
        """A phrase that somebody chose."""
        return OtherWakePhrase(phrase, tuple(heard_as))


ENGLISH: LanguagePack = _English()
