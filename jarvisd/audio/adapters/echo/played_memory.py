"""The memory in which the voice shares what it plays."""

from __future__ import annotations

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.played_ring import RING_BYTES, PlayedRingReader
from jarvisd.linux.sealed_memory import map_sealed


def open_played(descriptor: int) -> PlayedRingReader:
    """What is played from now on; the descriptor stays the caller's. EngineError (ECHO_GONE) where it is none."""
    try:
        return PlayedRingReader(map_sealed(descriptor, RING_BYTES))
    except OSError as error:
        text = f"what the voice shares is not what it should be: {error.strerror}"
        raise EngineError(text, code=ErrorCode.ECHO_GONE) from error
