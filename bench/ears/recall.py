"""How often each voice is heard that calls: in quiet, in rooms, through noise, slowly and in a hurry.

The baseline scores the same sound frame by frame without a gate, and counts from 0.3 up. At full size every voice
says fifty phrases under each condition; a sample draws a few of them, others for each condition.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from bench.ears import wake
from bench.ears.condition import Asked, Condition
from bench.ears.figures import share
from bench.ears.sounds.rooms import TREATMENTS
from bench.ears.sounds.speakers import speakers

SAMPLED = 3
"""One in so many of what is asked for in all: there are many conditions."""


def measure(asked: Asked) -> dict[str, Any]:
    """Every voice under every condition."""
    ear = wake.loaded(asked.models)
    calls = [phrase for phrase, is_call in wake.phrases() if is_call]
    wanted = len(calls) if asked.limit is None else min(len(calls), max(1, asked.limit // SAMPLED))
    samples: dict[tuple[str, str], list[wake.WakeSample]] = {}
    voices = speakers(asked.models)
    for voice in voices:
        for name, treat in TREATMENTS.items():
            # What is drawn here does not depend on what was drawn before.
            key = zlib.crc32(f"{asked.seed} {voice.name} {name}".encode())
            rng = np.random.default_rng(key)
            for phrase in random.Random(key).sample(calls, wanted):
                sound = treat(voice.say(phrase), rng).tobytes()
                samples.setdefault((voice.name, name), []).append(
                    wake.heard(ear, voice.name, phrase, sound, is_call=True)
                )
            asked.told(f"recall {voice.name}, {name}")
    counted = {voice.name for voice in voices if voice.counts}
    return {
        "rules": dict(rows(samples, counted)),
        "apart": sorted({voice.name for voice in voices} - counted),
        "by voice and condition": {f"{one}, {other}": figures(found) for (one, other), found in samples.items()},
        "baseline": f"{ear.bare.engine}, score of every 80 ms, from {wake.BASELINE}",
        "samples": [{"condition": key[1], **asdict(it)} for key, found in samples.items() for it in found],
    }


def rows(
    samples: Mapping[tuple[str, str], Sequence[wake.WakeSample]], counted: set[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row for each voice; for each condition and for all, over the voices that count alone."""
    for voice in dict.fromkeys(voice for voice, _ in samples):
        yield voice, figures([it for key, found in samples.items() if key[0] == voice for it in found])
    for name in dict.fromkeys(name for _, name in samples):
        own = [it for key, found in samples.items() if key[1] == name and key[0] in counted for it in found]
        yield name, figures(own)
    yield "all", figures([it for key, found in samples.items() if key[0] in counted for it in found])


def figures(samples: Sequence[wake.WakeSample]) -> dict[str, Any]:
    """Recall of the ear and of the baseline."""
    return {
        "recall": share(sum(it.woke for it in samples), len(samples)),
        "baseline recall": share(sum(it.baseline_woke for it in samples), len(samples)),
    }


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """Voices that the ear hears less often than the baseline; those that are told apart count for nothing."""
    for voice, row in result["rules"].items():
        recall, wanted = row["recall"]["share"], row["baseline recall"]["share"]
        if voice in TREATMENTS or voice in result["apart"] or recall is None:
            continue
        if recall < wanted - wake.RECALL_MARGIN:
            yield f"recall {voice}: {recall} < {wanted} - {wake.RECALL_MARGIN}"


CONDITION = Condition(measure, missed)
