"""How quick the suite has been, from the traces that the brain writes of every turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.hardware.tiers import STAGES

NEWEST_TURNS = 100
"""Requirement B7: a rolling mean over so many; here the newest turns."""


def measured_ms(traces: Iterable[Mapping[str, Any]]) -> JsonObject | None:
    """The median of each stage in milliseconds, ``None`` where no turn has it; ``None`` when none has any.

    Of turns that were spoken, and of those that the language model planned: the figures that it stands beside are
    of such. What a wake-word decision and a first chunk of speech take is in no trace.
    """
    samples: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for trace in traces:
        for stage, value in _stages_of(trace):
            samples[stage].append(value)
    if not any(samples.values()):
        return None
    found: dict[str, JsonValue] = {"source": f"median of at most {NEWEST_TURNS} newest traces"}
    found.update({stage: round(median(values), 1) if values else None for stage, values in samples.items()})
    return {**found, "turns": {stage: len(values) for stage, values in samples.items()}}


def _stages_of(trace: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    """``spans`` are as :func:`jarvisd.cli.waterfall.is_trace` demands them."""
    ends = {
        str(span["stage"]): float(span["began_ms"]) + float(span["took_ms"]) for span in trace.get("spans", [])
    }
    took = {str(span["stage"]): float(span["took_ms"]) for span in trace.get("spans", [])}
    if trace.get("channel") == "voice" and {"speech_end", "transcript"} <= set(ends):
        yield "stt", max(0.0, ends["transcript"] - ends["speech_end"])
    if "first_token" in ends:
        # From the stage before it, which is what it was asked after.
        yield "llm_first_token", took["first_token"]
        if {"speech_end", "first_audio"} <= set(ends):
            yield "end_to_end", max(0.0, ends["first_audio"] - ends["speech_end"])
