"""Reading what a command prints, with an end: one that never prints must not hold up a run for ever."""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from typing import IO

PIECE = 65_536


def lines(stream: IO[bytes], deadline_s: float) -> Iterator[bytes]:
    """Whole lines as they come, until the stream ends or the deadline has passed. Nothing else may read it."""
    end, held = time.monotonic() + deadline_s, b""
    while (left_s := end - time.monotonic()) > 0 and select.select([stream], [], [], left_s)[0]:
        piece = stream.read1(PIECE)  # type: ignore[attr-defined] # a BufferedReader
        if not piece:
            return
        *whole, held = (held + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)


def first_byte(stream: IO[bytes], deadline_s: float) -> None:
    """Return once there is something to read, which stays there; TimeoutError when nothing comes."""
    if not select.select([stream], [], [], deadline_s)[0] or not stream.peek(1):  # type: ignore[attr-defined]
        raise TimeoutError(f"nothing came within {deadline_s:g} s")
