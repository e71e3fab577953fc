"""How soon the installed suite runs and listens, and how soon it stops, also in the middle of a turn.

Installs the packages in the booted guest of the system tests, with its real service manager and message bus. The
baseline is a target of four services in the same guest that only import asyncio and say that they are ready.
Needs root and the packages (``make deb``); says why when it cannot run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from jarvisd.bus.names import UnitName
from tests.system.guest import Guest, missing
from tests.system.installing import ROOT, exported, furnished, installed
from tests.system.suite import Suite

ROUNDS = 5
LIMIT_READY_S, LIMIT_LISTENING_S, LIMIT_STOP_S = 3.0, 8.0, 2.0
BARE = "/etc/systemd/system/bare"
BARE_SERVICE = """[Service]
Type=notify
ExecStart=/usr/bin/python3 -c "import asyncio, os, socket, time; \\
  socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'READY=1', os.environ['NOTIFY_SOCKET']); \\
  time.sleep(3600)"
"""
BARE_TARGET = "[Unit]\nWants=bare@1.service bare@2.service bare@3.service bare@4.service\n"
SERVICES = " ".join(f"jarvisd-{unit.value}.service" for unit in UnitName)
AUDIO, BRAIN = UnitName.AUDIO, UnitName.BRAIN
PARTS = f"busctl --json=short get-property {AUDIO.bus_name} {AUDIO.path} {AUDIO.bus_name} Parts"
HEARING = """grep -oE '"(microphone|vad|wake)":"ready"' | wc -l"""
LISTENS = f"until [ $({PARTS} 2>/dev/null | {HEARING}) = 3 ]; do :; done"
ASK = f"busctl call {BRAIN.bus_name} {BRAIN.path} {BRAIN.bus_name} Ask 'sa{{sv}}' 'tell me a long story' 0"


def took_s(guest: Guest, *commands: str) -> list[float]:
    """Seconds from the first command's start to each command's end, by the guest's own clock."""
    stamps = "; ".join(f"{command} >&2 && echo $EPOCHREALTIME" for command in commands)
    began, *ended = (float(line) for line in guest.output("bash", "-c", f"echo $EPOCHREALTIME; {stamps}").split())
    return [end - began for end in ended]


def activation_s(suite: Suite, unit: UnitName) -> float:
    """Seconds that a unit's last start took, by the service manager's account."""
    began, ended = "InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic"
    stamps_us = suite.guest.show(suite.service(unit), began, ended)
    return (int(stamps_us[ended]) - int(stamps_us[began])) / 1e6


def round_trip(suite: Suite) -> dict[str, float]:
    """One start and stop of the baseline and of the suite, which is stopped before and after."""
    guest = suite.guest
    [bare_s] = took_s(guest, "systemctl start bare.target")
    guest.run("bash", "-c", "systemctl stop bare.target 'bare@*.service'")
    ready_s, listening_s = took_s(guest, "systemctl start jarvisd.target", LISTENS)
    units = {f"{unit.value}_s": activation_s(suite, unit) for unit in UnitName}
    suite.settle()
    guest.run("bash", "-c", ASK)
    suite.until_property(BRAIN, "State", "REASONING")
    [stop_mid_turn_s] = took_s(guest, f"systemctl stop jarvisd.target {SERVICES}")
    whole = {"bare_s": bare_s, "ready_s": ready_s, "listening_s": listening_s, "stop_mid_turn_s": stop_mid_turn_s}
    return {**whole, **units}


def measure(suite: Suite) -> dict[str, Any]:
    """Every figure with its samples, its limit and whether the median holds it."""
    suite.guest.write(f"{BARE}@.service", BARE_SERVICE)
    suite.guest.write(f"{BARE}.target", BARE_TARGET)
    suite.guest.run("systemctl", "daemon-reload")
    suite.settle()
    [stop_idle_s] = took_s(suite.guest, f"systemctl stop jarvisd.target {SERVICES}")
    rounds = [round_trip(suite) for _ in range(ROUNDS)]
    samples = {name: [sample[name] for sample in rounds] for name in rounds[0]}
    medians = {name: statistics.median(values) for name, values in samples.items()}
    limits = {"ready_s": LIMIT_READY_S, "listening_s": LIMIT_LISTENING_S, "stop_mid_turn_s": LIMIT_STOP_S}
    figures = {
        name: {"value": round(medians[name], 2), "limit": limit, "holds": medians[name] <= limit}
        for name, limit in limits.items()
    }
    ratio = statistics.median(sample["ready_s"] / sample["bare_s"] for sample in rounds)
    return {
        "figures": figures,
        "ready_to_bare_ratio": round(ratio, 1),
        "stop_idle_s": round(stop_idle_s, 2),
        "medians": medians,
        "samples": samples,
        "load_average": os.getloadavg(),
    }


def main() -> None:
    """Measure and write ``start.json``."""
    parser = argparse.ArgumentParser(prog="bench.start")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--packages", type=Path, default=ROOT / "build" / "deb")
    args, _ = parser.parse_known_args()
    reason = missing() or ("" if list(args.packages.glob("*.deb")) else f"no package in {args.packages}: make deb")
    if reason:
        print(f"start: not measured because {reason}")
        return
    args.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        archive = exported(args.models.absolute(), Path(folder))
        with furnished(Path(folder), args.cache.absolute(), args.packages.absolute(), archive) as guest:
            result = measure(installed(guest))
    (args.output / "start.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
