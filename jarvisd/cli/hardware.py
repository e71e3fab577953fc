"""What ``jarvisctl doctor`` and ``status`` tell of the machine: tier, placement, what to expect of it (B4, C1)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jarvisd.cli.diagnosis import Diagnosis
from jarvisd.cli.trace import newest_first, read_trace
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.hardware.machine import Graphics, GraphicsState, MachineSize, parse_machine
from jarvisd.hardware.measured import NEWEST_TURNS, measured_ms
from jarvisd.hardware.placement import Device
from jarvisd.hardware.plan import UNTESTED, HardwarePlan, plan_for
from jarvisd.hardware.tiers import Tier


def add_simulate(parser: argparse.ArgumentParser) -> None:
    """Add ``--simulate``; ``args.simulate`` is a :class:`MachineSize` or ``None``."""
    parser.add_argument(
        "--simulate",
        type=_machine,
        metavar="vram=MB,cores=N,ram=GB",
        help="tell tier and placement of another machine, without looking at this one",
    )


def _machine(text: str) -> MachineSize:
    try:
        return parse_machine(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def report(plan: HardwarePlan, measured: JsonObject | None, findings: Sequence[Diagnosis]) -> dict[str, Any]:
    """As ``doctor --json`` shows it."""
    shown = [finding.to_json() for finding in findings]
    return {**plan.to_json(), "measured_ms": measured, "findings": shown}


def simulate(machine: MachineSize, *, as_json: bool) -> int:
    """Show what follows from ``machine``."""
    plan = plan_for(machine)
    findings = [*plan_findings(plan), Diagnosis("measured", "nothing: this is another machine", is_note=True)]
    if as_json:
        print(json.dumps(report(plan, None, findings), ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            finding.show()
    return 0


def plan_findings(plan: HardwarePlan) -> list[Diagnosis]:
    """Tier and placement, what to expect, and how far that is only a plan."""
    found = [
        Diagnosis("hardware", plan.in_words()),
        Diagnosis("expected", plan.expectation_in_words(), is_note=plan.tier is Tier.BELOW),
    ]
    if plan.uses_card:
        by_card = [part for part, place in plan.placement.items() if place.device is Device.GPU and part != "llm"]
        here = f"; {' and '.join(by_card)} still compute on the processor" if by_card else ""
        detail = f"Ollama places the language model by itself{here}. What needs a card is {UNTESTED}"
        found.append(Diagnosis("placement", detail, is_note=True))
    return found


def graphics_finding(graphics: Graphics) -> Diagnosis:
    """What the drivers have answered, each answer in its own words."""
    what, detail = "graphics", graphics.detail
    if graphics.state is GraphicsState.HUNG:
        mends = "journalctl --dmesg --grep 'NVRM|nvidia|amdgpu'"
        return Diagnosis(what, f"{detail}; counted as none", ErrorCode.TIMEOUT, mends=mends)
    if graphics.state is GraphicsState.READY:
        return Diagnosis(what, f"{detail}: {graphics.vram_mb} MB")
    texts = {
        GraphicsState.ABSENT: "no driver of a graphics card (neither NVML nor amdgpu)",
        GraphicsState.ZERO: f"{detail} answers, but has no card with memory of its own",
        GraphicsState.FAILED: f"it cannot be told whether there is a card: {detail}",
    }
    return Diagnosis(what, texts[graphics.state], is_note=graphics.state is not GraphicsState.ABSENT)


def measured_finding(log_dir: Path) -> tuple[JsonObject | None, Diagnosis]:
    """How quick the suite has been, by the traces that the caller may read, or how to find out."""
    what = "measured"
    try:
        paths = newest_first(log_dir / "traces")[:NEWEST_TURNS]
        measured = measured_ms(trace for path in paths if (trace := read_trace(path)) is not None)
    except PermissionError:
        detail = "traces are not for you to see; try: sudo jarvisctl doctor"
        return None, Diagnosis(what, detail, is_note=True)
    except RequestError as error:
        return None, Diagnosis(
            what, f"{error.message}; speak a request that needs the language model", is_note=True
        )
    if measured is None:
        detail = "no turn was spoken or planned yet; speak a request that needs the language model"
        return None, Diagnosis(what, detail, is_note=True)
    return measured, Diagnosis(what, _in_words(measured))


def _in_words(measured: JsonObject) -> str:
    names = {"stt": "transcription", "llm_first_token": "first token", "end_to_end": "word to word"}
    told = [f"{name} {measured[key]} ms" for key, name in names.items() if measured[key] is not None]
    return f"{', '.join(told)} ({measured['source']})"
