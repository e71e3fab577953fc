"""What a language has to offer: one :class:`LanguagePack` for each, chosen where a unit is put together.

A language is a folder beside ``en``; its modules may stand for the protocols below as they are. Some of the
house is still English by name: the sentences and arguments of the tools, the prompt of the planner and the
contacts that are remembered take numbers, times, addresses and amounts from :mod:`jarvisd.lang.en` directly.
``ENGLISH_SPEAKERS`` in ``tests/contract/test_structure.py`` lists every such module.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Action
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.chat import ChatRules
from jarvisd.lang.dialogue import DialogueRules
from jarvisd.lang.intent import AddedIntents, Control, Intent, WholenessRules
from jarvisd.lang.question_sentences import QuestionSentences
from jarvisd.lang.scope import Clause, Outside, RequestScope
from jarvisd.lang.spoken_request import LicenceRules
from jarvisd.lang.templates import SentenceFile
from jarvisd.lang.values import HeardValue, Unreadable, ValueKind


class AssentRules(Protocol):
    """What counts as yes. Nothing raises; whatever is not a plain assent is a no (requirement A10)."""

    def weigh(self, question: str, heard: str, digits: str, *, okay_is_yes: bool = False) -> AnswerVerdict:
        """Whether ``heard`` confirms ``question``, put in this language; with ``digits``, only they do.

        ``okay_is_yes`` counts as a yes what is said to show that one has heard: "okay".
        """
        ...

    def is_short(self, heard: str) -> bool:
        """Whether only a short word of ``heard`` agrees, for which another is easily taken."""

    def example(self) -> str:
        """What answers sound like, as the transcriber is told it when it reads one again: refusals as well."""
        ...

    def judge_to(self, question: str, heard: str) -> AnswerVerdict:
        """The same for a question as it was spoken, which holds the digits that it asks for, if any."""
        ...


class ReadingRules(Protocol):
    """Asking to hear all of something before agreeing to it."""

    def offer(self) -> str:
        """Said where a question holds only a part of what is asked about."""
        ...

    def is_asked_for(self, heard: str) -> bool:
        """Whether an answer asks to hear all of it, and neither agrees nor denies."""
        ...

    def pieces(self, text: str) -> Iterator[str]:
        """``text`` in pieces that are read in one go."""
        ...


class WakePhrase(Protocol):
    """What is said before a request."""

    def example(self) -> str:
        """What requests sound like, as the transcriber is told it; nothing that changes anything if heard."""
        ...

    def sound_alikes(self) -> Sequence[str]:
        """Words that the wake word's model takes for it, and the word itself; small letters."""
        ...

    def confusions(self) -> str:
        """The phrase among others that are like it, as the transcriber is told it that must tell them apart."""
        ...

    def is_in(self, transcript: str) -> bool:
        """Whether a transcript of the last second or two holds the wake word."""
        ...

    def request_in(self, transcript: str) -> str:
        """What is said after a leading wake phrase, begun with a capital; empty if there is nothing else."""
        ...


class StopWords(Protocol):
    """What ends an answer, or the work on one, without the wake word."""

    def example(self) -> str:
        """What it sounds like, as the transcriber is told it: other short words as well."""
        ...

    def is_stop(self, heard: str) -> bool:
        """Whether ``heard``, all that was said in one breath, asks to be silent or to leave off."""
        ...


