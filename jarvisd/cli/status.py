"""``jarvisctl status|timers|events``: how the suite is, what is set, and what happens in it."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jarvisd.bus.signals import SIGNALS
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.diagnosis import lost_sound
from jarvisd.cli.mute import until
from jarvisd.cli.terminal import in_line
from jarvisd.core.error_texts import EX_UNAVAILABLE, FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.states import PartState, PartStatus
from jarvisd.hardware.adapters.this_machine import this_plan
from jarvisd.hardware.machine import Graphics
from jarvisd.hardware.plan import HardwarePlan


def add_parsers(subparsers: Any) -> None:
    """Add ``status``, ``timers`` and ``events``."""
    status_parser = subparsers.add_parser("status", help="how the units and their parts are")
    status_parser.add_argument("--json", action="store_true", help="print JSON")
    timers_parser = subparsers.add_parser("timers", help="timers, alarms and reminders, and what is due")
    timers_parser.add_argument("--json", action="store_true", help="print JSON")
    events_parser = subparsers.add_parser("events", help="print every signal until interrupted")
    events_parser.add_argument("--json", action="store_true", help="print a JSON object a line")


async def status(args: argparse.Namespace, link: DaemonClient) -> int:
    """Show every unit; the exit code says whether all four run."""
    # Drivers may take their time.
    (plan, graphics), (health, found) = await asyncio.gather(this_plan(), _looked_at(link))
    is_up = all(found.values())
    if args.json:
        hardware = {**plan.to_json(), "graphics": graphics.state.value}
        told = {"units": found, "health": health, "uid_separation": not link.bus.is_private, "hardware": hardware}
        print(json.dumps(told, indent=1, ensure_ascii=False))
        return 0 if is_up else EX_UNAVAILABLE
    executor = found["executor"] or {}
    print(f"service level: {executor.get('ServiceLevel', 'unknown')}")
    for reason in executor.get("Reasons", []):
        print(f"  because {reason}")
    print(f"health: {health['overall']}, {_answers(health['checks'])}")
    for name, values in found.items():
        _show_unit(name, values)
    _show_hardware(plan, graphics)
    if link.bus.is_private:
        print("private bus: all units run as one user, so separation by user is off")
    return 0 if is_up else EX_UNAVAILABLE


async def _looked_at(link: DaemonClient) -> tuple[dict[str, Any], dict[str, dict[str, Any] | None]]:
    health = await link.health()
    return health, {unit.unit.value: await link.properties(unit) for unit in link.units}


def _show_hardware(plan: HardwarePlan, graphics: Graphics) -> None:
    print(f"hardware: {plan.in_words()}")
    print(f"  expected: {plan.expectation_in_words()}")
    if graphics.detail:
        print(in_line(f"  graphics: {graphics.state.value}, {graphics.detail}"))


async def timers(args: argparse.Namespace, link: DaemonClient) -> int:
    """Show every timer, alarm and reminder."""
    await link.require(link.executor)
    [text] = await link.executor.call("ListTimers")
    found = json.loads(text)
    if args.json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
        return 0
    for each in found:
        when = each["at"] or f"{each['length_s']:g} s"
        again = f" ({each['repeat']})" if each["repeat"] else ""
        label = f": {each['label']}" if each["label"] else ""
        row = f"{each['ordinal']:>3}  {each['kind']:<8}  {each['state']:<8}  {each['seconds']:>8} s  {when}"
        print(in_line(f"{row}{again}{label}"))
    return 0


async def events(args: argparse.Namespace, link: DaemonClient) -> int:
    """Print every signal of the four units as it comes."""
    queue: asyncio.Queue[tuple[str, str, list[Any]]] = asyncio.Queue()
    for unit in link.units:
        name = unit.unit.value

        def owner_changed(owner: str | None, name: str = name) -> None:
            queue.put_nowait((name, "Appeared" if owner else "Vanished", []))

        for kind in SIGNALS[unit.unit]:

            def heard(body: Any, name: str = name, member: str = kind.__name__) -> None:
                queue.put_nowait((name, member, list(body)))

            unit.on(kind.__name__, heard)
        await unit.follow(owner_changed)
    while True:
        unit_name, member, body = await queue.get()
        if args.json:
            line = json.dumps({"unit": unit_name, "event": member, "body": body}, ensure_ascii=False)
        else:
            line = in_line(f"{unit_name:9} {member:20} {' '.join(str(value) for value in body)}")
        print(line, flush=True)


def _answers(checks: Mapping[str, Any]) -> str:
    """How soon each part answered, or that it did not; why stands with the part."""
    return ", ".join(
        f"{name} {check['latency_ms']:.0f} ms" if check["ok"] else f"{name} does not answer"
        for name, check in checks.items()
    )


def _show_unit(name: str, values: Mapping[str, Any] | None) -> None:
    if values is None:
        fault = FAULTS[ErrorCode.UNIT_DOWN]
        print(f"{name}: down; try: {fault.remedy}")
        return
    if not values:
        print(f"{name}: does not answer; try: systemctl restart jarvisd-{name}")
        return
    state = values.get("State", "")
    print(f"{name}: {_how(values)}{f', {state}' if state else ''}{until(values, datetime.now().astimezone())}")
    for part, text in values["Parts"].items():
        engine = values["Engines"].get(part, "")
        print(f"  {part}: {text}{f' ({engine})' if engine else ''}{_remedy(text)}")
    if missing := lost_sound(values):
        print(f"  sound: {missing}")


def _how(values: Mapping[str, Any]) -> str:
    """What is muted and else well is neither ready nor in need of help."""
    states = {PartStatus.parse(text).state for text in values["Parts"].values()}
    is_well = values["Ready"] or states == {PartState.READY, PartState.MUTED}
    return "ready" if values["Ready"] else "well" if is_well else "not ready"


def _remedy(text: str) -> str:
    """The command that mends a failed part, from the code in its state text."""
    try:
        return f"; try: {FAULTS[ErrorCode(PartStatus.parse(text).code)].remedy}"
    except ValueError:
        # There is none, or it is from a later unit.
        return ""


COMMANDS = {"status": status, "timers": timers, "events": events}
