"""Whether hours of listening cost memory: the live ear with its real models in a time of its own.

Ten minutes are: mostly a quiet room, some talk, some music, and one request. What is told is
of all processes, that of the transcriber included. The baseline are the same after an eighth of the time, when
everything has been used once.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.ears.condition import Asked, Condition
from bench.ears.sounds.programme import music, sentences, talk
from bench.ears.sounds.speakers import speakers
from bench.footprint import family
from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import HearingOptions
from jarvisd.config.schema import Config, Paths
from jarvisd.core.pcm import SAMPLE_RATE_HZ, bytes_for_ms

FULL_HOURS, SAMPLED_HOURS = 8.0, 0.1
"""The sample is per recording asked for: a dozen are more than an hour."""
BLOCK_S, TALK_S, MUSIC_S = 600.0, 40.0, 30.0
LOOK_EVERY_S = 60.0
QUIET_LEVEL = 5.0
BANK = 4
WARM_UP, LAST = 0.125, 0.125
"""Parts of the time: what is before the first is no baseline; the last is held against what follows it."""
MOST_GROWTH = 0.02


@dataclass(frozen=True)
class Listened:
    """What was seen, every minute of the ear's own time."""

    hours: float
    took_s: float
    own_mb: Sequence[float]
    wakes: int
    segments: int


@dataclass(frozen=True)
class _Bank:
    """Sound that comes again and again."""

    talks: Sequence[bytes]
    tunes: Sequence[bytes]
    calls: Sequence[bytes]
    tone: bytes


def measure(asked: Asked) -> dict[str, Any]:
    """In a process of its own: the models of other conditions would hide what grows."""
    hours = FULL_HOURS if asked.limit is None else max(0.2, asked.limit * SAMPLED_HOURS)
    asked.told(f"listening for {hours:g} h")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(listen, (asked.models, hours, asked.seed))
    return {
        "rules": {"shipped": {**figures(found.own_mb), "hours": hours, "took_s": round(found.took_s, 1)}},
        "is_full": asked.limit is None,
        "wakes": found.wakes,
        "segments": found.segments,
        "baseline": "the same processes after an eighth of the time",
        "samples": [round(value, 2) for value in found.own_mb],
    }


def listen(models: Path, hours: float, seed: int) -> Listened:
    """Listen for so long, and look at the memory of this process."""
    looks: list[float] = []
    began_s = time.monotonic()
    config = Config(paths=replace(Paths(), models_dir=models))
    report: Any = hear_offline(config, _sound(models, hours, seed, looks), HearingOptions(is_fast=True))
    took_s = time.monotonic() - began_s
    return Listened(hours, took_s, looks, len(report["wakes"]), len(report["segments"]))


def figures(own_mb: Sequence[float]) -> dict[str, Any]:
    """Growth from after the warm-up to the end, by medians."""
    width = max(1, round(len(own_mb) * LAST))
    start = round(len(own_mb) * WARM_UP)
    before = statistics.median(own_mb[start : start + width])
    after = statistics.median(own_mb[-width:])
    return {
        "before_mb": round(before, 1),
        "after_mb": round(after, 1),
        "most_mb": round(max(own_mb), 1),
        "growth": round(after / before - 1, 4),
        "n": len(own_mb),
    }


def used_mb() -> float:
    """What this process and those beneath it have for themselves: what others share with them comes and goes."""
    return float(sum(process.memory_full_info().uss for process in family(os.getpid()))) / 1e6


def _sound(models: Path, hours: float, seed: int, looks: list[float]) -> Iterator[bytes]:
    rng = np.random.default_rng(seed)
    # What speaks here must need no memory of this process.
    voices = [voice for voice in speakers(models) if voice.name.startswith("flite")]
    spoken = iter(sentences(seed))
    talks = [talk(spoken, voices, TALK_S, rng).tobytes() for _ in range(BANK)]
    tunes = [music(MUSIC_S, rng).tobytes() for _ in range(BANK)]
    calls = [voice.say("hey jarvis, what time is it").tobytes() for voice in voices]
    tone = rng.normal(0, QUIET_LEVEL, SAMPLE_RATE_HZ * 10).astype("<i2").tobytes()
    return _looked_at(_Bank(talks, tunes, calls, tone), hours, looks)


def _looked_at(bank: _Bank, hours: float, looks: list[float]) -> Iterator[bytes]:
    """Ten minutes after ten minutes; memory is looked at every minute."""
    tone = bank.tone
    heard_ms, due_ms, block = 0.0, 0.0, 0
    while heard_ms < hours * 3_600_000:
        call = bank.calls[block % len(bank.calls)]
        parts = [bank.talks[block % BANK], tone, call, tone, bank.tunes[block % BANK]]
        rest_ms = BLOCK_S * 1000 - sum(map(len, parts)) / bytes_for_ms(1)
        quiet = itertools.repeat(tone, max(1, round(rest_ms / 10_000)))
        for piece in itertools.chain(parts, quiet):
            heard_ms += len(piece) / bytes_for_ms(1)
            yield piece
            if heard_ms >= due_ms:
                looks.append(used_mb())
                due_ms += LOOK_EVERY_S * 1000
        block += 1


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """Growth at full size; a sample is too short to tell."""
    row = result["rules"]["shipped"]
    if result["is_full"] and row["growth"] >= MOST_GROWTH:
        yield f"listening: {row['growth']:.1%} more memory after {row['hours']:g} h"


CONDITION = Condition(measure, missed)