class WordRules(Protocol):
    """Texts as words that can be held against each other, however they are written or said."""

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of ``text`` in order, in one form for all that mean the same; numbers in digits."""
        ...

    def is_small(self, token: str) -> bool:
        """Whether a token tells nothing of what is meant: "the", "list"."""
        ...


class IntentRules(Protocol):
    """Requests that need no language model (decision 8)."""

    def recognise(self, text: str) -> Intent | None:
        """The intent of a transcript as a whole, or ``None`` when the planner has to think."""
        ...

    def added(self, files: Sequence[SentenceFile], tools: Mapping[str, Collection[str]]) -> AddedIntents:
        """What ``files`` ask for by the arguments of ``tools``; SENTENCES_INVALID if it has a meaning already."""
        ...

    def takes_up(self, text: str) -> bool:
        """Whether a part of a request is about what another part brings: "read it", "delete the oldest"."""
        ...

    def corrected(self, text: str, before: str) -> Intent | None:
        """The intent of a transcript that corrects what ``before``, the last request, told to be remembered."""
        ...


class ScopeRules(Protocol):
    """What a request asks for, as far as its words alone tell it (decision 32). Nothing raises."""

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """The parts of a request in order; together they hold every word of it, once."""
        ...

    def outside(self, text: str, brought: Collection[str] = ()) -> Outside | None:
        """What one part of a request asks for that no part of the suite is for; ``None`` in every doubt.

        ``brought`` holds the names of things that a plugin or a source has brought since: "light", "weather".
        """
        ...

    def apart(self, text: str, brought: Collection[str] = ()) -> RequestScope:
        """A whole request: what of it is :meth:`outside`, and what is left."""
        ...


class ValueRules(Protocol):
    """Values out of words. Nothing is guessed: what is not understood to its last word is refused."""

    def read(self, kinds: Sequence[ValueKind], text: str, now: datetime) -> HeardValue:
        """``text`` as a value of the first of ``kinds`` that it is one of; ``now`` has a zone.

        Raises :class:`~jarvisd.lang.values.Unreadable`, from the kind that got furthest.
        """
        ...

    def why(self, error: Unreadable) -> str:
        """What is said of a text that is no value."""
        ...


class ReplySentences(Protocol):
    """What is said at the end of a turn, beside what its steps say (requirement A13)."""

    def error(self, code: ErrorCode) -> str:
        """The sentence for an error; every code has one."""
        ...

    def unsupported(self, parts: Sequence[str], actions: Sequence[Action], utterance: str = "") -> list[str]:
        """One sentence for each of ``parts`` of a request that ``actions``, meant to answer it, leave undone."""
        ...

    def acknowledgement(self, action: Action, utterance: str) -> str:
        """What is said while ``action``, the first of a plan, takes a while; no claim, and empty for nothing."""
        ...

    def done(self) -> str:
        """Of a step that was done and says nothing itself."""
        ...

    def failed(self) -> str:
        """Of a step that was not done, nobody knows why."""
        ...

    def left_out(self, steps: int) -> str:
        """Of ``steps`` steps that depend on one that was not done."""
        ...

    def nothing_to_do(self) -> str:
        """When no step says anything."""
        ...

    def nothing_yet(self) -> str:
        """When an earlier turn is asked for and there is none."""
        ...

    def cut_off(self, heard: str) -> str:
        """An earlier answer of which only this was heard."""
        ...

    def recount(self, utterance: str, answer: str) -> str:
        """What was asked and what came of it, in the words of then."""
        ...

    def rehearsed(self) -> str:
        """At the end of a turn that was tried without effect."""
        ...

    def steered(self, control: Control) -> str:
        """When a control was carried out."""
        ...

    def muted(self, length_s: float | None, *, has_button: bool) -> str:
        """When the microphone was closed, for a time or without an end: also how it is opened again."""
        ...

    def heard_unmute(self, *, has_button: bool) -> str:
        """To who asks aloud to be heard; the microphone stays as it is."""
        ...

    def ear_fault(self, code: ErrorCode) -> str:
        """When the ear cannot hear, or hears badly: also what helps."""
        ...

    def hears_again(self) -> str:
        """When that is over."""
        ...

    def press_failed(self, code: ErrorCode) -> str:
        """When a press of the button came to nothing."""
        ...

    def speed(self, percent: int) -> str:
        """How fast it speaks now, in percent of what is usual."""
        ...

    def spelled(self, text: str) -> str:
        """``text``, an earlier answer, letter by letter; empty for none."""
        ...

    def nothing_to_go_on_with(self) -> str:
        """When nothing was broken off."""
        ...

    def volume(self, percent: int) -> str:
        """How loudly it speaks now."""
        ...

    def status(self, level: str, reasons: Sequence[str]) -> str:
        """How the suite is: its service level, and why it is not full."""
        ...

    def nothing_to_undo(self) -> str:
        """When there is no change to be taken back."""
        ...


@dataclass(frozen=True, slots=True)
class ChunkRules:
    """Where speakable text may be cut; words are in small letters."""

    sentence_end: re.Pattern[str]
    """What stands between two sentences, mark included by look-behind."""
    joints: frozenset[str]
    """Words that begin a part of a sentence."""
    binding: frozenset[str]
    """Words that belong to the next one."""
    inner: frozenset[str]
    """Words inside of a name or an address."""


class SpeechRules(Protocol):
    """Written text as it is said."""

    @property
    def chunk_rules(self) -> ChunkRules:
        """Where speakable text may be cut."""
        ...

    def said(self, line: str) -> str:
        """A line without markup as it is to be said: abbreviations, addresses, numbers and signs in words.

        No digit, sign or letter of meaning is lost.
        """
        ...

    def listed(self, items: Sequence[str]) -> str:
        """The items of a list as one sentence."""
        ...

    def numbered(self, number: str, item: str) -> str:
        """An item with the number that stands before it."""
        ...

    def checked(self, item: str, *, is_done: bool) -> str:
        """An item with a check box."""
        ...

    def row(self, cells: Sequence[str]) -> str:
        """A row of a table, its cells apart; empty when all of them are."""
        ...

    def quoted(self, lines: Sequence[str], *, goes_on: bool) -> Sequence[str]:
        """Lines that somebody else wrote, and where they end if something follows."""
        ...

    def code_left_out(self, kind: str, lines: int) -> str:
        """In the place of code that is not read aloud; ``kind`` as the text names its language."""
        ...


class LanguagePack(Protocol):
    """Everything that is known of one language, by what it is asked for."""

    @property
    def answers(self) -> AssentRules:
        """What counts as yes."""
        ...

    @property
    def reading(self) -> ReadingRules:
        """Asking to hear all of something first."""
        ...

    @property
    def questions(self) -> QuestionSentences:
        """The sentences around a step."""
        ...

    @property
    def wake_phrase(self) -> WakePhrase:
        """What is said before a request."""
        ...

    def other_wake_phrase(self, phrase: str, heard_as: Sequence[str]) -> WakePhrase:
        """A phrase that somebody chose, and how else the transcriber may write it."""
        ...

    @property
    def stop_words(self) -> StopWords:
        """What stops without the wake word."""
        ...

    @property
    def wording(self) -> WordRules:
        """Texts as words."""
        ...

    @property
    def intents(self) -> IntentRules:
        """Requests that need no language model."""
        ...

    @property
    def wholeness(self) -> WholenessRules:
        """Whether more comes after the words before a pause."""
        ...

    @property
    def dialogue(self) -> DialogueRules:
        """Requests that go on from others."""
        ...

    @property
    def scope(self) -> ScopeRules:
        """What a request asks for."""
        ...

    @property
    def licences(self) -> LicenceRules:
        """What around a request asks for nothing by itself."""
        ...

    @property
    def values(self) -> ValueRules:
        """Values out of words."""
        ...

    @property
    def replies(self) -> ReplySentences:
        """What is said at the end of a turn, and of errors."""
        ...

    @property
    def chat(self) -> ChatRules:
        """Which words of a language model may be said."""
        ...

    @property
    def speech(self) -> SpeechRules:
        """Written text as it is said."""
        ...
