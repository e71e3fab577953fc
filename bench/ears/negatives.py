"""How often something wakes the ear that calls nobody: distinct speech, music, televisions, recordings of people.

The hours are told with the 95 % upper bound by Poisson, beside the bare model's in the same run. At full size
there are two hours and a half of it besides the recordings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bench.ears import wake
from bench.ears.condition import Asked, Condition
from bench.ears.figures import rate
from bench.ears.sound import Samples
from bench.ears.sounds.programme import music, sentences, talk, television
from bench.ears.sounds.speakers import speakers
from jarvisd.core.pcm import CHUNK_MS, SAMPLE_RATE_HZ

PIECE_S = 60.0
FULL_PIECES: Mapping[str, int] = {"speech": 60, "television": 50, "music": 40}
"""Minutes of each kind at full size."""
SHARES: Mapping[str, float] = {"speech": 0.4, "television": 0.3, "music": 0.3}
LEAST_HOURS = 2.0
REFRACTORY_S = 2.0
"""Scores of the bare model that are nearer to each other are one event."""


def measure(asked: Asked) -> dict[str, Any]:
    """Count what wakes."""
    ear = wake.loaded(asked.models)
    kinds: dict[str, list[dict[str, Any]]] = {}
    for number, (kind, sound) in enumerate(pieces(asked), 1):
        pcm = sound.tobytes()
        wakes, bare = ear.wakes(pcm), events(ear.scores(pcm))
        kinds.setdefault(kind, []).append({"s": len(sound) / SAMPLE_RATE_HZ, "wakes": wakes, "baseline": bare})
        asked.told(f"negatives {number}: {kind}, {len(wakes)} wakes, {bare} of the bare model")
    everything = [piece for found in kinds.values() for piece in found]
    return {
        "rules": {name: figures(found) for name, found in {**kinds, "all": everything}.items()},
        "is_full": asked.limit is None,
        "baseline": f"{ear.bare.engine}, runs of scores from {wake.BASELINE}",
        "samples": kinds,
    }


def pieces(asked: Asked) -> Iterator[tuple[str, Samples]]:
    """What is heard, by kind."""
    voices = [voice for voice in speakers(asked.models) if voice.counts]
    spoken = iter(sentences(asked.seed))
    counts = FULL_PIECES if asked.limit is None else {kind: asked.limit * part for kind, part in SHARES.items()}
    length_s = PIECE_S if asked.limit is None else PIECE_S / 4
    for kind, count in counts.items():
        for number in range(max(1, round(count))):
            rng = np.random.default_rng([asked.seed, number, len(kind)])
            if kind == "music":
                yield kind, music(length_s, rng)
                continue
            said = talk(spoken, voices, length_s, rng)
            yield kind, said if kind == "speech" else television(said, talk(spoken, voices, 5.0, rng), rng)
    for number, clip in enumerate(asked.people):
        yield "people", clip.samples
        rng = np.random.default_rng([asked.seed, number])
        yield "people on television", television(clip.samples, asked.people[number - 1].samples, rng)


def events(scores: list[float]) -> int:
    """Runs of scores of the bare model that would wake."""
    count, last = 0, -1e9
    for number, score in enumerate(scores):
        at_s = number * CHUNK_MS / 1000
        if score >= wake.BASELINE:
            count += at_s - last > REFRACTORY_S
            last = at_s
    return count


def figures(found: list[dict[str, Any]]) -> dict[str, Any]:
    """False wakes an hour of the ear and of the baseline."""
    hours = sum(piece["s"] for piece in found) / 3600
    return {
        "false wakes": rate(sum(len(piece["wakes"]) for piece in found), hours),
        "baseline": rate(sum(piece["baseline"] for piece in found), hours),
    }


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """Any false wake; and at full size too few hours."""
    found = result["rules"]["all"]["false wakes"]
    if found["events"]:
        yield f"negatives: {found['events']} false wakes in {found['hours']} h"
    if result["is_full"] and found["hours"] < LEAST_HOURS:
        yield f"negatives: {found['hours']} h < {LEAST_HOURS:g} h"


CONDITION = Condition(measure, missed)
