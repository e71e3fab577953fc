"""The machine that this runs on: processors and memory by the kernel, graphics memory by the drivers.

Drivers are asked in a process of their own: one that hangs cannot be ended from within its own process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from jarvisd.core.timeout import within
from jarvisd.hardware.machine import Graphics, GraphicsState, MachineSize
from jarvisd.hardware.plan import HardwarePlan, plan_for

logger = logging.getLogger(__name__)

ANSWER_LIMIT_S = 5.0
"""The design's limit of a health check (D3)."""
END_LIMIT_S = 1.0
"""Chosen: a killed process ends at once, unless its driver holds it in the kernel; then it is left there."""
# "python -m" looks for modules in the working directory first, which may be anybody's; the process starts in "/".
_CHILD = (sys.executable, "-m", "jarvisd.hardware.adapters.graphics_child")


async def this_plan() -> tuple[HardwarePlan, Graphics]:
    """What follows from this machine, and what its drivers have answered. Takes 6 s at most."""
    machine, graphics = await this_machine()
    return plan_for(machine), graphics


async def log_plan() -> None:
    """Tell the log what this machine is, where each model belongs, and what to expect (C1)."""
    plan, graphics = await this_plan()
    detail = f" ({graphics.detail})" if graphics.detail else ""
    logger.info("hardware %s graphics=%s%s", plan.in_words(), graphics.state.value, detail)
    logger.info("hardware tier=%s expected=%s", plan.tier.value, plan.expectation_in_words())


async def this_machine() -> tuple[MachineSize, Graphics]:
    """It, and what its drivers answered. Takes :data:`ANSWER_LIMIT_S` and a little at most."""
    graphics = await ask_drivers()
    ram_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return MachineSize(graphics.vram_mb, ram_mb, os.cpu_count() or 1), graphics


async def ask_drivers(child: Sequence[str] = _CHILD, limit_s: float = ANSWER_LIMIT_S) -> Graphics:
    """What the process that ``child`` starts says within ``limit_s``; it is over, or killed, afterwards."""
    process = await asyncio.create_subprocess_exec(*child, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, cwd="/")
    try:
        output, _ = await within(process.communicate(), limit_s)
    except asyncio.TimeoutError:
        return Graphics(GraphicsState.HUNG, detail=f"no driver has answered for {limit_s:g} s")
    finally:
        await _end(process)
    try:
        return answer_of(json.loads(output))
    except (ValueError, LookupError, TypeError):
        return Graphics(GraphicsState.FAILED, detail=f"the process that asked {_how(process.returncode)}")


def answer_of(message: Mapping[str, Any]) -> Graphics:
    """What the process has written, of the largest card. LookupError, TypeError or ValueError for rubbish."""
    cards = sorted(((int(card["bytes"]) >> 20, str(card["name"])) for card in message["cards"]), reverse=True)
    failed = "; ".join(str(text) for text in message["failed"])
    if cards and cards[0][0] > 0:
        vram_mb, name = cards[0]
        return Graphics(GraphicsState.READY, vram_mb, f"{name}; {failed}" if failed else name)
    if failed:
        return Graphics(GraphicsState.FAILED, detail=failed)
    if message["drivers"]:
        return Graphics(GraphicsState.ZERO, detail=" and ".join(str(name) for name in message["drivers"]))
    return Graphics(GraphicsState.ABSENT)


def _how(status: int | None) -> str:
    if status is not None and status < 0:
        return f"ended with {signal.Signals(-status).name}"
    return "wrote nothing that can be read" if not status else f"ended with status {status}"


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.kill()
    with suppress(asyncio.TimeoutError):
        await within(process.wait(), END_LIMIT_S)
