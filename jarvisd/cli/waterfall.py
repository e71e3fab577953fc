"""A turn as a waterfall: one bar for each stage, and one for each step below the stage that acts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

_ROW_PX, _LEFT_PX, _RIGHT_PX, _TOP_PX, _CHART_PX, _BAR_PX = 22, 200, 120, 64, 900, 14
_TICKS = 10
_COLOURS = {"stage": "#4878a8", "step": "#d08a3c", "failed": "#b84a4a"}
_GOOD = frozenset({"done", "dry_run"})
_TEXTS = ("turn_id", "at", "channel", "outcome", "code", "plan_id")
_LONGEST_MS = 1e9
"""Eleven days: more is a damaged number."""
_STEPS = [step * 10**power for power in range(6) for step in (1, 2, 5)]


@dataclass(frozen=True, slots=True)
class WaterfallBar:
    """One row of the waterfall, in milliseconds from the start of the turn."""

    name: str
    began_ms: float
    took_ms: float
    kind: str
    note: str = ""


def is_trace(value: Mapping[str, Any]) -> bool:
    """Whether a file's content can be drawn; it may be anything."""
    spans, steps = value.get("spans", []), value.get("steps", [])
    if not all(isinstance(rows, list) and all(isinstance(row, dict) for row in rows) for rows in (spans, steps)):
        return False
    times = [span.get(key) for span in spans for key in ("began_ms", "took_ms")]
    times += [step.get("took_ms", 0.0) for step in steps]
    texts = [value.get(key, "") for key in _TEXTS] + [span.get("stage") for span in spans]
    return all(_is_time(time) for time in times) and all(isinstance(text, str) for text in texts)


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value < _LONGEST_MS


def took_ms(trace: Mapping[str, Any]) -> float:
    """How long the whole turn took."""
    return max((float(span["began_ms"]) + float(span["took_ms"]) for span in trace.get("spans", [])), default=0.0)


def bars(trace: Mapping[str, Any]) -> list[WaterfallBar]:
    """Stages in the order of time; the steps come below the stage in which they ran, one after another."""
    rows = []
    for span in trace.get("spans", []):
        stage = WaterfallBar(str(span["stage"]), float(span["began_ms"]), float(span["took_ms"]), "stage")
        rows.append(stage)
        at_ms = stage.began_ms
        for step in trace.get("steps", []) if stage.name == "acted" else []:
            outcome = str(step.get("outcome", ""))
            lasted_ms = float(step.get("took_ms", 0.0))
            name = f"{step.get('index', 0)}: {step.get('tool', '')}"
            rows.append(WaterfallBar(name, at_ms, lasted_ms, "step" if outcome in _GOOD else "failed", outcome))
            at_ms += lasted_ms
    return rows


def as_text(trace: Mapping[str, Any]) -> str:
    """The waterfall as lines of text."""
    outcome = " ".join(str(trace.get(key, "")) for key in ("channel", "outcome", "code")).strip()
    lines = [f"turn {trace.get('turn_id', '-')} at {trace.get('at', '-')}: {outcome}"]
    for bar in bars(trace):
        indent = "  " if bar.kind == "stage" else "    "
        lines.append(
            f"{indent}{bar.name:<24.24} {bar.began_ms:10.1f} ms  +{bar.took_ms:10.1f} ms  {bar.note}".rstrip()
        )
    lines.append(f"  {'whole turn':<24} {'':13} {took_ms(trace):11.1f} ms")
    return "\n".join(lines)


def as_svg(trace: Mapping[str, Any]) -> str:
    """The waterfall as a picture that stands by itself, in the manner of ``systemd-analyze plot``."""
    rows = bars(trace)
    whole_ms = max(took_ms(trace), *(bar.began_ms + bar.took_ms for bar in rows), 1.0) if rows else 1.0
    scale = _CHART_PX / whole_ms
    width, height = _LEFT_PX + _CHART_PX + _RIGHT_PX, _TOP_PX + _ROW_PX * (len(rows) + 1)
    title = f"turn {trace.get('turn_id', '-')}, {whole_ms / 1000:.2f} s, {trace.get('outcome', '-')}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="16" y="22" font-size="16">{escape(title)}</text>',
        f'<text x="16" y="40" fill="#666">{escape(str(trace.get("at", "")))}</text>',
        *_grid(whole_ms, scale, height),
    ]
    for number, bar in enumerate(rows):
        parts += _row(bar, _TOP_PX + number * _ROW_PX, scale)
    return "\n".join([*parts, "</svg>\n"])


def _grid(whole_ms: float, scale: float, height: int) -> list[str]:
    step_ms = next((step for step in _STEPS if whole_ms / step <= _TICKS), _STEPS[-1])
    parts = []
    at_ms = 0.0
    while at_ms <= whole_ms:
        x = _LEFT_PX + at_ms * scale
        label = f"{at_ms / 1000:g} s"
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP_PX - 8}" x2="{x:.1f}" y2="{height - 8}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP_PX - 12}" fill="#666" text-anchor="middle">{label}</text>')
        at_ms += step_ms
    return parts


def _row(bar: WaterfallBar, y: int, scale: float) -> list[str]:
    x, length = _LEFT_PX + bar.began_ms * scale, max(bar.took_ms * scale, 1.0)
    note = f" {bar.note}" if bar.note else ""
    told = f"{bar.name}{note}: {bar.took_ms:.1f} ms"
    indent = 16 if bar.kind == "stage" else 32
    return [
        f'<text x="{indent}" y="{y + 11}">{escape(bar.name)}</text>',
        f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{_BAR_PX}" fill="{_COLOURS[bar.kind]}">'
        f"<title>{escape(told)}</title></rect>",
        f'<text x="{x + length + 4:.1f}" y="{y + 11}" fill="#444">{bar.took_ms:.1f} ms{escape(note)}</text>',
    ]
