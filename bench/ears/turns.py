"""When a turn ends: how long after the last sound, and how often in the middle of a sentence.

People's recordings, continued with the tone of their own room, are heard without the wake word by the live ear in
its own time. For cut-offs a pause of room tone is put between two words; a turn is cut when it ends in there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.ears.figures import delays, share
from bench.ears.sound import FADE, Clip, joined, room_tone
from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import HearingOptions
from jarvisd.config.schema import Config, Endpoint, Paths, Stt
from jarvisd.config.wake import Wake
from jarvisd.core.pcm import SAMPLE_RATE_HZ

PAUSES_S = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
FIXED_MS = (300, 500, 700, 900, 1200, 1500)
"""Silences of the fixed rule for its curve; the last is what the suite had."""
TAIL_S = 4.0
ONSET_S = 0.3
"""Speech that goes on is certain so long after it has begun: a turn that ends before was ended by the pause."""
MEAN_LIMIT_MS, P90_LIMIT_MS, CUT_LIMIT = 600.0, 1000.0, 0.05


@dataclass(frozen=True)
class Rule:
    """A way to end turns: what it changes in ``[endpoint]``, and whether it looks at words."""

    name: str
    endpoint: Mapping[str, Any] = field(default_factory=dict)
    has_words: bool = True

    def config(self, models: Path) -> Config:
        engine = "transcriber" if self.has_words else "wordless"
        return Config(
            paths=replace(Paths(), models_dir=models),
            wake=Wake(engine="bench.ears.engines:deaf"),
            stt=Stt(engine=f"bench.ears.engines:{engine}"),
            endpoint=Endpoint(**self.endpoint),
        )


SHIPPED = Rule("shipped")


def fixed(silence_ms: int) -> Rule:
    """The rule that only counts silence; words play no role in it, so none are sought."""
    names = Endpoint.__dataclass_fields__
    without = {"turn_engine": "none"} if "turn_engine" in names else {}
    return Rule(f"fixed-{silence_ms}", {"silence_ms": silence_ms, **without}, has_words=False)


def at_threshold(threshold: float) -> Rule:
    """The shipped rule with another probability from which the model alone ends a turn."""
    return Rule(f"threshold-{threshold:g}", {"turn_threshold": threshold})


@dataclass(frozen=True)
class Sample:
    """One recording under one rule; seconds from its start."""

    rule: str
    clip: str
    half: str
    pause_s: float
    at_s: float
    is_cut: bool
    segments: Sequence[Mapping[str, Any]]


def heard(rule: Rule, models: Path, clip: Clip, gap: int | None, pause_s: float) -> Sample:
    """Hear ``clip`` with a pause at ``gap``, or without one."""
    tail = room_tone(clip.samples, round(TAIL_S * SAMPLE_RATE_HZ))
    if gap is None:
        sound = joined(clip.samples, tail)
    else:
        pause = room_tone(clip.samples, round(pause_s * SAMPLE_RATE_HZ) + 2 * FADE)
        sound = joined(clip.samples[:gap], pause, clip.samples[gap:], tail)
    options = HearingOptions(needs_wake_word=False, is_fast=True)
    report: Any = hear_offline(rule.config(models), [sound.tobytes()], options)
    at_s = (gap or 0) / SAMPLE_RATE_HZ
    is_cut = gap is not None and any(was_cut(segment, at_s, pause_s) for segment in report["segments"])
    kept = [{key: value for key, value in segment.items() if key != "partials"} for segment in report["segments"]]
    return Sample(rule.name, clip.name, clip.half, pause_s, round(at_s, 3), is_cut, kept)


def was_cut(segment: Mapping[str, Any], at_s: float, pause_s: float) -> bool:
    """Whether a turn (seconds from the start of the recording) ended in the pause that was put at ``at_s``."""
    decided_s = segment["end"] + segment["endpoint_delay_ms"] / 1000
    return bool(segment["start"] < at_s and at_s <= decided_s <= at_s + pause_s + ONSET_S)


def delay(
    rules: Sequence[Rule], models: Path, clips: Sequence[Clip], told: Callable[[str], None]
) -> dict[str, Any]:
    """How long after the last sound turns end."""
    samples = [heard(rule, models, clip, None, 0.0) for rule in rules for clip in _each(clips, rule.name, told)]
    return {"rules": _by_rule(rules, samples, _delay_figures), "samples": [asdict(sample) for sample in samples]}


def cuts(
    rules: Sequence[Rule], models: Path, clips: Sequence[Clip], seed: int, told: Callable[[str], None]
) -> dict[str, Any]:
    """How often turns end at a pause between two words; for each clip and length the same gap under every rule."""
    chance = random.Random(seed)
    places = [(clip, chance.choice(clip.gaps), pause_s) for clip in clips if clip.gaps for pause_s in PAUSES_S]
    samples: list[Sample] = []
    for rule in rules:
        for number, (clip, gap, pause_s) in enumerate(places, 1):
            samples.append(heard(rule, models, clip, gap, pause_s))
            told(f"cuts {rule.name} {number}/{len(places)}")
    return {"rules": _by_rule(rules, samples, _cut_figures), "samples": [asdict(sample) for sample in samples]}


def missed(conditions: Mapping[str, Any]) -> Iterator[str]:
    """The figures of the issue that the shipped rule misses, on the half that no threshold was chosen on."""
    if found := conditions.get("delay", {}).get("rules", {}).get(SHIPPED.name):
        figures = found["held out"]["delay"]
        for name, limit_ms in (("mean_ms", MEAN_LIMIT_MS), ("p90_ms", P90_LIMIT_MS)):
            if (figures[name] or 0.0) > limit_ms:
                yield f"delay {name} {figures[name]} > {limit_ms:g}"
    if found := conditions.get("cuts", {}).get("rules", {}).get(SHIPPED.name):
        cut = found["held out"]["all pauses"]
        if (cut["share"] or 0.0) > CUT_LIMIT:
            yield f"cuts {cut['share']} > {CUT_LIMIT:g}"


def curve(conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Delay against cut-offs, a point for each rule; the fixed rules are the baseline."""
    delayed = conditions.get("delay", {}).get("rules", {})
    cut = conditions.get("cuts", {}).get("rules", {})
    return [
        {"rule": name, "delay": delayed[name]["all"]["delay"], "cuts": cut[name]["all"]["all pauses"]}
        for name in delayed
        if name in cut
    ]


