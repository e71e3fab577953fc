"""What a unit and a process that holds native code for it say to each other: JSON objects, one a line.

Bytes that belong to one, such as sound, follow its line; the key ``bytes`` says how many.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO, TextIO


def frame(message: Mapping[str, Any], payload: bytes = b"") -> bytes:
    """``message`` as it is sent, with what belongs to it."""
    told = {**message, "bytes": len(payload)} if payload else message
    return json.dumps(told).encode("ascii") + b"\n" + payload


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message and what belongs to it; ``None`` when the stream has ended. Blocks."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        return None
    message: dict[str, Any] = json.loads(line)
    length = message.pop("bytes", 0)
    payload = stream.read(length) if length else b""
    return (message, payload) if len(payload) == length else None


class ReplyWriter:
    """Writes messages without bytes; several threads may."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, **answer: Any) -> None:
        """Write one answer."""
        with self._lock:
            self._stream.write(frame(answer).decode("ascii"))
            self._stream.flush()


def private_output() -> TextIO:
    """The real standard output of this process; what native code prints goes to standard error instead."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return output
