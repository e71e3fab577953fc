"""How evenly the ear takes live sound, frame by frame in real time: at rest, and beside two busy threads.

Speech is heard at the pace of a microphone by the ear with its wake model. A frame is lost where it waits for
longer than the microphone's thread keeps it. The baseline is the same ear in the same run with nothing beside it;
where the machine is busy anyway, that is no baseline, and ``load_average`` says so.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.ears.condition import Asked, Condition
from bench.ears.figures import quantile
from bench.ears.sounds.programme import sentences, talk
from bench.ears.sounds.speakers import speakers
from bench.ears.wake import loaded
from jarvisd.audio.app import LANGUAGE, engines_of
from jarvisd.audio.recordings.hearing import chunked
from jarvisd.audio.turn.ear import Ear
from jarvisd.bus.connection import Connection
from jarvisd.config.schema import Config
from jarvisd.core.clock import SystemClock
from jarvisd.core.pcm import CHUNK_MS, AudioChunk
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

FULL_S, SAMPLED_S = 600.0, 20.0
BUSY_THREADS = 2
KEPT_S = 10.0
"""What the microphone's thread keeps of what the ear has not taken yet."""
P99_RATIO = 3.0


@dataclass(frozen=True)
class Frames:
    """Milliseconds that each frame took, from being handed over to being heard, and that it came late."""

    took_ms: Sequence[float]
    late_ms: Sequence[float]


def measure(asked: Asked) -> dict[str, Any]:
    """At rest and under load."""
    length_s = FULL_S if asked.limit is None else SAMPLED_S
    voices = [voice for voice in speakers(asked.models) if voice.counts]
    spoken = iter(sentences(asked.seed))
    speech = talk(spoken, voices, min(length_s, 60.0), np.random.default_rng(asked.seed)).tobytes()
    config = loaded(asked.models).config
    asked.told(f"frames at rest for {length_s:g} s")
    rest = asyncio.run(_taken(config, speech, length_s))
    asked.told(f"frames under load for {length_s:g} s")
    with busy():
        loaded_frames = asyncio.run(_taken(config, speech, length_s))
    rows = {"at rest": figures(rest), "under load": figures(loaded_frames)}
    ratio = rows["under load"]["p99_ms"] / rows["at rest"]["p99_ms"]
    return {
        "rules": rows,
        "p99_ratio": round(ratio, 3),
        "baseline": "the same ear in the same run, with nothing beside it",
        "busy_threads": BUSY_THREADS,
    }


@contextmanager
def busy() -> Iterator[None]:
    """Threads of another process that never rest."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_THREADS)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


async def _taken(config: Config, speech: bytes, length_s: float) -> Frames:
    clock, workers = SystemClock(), Workers()
    progress = HeartbeatMonitor(clock.monotonic_us)
    runtime = Runtime(config, clock, Tasks(), workers, progress, Parts(), Connection())
    ear = Ear(engines_of(runtime), runtime, LANGUAGE, lambda event: None)
    for model in ear.models:
        await model.open()
    pieces = list(chunked([speech]))
    took_ms, late_ms = [], []
    began_s = time.perf_counter()
    for number in range(round(length_s * 1000 / CHUNK_MS)):
        due_s = began_s + number * CHUNK_MS / 1000
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        handed_s = time.perf_counter()
        await ear.listener.hear(AudioChunk(pieces[number % len(pieces)], clock.monotonic_us()))
        took_ms.append((time.perf_counter() - handed_s) * 1000)
        late_ms.append((handed_s - due_s) * 1000)
    ear.listener.cancel()
    await runtime.tasks.cancel_all()
    workers.close()
    return Frames(took_ms, late_ms)


def figures(frames: Frames) -> dict[str, Any]:
    """How long frames take and wait."""
    took, late = sorted(frames.took_ms), sorted(frames.late_ms)
    return {
        "n": len(took),
        "p50_ms": round(quantile(took, 0.5), 3),
        "p99_ms": round(quantile(took, 0.99), 3),
        "most_ms": round(took[-1], 3),
        "late_p99_ms": round(quantile(late, 0.99), 3),
        "late_most_ms": round(late[-1], 3),
        "lost": sum(value > KEPT_S * 1000 for value in late),
    }


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """Frames that are lost, or much slower under load."""
    if result["p99_ratio"] > P99_RATIO:
        yield f"frames: p99 under load {result['p99_ratio']} > {P99_RATIO:g} of that at rest"
    if lost := sum(row["lost"] for row in result["rules"].values()):
        yield f"frames: {lost} lost"


CONDITION = Condition(measure, missed)