def _each(clips: Sequence[Clip], name: str, told: Callable[[str], None]) -> Iterator[Clip]:
    for number, clip in enumerate(clips, 1):
        yield clip
        told(f"delay {name} {number}/{len(clips)}")


def _by_rule(
    rules: Sequence[Rule], samples: Sequence[Sample], figures: Callable[[Sequence[Sample]], dict[str, Any]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in rules:
        own = [sample for sample in samples if sample.rule == rule.name]
        halves = {half: [it for it in own if it.half == half] for half in ("development", "held out")}
        found[rule.name] = {name: figures(part) for name, part in {"all": own, **halves}.items()}
        found[rule.name]["endpoint"] = dict(rule.endpoint)
    return found


def _delay_figures(samples: Sequence[Sample]) -> dict[str, Any]:
    ends = [sample.segments[-1] for sample in samples if sample.segments]
    reasons = sorted({str(end["end_reason"]) for end in ends})
    return {
        "delay": delays([float(end["endpoint_delay_ms"]) for end in ends]),
        "reasons": {reason: sum(end["end_reason"] == reason for end in ends) for reason in reasons},
        "in several parts": share(sum(len(it.segments) > 1 for it in samples), len(samples)),
        "not heard": share(sum(not it.segments for it in samples), len(samples)),
    }


def _cut_figures(samples: Sequence[Sample]) -> dict[str, Any]:
    lengths = sorted({sample.pause_s for sample in samples})
    ends = [float(it.segments[-1]["endpoint_delay_ms"]) for it in samples if it.segments and not it.is_cut]
    return {
        "all pauses": share(sum(it.is_cut for it in samples), len(samples)),
        **{f"{length:g} s": _cut_share(samples, length) for length in lengths},
        "delay of those not cut": delays(ends),
    }


def _cut_share(samples: Sequence[Sample], length_s: float) -> dict[str, Any]:
    own = [sample for sample in samples if sample.pause_s == length_s]
    return share(sum(sample.is_cut for sample in own), len(own))
