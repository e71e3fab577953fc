"""English as a :class:`~jarvisd.lang.pack.LanguagePack`."""

from __future__ import annotations

from jarvisd.lang.en import wording
from jarvisd.lang.en.answers import confirmation_code, reading
from jarvisd.lang.en.requests import intents, wake_phrase
from jarvisd.lang.en.sentences import questions, replies
from jarvisd.lang.en.speech import chunking, structure
from jarvisd.lang.en.values import reading as value_reading
from jarvisd.lang.pack import (
    AssentRules,
    ChunkRules,
    IntentRules,
    LanguagePack,
    QuestionSentences,
    ReadingRules,
    ReplySentences,
    SpeechRules,
    ValueRules,
    WakePhrase,
    WordRules,
)


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


class _English:
    answers: AssentRules = confirmation_code
    reading: ReadingRules = reading
    wake_phrase: WakePhrase = wake_phrase
    wording: WordRules = wording
    intents: IntentRules = intents
    values: ValueRules = value_reading
    questions: QuestionSentences = questions
    replies: ReplySentences = replies
    speech: SpeechRules = _Speech()


ENGLISH: LanguagePack = _English()
