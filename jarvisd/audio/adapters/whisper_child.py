"""The process that holds faster-whisper, started by ``whisper_process.py`` as ``python -m`` with this name.

It reads frames from its standard input and writes them to its standard output, as
:mod:`jarvisd.runtime.process.frames` has them. A crash, a leak or a wild allocation of native code stays in here.
It ends when its input ends.

Requests: ``{"op": "load", "id", "name", "folder", "language", "beam_size", "threads"}``, which may come again with
another model, ``{"op": "transcribe", "id", "example"}`` with the sound behind it, ``{"op": "cancel", "id"}``.
Answers, each with the id: ``{"taken"}`` at once, whatever is being worked on, then one of ``{"engine"}``,
``{"text", "confidence"}`` and ``{"error", "code"}``, with ``cpu_s``, what it took of the processor.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jarvisd.audio.adapters.whisper import Whisper, WhisperSettings
from jarvisd.audio.ports import Transcriber
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.runtime.process.frames import ReplyWriter, private_output, read_frame

Make = Callable[[str, Callable[[], Path], WhisperSettings, Callable[[], bool]], Transcriber]


class TranscriptionDesk:
    """Takes requests from the input and lets one thread work on them in order, by what ``make`` gives."""

    def __init__(self, replies: ReplyWriter, make: Make) -> None:
        self._replies = replies
        self._make = make
        self._waiting: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
        self._unwanted: set[int] = set()
        self._now = 0
        self._transcriber: Transcriber | None = None

    def take(self, request: dict[str, Any], payload: bytes) -> None:
        """Take one request from the input."""
        if request["op"] == "cancel":
            self._unwanted.add(request["id"])
            return
        self._replies.send(id=request["id"], taken=True)
        self._waiting.put((request, payload))

    def work(self) -> None:
        """Serve requests for ever."""
        while True:
            request, payload = self._waiting.get()
            self._now = request["id"]
            began_s = time.process_time()
            try:
                answer = self._load(request) if request["op"] == "load" else self._transcribe(request, payload)
            except JarvisError as error:
                answer = {"error": error.message, "code": str(error.code)}
            except Exception as error:  # noqa: BLE001 - libraries raise anything; it ends one request
                is_loading = request["op"] == "load"
                code = ErrorCode.MODEL_CORRUPT if is_loading else ErrorCode.TOOL_FAILED
                answer = {"error": f"the transcriber failed: {error!r}", "code": str(code)}
            self._replies.send(id=request["id"], cpu_s=time.process_time() - began_s, **answer)
            self._unwanted = {number for number in self._unwanted if number > request["id"]}

    def _load(self, request: dict[str, Any]) -> dict[str, Any]:
        # The one before must be gone first: where memory is short there is no room for two.
        self._transcriber = None
        # Objects of the library refer to each other, and to a hundred megabytes.
        gc.collect()
        settings = WhisperSettings(request["language"], request["beam_size"], request["threads"])
        folder = Path(request["folder"])
        made = self._make(request["name"], lambda: folder, settings, lambda: self._now in self._unwanted)
        made.load()
        self._transcriber = made
        return {"engine": made.engine}

    def _transcribe(self, request: dict[str, Any], pcm: bytes) -> dict[str, Any]:
        if self._transcriber is None:
            raise EngineError("no model is loaded", code=ErrorCode.TRANSCRIBER_GONE)
        said = self._transcriber.transcribe(pcm, request["example"])
        return {"text": said.text, "confidence": said.confidence}


def main(make: Make = Whisper) -> None:
    """Serve until the input ends."""
    faulthandler.enable()
    desk = TranscriptionDesk(ReplyWriter(private_output()), make)
    threading.Thread(target=desk.work, daemon=True).start()
    while (taken := read_frame(sys.stdin.buffer)) is not None:
        desk.take(*taken)
    # Native threads may still be decoding; nothing here needs an orderly end.
    os._exit(0)


if __name__ == "__main__":
    main()
