"""A look at what a unit works with, now and side by side: does it answer, and how soon (requirement D3)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.timeout import within
from jarvisd.runtime.shared_run import SharedRun

CHECK_DEADLINE_S = 5.0
"""D3."""

CheckOutcome = dict[str, Any]
"""``{"ok", "latency_ms", "error"}``, as it is published."""

Check = Callable[[], Awaitable[None]]
"""Returns when the part has answered; raises JarvisError where it cannot be used."""


class HealthChecks:
    """The checks of one unit. Those who ask while they run share the next outcome."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._checks: dict[str, Check] = {}
        self._shared = SharedRun(self._run)

    def add(self, part: str, check: Check) -> None:
        """``part`` can be checked so."""
        self._checks[part] = check

    async def run(self) -> dict[str, CheckOutcome]:
        """Part to ``{"ok", "latency_ms", "error"}``; the error is empty, or code and reason."""
        return await self._shared.run()

    async def _run(self) -> dict[str, CheckOutcome]:
        outcomes = await asyncio.gather(*(self._checked(check) for check in self._checks.values()))
        return dict(zip(self._checks, outcomes, strict=True))

    async def _checked(self, check: Check) -> CheckOutcome:
        began_s, error = self._now_s(), ""
        try:
            await within(check(), CHECK_DEADLINE_S)
        except asyncio.TimeoutError:
            error = f"{ErrorCode.TIMEOUT}: no answer within {CHECK_DEADLINE_S:g} s"
        except JarvisError as failure:
            error = f"{failure.code}: {failure.message}"
        latency_ms = 1000 * (self._now_s() - began_s)
        return {"ok": not error, "latency_ms": round(latency_ms, 1), "error": error}
