"""The wake word: found in every voice, and in what only sounds like it, beside bare openWakeWord in the same run.

Doubtful scores are verified by the real transcriber. Thresholds were chosen on the development half of the phrases
and are judged on the other. The engine whose licence asks nothing has rows of its own.

Voices are flite's, which are none of the assistant's own. Each phrase is heard by the live ear in its own time;
the baseline scores the same sound frame by frame without a gate, and counts from 0.3 up.
"""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.ears.bare import BareOpenWakeWord
from bench.ears.figures import share
from bench.footprint import cpu_s, family
from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import LEAD_IN_MS, HearingOptions, chunked
from jarvisd.config.schema import Config, Endpoint, Paths, Stt
from jarvisd.config.wake import Wake
from jarvisd.core.pcm import SAMPLE_RATE_HZ, bytes_for_ms, duration_ms
from tests.ports.speech import VOICES, say

BASELINE = 0.3
COMMANDS = (
    "what time is it", "set a timer for five minutes", "stop", "read my notes", "find the report", "cancel that",
    "add milk to the list", "what's the weather", "turn the volume down", "delete the old file", "good morning",
    "who wrote this", "undo the last thing", "tell me a story", "how much is two plus two", "move it to backup",
    "wake me at seven", "remember that I like tea", "what is on my calendar", "mail Mark", "search for invoices",
    "lock the screen", "how are you", "what can you do", "say that again",
)  # fmt: skip
CALLS = ("hey jarvis, {}", "hey jarvis. {}")
NEAR_MISSES = (
    "hey charlie, look at this", "I told him, hey, jars are over there", "hey jervis", "hey harvest is here",
    "they jar this fruit", "hey jarred, come in", "hey travis, sit down", "a chart is needed", "hey marvin",
    "hey jenny, wait", "the jar is empty", "pay jarvis avenue a visit", "hey chavez", "hey service desk",
    "hay harvest", "hey john is here",
    "hey travis", "hey jarred", "play jazz", "hey charlie", "hey darling, dinner is ready",
    "hey jarrod, where are you",
    "hey garvey", "the service is slow", "hey carver, stop that", "hey job is done", "play jars of clay",
    "a jarring noise", "hey java is a language", "hey justice is served", "hey jasper", "hey harvey", "hey marcus",
    "hey barbara", "hey jarhead", "okay travis", "hey jar of this", "my nervous dog", "hey nervous",
    "hey chop this",
    "they starve us", "hey starbucks", "hey artist", "hey arthur", "hey jackie", "hey martha", "hey drop this",
    "hay jars", "hey garbage", "hey carlos", "stay jealous", "hey james", "hey george",
    # Never looked at while thresholds and the example for the transcriber were chosen.
    "hey gervais", "they carve it", "hey marvel is on", "hey archie", "a jaguar", "hey jealousy", "play genesis",
    "hey chalmers", "hey jordan", "hey carbon is black", "hey nervous nelly", "hey dervish", "gay charvet ties",
    "hey germans", "hey parvis", "the charter is here", "hey farmers", "hey larvae", "hey jamie", "hey charters",
)  # fmt: skip
DEVELOPMENT = {*NEAR_MISSES[:53], *(CALLS[number % 2].format(it) for number, it in enumerate(COMMANDS, 1))}
RECALL_MARGIN, NEAR_MISS_RATIO, SPEECH_RATIO, SILENCE_RATIO = 0.02, 0.5, 1.2, 0.1
QUIET_LEVEL, SEED = 5.0, 14
COST_ROUNDS = 5


@dataclass(frozen=True)
class WakeSample:
    """One phrase in one voice."""

    voice: str
    phrase: str
    is_call: bool
    woke: bool
    best: float
    baseline_woke: bool
    baseline_best: float
    engine: str = "shipped"

    @property
    def half(self) -> str:
        """What was looked at while thresholds were chosen, and what was not."""
        return "development" if self.phrase in DEVELOPMENT else "held out"


@dataclass(frozen=True)
class LoadedEar:
    """The ear, and the bare model beside it."""

    config: Config
    bare: BareOpenWakeWord

    def scores(self, pcm: bytes) -> list[float]:
        """The baseline's score of every 80 ms, the silence before the sound included."""
        self.bare.reset()
        return [self.bare.score(piece) for piece in chunked([bytes(bytes_for_ms(LEAD_IN_MS)), pcm])]

    def wakes(self, pcm: bytes) -> list[float]:
        """Scores of what woke the ear; what a second look took back did not."""
        report: Any = hear_offline(self.config, [pcm], HearingOptions(is_fast=True))
        return [wake["score"] for wake in report["wakes"] if wake["verified"] is not False]


def loaded(models: Path, engine: str = "wake") -> LoadedEar:
    """Both, loaded: that costs no phrase anything. ``engine`` is one of :mod:`bench.ears.engines`."""
    bare = BareOpenWakeWord(models / "hey-jarvis")
    config = Config(
        paths=replace(Paths(), models_dir=models),
        wake=Wake(engine=f"bench.ears.engines:{engine}"),
        stt=Stt(engine="bench.ears.engines:verifier"),
        endpoint=Endpoint(turn_engine="bench.ears.engines:turns"),
    )
    hear_offline(config, [bytes(bytes_for_ms(80))], HearingOptions(is_fast=True))
    return LoadedEar(config, bare)


def phrases() -> Iterator[tuple[str, bool]]:
    """What is said, and whether it calls."""
    yield from ((call.format(command), True) for call in CALLS for command in COMMANDS)
    yield from ((phrase, False) for phrase in NEAR_MISSES)


