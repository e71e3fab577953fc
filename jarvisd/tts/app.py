"""The voice unit, put together from the configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from jarvisd.config.schema import Config
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.timeout import within
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.sentences.fixed import fixed_sentences
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime import factories
from jarvisd.runtime.component import Component
from jarvisd.runtime.service import Runtime
from jarvisd.tts.adapters.alsa import AlsaSpeaker
from jarvisd.tts.adapters.filespeaker import FileSpeaker
from jarvisd.tts.adapters.phrase_files import PhraseFiles
from jarvisd.tts.adapters.piper import PiperSynthesizer
from jarvisd.tts.adapters.shared_speaker import PlayedSharing, SharedSpeaker
from jarvisd.tts.adapters.suite import SuiteFollower
from jarvisd.tts.adapters.volume_file import VolumeFile
from jarvisd.tts.adapters.wav_output import WavOutput
from jarvisd.tts.events import Event
from jarvisd.tts.interface import TtsInterface
from jarvisd.tts.notices.notices import Notices
from jarvisd.tts.phrases.phrase_cache import CachedSynthesizer
from jarvisd.tts.phrases.rendering import Rendering
from jarvisd.tts.playback import STUCK_S as PLAYBACK_STUCK_S
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speaker, Synthesizer
from jarvisd.tts.synthesis import STUCK_FACTOR, Synthesis
from jarvisd.tts.tones.ringing import Ringing
from jarvisd.tts.tones.signs import Signs
from jarvisd.tts.utterance import engine_chunks
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import FULL_PERCENT, Ducking, Speed, Volume, are_quiet

logger = logging.getLogger(__name__)

LANGUAGE: LanguagePack = ENGLISH
CHECK_S = 3.5
"""Chosen: less than whoever needs the speaker waits for it (``RETRY_DEADLINE_S`` of the runtime)."""
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
    """The voice, its interface, and what opens and closes them.

    Like every unit a class, since starting, closing and reloading work on the same objects; it is built in the
    order peers and adapters, rooms, interface, and opens nothing before :meth:`start`.
    """

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.config.tts
        self._runtime = runtime
        self._settings = settings
        self._synthesizer = _with_phrases(
            factories.load("tts.engine", settings.engine, SYNTHESIZERS, runtime), runtime
        )
        speaker: Speaker = factories.load("tts.speaker", settings.speaker, SPEAKERS, runtime)
        self._sharing = None if runtime.config.echo.engine == "none" else _sharing(runtime)
        if self._sharing is not None:
            speaker = SharedSpeaker(speaker, self._sharing.ring, runtime.clock)
        self._synthesizer_part = _synthesizer_part(self._synthesizer, runtime)
        self._speaker_part: Component[Speaker] = Component(
            "speaker", lambda: speaker, runtime.parts, open_=_checked
        )
        runtime.parts.checks.add("speaker", lambda: self._speaker_part.use(_checked(speaker)))

        limit_s = STUCK_FACTOR * settings.deadline_s
        self._synthesis = Synthesis(
            self._synthesizer,
            self._synthesizer_part,
            runtime.tasks,
            runtime.progress.register("synthesis", limit_s, part="synthesizer"),
            settings.deadline_s,
        )
        ducking = Ducking(lambda: self._settings.duck_db, runtime.clock.monotonic_us)
        self._volume = Volume(
            VolumeFile(runtime.config.paths.state_dir / "tts" / "volume", runtime.workers),
            self._most_percent,
            ducking.factor,
        )
        self._speed = Speed(
            VolumeFile(runtime.config.paths.state_dir / "tts" / "speed", runtime.workers), self._speak_at
        )
        self._voice = self._make_voice(speaker)
        self._ringing = Ringing(
            self._voice,
            clock=runtime.clock,
            said=partial(engine_chunks, language=LANGUAGE.speech),
            emit=self._emit,
        )
        self._signs = Signs(self._voice, runtime.config.earcons, self._activity_changed)
        self._notices = self._make_notices()
        self._suite = self._make_suite(ducking)
        self.interface = self._make_interface()
        runtime.on_reload.append(self.reload)

    def _make_suite(self, ducking: Ducking) -> SuiteFollower:
        return SuiteFollower(
            self._runtime.bus,
            self._runtime.tasks,
            voice=self._voice,
            ducking=ducking,
            ringing=self._ringing,
            signs=self._signs,
            notices=self._notices,
        )

    def _make_interface(self) -> TtsInterface:
        return TtsInterface(
            self._runtime.bus,
            self._runtime.parts,
            voice=self._voice,
            volume=self._volume,
            speed=self._speed,
            ringing=self._ringing,
            rendering=_rendering(self._synthesizer, self._runtime),
            activity=lambda: self._signs.standing.activity,
            invitation=self._signs.invitation,
        )

    def _make_voice(self, speaker: Speaker) -> Voice:
        runtime = self._runtime
        playback = Playback(
            speaker,
            self._speaker_part,
            runtime.progress.register("playback", PLAYBACK_STUCK_S, part="speaker"),
            lead_in_ms=lambda: self._settings.lead_in_ms,
            now_us=runtime.clock.monotonic_us,
        )
        return Voice(
            self._synthesis,
            playback,
            self._volume,
            language=LANGUAGE.speech,
            tasks=runtime.tasks,
            clock=runtime.clock,
            hold_limit_s=_hold_limit_s(runtime.config),
            emit=self._emit,
        )

    def _make_notices(self) -> Notices:
        return Notices(
            self._voice,
            sentences=LANGUAGE.replies,
            said=partial(engine_chunks, language=LANGUAGE.speech),
            is_wanted=lambda: self._settings.ear_notices,
            is_quiet=self._is_night,
        )

    async def start(self) -> None:
        """Begin to speak what is asked; the parts are opened in the background."""
        # A language reads its tables once, a fifth of a second that the first sentence would wait for.
        LANGUAGE.speech.said("1")
        await self._volume.restore()
        await self._speed.restore()
        tasks = self._runtime.tasks
        for part in (self._synthesizer_part, self._speaker_part):
            tasks.start("open-part", part.open())
        tasks.loop("voice", self._voice.speak_next)
        tasks.loop("ringing", self._ringing.ring_next)
        tasks.loop("signs", self._signs.next)
        tasks.loop("notices", self._notices.next)
        await self._suite.executor.follow(self._executor_moved)
        await self._suite.follow()
        if self._sharing is not None:
            await self._sharing.follow()

    async def close(self) -> None:
        """Be silent and release the voice model; whoever had something ring sees that the unit is gone."""
        await self._voice.stop()
        await self._synthesizer_part.close()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._voice.reconfigure(_hold_limit_s(config))
        self._synthesis.reconfigure(config.tts.deadline_s)
        self._signs.reconfigure(config.earcons)
        self._settings = config.tts
        self._speak_at(self._speed.percent)

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)
        self._signs.speaking(is_speaking=self._voice.is_speaking, is_sign=self._voice.is_sign)

    def _activity_changed(self) -> None:
        self.interface.activity_changed()

    def _speak_at(self, percent: int) -> None:
        scale = self._settings.length_scale * FULL_PERCENT / percent
        self._synthesizer.reconfigure(replace(self._settings, length_scale=scale))

    def _most_percent(self) -> int:
        return self._settings.quiet_percent if self._is_night() else FULL_PERCENT

    def _is_night(self) -> bool:
        hour, settings = self._runtime.clock.now().hour, self._settings
        return are_quiet(hour, settings.quiet_from_hour, settings.quiet_to_hour)

    def _executor_moved(self, owner: str | None) -> None:
        # Also a successor did not ask the question that holds the voice; what is due it rings anew.
        self._voice.asker_gone()
        self._runtime.tasks.start("end-rings", self._ringing.forget())


def _with_phrases(inner: Synthesizer, runtime: Runtime) -> Synthesizer:
    """``inner``, which makes each clause of a sentence that never changes only once."""
    settings, paths = runtime.config.tts, runtime.config.paths
    if not settings.keep_phrases:
        return inner
    clauses = {clause for text in fixed_sentences() for clause in engine_chunks(text, LANGUAGE.speech)}
    store = PhraseFiles(paths.state_dir / "tts" / "phrases", runtime.workers)
    folder = paths.models_dir / settings.model

    def voice() -> str:
        # A file of the same name may be replaced by another.
        return " ".join(
            f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}"
            for path in sorted(folder.glob("*.onnx"))
        )

    return CachedSynthesizer(inner, store, clauses, settings, voice)


def _sharing(runtime: Runtime) -> PlayedSharing | None:
    """``None`` where the kernel has no such memory: speaking does not need it, and the ear says what it lacks."""
    try:
        return PlayedSharing(runtime.bus, runtime.tasks)
    except OSError as error:
        logger.warning("what is played is not shared with the ear detail=%s", error)
        return None


def _rendering(synthesizer: Synthesizer, runtime: Runtime) -> Rendering:
    said = partial(engine_chunks, language=LANGUAGE.speech)
    return Rendering(synthesizer, said, WavOutput(runtime.workers).write, runtime.clock)


def _synthesizer_part(synthesizer: Synthesizer, runtime: Runtime) -> Component[Synthesizer]:
    return Component(
        "synthesizer",
        lambda: synthesizer,
        runtime.parts,
        open_=lambda engine: engine.load(),
        close=lambda engine: engine.close(),
    )


async def _checked(device: Speaker) -> None:
    try:
        await within(device.check(), CHECK_S)
    except asyncio.TimeoutError as error:
        device.abandon()
        raise Unavailable(f"the speaker did not open in {CHECK_S:g} s", code=ErrorCode.SPEAKER_GONE) from error


def _hold_limit_s(config: Config) -> float:
    window_s = max(config.consent.window_s, config.follow_up.question_s)
    return config.consent.question_limit_s + window_s + HOLD_MARGIN_S


def build(runtime: Runtime) -> TtsUnit:
    """The unit for the runner; opens nothing."""
    return TtsUnit(runtime)
