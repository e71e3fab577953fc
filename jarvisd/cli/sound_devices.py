"""Microphone and loudspeaker for ``jarvisctl audio``, each opened in a process of its own that can be ended.

A sound server that hangs keeps whoever opened its device in a call that never returns: no deadline within the same
process helps, since its thread would outlive the command.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import suppress

from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within

ANSWER_LIMIT_S = 15.0
"""Chosen: a sound server begins a stream within 2 s (measured: 0.7 to 1.9 s), on a crowded machine later."""
TONE_LIMIT_S = 17.0
"""Chosen: the tone is 2 s long, and a device opens as a microphone does."""
END_LIMIT_S = 2.0
"""Chosen: a killed process ends at once, unless its driver holds it in the kernel; then it is left there."""
BUSY_HINT = "the ear has it: jarvisctl mute, and unmute afterwards"
_CHILD = "jarvisd.cli.sound_child"


async def pieces_of(device: str) -> AsyncGenerator[bytes, None]:
    """What the microphone gives, 80 ms a piece.

    Raises Unavailable: SOUND_STUCK when no piece comes for :data:`ANSWER_LIMIT_S`, else as the microphone does.
    """
    process = await _started("hear", device)
    try:
        while True:
            yield await _next(process, ANSWER_LIMIT_S, f'microphone "{device}"')
    except JarvisError as error:
        if error.code is ErrorCode.MICROPHONE_BUSY:
            raise Unavailable(f"{error.message}; {BUSY_HINT}", code=error.code) from error
        raise
    finally:
        await _end(process)


async def play_tone(device: str) -> None:
    """Play the tone to its end; Unavailable: SOUND_STUCK when that takes too long, else as the speaker raises."""
    process = await _started("play", device)
    try:
        await _next(process, TONE_LIMIT_S, f'loudspeaker "{device}"')
    finally:
        await _end(process)


async def _started(what: str, device: str) -> Process:
    # "python -m" looks for modules in the working directory first, which may be anybody's.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _CHILD, what, device), stdin=DEVNULL, stdout=PIPE, cwd="/"
    )


async def _next(process: Process, limit_s: float, name: str) -> bytes:
    """What belongs to the next frame; raises the error that it tells."""
    try:
        return await within(_frame(process), limit_s)
    except asyncio.TimeoutError as error:
        text = f"{name} does not answer: nothing came of it for {limit_s:g} s"
        raise Unavailable(text, code=ErrorCode.SOUND_STUCK) from error
    except (asyncio.IncompleteReadError, ValueError) as error:
        raise Unavailable(f"{name}: the process that opened it ended", code=ErrorCode.SOUND_STUCK) from error


async def _frame(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    message = json.loads(await process.stdout.readuntil())
    if "error" in message:
        raise Unavailable(message["error"], code=ErrorCode.named(message["code"]))
    return await process.stdout.readexactly(message.get("bytes", 0))


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(asyncio.TimeoutError):
        await within(process.wait(), END_LIMIT_S)
