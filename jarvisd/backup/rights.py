"""Work in a folder with the rights of its owner alone, so that nothing in it can lead root elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from jarvisd.core.errors import ErrorCode, InternalError, JarvisError

_MESSAGE_CHARACTERS = 2_000
"""Chosen: the longest text of an error that anybody reads."""


def as_owner_of(folder: Path, work: Callable[[], object]) -> object:
    """What ``work`` answers (as JSON), done by the owner of ``folder`` when root asks, in a process of its own.

    Descriptors that are open stay usable in it. Raises JarvisError as ``work`` does, also in place of OSError.
    """
    owner = folder.lstat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return _answered(work)[0]
    sys.stdout.flush()
    sys.stderr.flush()
    answer_end, answer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(answer_end)
            os.setgroups([])
            os.setgid(owner.st_gid)
            os.setuid(owner.st_uid)
            os.umask(0o077)
            os.write(answer, _told(work))
            status = 0
        finally:
            os._exit(status)
    os.close(answer)
    with os.fdopen(answer_end, "rb") as reading:
        told = reading.read()
    os.waitpid(child, 0)
    return _heard(told)


def _answered(work: Callable[[], object]) -> tuple[object]:
    try:
        return (work(),)
    except OSError as error:
        message = f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")
        code = ErrorCode.NOT_PERMITTED if isinstance(error, PermissionError) else ErrorCode.TOOL_FAILED
        raise JarvisError(message, code=code) from error


def _told(work: Callable[[], object]) -> bytes:
    try:
        told: dict[str, object] = {"answer": _answered(work)[0]}
    except JarvisError as error:
        told = {"code": error.code.value, "message": error.message[:_MESSAGE_CHARACTERS]}
    return json.dumps(told).encode()


def _heard(told: bytes) -> object:
    try:
        answer = json.loads(told)
    except ValueError as error:
        raise InternalError("what was done with its owner's rights came to no end") from error
    if "code" in answer:
        raise JarvisError(str(answer["message"]), code=ErrorCode.named(str(answer["code"])))
    result: object = answer["answer"]
    return result
