"""The audio unit put together: which engines, which rules, who listens to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from jarvisd.audio.adapters.alsa import AlsaMicrophone
from jarvisd.audio.adapters.filemic import FileMicrophone
from jarvisd.audio.adapters.openwakeword import OpenWakeWord
from jarvisd.audio.adapters.recording import read_recording
from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.adapters.whisper import Whisper, WhisperSettings
from jarvisd.audio.answers.answer_session import AnswerRules
from jarvisd.audio.events import Event
from jarvisd.audio.interface import AudioInterface
from jarvisd.audio.ports import Microphone, Transcriber, VoiceDetector, WakeDetector
from jarvisd.audio.recordings.recording import RecordingRules, RecordingTranscriber
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.turn.listener import WAKE_PHRASE_MS, Listener, ListenRules
from jarvisd.audio.wake.capture import Capture
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_detection import WakeStage
from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.tts import SpeakingFinished, SpeakingStarted
from jarvisd.config.schema import Config
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.models.store import ModelStore, load_manifest
from jarvisd.runtime.component import Component, loaded_in_lane
from jarvisd.runtime.factories import load
from jarvisd.runtime.service import Runtime

LANGUAGE: LanguagePack = ENGLISH
MICROPHONE_LIMIT_S = 5.0
"""Longest pause between chunks; opening a sound server takes up to two seconds."""
WAKE_LIMIT_S = 5.0
"""Chosen: to score a chunk of 80 ms takes 4 ms (measured on 2 cores), so a model that is silent is stuck."""

MICROPHONES: Mapping[str, Callable[[Runtime], Microphone]] = {
    "alsa": lambda runtime: AlsaMicrophone(runtime.config.audio.device, runtime.workers, runtime.clock),
    "file": lambda runtime: FileMicrophone(runtime.config.audio.file_path, runtime.clock),
}


def _located(runtime: Runtime, model: str) -> Callable[[], Path]:
    return lambda: ModelStore(runtime.config.paths.models_dir, load_manifest()).require(model)


def _open_wake_word(runtime: Runtime) -> WakeDetector:
    model = runtime.config.wake.model
    return OpenWakeWord(model, _located(runtime, model))


def _whisper(runtime: Runtime) -> Transcriber:
    stt = runtime.config.stt
    settings = WhisperSettings(language=stt.language, beam_size=stt.beam_size, threads=stt.threads)
    return Whisper(stt.model, _located(runtime, stt.model), settings)


WAKE_ENGINES: Mapping[str, Callable[[Runtime], WakeDetector]] = {"openwakeword": _open_wake_word}
STT_ENGINES: Mapping[str, Callable[[Runtime], Transcriber]] = {"whisper": _whisper}


class AudioUnit:
    """The ear, its interface, and what opens and closes them.

    Like every unit a class, since starting, closing and reloading work on the same objects; it is built in the
    order peers and adapters, rooms, interface, and opens nothing before :meth:`start`.
    """

    def __init__(self, runtime: Runtime) -> None:
        config, workers, parts = runtime.config, runtime.workers, runtime.parts
        self._runtime = runtime
        self._executor = UnitClient(runtime.bus, UnitName.EXECUTOR)
        self._tts = UnitClient(runtime.bus, UnitName.TTS)
        microphone = load("audio.microphone", config.audio.microphone, MICROPHONES, runtime)
        make_vad = partial(WebRtcVad, config.endpoint.vad_mode)
        make_wake = partial(load, "wake.engine", config.wake.engine, WAKE_ENGINES, runtime)
        make_stt = partial(load, "stt.engine", config.stt.engine, STT_ENGINES, runtime)
        self._vad: Component[VoiceDetector] = loaded_in_lane("vad", make_vad, workers, parts)
        self._wake_model: Component[WakeDetector] = loaded_in_lane("wake", make_wake, workers, parts)
        self._transcriber: Component[Transcriber] = loaded_in_lane("stt", make_stt, workers, parts)

        self._wake = self._make_wake_stage()
        limit_s = config.stt.deadline_s
        heartbeat = runtime.progress.register("stt", limit_s, part="stt")
        self._decoder = TranscriptionWorker(self._transcriber, workers, heartbeat, limit_s)
        self._listener = self._make_listener()
        self._capture = self._make_capture(microphone)
        self._recordings = RecordingTranscriber(
            make_wake=make_wake,
            make_vad=make_vad,
            read=read_recording,
            decoder=self._decoder,
            wake_phrase=LANGUAGE.wake_phrase,
            workers=workers,
            rules=_hearing_rules(config),
        )

        self.interface = AudioInterface(runtime.bus, parts, self._listener, self._recordings)
        runtime.on_resume.append(self._listener.cancel)
        runtime.on_reload.append(self.reload)

    async def start(self) -> None:
        """Load the models and open the microphone, all in the background."""
        tasks = self._runtime.tasks
        for model in (self._vad, self._wake_model, self._transcriber):
            tasks.start(f"load-{model.part}", model.run(), is_fatal=True)
        tasks.loop("capture", self._capture.run)
        await self._executor.follow(self._executor_moved)
        voices = self._listener.voices
        self._tts.receive(SpeakingStarted, lambda told: voices.own_began(told.at_us, told.utterance_id))
        self._tts.receive(SpeakingFinished, lambda told: voices.own_ended(told.at_us, told.utterance_id))
        await self._tts.follow(self._tts_moved)

    async def close(self) -> None:
        """Stop listening; what is being heard is forgotten."""
        self._listener.cancel()
        await self._runtime.tasks.cancel_all()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._listener.reconfigure(_listen_rules(config))
        self._wake.reconfigure(config.wake.threshold)
        self._decoder.limit_s = config.stt.deadline_s
        self._recordings.reconfigure(_hearing_rules(config))

    def _make_wake_stage(self) -> WakeStage:
        runtime, config = self._runtime, self._runtime.config
        return WakeStage(
            self._wake_model,
            VadGate(is_gated=config.wake.idle_gate),
            runtime.workers,
            runtime.progress.register("wake", WAKE_LIMIT_S, part="wake"),
            threshold=config.wake.threshold,
        )

    def _make_listener(self) -> Listener:
        runtime, config = self._runtime, self._runtime.config
        return Listener(
            vad=self._vad,
            transcriber=self._transcriber,
            wake=self._wake,
            decoder=self._decoder,
            wake_phrase=LANGUAGE.wake_phrase,
            answer_example=LANGUAGE.answers.example(),
            rules=_listen_rules(config),
            tasks=runtime.tasks,
            clock=runtime.clock,
            emit=self._emit,
            is_muted=config.audio.muted,
        )

    def _make_capture(self, microphone: Microphone) -> Capture:
        runtime = self._runtime
        return Capture(
            microphone,
            on_chunk=self._listener.hear,
            on_works=self._listener.microphone_works,
            on_failed=self._listener.microphone_failed,
            parts=runtime.parts,
            heartbeat=runtime.progress.register("microphone", MICROPHONE_LIMIT_S, part="microphone"),
        )

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)

    def _executor_moved(self, owner: str | None) -> None:
        # Also a successor did not ask the question that is open.
        self._listener.asker_gone()

    def _tts_moved(self, owner: str | None) -> None:
        # What it was saying when it left has no other end.
        self._listener.voices.own_ended(self._runtime.clock.monotonic_us())


def _endpoint_rules(config: Config) -> EndpointRules:
    endpoint = config.endpoint
    return EndpointRules(
        silence_ms=endpoint.silence_ms,
        min_speech_ms=endpoint.min_speech_ms,
        max_ms=round(endpoint.max_utterance_s * 1000),
        lead_silence_ms=endpoint.lead_silence_ms,
        speculate_after_ms=endpoint.speculate_after_ms,
    )


def _listen_rules(config: Config) -> ListenRules:
    endpoint, consent = config.endpoint, config.consent
    return ListenRules(
        endpoint=_endpoint_rules(config),
        preroll_ms=endpoint.preroll_ms,
        refractory_ms=config.wake.refractory_ms,
        answer=AnswerRules(
            silence_ms=endpoint.answer_silence_ms,
            min_speech_ms=endpoint.min_speech_ms,
            preroll_ms=endpoint.preroll_ms,
            reserve_s=consent.question_limit_s + consent.window_s,
        ),
    )


def _hearing_rules(config: Config) -> RecordingRules:
    endpoint = config.endpoint
    return RecordingRules(
        # A recording ends by itself, and nobody waits for its words.
        endpoint=replace(_endpoint_rules(config), lead_silence_ms=None, speculate_after_ms=None),
        preroll_ms=endpoint.preroll_ms,
        wake_preroll_ms=WAKE_PHRASE_MS + endpoint.preroll_ms,
        threshold=config.wake.threshold,
        is_gated=config.wake.idle_gate,
        longest_s=config.audio.hear_max_s,
    )


def build(runtime: Runtime) -> AudioUnit:
    """The unit for the runner; opens nothing."""
    return AudioUnit(runtime)
