"""The sentences around a step: the question, and what came of it (requirements A10, A11). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Consent
from jarvisd.core.states import ServiceLevel
from jarvisd.lang.en import amounts
from jarvisd.lang.en.answers import confirmation_code
from jarvisd.lang.en.context.picks import picked
from jarvisd.lang.en.sentences import errors

MAX_CHOICES = 5
"""Chosen: more are not kept in mind when heard."""
_CLOSING = "Say yes to proceed or no to cancel."
_REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "archive": "pack or unpack that",
        "calculate": "calculate that",
        "cancel_timer": "cancel the timer",
        "change_timer": "change the timer",
        "execute_code": "run that program",
        "file_append": "add to that file",
        "file_copy": "copy that",
        "file_delete": "delete that",
        "file_move": "move that",
        "file_read": "read that",
        "file_write": "write that file",
        "forget": "forget that",
        "get_time": "tell the time",
        "list_change": "change that list",
        "list_read": "read that list",
        "list_timers": "list the timers",
        "mkdir": "make that folder",
        "organize_files": "sort that folder",
        "pick_random": "draw that",
        "recall": "look that up in my memory",
        "remember": "remember that",
        "search_files": "search for that",
        "send_email": "send that e-mail",
        "service_status": "check that service",
        "set_timer": "set the timer",
        "system_info": "tell how this machine is",
        "web_fetch": "read that page",
    }
)
"""What follows "I won't" of a tool's step; of any other tool it is said that it is not used."""
_NOTICES: Mapping[ServiceLevel, str] = MappingProxyType(
    {
        ServiceLevel.SAFE: "I'm running in safe mode due to system issues.",
        ServiceLevel.REFUSING: "I refuse to act, because my safety test failed.",
    }
)
_REVERSAL: Mapping[bool | None, str] = MappingProxyType(
    {True: "This can be undone.", False: "This cannot be undone.", None: ""}
)


def question(phrase: str, consequence: str, can_be_undone: bool | None, closing: str) -> str:
    """The question before a step; with ``can_be_undone`` ``None`` there is nothing to be undone."""
    parts = (f"I'm about to {phrase}.", consequence, _REVERSAL[can_be_undone], closing)
    return " ".join(part for part in parts if part)


def again(phrase: str, closing: str) -> str:
    """The question after an answer that was not understood."""
    return f"Sorry, I need a clear answer. Shall I {phrase}? {closing}"


def surer(phrase: str) -> str:
    """The question after a single word that may have been a yes."""
    return f"I may have misheard you. Shall I {phrase}? Please say: yes, go ahead. Or say no."


def among_voices(phrase: str, closing: str) -> str:
    """The question after a yes that anybody may have said, because somebody else was speaking."""
    return f"I hear other voices. Shall I {phrase}? {closing}"


def after_reading(phrase: str, closing: str) -> str:
    """The question after all of what is asked about was read out."""
    return f"That was all of it. Shall I {phrase}? {closing}"


def closing(digits: str) -> str:
    """How to answer: with yes or no, or with ``digits`` instead of yes."""
    return confirmation_code.closing(digits) if digits else _CLOSING


def announce(phrase: str) -> str:
    """What is said before a step that is announced and not asked (TIER_2)."""
    return f"I'll {phrase}."


def asked_for_by(user: str) -> str:
    """Before a question in the room, when it was not the room that asked."""
    return f"The user {user} asks for this."


def not_done(phrase: str, consent: Consent, cause: str = "", *, is_unclear: bool = False) -> str:
    """What is said when consent was not given."""
    if is_unclear:
        return (
            f"That was no clear yes, so I did not {phrase}. To agree, say yes, go ahead, or use jarvisctl confirm."
        )
    if consent is Consent.SILENCE:
        return f"I heard no answer, so I did not {phrase}."
    if consent is Consent.UNAVAILABLE:
        because = f": {cause}" if cause else ""
        return f"I could not ask you{because}, so I did not {phrase}."
    return f"Okay, I did not {phrase}."


def which(choices: Sequence[str]) -> str:
    """The question which of several things is meant."""
    shown = list(choices[:MAX_CHOICES])
    rest = len(choices) - len(shown)
    last = f"one of {rest:,} more" if rest else shown.pop()
    return f"Which one do you mean: {', '.join(shown)} or {last}?"


def not_chosen(phrase: str) -> str:
    """What is said when an answer names none of the choices, or more than one."""
    return f"I don't know which one you mean, so I did not {phrase}."


def skipped(tool: str, needed: int) -> str:
    """What is said of a step whose dependency was not done; steps are counted from one when spoken."""
    return f"I left out the step {readable(tool)}, because step {needed + 1} was not done."


def refused(tool: str, reason: str) -> str:
    """What is said of a step that policy or validation refused."""
    return f"I won't {doing(tool)}: {reason}."


def doing(tool: str) -> str:
    """What a tool does, as it follows "I did not"."""
    return _REFUSED.get(tool) or f"use {readable(tool)}"


def taken(source: str, *, is_text: bool) -> str:
    """Where a value comes from that a step has taken from another one, which read ``source`` or searched."""
    if is_text:
        return f"Its words come from {amounts.name(source)}." if source else "Its words are what I read."
    return "Which one it is comes from what I found."


def planned_after(sources: Sequence[str]) -> str:
    """That a step was thought of after something was read."""
    read = amounts.listing([amounts.name(source) for source in sources])
    return f"I planned this after reading {read or 'what I found'}."


def chosen(answer: str, choices: Sequence[str]) -> int | None:
    """Which of ``choices``, counted from 0, ``answer`` picks; ``None`` when it is not exactly one."""
    found = picked(answer, choices)
    return found[0] if len(found) == 1 else None


def failed(tool: str, code: ErrorCode, message: str = "") -> str:
    """What is said of a step that went wrong."""
    detail = f" The step {readable(tool)} failed: {message}." if message else ""
    return f"{errors.spoken(code)}{detail}"


def readable(tool: str) -> str:
    """A tool's name as words: ``file_delete`` is ``"file delete"``."""
    return tool.replace("_", " ")


def unsaid(value: str, *, is_read: bool) -> str:
    """That nobody said what a step is about; ``is_read`` where a text that was read says it."""
    name = amounts.name(value)
    return f"Nobody said {name}, only a text that I read does." if is_read else f"Nobody said {name}."


def quoting() -> str:
    """That what is to be written or sent quotes something that was read."""
    return "Its words come from a text that I read."


def level_notice(level: ServiceLevel) -> str:
    """What is said once when a service level begins (D4, D8); empty for nothing."""
    return _NOTICES.get(level, "")
