"""The sentences around a step, composed by code from measured facts (requirements A10, A11). Pure."""

from __future__ import annotations

from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Consent
from jarvisd.executor.tools.spec import Preview, Reversal

CLOSING = "Say yes to proceed or no to cancel."
SAFE_MODE_NOTICE = "I'm running in safe mode due to system issues."
"""Spoken once when safe mode begins (D4)."""

REFUSING_NOTICE = "I refuse to act, because my safety test failed."
"""Spoken once when the self-test fails (D8)."""

_REVERSAL = {
    Reversal.UNDO: "This can be undone.",
    Reversal.NEVER: "This cannot be undone.",
    Reversal.HARMLESS: "",
}


def compose(preview: Preview, closing: str = CLOSING) -> str:
    """The question before a step: what will happen, measured, whether it can be undone, and how to answer."""
    parts = (f"I'm about to {preview.phrase}.", preview.consequence, _REVERSAL[preview.reversal], closing)
    return " ".join(part for part in parts if part)


def again(preview: Preview, closing: str = CLOSING) -> str:
    """The question after an answer that was not understood."""
    return f"Sorry, I need a clear answer. Shall I {preview.phrase}? {closing}"


def unheard(preview: Preview) -> str:
    """All of what is asked about, where the question holds only a part of it; empty where it holds it all."""
    whole = " ".join(str(getattr(preview.selection, "whole", "")).split())
    return "" if whole.replace('"', "'") in preview.consequence else whole


def after_reading(preview: Preview, closing: str = CLOSING) -> str:
    """The question after all of it was read out."""
    return f"That was all of it. Shall I {preview.phrase}? {closing}"


def announce(preview: Preview) -> str:
    """What is said before a step that is announced and not asked (TIER_2)."""
    return f"I'll {preview.phrase}."


def not_done(phrase: str, consent: Consent, cause: str = "") -> str:
    """What is said when consent was not given."""
    if consent is Consent.SILENCE:
        return f"I heard no answer, so I did not {phrase}."
    if consent is Consent.UNAVAILABLE:
        because = f": {cause}" if cause else ""
        return f"I could not ask you{because}, so I did not {phrase}."
    return f"Okay, I did not {phrase}."


def skipped(tool: str, needed: int) -> str:
    """What is said of a step whose dependency was not done; steps are counted from one when spoken."""
    return f"I left out the step {readable(tool)}, because step {needed + 1} was not done."


def refused(tool: str, reason: str) -> str:
    """What is said of a step that policy or validation refused."""
    return f"I won't {readable(tool)}: {reason}."


def failed(tool: str, code: ErrorCode, message: str = "") -> str:
    """What is said of a step that went wrong."""
    detail = f" The step {readable(tool)} failed: {message}." if message else ""
    return f"{FAULTS[code].spoken}{detail}"


def readable(tool: str) -> str:
    """A tool's name as words: ``file_delete`` is ``"file delete"``."""
    return tool.replace("_", " ")
