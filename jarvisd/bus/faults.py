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

BRANCH: dict[ErrorCode, type[JarvisError]] = {
    ErrorCode.NOT_PERMITTED: NotPermitted,
    ErrorCode.INTERNAL: InternalError,
    ErrorCode.TOOL_FAILED: EngineError,
    ErrorCode.DISK_FULL: EngineError,
    ErrorCode.AUDIT_UNWRITABLE: EngineError,
    ErrorCode.UNIT_DOWN: Unavailable,
    ErrorCode.BUS_GONE: Unavailable,
    ErrorCode.BUSY: Unavailable,
    ErrorCode.TOO_MANY_CALLS: Unavailable,
    ErrorCode.TIMEOUT: Unavailable,
    ErrorCode.MODEL_MISSING: Unavailable,
    ErrorCode.MICROPHONE_GONE: Unavailable,
    ErrorCode.SPEAKER_GONE: Unavailable,
    ErrorCode.LLM_GONE: Unavailable,
    ErrorCode.MEMORY_GONE: Unavailable,
    ErrorCode.SANDBOX_GONE: Unavailable,
}
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
