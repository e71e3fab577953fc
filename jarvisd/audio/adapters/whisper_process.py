"""faster-whisper in a process of its own: what breaks in there costs one request, and never the ear."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.ports import Transcription
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.runtime.process.frames import frame
from jarvisd.runtime.process.native_child import NativeChild
from jarvisd.runtime.process.processor_time import worked_elsewhere

LOAD_LIMIT_S = 120.0
"""Chosen: it takes 0.6 s to load and as much to transcribe first (measured on 2 cores), and a disk may be slow."""
TAKEN_LIMIT_S = 10.0
"""Chosen: a process that lives takes a request at once, whatever it computes; so does a crowded machine."""
_CHILD = "jarvisd.audio.adapters.whisper_child"


class WhisperProcess:
    """A transcriber over the models ``locate``, name to what gives its folder or raises why there is none.

    It begins with the first; the second is smaller and stands in for it. A transcription that takes longer than
    ``limit_s()`` ends with the process. The child has the cores of the thread that loads it; ``command`` replaces
    the program that is started, for tests.
    """

    def __init__(
        self,
        locate: Mapping[str, Callable[[], Path]],
        settings: WhisperSettings,
        limit_s: Callable[[], float],
        command: Sequence[str] = (sys.executable, "-m", _CHILD),
    ) -> None:
        self._locate = dict(locate)
        self._settings = settings
        self._limit_s = limit_s
        self._command = tuple(command)
        self._name = next(iter(self._locate))
        self._engine = f"faster-whisper {version('faster-whisper')} {self._name}"
        self._child: NativeChild | None = None
        self._last_id = 0
        self._asked = 0
        self._why: EngineError | None = None

    @property
    def engine(self) -> str:
        """Name, version, model and number format."""
        return self._engine

    @property
    def pid(self) -> int:
        """Process id of the child; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    def load(self) -> None:
        """Start the process and load the model: MODEL_MISSING, MODEL_CORRUPT, TRANSCRIBER_GONE or TIMEOUT."""
        folder = self._locate[self._name]()
        self.close()
        self._why = None
        self._child = NativeChild("the transcriber's process", self._command, ErrorCode.TRANSCRIBER_GONE)
        try:
            self._use(self._name, folder)
        except EngineError:
            self.close()
            raise

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``; made-up ones are left out."""
        answer = self._ask({"op": "transcribe", "example": example}, self._limit_s(), pcm)
        return Transcription(answer["text"], answer["confidence"])

    def give_up(self) -> None:
        """Nobody wants what is being transcribed now: it fails as soon as it may."""
        child = self._child
        if child is not None and self._asked:
            child.send_soon(frame({"op": "cancel", "id": self._asked}))

    @property
    def has_small_model(self) -> bool:
        """Whether there is a second model."""
        return len(self._locate) > 1

    def use_small(self, is_small: bool) -> None:
        """Work with the second model, or the first. Blocks while it is loaded into the process that runs."""
        wanted, before = list(self._locate)[is_small], self._name
        if wanted == before:
            return
        folder = self._locate[wanted]()
        if self._child is None:
            self._name = wanted
            return
        try:
            self._use(wanted, folder)
        except EngineError as error:
            if error.code is ErrorCode.MODEL_CORRUPT:
                self._use(before, self._locate[before]())
            raise

    async def attend(self) -> None:
        """Return never; raises how the process has ended, at once when it has."""
        child = self._child
        if child is None:
            raise EngineError("the transcriber's process is not running", code=ErrorCode.TRANSCRIBER_GONE)
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        descriptor = os.pidfd_open(child.pid)
        loop.add_reader(descriptor, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        raise self._why or child.ended()

    def close(self) -> None:
        """End the process; safe at any time. What it was asked fails."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    def _use(self, name: str, folder: Path) -> None:
        model = {"name": name, "folder": str(folder), **asdict(self._settings)}
        self._engine = self._ask({"op": "load", **model}, LOAD_LIMIT_S)["engine"]
        self._name = name

    def _ask(self, request: dict[str, Any], limit_s: float, payload: bytes = b"") -> dict[str, Any]:
        """The answer to a request; a process that does not take it, or not answer it in time, is ended."""
        child = self._child
        if child is None:
            raise EngineError("the transcriber's process is not running", code=ErrorCode.TRANSCRIBER_GONE)
        self._last_id += 1
        try:
            child.send(frame({**request, "id": self._last_id}, payload), TAKEN_LIMIT_S)
            self._asked = self._last_id
            answer = child.receive(TAKEN_LIMIT_S)
            if "taken" in answer:
                answer = child.receive(limit_s)
        except EngineError as error:
            if error.code is ErrorCode.TIMEOUT:
                self._why = error
                child.kill()
            raise
        finally:
            self._asked = 0
        worked_elsewhere(answer.get("cpu_s", 0.0))
        if "error" in answer:
            raise EngineError(answer["error"], code=ErrorCode.named(answer["code"]))
        return answer
