"""What a user hears about each error code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode

SPOKEN: Mapping[ErrorCode, str] = MappingProxyType(
    {
        ErrorCode.CONFIG_INVALID: "My configuration has a mistake.",
        ErrorCode.CONFIG_CHANGED: "My settings were changed, and nobody has told me to read them.",
        ErrorCode.INVALID_REQUEST: "I could not understand that request.",
        ErrorCode.REQUEST_TOO_LONG: (
            "That was too long for me, so I did nothing of it. Please tell me in shorter pieces."
        ),
        ErrorCode.NOT_FOUND: "I could not find that.",
        ErrorCode.BUSY: "I'm still busy with the last request. Say stop to end it.",
        ErrorCode.TOO_MANY_CALLS: "That is too much at once. Please wait a moment.",
        ErrorCode.REFUSED: "I won't do that.",
        ErrorCode.PATH_REFUSED: "That file is outside the folders I may touch.",
        ErrorCode.NOT_PERMITTED: "You are not allowed to do that.",
        ErrorCode.CANCELLED: "Okay, stopped.",
        ErrorCode.TIMEOUT: "That took too long, so I stopped.",
        ErrorCode.NOT_STOPPED: "I told that to stop, but it may still be going on.",
        ErrorCode.UNIT_DOWN: "Part of me is not running.",
        ErrorCode.BUS_GONE: "Part of me is not running.",
        ErrorCode.NAME_TAKEN: "I am already running.",
        ErrorCode.MODEL_MISSING: "A model that I need is missing.",
        ErrorCode.MODEL_CORRUPT: "A model that I need is damaged.",
        ErrorCode.WAKE_WORD_UNUSABLE: "I can't listen for one of my wake words.",
        ErrorCode.MODEL_FETCH_FAILED: "I could not download a model.",
        ErrorCode.LICENCE_NOT_ACCEPTED: "A model's licence has not been accepted yet.",
        ErrorCode.MICROPHONE_GONE: "I can't hear anything: my microphone is missing.",
        ErrorCode.MICROPHONE_BUSY: "I can't hear anything: another program is using my microphone.",
        ErrorCode.MICROPHONE_SILENT: "I can't hear anything: my microphone gives no sound at all.",
        ErrorCode.MICROPHONE_CLIPPED: "My microphone is too loud, so I may not understand you.",
        ErrorCode.BUTTON_GONE: "My button is missing.",
        ErrorCode.ECHO_GONE: "While I speak I hear myself, so I may not hear you.",
        ErrorCode.MUTED: "I'm muted. Unmute with jarvisctl unmute.",
        ErrorCode.NOT_KEPT: "I did that, but I could not note it down, so a restart will undo it.",
        ErrorCode.SPEAKER_GONE: "I have no loudspeaker.",
        ErrorCode.SOUND_STUCK: "My sound devices do not answer.",
        ErrorCode.AUDIO_UNREADABLE: "I can't read that recording.",
        ErrorCode.AUDIO_TOO_LONG: "That recording is too long for me.",
        ErrorCode.NOTHING_HEARD: "Sorry, I didn't hear anything.",
        ErrorCode.NOT_UNDERSTOOD: "Sorry, I didn't catch that.",
        ErrorCode.TRANSCRIBER_GONE: "Something in me broke while I listened. Please say that again.",
        ErrorCode.TRANSCRIBER_SLOW: "This machine is busy, so I understand you less well for now.",
        ErrorCode.LLM_GONE: (
            "I can't think right now: my language model is not running. Simple requests still work."
        ),
        ErrorCode.LLM_KEY_UNUSABLE: (
            "I can't think right now: I have no key that my language model accepts. Simple requests still work."
        ),
        ErrorCode.LLM_LOADING: (
            "I'm still getting ready to think. Ask me again in a minute; simple requests work already."
        ),
        ErrorCode.CONTEXT_TOO_SMALL: (
            "I can't think: my language model has too little room for what I can do. Simple requests still work."
        ),
        ErrorCode.PLAN_UNREADABLE: "Sorry, I could not work out how to do that.",
        ErrorCode.SENTENCES_INVALID: "The sentences that were added for me have a mistake.",
        ErrorCode.MEMORY_GONE: "I can't reach my memory right now.",
        ErrorCode.SANDBOX_GONE: "I can't run code: my sandbox is not available.",
        ErrorCode.POLICY_BROKEN: "My safety test failed.",
        ErrorCode.COURIER_GONE: "I can't reach anything outside of this machine right now.",
        ErrorCode.MAIL_NOT_CONFIGURED: "I can't send e-mail: no mail server has been set up.",
        ErrorCode.MAIL_UNREACHABLE: "I could not reach the mail server, so nothing was sent.",
        ErrorCode.MAIL_UNTRUSTED: "I don't trust the mail server, so nothing was sent.",
        ErrorCode.MAIL_MISCONFIGURED: "The mail settings don't fit the server, so nothing was sent.",
        ErrorCode.MAIL_LOGIN_FAILED: "The mail server did not let me in, so nothing was sent.",
        ErrorCode.MAIL_REJECTED: "The mail server refused the message, so nothing was sent.",
        ErrorCode.MAIL_UNSURE: "I'm not sure whether the message was sent. Please check before sending it again.",
        ErrorCode.MAIL_ALTERED: "The letter would not have left as you heard it, so nothing was sent.",
        ErrorCode.MAIL_PASSWORD_EXPOSED: "The mail password is not kept safe, so nothing was sent.",
        ErrorCode.WEB_UNREACHABLE: "I could not reach that web site.",
        ErrorCode.WEB_UNREADABLE: "I could not read that page.",
        ErrorCode.DISK_FULL: "The disk is full, so I changed nothing.",
        ErrorCode.RAM_FULL: "This machine is almost out of working memory.",
        ErrorCode.PROCESSOR_BUSY: "Other programs keep the processor busy, so I am slow.",
        ErrorCode.AUDIT_UNWRITABLE: "I can't write my audit log, so I changed nothing.",
        ErrorCode.AUDIT_BROKEN: "My audit log has been changed.",
        ErrorCode.FORMAT_NEWER: "A newer version of me wrote my notes, so I leave them alone.",
        ErrorCode.STATE_DAMAGED: "A part of my notes is damaged. I kept it, and went on without it.",
        ErrorCode.UNDO_CONFLICT: "I can't undo that: something has changed since.",
        ErrorCode.TOOL_FAILED: "That did not work.",
        ErrorCode.INTERNAL: "Something went wrong inside me.",
    }
)


_EAR_REMEDIES: Mapping[ErrorCode, str] = MappingProxyType(
    {
        ErrorCode.MICROPHONE_GONE: "Plug it in, or choose another with jarvisctl audio test.",
        ErrorCode.MICROPHONE_BUSY: "I hear again once that program is closed.",
        ErrorCode.MICROPHONE_SILENT: "Switch it on, or choose another with jarvisctl audio test.",
        ErrorCode.MICROPHONE_CLIPPED: "Turn it down with the help of jarvisctl audio calibrate.",
        ErrorCode.WAKE_WORD_UNUSABLE: "jarvisctl doctor tells what helps.",
    }
)
"""Fault of the ear to what helps."""


def of_ear(code: ErrorCode) -> str:
    """The sentence for a fault that keeps the ear from hearing, and what helps."""
    if code in _EAR_REMEDIES:
        return f"{SPOKEN[code]} {_EAR_REMEDIES[code]}"
    is_model = code in (ErrorCode.MODEL_MISSING, ErrorCode.MODEL_CORRUPT)
    why = SPOKEN[code] if is_model else "Part of my ear does not work."
    return f"I can't hear you. {why} jarvisctl doctor tells what helps."


def spoken(code: ErrorCode) -> str:
    """The sentence for ``code``."""
    return SPOKEN[code]
