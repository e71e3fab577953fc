"""What the suite costs at rest: memory (PSS) and processor time of the four units with their children.

Starts the suite as the demo does, waits until it is ready, and samples ``/proc``. The baseline, sampled in the
same window, is one process that sleeps: what the machine itself charges for nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from demo.suite import UNITS, Suite
from jarvisd.cli.client import linked

SAMPLES, WINDOW_S = 6, 10.0
LIMITS_MB = {"audio": 600.0, "tts": 400.0}
"""What the two that hear and speak may need, over all their processes (issue 14)."""


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def pss_mb(processes: list[psutil.Process]) -> float:
    """Proportional set size in megabytes: shared pages are divided among those who share them."""
    return float(sum(process.memory_full_info().pss for process in processes)) / 1e6


def cpu_s(processes: list[psutil.Process]) -> float:
    """Processor time used so far, in seconds."""
    return float(sum(sum(process.cpu_times()[:2]) for process in processes))


def measure(models: Path, output: Path) -> dict[str, object]:
    """Start the suite and sample it; percentages are of one core."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    try:
        with Suite(output / "footprint", models, {}) as suite:
            return asyncio.run(watch(suite, sleeper.pid))
    finally:
        sleeper.terminate()
        sleeper.wait()


async def watch(suite: Suite, baseline_pid: int) -> dict[str, object]:
    """Sample a suite once it is ready."""
    async with linked(suite.address) as link:

        async def is_ready() -> bool:
            states = [await link.properties(unit) for unit in link.units]
            return all(state and state["Ready"] for state in states)

        began_s = time.monotonic()
        await suite.until(is_ready, "the suite being ready")
        ready_s = time.monotonic() - began_s
        groups = {unit: family(suite.process(unit).pid) for unit in UNITS}
        groups["baseline"] = family(baseline_pid)
        samples = [await sample(groups) for _ in range(SAMPLES)]
        memory = {name: round(pss_mb(processes), 1) for name, processes in groups.items()}
    medians = {name: round(statistics.median(s[name] for s in samples), 2) for name in samples[0]}
    return {
        "ready_s": round(ready_s, 1),
        "pss_mb": memory,
        "pss_mb_limits": LIMITS_MB,
        "missed": [unit for unit, limit in LIMITS_MB.items() if memory[unit] > limit],
        "pss_mb_total": round(sum(memory[unit] for unit in UNITS), 1),
        "idle_cpu_percent": medians,
        "idle_cpu_percent_total": round(sum(medians[unit] for unit in UNITS), 2),
        "idle_cpu_samples": samples,
        "load_average": os.getloadavg(),
    }


async def sample(groups: dict[str, list[psutil.Process]]) -> dict[str, float]:
    """Processor use of each group over one window, in percent of a core."""
    before = {name: cpu_s(processes) for name, processes in groups.items()}
    began_s = time.monotonic()
    await asyncio.sleep(WINDOW_S)
    took_s = time.monotonic() - began_s
    return {name: 100 * (cpu_s(group) - before[name]) / took_s for name, group in groups.items()}


def main() -> None:
    """Measure and write ``footprint.json``."""
    parser = argparse.ArgumentParser(prog="bench.footprint")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    args, _ = parser.parse_known_args()
    args.output.mkdir(parents=True, exist_ok=True)
    result = measure(args.models.absolute(), args.output.absolute())
    (args.output / "footprint.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps({key: value for key, value in result.items() if key != "idle_cpu_samples"}, indent=1))


if __name__ == "__main__":
    main()
