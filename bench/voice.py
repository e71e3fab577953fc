"""How soon the voice is heard, how evenly it plays, and how soon it is silent; with the product's own engine.

The loudspeaker is one in real time that plays nothing and counts: when the first sound of an utterance was handed
over, how often it ran dry, and what it still got after a stop. The baseline is measured in the same run: the same
engine made to synthesise the text as a whole before anything is played, and a fixed phrase that is not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.suite import Suite
from jarvisd.bus.signals.tts import SpeakingFinished
from jarvisd.cli.client import linked
from jarvisd.config.voice import Tts
from jarvisd.core.clock import SystemClock
from jarvisd.core.pcm import duration_ms
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.phrase_files import PhraseFiles
from jarvisd.tts.adapters.piper import PiperSynthesizer
from jarvisd.tts.events import Event
from jarvisd.tts.phrases.phrase_cache import CachedSynthesizer
from jarvisd.tts.playback import Playback
from jarvisd.tts.ports import BLOCK_MS, QUEUED_MS, Speaker, Synthesizer
from jarvisd.tts.synthesis import Synthesis
from jarvisd.tts.utterance import engine_chunks
from jarvisd.tts.voice import Voice
from jarvisd.tts.volume import Volume
from tests.integration.conftest import SCRIPTED, Home

TEXTS = (
    "You have three appointments today. The first one is at nine with the dentist. Then you are free until noon.",
    "I found four files about the lease. The newest is from Monday and has two pages. Shall I read it to you?",
    "It is ten past eight. The timer for the pasta has six minutes left. Your alarm is set for seven tomorrow.",
    "The backup has finished without an error. It took forty minutes. The disk is a little more than half full.",
)
PHRASES = ("Okay.", "That did not work.", "I'm listening again.", "There is nothing to undo.")
FIRST_AUDIO, FIXED, STOP_BLOCKS = 0.35, 0.05, 2.0
"""What the figures may be at most (issue 14); there may be no underrun."""
RESAMPLES = 2000


class CountingSpeaker:
    """A device in real time that plays into nothing."""

    engine = "counting speaker"

    def __init__(self) -> None:
        self.first_s = 0.0
        self.underruns = 0
        self.silent_s = 0.0
        self.reached = asyncio.Event()
        """Set once as many blocks were handed over as ``wanted``."""
        self.wanted = 0
        self._rate_hz = 0
        self._ends_s = 0.0

    async def check(self) -> None:
        """It is always there."""

    async def begin(self, utterance_id: str, rate_hz: int) -> None:
        """Wait for the first block."""
        self._rate_hz, self._ends_s, self.first_s = rate_hz, 0.0, 0.0

    async def write(self, pcm: bytes) -> None:
        """Take a block, and hold up the next one as a device with a buffer of ``QUEUED_MS`` does."""
        now_s = time.perf_counter()
        if not self.first_s:
            self.first_s = self._ends_s = now_s
        elif now_s > self._ends_s:
            self.underruns += 1
            self._ends_s = now_s
        self.wanted -= 1
        if self.wanted == 0:
            self.reached.set()
        self._ends_s += duration_ms(pcm, self._rate_hz) / 1000
        await asyncio.sleep(max(0.0, self._ends_s - QUEUED_MS / 1000 - now_s))

    async def finish(self) -> None:
        """Play to the end."""
        await asyncio.sleep(max(0.0, self._ends_s - time.perf_counter()))

    async def stop(self) -> None:
        """Drop what is left."""
        self.silent_s = time.perf_counter()

    def abandon(self) -> None:
        """It always returns."""


class ForgetfulStore:
    """Keeps no volume."""

    async def load(self) -> int | None:
        """Nothing."""
        return None

    async def save(self, percent: int) -> None:
        """Nothing."""


@dataclass
class Stand:
    """A voice on the counting speaker."""

    synthesizer: Synthesizer
    speaker: CountingSpeaker = field(default_factory=CountingSpeaker)
    tasks: Tasks = field(default_factory=Tasks)

    def __post_init__(self) -> None:
        parts, clock = Parts(), SystemClock()
        beats = HeartbeatMonitor(clock.monotonic_us)
        made: Component[Synthesizer] = Component(
            "synthesizer", lambda: self.synthesizer, parts, open_=lambda engine: engine.load()
        )
        output: Component[Speaker] = Component("speaker", lambda: self.speaker, parts, open_=lambda it: it.check())
        self._ended: dict[str, asyncio.Event] = {}
        self.voice = Voice(
            Synthesis(self.synthesizer, made, self.tasks, beats.register("synthesis", 600), 300),
            Playback(self.speaker, output, beats.register("playback", 600)),
            Volume(ForgetfulStore()),
            language=ENGLISH.speech,
            tasks=self.tasks,
            clock=clock,
            hold_limit_s=60,
            emit=self._take,
        )
        self.tasks.loop("voice", self.voice.speak_next)

    def _take(self, event: Event) -> None:
        if isinstance(event, SpeakingFinished):
            self._ended.setdefault(event.utterance_id, asyncio.Event()).set()

    async def first_audio_s(self, text: str) -> float:
        """From the request to the first block, and then to the end of the utterance."""
        began_s = time.perf_counter()
        name = await self.voice.say(text, "")
        await self._ended.setdefault(name, asyncio.Event()).wait()
        return self.speaker.first_s - began_s

    async def silence_blocks(self, text: str, rng: random.Random) -> float:
        """Blocks of time from a stop in the middle to silence."""
        self.speaker.reached.clear()
        self.speaker.wanted = rng.randint(3, 40)
        await self.voice.say(text, "")
        await self.speaker.reached.wait()
        asked_s = time.perf_counter()
        await self.voice.stop()
        return (self.speaker.silent_s - asked_s) * 1000 / BLOCK_MS


async def bus_stop_blocks(models: Path, rounds: int, rng: random.Random) -> list[float]:
    """Blocks of time from a call of ``Stop`` on the bus to its reply, which comes with silence; real daemons."""
    settings = {**SCRIPTED, "tts": {"engine": "piper", "speaker": "file"}}
    found = []
    with tempfile.TemporaryDirectory() as folder, Suite(Path(folder), models, settings) as suite:
        async with linked(suite.address) as link:
            home = Home(suite, link)
            await home.open()
            for number in range(rounds):
                home.forget()
                await link.tts.call("Say", "sa{sv}", [TEXTS[number % len(TEXTS)], {}])
                await home.event("SpeakingStarted")
                await asyncio.sleep(rng.uniform(0.1, 1.5))
                asked_s = time.perf_counter()
                await link.tts.call("Stop")
                found.append((time.perf_counter() - asked_s) * 1000 / BLOCK_MS)
                await home.event("SpeakingFinished")
    return found


def figure(values: Sequence[float], limit: float, *, of: Callable[[Sequence[float]], float]) -> dict[str, Any]:
    """What was measured, with a 95 % interval by resampling, and whether it is within its limit."""
    rng = random.Random(14)
    drawn = sorted(of(rng.choices(values, k=len(values))) for _ in range(RESAMPLES))
    low, high = drawn[round(0.025 * RESAMPLES)], drawn[round(0.975 * RESAMPLES) - 1]
    found = of(values)
    return {
        "value": round(found, 4),
        "interval_95": [round(low, 4), round(high, 4)],
        "n": len(values),
        "limit": limit,
        "is_met": found <= limit,
    }


async def measure(models: Path, rounds: int) -> dict[str, Any]:
    """All figures with their samples; baseline and product in turns."""
    settings, workers, rng = Tts(), Workers(), random.Random(14)
    plain = PiperSynthesizer(settings, models, workers)
    await plain.load()
    with tempfile.TemporaryDirectory() as folder:
        clauses = {clause for text in PHRASES for clause in engine_chunks(text, ENGLISH.speech)}
        store = PhraseFiles(Path(folder) / "phrases", workers)
        cached = CachedSynthesizer(plain, store, clauses, settings, lambda: "")
        for clause in clauses:
            await cached.synthesize(clause)
        stand = Stand(cached)
        samples: dict[str, list[float]] = {
            "first_s": [],
            "whole_s": [],
            "kept_s": [],
            "made_s": [],
            "stop_blocks": [],
        }
        for number in range(rounds):
            text, phrase = TEXTS[number % len(TEXTS)], PHRASES[number % len(PHRASES)]
            samples["whole_s"].append(await _took_s(plain, text))
            samples["first_s"].append(await stand.first_audio_s(text))
            samples["made_s"].append(await _took_s(plain, phrase))
            samples["kept_s"].append(await stand.first_audio_s(phrase))
            samples["stop_blocks"].append(await stand.silence_blocks(text, rng))
        await stand.tasks.cancel_all()
    workers.close()
    samples["bus_stop_blocks"] = await bus_stop_blocks(models, rounds, rng)
    return {
        "baseline": "the same engine in the same run, in turns: the whole text at once, and the phrase not kept",
        "command": [sys.executable, "-m", "bench.voice"],
        "versions": {"engine": plain.engine, "python": platform.python_version(), "machine": platform.machine()},
        "cores": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "figures": {
            "first_audio_of_whole": figure(
                _ratios(samples["first_s"], samples["whole_s"]), FIRST_AUDIO, of=statistics.median
            ),
            "fixed_phrase_of_made": figure(
                _ratios(samples["kept_s"], samples["made_s"]), FIXED, of=statistics.median
            ),
            "silence_after_stop_blocks": figure(samples["stop_blocks"], STOP_BLOCKS, of=max),
            "silence_after_stop_by_bus_blocks": figure(samples["bus_stop_blocks"], STOP_BLOCKS, of=max),
            "underruns": {"value": stand.speaker.underruns, "n": 2 * rounds, "limit": 0}
            | {"is_met": not stand.speaker.underruns},
        },
        "samples": {name: [round(value, 5) for value in values] for name, values in samples.items()},
    }


async def _took_s(engine: Synthesizer, text: str) -> float:
    began_s = time.perf_counter()
    await engine.synthesize(text)
    return time.perf_counter() - began_s


def _ratios(ours: Sequence[float], baseline: Sequence[float]) -> list[float]:
    return [mine / theirs for mine, theirs in zip(ours, baseline, strict=True)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write ``voice.json`` and, with ``--check``, fail where a figure is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.voice", description=__doc__)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    result = asyncio.run(measure(options.models.absolute(), options.rounds))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "voice.json").write_text(json.dumps(result, indent=1))
    missed = [name for name, found in result["figures"].items() if not found["is_met"]]
    for name, found in result["figures"].items():
        print(f"{name:32} {found['value']:8.3f}  limit {found['limit']}  n {found['n']}")
    print(f"missed: {', '.join(missed)}" if missed else "every figure is met")
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
