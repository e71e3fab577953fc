"""Errors across the bus, both ways: the one place where codes become D-Bus error names and come back."""

from __future__ import annotations

from jarvisd.bus.names import ERROR_PREFIX
from jarvisd.core.errors import (
    EngineError,
    ErrorCode,
    InternalError,
    JarvisError,
    NotPermitted,
    RequestError,
    Unavailable,
)

_BRANCHES: dict[type[JarvisError], tuple[ErrorCode, ...]] = {
    NotPermitted: (
        ErrorCode.NOT_PERMITTED,
        ErrorCode.LICENCE_NOT_ACCEPTED,
        ErrorCode.MAIL_PASSWORD_EXPOSED,
        ErrorCode.LLM_KEY_UNUSABLE,
    ),
    InternalError: (ErrorCode.INTERNAL,),
    EngineError: (
        ErrorCode.DISK_FULL,
        ErrorCode.CONFIG_CHANGED,
        ErrorCode.ECHO_GONE,
        ErrorCode.MAIL_ALTERED,
        ErrorCode.MAIL_UNSURE,
        ErrorCode.MODEL_CORRUPT,
        ErrorCode.MODEL_FETCH_FAILED,
        ErrorCode.NOT_KEPT,
        ErrorCode.NOT_STOPPED,
        ErrorCode.PLAN_UNREADABLE,
        ErrorCode.POLICY_BROKEN,
        ErrorCode.PROCESSOR_BUSY,
        ErrorCode.RAM_FULL,
        ErrorCode.TOOL_FAILED,
        ErrorCode.TRANSCRIBER_GONE,
        ErrorCode.WAKE_WORD_UNUSABLE,
        ErrorCode.WEB_UNREADABLE,
    ),
    Unavailable: (
        ErrorCode.AUDIT_UNWRITABLE,
        ErrorCode.BUSY,
        ErrorCode.BUS_GONE,
        ErrorCode.BUTTON_GONE,
        ErrorCode.CONTEXT_TOO_SMALL,
        ErrorCode.COURIER_GONE,
        ErrorCode.LLM_GONE,
        ErrorCode.LLM_LOADING,
        ErrorCode.MAIL_NOT_CONFIGURED,
        ErrorCode.MAIL_UNREACHABLE,
        ErrorCode.MEMORY_GONE,
        ErrorCode.MICROPHONE_BUSY,
        ErrorCode.MICROPHONE_CLIPPED,
        ErrorCode.MICROPHONE_GONE,
        ErrorCode.MICROPHONE_SILENT,
        ErrorCode.MODEL_MISSING,
        ErrorCode.MUTED,
        ErrorCode.NAME_TAKEN,
        ErrorCode.SANDBOX_GONE,
        ErrorCode.SOUND_STUCK,
        ErrorCode.SPEAKER_GONE,
        ErrorCode.TIMEOUT,
        ErrorCode.TOO_MANY_CALLS,
        ErrorCode.TRANSCRIBER_SLOW,
        ErrorCode.UNIT_DOWN,
        ErrorCode.WEB_UNREACHABLE,
    ),
}
BRANCH = {code: branch for branch, codes in _BRANCHES.items() for code in codes}
"""Which branch of the tree a code from the bus is raised as; the rest are requests that cannot be."""

FREEDESKTOP = "org.freedesktop.DBus.Error."
FOREIGN: dict[str, ErrorCode] = {
    f"{FREEDESKTOP}ServiceUnknown": ErrorCode.UNIT_DOWN,
    f"{FREEDESKTOP}NameHasNoOwner": ErrorCode.UNIT_DOWN,
    f"{FREEDESKTOP}UnknownObject": ErrorCode.UNIT_DOWN,
    f"{FREEDESKTOP}UnknownMethod": ErrorCode.UNIT_DOWN,
    f"{FREEDESKTOP}NoReply": ErrorCode.UNIT_DOWN,
    f"{FREEDESKTOP}Disconnected": ErrorCode.BUS_GONE,
    f"{FREEDESKTOP}AccessDenied": ErrorCode.NOT_PERMITTED,
    f"{FREEDESKTOP}InvalidArgs": ErrorCode.INVALID_REQUEST,
    f"{FREEDESKTOP}Timeout": ErrorCode.TIMEOUT,
}
"""Errors that the message bus itself answers with."""


def error_name(code: ErrorCode) -> str:
    """``org.jarvisd.Error.<Code>``."""
    return ERROR_PREFIX + code.value


def from_wire(name: str, text: str) -> JarvisError:
    """The error that a D-Bus error ``name`` with ``text`` stands for."""
    code = FOREIGN.get(name, ErrorCode.INTERNAL)
    if name.startswith(ERROR_PREFIX):
        code = ErrorCode.named(name[len(ERROR_PREFIX) :])
    return BRANCH.get(code, RequestError)(text, code=code)
