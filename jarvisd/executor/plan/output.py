"""Gathers what a program writes into few messages, so that one that writes letter by letter floods nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

GATHER_S = 0.1
"""Chosen: ten signals a second look alive."""
PIECE_CHARACTERS = 4096
"""Longest text of one message."""


class OutputBatcher:
    """Takes text of streams and passes it on in order, in pieces, at most every :data:`GATHER_S`."""

    def __init__(self, send: Callable[[str, str], None]) -> None:
        self._send = send
        self._held: list[tuple[str, str]] = []
        self._timer: asyncio.TimerHandle | None = None

    def write(self, stream: str, text: str) -> None:
        """Take the next text of a stream."""
        # A zero byte has no place in a string of D-Bus.
        self._held.append((stream, text.replace("\0", "\N{REPLACEMENT CHARACTER}")))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER_S, self.flush)

    def flush(self) -> None:
        """Pass on what is held."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        gathered: list[tuple[str, str]] = []
        for stream, text in held:
            if gathered and gathered[-1][0] == stream:
                gathered[-1] = (stream, gathered[-1][1] + text)
            else:
                gathered.append((stream, text))
        for stream, text in gathered:
            for begin in range(0, len(text), PIECE_CHARACTERS):
                self._send(stream, text[begin : begin + PIECE_CHARACTERS])
