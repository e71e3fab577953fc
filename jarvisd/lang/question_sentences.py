"""What is said around a step: the question before it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Consent
from jarvisd.core.states import ServiceLevel


class QuestionSentences(Protocol):
    """The question before a step and what came of it. A ``phrase`` follows "I'm about to", without a full stop."""

    def question(self, phrase: str, consequence: str, can_be_undone: bool | None, closing: str) -> str:
        """The question before a step; with ``can_be_undone`` ``None`` there is nothing to be undone."""
        ...

    def again(self, phrase: str, closing: str) -> str:
        """The question after an answer that was not understood."""
        ...

    def surer(self, phrase: str) -> str:
        """The question after a single word that may have been a yes: asks for more words, or a no."""
        ...

    def among_voices(self, phrase: str, closing: str) -> str:
        """The question after a yes that anybody may have said, because somebody else was speaking."""
        ...

    def after_reading(self, phrase: str, closing: str) -> str:
        """The question after all of what is asked about was read out."""
        ...

    def closing(self, digits: str) -> str:
        """How to answer: with yes or no, or with ``digits`` instead of yes."""
        ...

    def announce(self, phrase: str) -> str:
        """What is said before a step that is announced and not asked."""
        ...

    def asked_for_by(self, user: str) -> str:
        """Before a question in the room, when it was not the room that asked: which user of the machine did."""
        ...

    def not_done(self, phrase: str, consent: Consent, cause: str = "", *, is_unclear: bool = False) -> str:
        """What is said when consent was not given; ``cause`` says why nobody could be asked.

        After an answer that was not understood it says how to agree.
        """
        ...

    def which(self, choices: Sequence[str]) -> str:
        """The question which of several things is meant; each of ``choices`` is what one is called."""
        ...

    def not_chosen(self, phrase: str) -> str:
        """What is said when an answer names none of the choices, or more than one."""
        ...

    def doing(self, tool: str) -> str:
        """What a tool does, as it follows "I did not"."""
        ...

    def taken(self, source: str, *, is_text: bool) -> str:
        """Where a value comes from that a step has taken from another one, which read ``source`` or searched."""
        ...

    def planned_after(self, sources: Sequence[str]) -> str:
        """That a step was thought of after ``sources`` were read."""
        ...

    def chosen(self, answer: str, choices: Sequence[str]) -> int | None:
        """Which of ``choices``, counted from 0, ``answer`` picks; ``None`` when it is not exactly one."""
        ...

    def skipped(self, tool: str, needed: int) -> str:
        """What is said of a step whose dependency, counted from zero, was not done."""
        ...

    def refused(self, tool: str, reason: str) -> str:
        """What is said of a step that policy or validation refused."""
        ...

    def failed(self, tool: str, code: ErrorCode, message: str = "") -> str:
        """What is said of a step that went wrong."""
        ...

    def readable(self, tool: str) -> str:
        """A tool's name as words."""
        ...

    def unsaid(self, value: str, *, is_read: bool) -> str:
        """That nobody said what a step is about; ``is_read`` where a text that was read says it."""
        ...

    def quoting(self) -> str:
        """That what is to be written or sent quotes something that was read."""
        ...

    def level_notice(self, level: ServiceLevel) -> str:
        """What is said once when a service level begins; empty for nothing."""
        ...
