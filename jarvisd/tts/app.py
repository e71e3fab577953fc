"""The voice unit, put together from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.config.schema import Config, ConsentSettings
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime import factories
from jarvisd.runtime.component import Component
from jarvisd.runtime.service import Runtime
from jarvisd.tts.adapters.alsa import AlsaSpeaker
from jarvisd.tts.adapters.filespeaker import FileSpeaker
from jarvisd.tts.adapters.piper import PiperSynthesizer
from jarvisd.tts.adapters.volume_file import VolumeFile
from jarvisd.tts.events import Event
from jarvisd.tts.interface import TtsInterface
from jarvisd.tts.playback import STUCK_S as PLAYBACK_STUCK_S
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import Speaker, Synthesizer
from jarvisd.tts.synthesis import STUCK_FACTOR, Synthesis
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Volume

LANGUAGE: LanguagePack = ENGLISH
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
        self._executor = UnitClient(runtime.bus, UnitName.EXECUTOR)
        self._synthesizer = factories.load("tts.engine", settings.engine, SYNTHESIZERS, runtime)
        speaker = factories.load("tts.speaker", settings.speaker, SPEAKERS, runtime)
        self._synthesizer_part = _synthesizer_part(self._synthesizer, runtime)
        self._speaker_part: Component[Speaker] = Component(
            "speaker", lambda: speaker, runtime.parts, open_=lambda device: device.check()
        )

        limit_s = STUCK_FACTOR * settings.deadline_s
        self._synthesis = Synthesis(
            self._synthesizer,
            self._synthesizer_part,
            runtime.tasks,
            runtime.progress.register("synthesis", limit_s, part="synthesizer"),
            settings.deadline_s,
        )
        heartbeat = runtime.progress.register("playback", PLAYBACK_STUCK_S, part="speaker")
        kept = runtime.config.paths.state_dir / "tts" / "volume"
        self._volume = Volume(VolumeFile(kept, runtime.workers))
        self._voice = Voice(
            self._synthesis,
            Playback(speaker, self._speaker_part, heartbeat),
            self._volume,
            language=LANGUAGE.speech,
            tasks=runtime.tasks,
            clock=runtime.clock,
            hold_limit_s=_hold_limit_s(runtime.config.consent),
            emit=self._emit,
        )

        self.interface = TtsInterface(runtime.bus, runtime.parts, self._voice, self._volume)
        runtime.on_reload.append(self.reload)

    async def start(self) -> None:
        """Begin to speak what is asked; the parts are opened in the background."""
        # A language reads its tables once, a fifth of a second that the first sentence would wait for.
        LANGUAGE.speech.said("1")
        await self._volume.restore()
        tasks = self._runtime.tasks
        for part in (self._synthesizer_part, self._speaker_part):
            tasks.start("open-part", part.open())
        tasks.loop("voice", self._voice.speak_next)
        await self._executor.follow(self._executor_moved)

    async def close(self) -> None:
        """Be silent and release the voice model."""
        await self._voice.stop()
        await self._synthesizer_part.close()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._voice.reconfigure(_hold_limit_s(config.consent))
        self._synthesis.reconfigure(config.tts.deadline_s)
        self._synthesizer.reconfigure(config.tts)

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)

    def _executor_moved(self, owner: str | None) -> None:
        # Also a successor did not ask the question that holds the voice.
        self._voice.asker_gone()


def _synthesizer_part(synthesizer: Synthesizer, runtime: Runtime) -> Component[Synthesizer]:
    return Component(
        "synthesizer",
        lambda: synthesizer,
        runtime.parts,
        open_=lambda engine: engine.load(),
        close=lambda engine: engine.close(),
    )


def _hold_limit_s(consent: ConsentSettings) -> float:
    return consent.question_limit_s + consent.window_s + HOLD_MARGIN_S


def build(runtime: Runtime) -> TtsUnit:
    """The unit for the runner; opens nothing."""
    return TtsUnit(runtime)
