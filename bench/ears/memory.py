"""What ear and voice need while they work: proportional set sizes of all processes of the two units.

Both are started with their real models and nothing else is; while the voice speaks, the ear hears a request. The
baseline, in the same run, is a Python process that has loaded no more than the configuration.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.ears.condition import Asked, Condition
from bench.footprint import LIMITS_MB, family, pss_mb
from demo import person
from demo.suite import Suite
from jarvisd.cli.client import DaemonClient, linked

UNITS = ("tts", "audio")
SAID = "I found four files about the lease. The newest is from Monday and has two pages. " * 3
EVERY_S, LISTENS_S = 0.5, 25.0


class EarAndVoice(Suite):
    """The two of them on a bus of their own."""

    units = UNITS


def measure(asked: Asked) -> dict[str, Any]:
    """At rest and at work."""
    asked.told("memory of ear and voice")
    plain = subprocess.Popen([sys.executable, "-c", "import jarvisd.config.loader, time; time.sleep(3600)"])
    try:
        with tempfile.TemporaryDirectory() as folder, EarAndVoice(Path(folder), asked.models, {}) as suite:
            rest, work = asyncio.run(_watched(suite))
            baseline = pss_mb(family(plain.pid))
    finally:
        plain.kill()
        plain.wait()
    return {
        "rules": {
            unit: {
                "at_rest_mb": round(rest[unit], 1),
                "most_mb": round(max(work[unit]), 1),
                "limit_mb": LIMITS_MB[unit],
                "n": len(work[unit]),
            }
            for unit in UNITS
        },
        "baseline": f"a Python process with the configuration alone: {baseline:.1f} MB",
    }


async def _watched(suite: Suite) -> tuple[dict[str, float], dict[str, list[float]]]:
    def look() -> dict[str, float]:
        # Processes come and go, so the family is looked up every time.
        return {unit: pss_mb(family(suite.process(unit).pid)) for unit in UNITS}

    async with linked(suite.address) as link:
        await suite.until(lambda: _are_ready(link), "ear and voice being ready")
        rest = look()
        request = person.speak(f"{person.WAKE}, what is on my calendar", "slt")
        heard = asyncio.create_task(_heard(link, request, suite))  # noqa: TID251 # a measurement is no unit
        seen: dict[str, list[float]] = {unit: [] for unit in UNITS}
        for _ in range(round(LISTENS_S / EVERY_S)):
            for unit, size in look().items():
                seen[unit].append(size)
            await asyncio.sleep(EVERY_S)
        await heard
        return rest, seen


async def _heard(link: DaemonClient, request: bytes, suite: Suite) -> None:
    await person.say(request, suite.pipe)
    await link.tts.call("Say", "sa{sv}", [SAID, {}])


async def _are_ready(link: DaemonClient) -> bool:
    states = [await link.properties(unit) for unit in (link.tts, link.audio)]
    return all(state and state["Ready"] for state in states)


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """Units that need more than they may."""
    for unit, row in result["rules"].items():
        if row["most_mb"] > row["limit_mb"]:
            yield f"memory {unit}: {row['most_mb']} MB > {row['limit_mb']:g} MB"


CONDITION = Condition(measure, missed)
