"""Speech by Piper. Piper is GPL-3: only the process of this unit loads it."""

from __future__ import annotations

import ctypes
import json
import logging
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.config.voice import Tts
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.models.adapters.onnx_errors import onnx_errors
from jarvisd.models.manifest import Purpose
from jarvisd.models.store import ModelStore, load_manifest
from jarvisd.runtime.workers import Workers
from jarvisd.tts.ports import Speech

LANE = "synthesis"


class PiperSynthesizer:
    """A Piper voice from ``<models>/<tts.model>/*.onnx`` with its ``.onnx.json``."""

    def __init__(self, settings: Tts, models_dir: Path, workers: Workers) -> None:
        self._settings = settings
        self._folder = models_dir / settings.model
        self._workers = workers
        self._voice: Any = None

    @cached_property
    def engine(self) -> str:
        """Name, version and voice."""
        return f"piper-tts {version('piper-tts')} {self._settings.model}"

    def reconfigure(self, settings: Tts) -> None:
        """Speak with another volume and speed from the next chunk on."""
        self._settings = settings

    async def load(self) -> None:
        """Load the voice, once; about two seconds."""
        await self._workers.run(LANE, self._load)

    async def synthesize(self, text: str) -> Speech:
        """The sound of ``text``."""
        return await self._workers.run(LANE, self._synthesize, text)

    async def close(self) -> None:
        """Forget the voice; memory is returned when a synthesis in progress has ended."""
        self._voice = None

    def _load(self) -> Any:
        if self._voice is None:
            model, config = self._files()
            self._voice = self._open(model, config)
        return self._voice

    def _files(self) -> tuple[Path, Path]:
        models = sorted(self._folder.glob("*.onnx"))
        if not models or not models[0].with_name(models[0].name + ".json").is_file():
            raise self._missing()
        return models[0], models[0].with_name(models[0].name + ".json")

    def _missing(self) -> JarvisError:
        """Why there is no voice: one of somebody's own may have any name, the manifest knows the others."""
        store = ModelStore(self._folder.parent, load_manifest())
        voices = [model.id for model in store.manifest.models if model.purpose is Purpose.TTS]
        text = f"no voice in {self._folder}; known are {', '.join(voices)}"
        if self._settings.model in voices:
            try:
                store.require(self._settings.model)
            except JarvisError as error:
                return error
        return Unavailable(text, code=ErrorCode.MODEL_MISSING)

    def _open(self, model: Path, config: Path) -> Any:
        import onnxruntime
        import piper

        # Piper's debug messages contain what is spoken.
        logging.getLogger("piper").setLevel(logging.INFO)
        failures: tuple[type[Exception], ...] = (*onnx_errors(), OSError, TypeError, AttributeError, KeyError)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._settings.threads
        options.inter_op_num_threads = 1
        # The arena keeps the peak of the longest sentence for ever: 380 MB against 145 MB at rest.
        options.enable_cpu_mem_arena = False
        try:
            settings = piper.PiperConfig.from_dict(json.loads(config.read_text(encoding="utf-8")))
            session = onnxruntime.InferenceSession(
                str(model), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except failures as error:
            raise EngineError(f"{model} cannot be loaded: {error}", code=ErrorCode.MODEL_CORRUPT) from error
        return piper.PiperVoice(session=session, config=settings)

    def _synthesize(self, text: str) -> Speech:
        voice = self._load()
        from piper import SynthesisConfig

        options = SynthesisConfig(length_scale=self._settings.length_scale, volume=self._settings.volume)
        try:
            pcm = b"".join(chunk.audio_int16_bytes for chunk in voice.synthesize(text, options))
        except onnx_errors() as error:
            raise EngineError(f"Piper failed: {error}") from error
        _return_free_memory()
        return Speech(pcm, int(voice.config.sample_rate))


def _return_free_memory() -> None:
    """Give freed pages back to the system: glibc keeps about 100 MB after a sentence. A few milliseconds."""
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
