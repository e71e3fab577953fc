"""The voice unit, put together from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.config.schema import Config, ConsentSettings
from jarvisd.runtime import factories
from jarvisd.runtime.component import Component
from jarvisd.runtime.service import Runtime
from jarvisd.tts.adapters.alsa import AlsaSpeaker
from jarvisd.tts.adapters.filespeaker import FileSpeaker
from jarvisd.tts.adapters.piper import PiperSynthesizer
from jarvisd.tts.interface import TtsInterface
from jarvisd.tts.playback import STUCK_S as PLAYBACK_STUCK_S
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speaker, Synthesizer
from jarvisd.tts.synthesis import STUCK_FACTOR, Synthesis
from jarvisd.tts.voice import Voice

HOLD_MARGIN_S = 10.0
"""Between the longest question with its answer window and the end of a hold that nobody released."""


def _piper(runtime: Runtime) -> Synthesizer:
    return PiperSynthesizer(runtime.config.tts, runtime.config.paths.models_dir, runtime.workers)


def _alsa(runtime: Runtime) -> Speaker:
    return AlsaSpeaker(runtime.config.tts.device, runtime.workers)


def _file(runtime: Runtime) -> Speaker:
    return FileSpeaker(runtime.config.tts.file_path, runtime.workers, runtime.clock)


SYNTHESIZERS: Mapping[str, Callable[[Runtime], Synthesizer]] = {"piper": _piper}
SPEAKERS: Mapping[str, Callable[[Runtime], Speaker]] = {"alsa": _alsa, "file": _file}


class TtsUnit:
    """The voice, its interface, and what opens and closes them."""

    def __init__(self, runtime: Runtime) -> None:
        settings, consent = runtime.config.tts, runtime.config.consent
        self._runtime = runtime
        self._synthesizer = factories.load("tts.engine", settings.engine, SYNTHESIZERS, runtime)
        speaker = factories.load("tts.speaker", settings.speaker, SPEAKERS, runtime)
        self._parts = (
            Component("synthesizer", lambda: self._synthesizer, runtime.parts, open_=lambda engine: engine.load()),
            Component("speaker", lambda: speaker, runtime.parts, open_=lambda engine: engine.check()),
        )
        progress = runtime.progress
        self._synthesis = Synthesis(
            self._synthesizer,
            self._parts[0],
            runtime.tasks,
            progress.register("synthesis", STUCK_FACTOR * settings.deadline_s, part="synthesizer"),
            settings.deadline_s,
        )
        self._voice = Voice(
            self._synthesis,
            Playback(speaker, self._parts[1], progress.register("playback", PLAYBACK_STUCK_S, part="speaker")),
            tasks=runtime.tasks,
            clock=runtime.clock,
            hold_limit_s=_hold_limit_s(consent),
        )
        runtime.on_reload.append(self._reloaded)
        self._interface = TtsInterface(runtime.bus, runtime.parts, self._voice)

    @property
    def interface(self) -> TtsInterface:
        """The object to export."""
        return self._interface

    async def start(self) -> None:
        """Begin to speak what is asked; the parts are opened in the background."""
        for part in self._parts:
            self._runtime.tasks.start("open-part", part.open())
        self._runtime.tasks.loop("voice", self._voice.speak_next)
        await UnitClient(self._runtime.bus, UnitName.EXECUTOR).follow(self._executor_changed)

    async def close(self) -> None:
        """Be silent and release the voice model."""
        await self._voice.stop()
        await self._synthesizer.close()

    def _reloaded(self, config: Config) -> None:
        self._voice.reconfigure(_hold_limit_s(config.consent))
        self._synthesis.reconfigure(config.tts.deadline_s)
        self._synthesizer.reconfigure(config.tts)

    def _executor_changed(self, owner: str | None) -> None:
        # Also a successor did not ask the question that holds the voice.
        self._voice.asker_gone()


def _hold_limit_s(consent: ConsentSettings) -> float:
    return consent.question_limit_s + consent.window_s + HOLD_MARGIN_S


def build(runtime: Runtime) -> TtsUnit:
    """The unit for the runner; opens nothing."""
    return TtsUnit(runtime)
