"""One ear put together: its engines, the wake stage, the transcriber's queue and the listener that joins them.

The same for the live microphone and for a recording, which has an ear of its own in a time of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from jarvisd.audio.events import Emit, WakeWeighed
from jarvisd.audio.ports import (
    EchoCanceller,
    StreamAlignment,
    Transcriber,
    TurnDetector,
    VoiceDetector,
    WakeDetector,
)
from jarvisd.audio.request.kept_transcriber import KeptTranscriber
from jarvisd.audio.request.transcription import TranscriptionWorker
from jarvisd.audio.request.turn_judge import LIMIT_S, TurnJudge
from jarvisd.audio.settings import listen_rules, wake_rules
from jarvisd.audio.turn.listener import Listener
from jarvisd.audio.wake.second_opinion import SecondOpinion
from jarvisd.audio.wake.vad_gate import VadGate
from jarvisd.audio.wake.wake_detection import LANE, WakeRules, WakeStage, WatchedWord
from jarvisd.audio.wake.wake_verification import NearMiss, WakeVerifier
from jarvisd.config.schema import Config
from jarvisd.config.wake import OtherWakeWord
from jarvisd.core.errors import JarvisError
from jarvisd.lang.pack import LanguagePack, WakePhrase
from jarvisd.linux.memory import available_share
from jarvisd.runtime.component import LOAD_RETRY_FIRST_S, Component, loaded_in_lane
from jarvisd.runtime.service import Runtime

logger = logging.getLogger(__name__)

WAKE_PART = "wake-"
"""How parts begin that are wake words beside the first."""
WAKE_LIMIT_S = 5.0
"""Chosen: to score a chunk of 80 ms takes 4 ms (measured on 2 cores), so a model that is silent is stuck."""


@dataclass(frozen=True, slots=True)
class OtherWord:
    """A wake word of the settings, and how to make its model."""

    settings: OtherWakeWord
    make: Callable[[], WakeDetector]


@dataclass(frozen=True, slots=True)
class EarEngines:
    """How to make what the ear works with; nothing is opened by that."""

    vad: Callable[[], VoiceDetector]
    wake: Callable[[], WakeDetector] | None
    """What hears the first wake word; ``None``: only others wake."""
    transcriber: Callable[[], Transcriber]
    turns: Callable[[], TurnDetector] | None = None
    """What is asked whether somebody has finished; ``None``: a fixed silence ends requests."""
    echo: Callable[[], EchoCanceller] | None = None
    """What takes our own voice out of the sound; ``None``: nothing does."""
    alignment: Callable[[], StreamAlignment] | None = None
    """What the canceller needs beside itself."""
    words: Sequence[OtherWord] = ()
    """Wake words beside the first."""


class Ear:
    """``listener`` is given the sound; ``emit`` hears what came of it, and ``near_miss`` of the sound of each.

    Opens nothing before its models are.
    """

    def __init__(
        self,
        engines: EarEngines,
        runtime: Runtime,
        language: LanguagePack,
        emit: Emit,
        near_miss: Callable[[NearMiss], object] = lambda case: None,
    ) -> None:
        config, workers, parts = runtime.config, runtime.workers, runtime.parts
        self._vad: Component[VoiceDetector] = loaded_in_lane("vad", engines.vad, workers, parts)
        self._words = _watched(engines, runtime)
        kept = KeptTranscriber(engines.transcriber, workers, parts, runtime.clock, available_share)
        self._transcriber = kept.component
        self._turns: Component[TurnDetector] | None = (
            loaded_in_lane("turn", engines.turns, workers, parts) if engines.turns is not None else None
        )
        limit_s = config.stt.deadline_s
        heartbeat = runtime.progress.register("stt", limit_s, part="stt")
        self.decoder = TranscriptionWorker(self._transcriber, workers, heartbeat, limit_s, kept.decoded)
        phrases = _phrases(engines, language)
        self._tasks = runtime.tasks
        self._wake = WakeStage(
            self._words,
            VadGate(is_gated=config.wake.idle_gate),
            workers,
            runtime.progress.register("wake", WAKE_LIMIT_S, part="wake"),
            WakeVerifier(self.decoder, phrases, runtime.tasks, partial(_near_miss, emit, near_miss)),
            self._lost,
        )
        self.listener = Listener(
            vad=self._vad,
            transcriber=self._transcriber,
            wake=self._wake,
            decoder=self.decoder,
            judge=TurnJudge(
                self._turns,
                language.wholeness,
                workers,
                runtime.progress.register("turn", LIMIT_S, part="turn" if self._turns is not None else ""),
            ),
            wake_phrases=phrases,
            wording=language.wording,
            stop_words=language.stop_words,
            answer_example=language.answers.example(),
            rules=listen_rules(config),
            tasks=runtime.tasks,
            clock=runtime.clock,
            emit=emit,
        )

    @property
    def models(self) -> tuple[Component[Any], ...]:
        """What has to be loaded."""
        return self.needed if self._turns is None else (*self.needed, self._turns)

    @property
    def needed(self) -> tuple[Component[Any], ...]:
        """What it cannot hear without."""
        return (self._vad, *(word.model for word in self._words), self._transcriber)

    async def close(self) -> None:
        """Release its models."""
        for model in self.models:
            await model.close()

    def reconfigure(self, config: Config) -> None:
        """Take over what may change while the ear listens."""
        self.listener.reconfigure(listen_rules(config))
        self._wake.reconfigure(wake_rules(config))
        self.decoder.limit_s = config.stt.deadline_s

    def _lost(self, model: Component[WakeDetector], error: JarvisError) -> None:
        """It has failed while it worked: it is loaded again after a while."""
        model.failed(error)
        self._tasks.start(f"reload-{model.part}", self._reload(model))

    async def _reload(self, model: Component[WakeDetector]) -> None:
        await asyncio.sleep(LOAD_RETRY_FIRST_S)
        await model.run()


def _watched(engines: EarEngines, runtime: Runtime) -> list[WatchedWord]:
    """The first wake word, and the others; each is a part of its own."""
    loaded = partial(loaded_in_lane, workers=runtime.workers, parts=runtime.parts, lane=LANE, problem=_problem)
    words = []
    if engines.wake is not None:
        words.append(WatchedWord("", loaded("wake", engines.wake), wake_rules(runtime.config)))
    for word in engines.words:
        settings = word.settings
        rules = WakeRules(settings.threshold, settings.sure_score, settings.threshold)
        part = f"{WAKE_PART}{'-'.join(settings.phrase.casefold().split())}"
        words.append(WatchedWord(settings.phrase, loaded(part, word.make), rules))
    return words


def _problem(detector: WakeDetector) -> JarvisError | None:
    return detector.problem if isinstance(detector, SecondOpinion) else None


def _phrases(engines: EarEngines, language: LanguagePack) -> dict[str, WakePhrase]:
    """What is said for each word that may wake; the first is always there, since requests may begin with it."""
    others = [word.settings for word in engines.words]
    return {
        "": language.wake_phrase,
        **{it.phrase: language.other_wake_phrase(it.phrase, it.heard_as) for it in others},
    }


def _near_miss(emit: Emit, keep: Callable[[NearMiss], object], case: NearMiss) -> None:
    found = case.found
    logger.info(
        "wake word not confirmed score=%.2f verified=%s word=%s",
        found.score,
        found.is_verified,
        found.word or "first",
    )
    emit(WakeWeighed(found.at_us, found.score, found.is_verified, has_woken=False))
    keep(case)
