"""The audio unit put together: which engines, which rules, who listens to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from jarvisd.audio.adapters.alsa import AlsaMicrophone
from jarvisd.audio.adapters.echo.alignment import PhaseCorrelation
from jarvisd.audio.adapters.echo.played_memory import open_played
from jarvisd.audio.adapters.echo.speexdsp import SpeexDsp, SpeexResampler
from jarvisd.audio.adapters.filemic import FileMicrophone
from jarvisd.audio.adapters.input_button import InputButton
from jarvisd.audio.adapters.mute_file import MuteFile
from jarvisd.audio.adapters.near_miss_files import NearMissFiles
from jarvisd.audio.adapters.recording import read_recording
from jarvisd.audio.adapters.smart_turn import SmartTurn
from jarvisd.audio.adapters.wake.microwakeword import MicroWakeWord
from jarvisd.audio.adapters.wake.openwakeword import OpenWakeWord
from jarvisd.audio.adapters.wake.speech_features import SpeechFeatures
from jarvisd.audio.adapters.wake.word_file import WakeWordFile
from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.adapters.whisper_process import WhisperProcess
from jarvisd.audio.button.actions import ButtonActions
from jarvisd.audio.button.button_watch import ButtonWatch
from jarvisd.audio.events import Event
from jarvisd.audio.interface import AudioInterface
from jarvisd.audio.own_voice.live_echo import EchoEngines, LiveEcho
from jarvisd.audio.ports import EchoCanceller, Microphone, Transcriber, TurnDetector, WakeDetector
from jarvisd.audio.recordings.beside import RecordingHearer
from jarvisd.audio.recordings.hearing import HearingOptions, hear
from jarvisd.audio.settings import opinion_rules, retention_rules
from jarvisd.audio.speech.noise_floor import OverNoise
from jarvisd.audio.turn.ear import Ear, EarEngines, OtherWord
from jarvisd.audio.turn.mute_switch import MuteSwitch
from jarvisd.audio.wake.capture import Capture
from jarvisd.audio.wake.near_miss_log import NearMissLog
from jarvisd.audio.wake.second_opinion import SecondOpinion
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.audio import PressFailed, StopHeard
from jarvisd.bus.signals.brain import ReplySpoken, TurnFinished, TurnStarted
from jarvisd.bus.signals.tts import ClauseStarted, SpeakingFinished, SpeakingStarted
from jarvisd.config.schema import Config
from jarvisd.core.clock import Clock, SystemClock
from jarvisd.core.json_types import JsonObject
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.linux.boot import boot_id
from jarvisd.models.store import ModelStore, load_manifest
from jarvisd.runtime.factories import load
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.virtual_time import run_in_virtual_time
from jarvisd.runtime.workers import Workers

LANGUAGE: LanguagePack = ENGLISH
MICROPHONE_LIMIT_S = 5.0
"""Longest pause between chunks; opening a sound server takes up to two seconds."""

MICROPHONES: Mapping[str, Callable[[Runtime], Microphone]] = {
    "alsa": lambda runtime: AlsaMicrophone(runtime.config.audio.device, runtime.workers, runtime.clock),
    "file": lambda runtime: FileMicrophone(runtime.config.audio.file_path, runtime.clock),
}


def _located(runtime: Runtime, model: str) -> Callable[[], Path]:
    return lambda: ModelStore(runtime.config.paths.models_dir, load_manifest()).require(model)


def _open_wake_word(runtime: Runtime, features: SpeechFeatures | None = None) -> WakeDetector:
    model = runtime.config.wake.model
    first = OpenWakeWord(model, _located(runtime, model), features)
    if not runtime.config.wake.second_opinion:
        return first
    return SecondOpinion(first, _micro_wake_word(runtime), lambda: opinion_rules(runtime.config))


def _whisper(runtime: Runtime) -> Transcriber:
    stt = runtime.config.stt
    settings = WhisperSettings(language=stt.language, beam_size=stt.beam_size, threads=stt.threads)
    names = [stt.model]
    if stt.small_model and (stt.language == "en" or not stt.small_model.endswith(".en")):
        names.append(stt.small_model)
    models = {name: _located(runtime, name) for name in names}
    return WhisperProcess(models, settings, limit_s=lambda: runtime.config.stt.deadline_s)


def _smart_turn(runtime: Runtime) -> TurnDetector:
    model = runtime.config.endpoint.turn_model
    return SmartTurn(model, _located(runtime, model))


def _micro_wake_word(runtime: Runtime) -> WakeDetector:
    model = runtime.config.wake.micro_model
    path = Path(model)
    if path.is_absolute():
        features = SpeechFeatures(_located(runtime, runtime.config.wake.model))
        return WakeWordFile("hey jarvis", path, features, needs_verification=True)
    return MicroWakeWord(model, _located(runtime, model))


WAKE_ENGINES: Mapping[str, Callable[[Runtime], WakeDetector]] = {
    "openwakeword": _open_wake_word,
    "micro": _micro_wake_word,
}
TURN_ENGINES: Mapping[str, Callable[[Runtime], TurnDetector]] = {"smart-turn": _smart_turn}
ECHO_ENGINES: Mapping[str, Callable[[Runtime], EchoCanceller]] = {"speexdsp": lambda runtime: SpeexDsp()}
STT_ENGINES: Mapping[str, Callable[[Runtime], Transcriber]] = {"whisper": _whisper}


def engines_of(runtime: Runtime) -> EarEngines:
    """What the configuration chooses; whether there is such an engine is checked when it is made."""
    config, wake = runtime.config, runtime.config.wake
    features = SpeechFeatures(_located(runtime, wake.model))
    makers: dict[str, Callable[[Runtime], WakeDetector]] = dict(WAKE_ENGINES)
    makers["openwakeword"] = partial(_open_wake_word, features=features)
    return EarEngines(
        vad=lambda: OverNoise(WebRtcVad(config.endpoint.vad_mode)),
        wake=None if wake.engine == "none" else partial(load, "wake.engine", wake.engine, makers, runtime),
        words=[OtherWord(it, partial(WakeWordFile, it.phrase, it.model, features)) for it in config.wake_words],
        transcriber=partial(load, "stt.engine", config.stt.engine, STT_ENGINES, runtime),
        turns=None
        if (turns := config.endpoint.turn_engine) == "none"
        else partial(load, "endpoint.turn_engine", turns, TURN_ENGINES, runtime),
        echo=None
        if (echo := config.echo.engine) == "none"
        else partial(load, "echo.engine", echo, ECHO_ENGINES, runtime),
        alignment=PhaseCorrelation,
    )


def hear_offline(config: Config, sound: Iterable[bytes], options: HearingOptions) -> JsonObject:
    """What the ear makes of ``sound``, 16 kHz 16-bit mono in pieces, without a unit or a bus. Blocks.

    Raises what keeps a model from loading, and what it fails with.
    """
    return _hear_apart(config, Connection(), sound, options)


def _hear_apart(
    config: Config,
    bus: Connection,
    sound: Iterable[bytes],
    options: HearingOptions,
    transcriber: Transcriber | None = None,
) -> JsonObject:
    """Hear ``sound`` in an event loop of its own, with models of its own but for ``transcriber``. Blocks."""

    async def main(clock: Clock) -> JsonObject:
        progress = HeartbeatMonitor(clock.monotonic_us)
        runtime = Runtime(config, clock, Tasks(), Workers(), progress, Parts(), bus)
        engines = engines_of(runtime)
        if transcriber is not None:
            engines = replace(engines, transcriber=lambda: transcriber)
        try:
            return await hear(engines, runtime, LANGUAGE, sound, options)
        finally:
            await runtime.tasks.cancel_all()
            runtime.workers.close()

    return run_in_virtual_time(main) if options.is_fast else asyncio.run(main(SystemClock()))


class AudioUnit:
    """The ear, its interface, and what opens and closes them.

    Like every unit a class, since starting, closing and reloading work on the same objects; it is built in the
    order peers and adapters, rooms, interface, and opens nothing before :meth:`start`.
    """

    def __init__(self, runtime: Runtime) -> None:
        config = runtime.config
        self._runtime = runtime
        self._executor = UnitClient(runtime.bus, UnitName.EXECUTOR)
        self._tts = UnitClient(runtime.bus, UnitName.TTS)
        self._brain = UnitClient(runtime.bus, UnitName.BRAIN)
        microphone = load("audio.microphone", config.audio.microphone, MICROPHONES, runtime)
        self._near_misses = NearMissLog(
            NearMissFiles(config.paths.state_dir / "audio" / "near-misses", runtime.workers),
            lambda: retention_rules(runtime.config),
            runtime.tasks,
            runtime.clock,
        )
        engines = engines_of(runtime)
        self._ear = Ear(engines, runtime, LANGUAGE, self._emit, self._near_misses.take)
        self._listener = self._ear.listener
        self._echo = self._make_echo(engines)
        self._capture = self._make_capture(microphone)
        runtime.parts.checks.add("microphone", self._capture.check)
        self._switch = self._make_switch()
        self._button = self._make_button() if config.button.device else None
        self._recordings = RecordingHearer(
            read_recording, self._hear_beside, self._ear.decoder, runtime.workers, config.audio.hear_max_s
        )

        self.interface = AudioInterface(
            runtime.bus,
            runtime.parts,
            listener=self._listener,
            switch=self._switch,
            capture=self._capture.counts,
            recordings=self._recordings,
            echo=self._echo,
            near_misses=self._near_misses,
        )
        runtime.on_resume += [self._listener.cancel, self._switch.resume]
        runtime.on_reload.append(self.reload)

    async def start(self) -> None:
        """Load the models and open the microphone, all in the background."""
        tasks = self._runtime.tasks
        for model in self._ear.models:
            tasks.start(f"load-{model.part}", model.run(), is_fatal=True)
        if self._echo is not None:
            tasks.start("load-echo", self._echo.component.run(), is_fatal=True)
        await self._switch.restore(is_muted=self._runtime.config.audio.muted)
        tasks.loop("capture", self._capture.run)
        tasks.loop("near-misses", self._near_misses.run)
        if self._button is not None:
            tasks.loop("button", self._button.run)
        await self._executor.follow(self._executor_moved)
        voices, own = self._listener.voices, self._listener.own_words
        self._tts.receive(SpeakingStarted, lambda told: voices.own_began(told.at_us, told.utterance_id))
        self._tts.receive(
            ClauseStarted,
            lambda told: own.clause_began(told.at_us, told.utterance_id, told.text, told.length_ms),
        )
        self._tts.receive(SpeakingFinished, lambda told: voices.own_ended(told.at_us, told.utterance_id))
        self._tts.receive(SpeakingFinished, lambda told: own.ended(told.at_us, told.utterance_id))
        if await self._tts.follow(self._tts_moved) is not None and self._echo is not None:
            self._echo.expect()
        self._brain.receive(TurnStarted, lambda _: self._listener.brain_works(is_busy=True))
        self._brain.receive(TurnFinished, lambda _: self._listener.brain_works(is_busy=False))
        self._brain.receive(ReplySpoken, lambda told: self._listener.follow_up(is_question=told.is_question))
        await self._brain.follow(lambda _: self._listener.brain_works(is_busy=False))

    async def close(self) -> None:
        """Stop listening; what is being heard is forgotten."""
        self._listener.cancel()
        await self._runtime.tasks.cancel_all()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._ear.reconfigure(config)
        self._recordings.longest_s = config.audio.hear_max_s

    def _make_capture(self, microphone: Microphone) -> Capture:
        runtime = self._runtime
        return Capture(
            microphone,
            on_chunk=self._listener.hear if self._echo is None else self._echo.hear,
            on_works=self._listener.microphone_works,
            on_failed=self._listener.microphone_failed,
            parts=runtime.parts,
            heartbeat=runtime.progress.register("microphone", MICROPHONE_LIMIT_S, part="microphone"),
            tasks=runtime.tasks,
            clock=runtime.clock,
            dead_after_s=runtime.config.audio.dead_after_s,
        )

    def _make_echo(self, engines: EarEngines) -> LiveEcho | None:
        runtime = self._runtime
        if engines.echo is None or engines.alignment is None:
            return None
        return LiveEcho(
            EchoEngines(engines.echo, engines.alignment, SpeexResampler, open_played),
            on_chunk=self._listener.hear,
            workers=runtime.workers,
            parts=runtime.parts,
            tasks=runtime.tasks,
        )

    def _make_switch(self) -> MuteSwitch:
        runtime = self._runtime
        kept = MuteFile(runtime.config.paths.state_dir / "audio" / "mute", runtime.workers)
        return MuteSwitch(self._listener, self._capture, kept, runtime.tasks, runtime.clock, boot_id, self._emit)

    def _make_button(self) -> ButtonWatch:
        runtime, settings, now_us = self._runtime, self._runtime.config.button, self._runtime.clock.monotonic_us
        actions = ButtonActions(
            self._listener,
            self._switch,
            stop=lambda: self._emit(StopHeard(now_us(), now_us(), "")),
            failed=lambda error: self._emit(PressFailed(now_us(), str(error.code))),
        )
        return ButtonWatch(
            InputButton(settings.device, settings.key, runtime.workers),
            actions.pressed,
            hold_ms=settings.hold_ms,
            parts=runtime.parts,
            clock=runtime.clock,
        )

    def _hear_beside(self, pcm: bytes, options: HearingOptions, transcriber: Transcriber) -> JsonObject:
        return _hear_apart(self._runtime.config, self._runtime.bus, [pcm], options, transcriber)

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)

    def _executor_moved(self, owner: str | None) -> None:
        # Also a successor did not ask the question that is open.
        self._listener.asker_gone()

    def _tts_moved(self, owner: str | None) -> None:
        # What it was saying when it left has no other end.
        now_us = self._runtime.clock.monotonic_us()
        self._listener.voices.own_ended(now_us)
        self._listener.own_words.ended(now_us)
        if self._echo is not None:
            self._echo.voice_moved(is_there=owner is not None)


def build(runtime: Runtime) -> AudioUnit:
    """The unit for the runner; opens nothing."""
    return AudioUnit(runtime)
