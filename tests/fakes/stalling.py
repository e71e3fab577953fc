"""Engines of a real daemon that stop working when they are told to, each in the way that its kind stops in.

Whoever calls :func:`stall` makes the engine of that name stand still at its next use, once: the process that
comes after works again. The folder of the orders is the value of ``JARVISD_TEST_STALLS``.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from jarvisd.audio.adapters.filemic import FileMicrophone
from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.adapters.whisper_process import WhisperProcess
from jarvisd.audio.ports import Transcription
from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.ports import Completion
from jarvisd.core.pcm import AudioChunk
from jarvisd.executor.ports.sandbox import SandboxJob, SandboxResult
from jarvisd.runtime.service import Runtime
from jarvisd.tts.ports import Speech
from tests.fakes.audio import ScriptedTranscriber, ScriptedWake
from tests.fakes.executor import ScriptedSandbox
from tests.fakes.language_model import RULES, Rule, ScriptedModel, chat
from tests.fakes.orders import FOLDER as FOLDER
from tests.fakes.orders import HOLD_S, is_held, while_held
from tests.fakes.tts import ScriptedSpeaker, ScriptedSynthesizer

FOR_EVER_S = 3600.0
RECITAL = "word " * 700
"""Nearly a minute: nobody is too late to interrupt it."""


def stall(folder: Path, name: str) -> None:
    """Let the engine ``name`` stand still at its next use."""
    (folder / name).touch()


def hold(folder: Path, name: str) -> Path:
    """Keep the engine ``name`` at its work for as long as the file is there that is returned."""
    path = folder / f"hold-{name}"
    path.touch()
    return path


def is_due(name: str) -> bool:
    """Whether ``name`` was told to stand still; the order is taken by asking."""
    try:
        (Path(os.environ[FOLDER]) / name).unlink()
    except FileNotFoundError:
        return False
    return True


def _block(name: str) -> None:
    if is_due(name):
        threading.Event().wait(FOR_EVER_S)


async def _tick() -> None:
    due = asyncio.Event()
    asyncio.get_running_loop().call_later(HOLD_S, due.set)
    await due.wait()


async def _wait(name: str) -> None:
    if is_due(name):
        await asyncio.Event().wait()


class Microphone(FileMicrophone):
    """Delivers no more sound; told "loop", it blocks the event loop of its unit."""

    async def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        async for chunk in super().chunks():
            await _wait("microphone")
            _block("loop")
            yield chunk


class Wake(ScriptedWake):
    """Never gives a score."""

    def score(self, pcm: bytes) -> float:
        _block("wake")
        return super().score(pcm)


class Transcriber(ScriptedTranscriber):
    """Never comes to an end."""

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        _block("stt")
        while_held("stt")
        return super().transcribe(pcm, example)


class Model(ScriptedModel):
    """Never answers, not even when its deadline is over."""

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        await _wait("llm")
        async for piece in super().stream(completion):
            yield piece


class Sandbox(ScriptedSandbox):
    """Runs no program to its end while it is held."""

    async def run(self, job: SandboxJob) -> SandboxResult:
        while is_held("sandbox"):
            await _tick()
        return await super().run(job)


class Synthesizer(ScriptedSynthesizer):
    """Never makes a sound."""

    async def synthesize(self, text: str) -> Speech:
        await _wait("synthesizer")
        return await super().synthesize(text)


class Speaker(ScriptedSpeaker):
    """Takes no more sound."""

    async def write(self, pcm: bytes) -> None:
        await _wait("speaker")
        await super().write(pcm)


def microphone(runtime: Runtime) -> Microphone:
    """For ``audio.microphone``."""
    return Microphone(runtime.config.audio.file_path, runtime.clock)


def wake(runtime: Runtime) -> Wake:
    """For ``wake.engine``."""
    return Wake()


def transcriber(runtime: Runtime) -> Transcriber:
    """For ``stt.engine``."""
    return Transcriber()


def transcriber_apart(runtime: Runtime) -> WhisperProcess:
    """For ``stt.engine``: the real adapter over a scripted child process."""
    stt = runtime.config.stt
    settings = WhisperSettings(stt.language, stt.beam_size, stt.threads)
    folders = dict.fromkeys((stt.model, stt.small_model), lambda: runtime.config.paths.models_dir)
    command = (sys.executable, "-m", "tests.fakes.stt_child")
    return WhisperProcess(folders, settings, lambda: runtime.config.stt.deadline_s, command)


def model(runtime: Runtime) -> Model:
    """For ``llm.backend``."""
    # A piece counts as a token, of which there is a limit.
    return Model([Rule(r"(?i)\brecite\b", chat(RECITAL)), *RULES], piece_chars=32)


def sandbox(runtime: Runtime) -> Sandbox:
    """For ``sandbox.engine``: every program prints the number of its lines."""
    return Sandbox(lambda job: SandboxResult(0, f"{len(job.code.splitlines())}\n", "", False, False, 1.0))


def embedded(runtime: Runtime) -> EmbeddedModel:
    """For ``llm.backend``: the real adapter over a scripted child process."""
    path = runtime.config.paths.cache_dir / "scripted.gguf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    child = Path(__file__).with_name("llm_child.py")
    return EmbeddedModel(
        model_path=path,
        cache_dir=runtime.config.paths.cache_dir / "llm",
        tasks=runtime.tasks,
        command=(sys.executable, str(child)),
        cores=runtime.pinning.share("llm"),
    )


def synthesizer(runtime: Runtime) -> Synthesizer:
    """For ``tts.engine``."""
    return Synthesizer()


def speaker(runtime: Runtime) -> Speaker:
    """For ``tts.speaker``."""
    return Speaker(runtime.clock)
