"""A process that holds native code for a unit, spoken to in frames, from threads that may block.

It is expected to end when its input ends, and so with the unit.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO, Any, cast

from jarvisd.core.errors import EngineError, ErrorCode

PIECE_BYTES = 65_536
"""As much as a pipe holds on Linux (pipe(7))."""


class NativeChild:
    """Started at once, with the cores and the urgency of the thread that makes it.

    One thread asks at a time; :meth:`kill` may come from any. What fails raises EngineError: with ``gone`` when
    the process has ended, with TIMEOUT when it takes longer than it may.
    """

    def __init__(self, name: str, command: Sequence[str], gone: ErrorCode) -> None:
        self._name = name
        self._gone = gone
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._to, self._from = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        os.set_blocking(self._to.fileno(), False)
        self._sending, self._receiving = threading.Lock(), threading.Lock()
        self._unread = bytearray()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, message: bytes, limit_s: float) -> None:
        """Hand over a frame, all of it within ``limit_s``."""
        with self._sending:
            self._write(memoryview(message), time.monotonic() + limit_s)

    def send_soon(self, message: bytes) -> None:
        """Hand over a short frame if that is possible without waiting."""
        if self._sending.acquire(blocking=False):
            try:
                self._to.write(message)
            except (OSError, ValueError):
                # Whoever waits for an answer is told that it has ended, or was closed.
                return
            finally:
                self._sending.release()

    def receive(self, limit_s: float) -> dict[str, Any]:
        """Its next message, at most ``limit_s`` from now."""
        with self._receiving:
            return self._read(time.monotonic() + limit_s)

    def kill(self) -> None:
        """End it, whatever it does; safe at any time, and from any thread."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """The same, for whoever asks nothing more of it; who waits for an answer is told first."""
        self.kill()
        with self._sending, self._receiving:
            self._to.close()
            self._from.close()

    def ended(self) -> EngineError:
        """The error that tells how it has ended, or will at once."""
        status = self._process.wait()
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return EngineError(f"{self._name} ended with {how}", code=self._gone)

    def _read(self, ends_s: float) -> dict[str, Any]:
        while (end := self._unread.find(b"\n")) < 0:
            self._wait(self._from, select.POLLIN, ends_s)
            piece = os.read(self._from.fileno(), PIECE_BYTES)
            if not piece:
                raise self.ended()
            self._unread += piece
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        message: dict[str, Any] = json.loads(line)
        return message

    def _write(self, message: memoryview, ends_s: float) -> None:
        while message:
            self._wait(self._to, select.POLLOUT, ends_s)
            try:
                message = message[self._to.write(message) or 0 :]
            except BrokenPipeError as error:
                raise self.ended() from error

    def _wait(self, pipe: IO[bytes], event: int, ends_s: float) -> None:
        if pipe.closed:
            raise self.ended()
        poll = select.poll()
        poll.register(pipe, event)
        if not poll.poll(max(0.0, ends_s - time.monotonic()) * 1000):
            raise EngineError(f"{self._name} does not answer in time", code=ErrorCode.TIMEOUT)
