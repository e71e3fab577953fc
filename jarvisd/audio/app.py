"""The audio unit put together: which engines, which rules, who listens to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from jarvisd.audio.adapters.alsa import AlsaMicrophone
from jarvisd.audio.adapters.filemic import FileMicrophone
from jarvisd.audio.adapters.openwakeword import OpenWakeWord
from jarvisd.audio.adapters.recording import read_recording
from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.adapters.whisper import Whisper, WhisperSettings
from jarvisd.audio.answers.answer_session import AnswerRules
from jarvisd.audio.interface import AudioInterface
from jarvisd.audio.ports import Microphone, Transcriber, VoiceDetector, WakeDetector
from jarvisd.audio.recordings.recording import RecordingModels, RecordingRules, RecordingTranscriber
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.turn.listener import WAKE_PHRASE_MS, Listener, ListenerStages, ListenRules
from jarvisd.audio.wake.capture import Capture, CaptureListeners
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_detection import WakeStage
from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.config.schema import Config
from jarvisd.models.store import ModelStore, load_manifest
from jarvisd.runtime.component import Component, loaded_in_lane
from jarvisd.runtime.factories import load
from jarvisd.runtime.service import Runtime

MICROPHONE_LIMIT_S = 5.0
"""Longest pause between chunks; opening a sound server takes up to two seconds."""
WAKE_LIMIT_S = 5.0

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


@dataclass
class AudioUnit:
    """The ear as a unit."""

    interface: AudioInterface
    runtime: Runtime
    capture: Capture
    listener: Listener
    engines: tuple[Component[VoiceDetector], Component[WakeDetector], Component[Transcriber]]

    async def start(self) -> None:
        """Load the models and open the microphone, all in the background."""
        tasks = self.runtime.tasks
        for engine in self.engines:
            tasks.start(f"load-{engine.part}", engine.run(), is_fatal=True)
        tasks.loop("capture", self.capture.run)
        await UnitClient(self.runtime.bus, UnitName.EXECUTOR).follow(self._executor_changed)

    async def close(self) -> None:
        """Stop listening; what is being heard is forgotten."""
        self.listener.cancel()
        await self.runtime.tasks.cancel_all()

    def _executor_changed(self, owner: str | None) -> None:
        # Also a successor did not ask the question that is open.
        self.listener.asker_gone()


def build(runtime: Runtime) -> AudioUnit:
    """The unit, without opening or loading anything."""
    config, workers, parts, progress = runtime.config, runtime.workers, runtime.parts, runtime.progress
    microphone = load("audio.microphone", config.audio.microphone, MICROPHONES, runtime)
    make_wake = partial(load, "wake.engine", config.wake.engine, WAKE_ENGINES, runtime)
    make_vad = partial(WebRtcVad, config.endpoint.vad_mode)
    vad: Component[VoiceDetector] = loaded_in_lane("vad", make_vad, workers, parts)
    wake: Component[WakeDetector] = loaded_in_lane("wake", make_wake, workers, parts)
    make_stt = partial(load, "stt.engine", config.stt.engine, STT_ENGINES, runtime)
    stt: Component[Transcriber] = loaded_in_lane("stt", make_stt, workers, parts)

    gate = VadGate(is_gated=config.wake.idle_gate)
    heartbeat = progress.register("wake", WAKE_LIMIT_S, part="wake")
    watch = WakeStage(wake, gate, workers, heartbeat, threshold=config.wake.threshold)
    limit_s = config.stt.deadline_s
    decoder = TranscriptionWorker(stt, workers, progress.register("stt", limit_s, part="stt"), limit_s)
    ear = ListenerStages(vad, stt, watch, decoder)
    listener = Listener(ear, _listen_rules(config), runtime.tasks, runtime.clock, is_muted=config.audio.muted)
    listeners = CaptureListeners(listener.hear, listener.microphone_works, listener.microphone_failed)
    heartbeat = progress.register("microphone", MICROPHONE_LIMIT_S, part="microphone")
    capture = Capture(microphone, listeners, parts, heartbeat)
    recordings = RecordingTranscriber(
        RecordingModels(make_wake, make_vad, read_recording), decoder, workers, _hearing_rules(config)
    )
    runtime.on_resume.append(listener.cancel)
    runtime.on_reload.append(partial(_reloaded, listener, watch, decoder, recordings))
    interface = AudioInterface(runtime.bus, parts, listener, recordings)
    return AudioUnit(interface, runtime, capture, listener, (vad, wake, stt))


def _reloaded(
    listener: Listener,
    watch: WakeStage,
    decoder: TranscriptionWorker,
    recordings: RecordingTranscriber,
    config: Config,
) -> None:
    listener.reconfigure(_listen_rules(config))
    watch.reconfigure(config.wake.threshold)
    decoder.limit_s = config.stt.deadline_s
    recordings.reconfigure(_hearing_rules(config))


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