def measure(models: Path, limit: int | None, told: Callable[[str], None]) -> dict[str, Any]:
    """Every phrase in every voice."""
    ear, free_ear = loaded(models), loaded(models, "micro")
    bare, config = ear.bare, ear.config
    every = [*phrases()]
    said = every[:: max(1, len(every) // limit)] if limit else every
    samples: list[WakeSample] = []
    for voice in VOICES:
        for number, (phrase, is_call) in enumerate(said, 1):
            sound = say(phrase, voice)
            found = heard(ear, voice, phrase, sound, is_call=is_call)
            woke_by = free_ear.wakes(sound + bytes(bytes_for_ms(1000)))
            samples += [found, replace(found, engine="micro", woke=bool(woke_by), best=max(woke_by, default=0.0))]
            told(f"wake {voice} {number}/{len(said)}")
    shipped = [it for it in samples if it.engine == "shipped"]
    rows = {voice: figures([it for it in shipped if it.voice == voice]) for voice in VOICES}
    for voice, row in rows.items():
        talk = b"".join(say(phrase, voice) for phrase in COMMANDS)
        # Long enough for the silence around it to play no role.
        row["compute in speech"] = _cost(config, bare, talk * math.ceil(60_000 / duration_ms(talk)))
    apart = {f"{half}": figures([it for it in shipped if it.half == half]) for half in ("development", "held out")}
    micro = [it for it in samples if it.engine == "micro"]
    free = {voice: figures([it for it in micro if it.voice == voice]) for voice in VOICES}
    tone = np.random.default_rng(SEED).normal(0, QUIET_LEVEL, 60 * SAMPLE_RATE_HZ).astype("<i2").tobytes()
    return {
        "rules": {**rows, "all": figures(shipped)},
        "halves": apart,
        "micro": {**free, "all": figures(micro)},
        "compute in silence": _cost(config, bare, tone),
        "baseline": f"{bare.engine}, score of every 80 ms, from {BASELINE}",
        "samples": [asdict(sample) for sample in samples],
    }


def figures(samples: Sequence[WakeSample]) -> dict[str, Any]:
    """Recall and near-misses of the ear and of the baseline."""
    calls, others = [it for it in samples if it.is_call], [it for it in samples if not it.is_call]
    return {
        "recall": share(sum(it.woke for it in calls), len(calls)),
        "baseline recall": share(sum(it.baseline_woke for it in calls), len(calls)),
        "near-misses": share(sum(it.woke for it in others), len(others)),
        "baseline near-misses": share(sum(it.baseline_woke for it in others), len(others)),
    }


def missed(condition: Mapping[str, Any]) -> Iterator[str]:
    """The figures of the issue that are missed."""
    costs = {"silence": (condition.get("compute in silence"), SILENCE_RATIO)}
    for voice, row in condition.get("rules", {}).items():
        recall, wanted = row["recall"]["share"], row["baseline recall"]["share"]
        if recall is not None and recall < wanted - RECALL_MARGIN:
            yield f"wake {voice}: recall {recall} < {wanted} - {RECALL_MARGIN}"
        hits, bare_hits = row["near-misses"]["hits"], row["baseline near-misses"]["hits"]
        if hits > NEAR_MISS_RATIO * bare_hits:
            yield f"wake {voice}: near-misses {hits} where the baseline has {bare_hits}"
        costs[voice] = (row.get("compute in speech"), SPEECH_RATIO)
    for name, (cost, limit) in costs.items():
        if cost is not None and cost["ratio"] > limit:
            yield f"wake {name}: compute {cost['ratio']} > {limit} of the baseline"


def _cost(config: Config, bare: BareOpenWakeWord, pcm: bytes) -> dict[str, Any]:
    """Processor seconds of all that the ear does with ``pcm``, and of the bare scores, which need no detector.

    Both in turn, :data:`COST_ROUNDS` times, and of the ratios the median: on a machine that others use as well,
    neither is the same twice. All models are loaded before. What the transcriber's process does is counted too.
    """
    ears_s, bares_s = [], []
    for _ in range(COST_ROUNDS):
        bare.reset()
        began_s = _used_s()
        for piece in chunked([pcm]):
            bare.score(piece)
        between_s = _used_s()
        hear_offline(config, [pcm], HearingOptions(is_fast=True))
        ears_s.append(_used_s() - between_s)
        bares_s.append(between_s - began_s)
    ratios = sorted(ear_s / bare_s for ear_s, bare_s in zip(ears_s, bares_s, strict=True))
    return {
        "sound_s": round(duration_ms(pcm) / 1000, 1),
        "n": COST_ROUNDS,
        "ear_cpu_s": round(statistics.median(ears_s), 3),
        "baseline_cpu_s": round(statistics.median(bares_s), 3),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
    }


def _used_s() -> float:
    """Processor time of this process, and of those beneath it."""
    return time.process_time() + cpu_s(family(os.getpid())[1:])


def heard(ear: LoadedEar, voice: str, phrase: str, sound: bytes, *, is_call: bool) -> WakeSample:
    """What the ear and the baseline make of ``sound``, in which ``voice`` says ``phrase``."""
    pcm = sound + bytes(bytes_for_ms(1000))
    best = max(ear.scores(pcm))
    found = ear.wakes(pcm)
    return WakeSample(
        voice, phrase, is_call, bool(found), max(found, default=0.0), best >= BASELINE, round(best, 4)
    )
