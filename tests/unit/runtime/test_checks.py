"""Parts are looked at side by side, each with its latency and its end (D3)."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.runtime import checks as module
from jarvisd.runtime.checks import HealthChecks
from jarvisd.runtime.shared_run import SharedRun
from tests.fakes.clock import ScriptedClock


async def test_each_part_has_its_own_outcome() -> None:
    clock = ScriptedClock()
    checks = HealthChecks(lambda: clock.monotonic_us() / 1e6)

    async def slow() -> None:
        clock.advance(0.25)

    async def broken() -> None:
        raise EngineError("no such table", code=ErrorCode.MEMORY_GONE)

    checks.add("memory", broken)
    checks.add("llm", slow)
    outcome = await checks.run()
    assert outcome["llm"] == {"ok": True, "latency_ms": 250.0, "error": ""}
    assert (outcome["memory"]["ok"], outcome["memory"]["error"]) == (False, "MemoryGone: no such table")


async def test_what_does_not_answer_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds for each, side by side; here fewer."""
    monkeypatch.setattr(module, "CHECK_DEADLINE_S", 0.01)
    checks, answered = HealthChecks(), asyncio.Event()

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def answers() -> None:
        answered.set()

    checks.add("sandbox", hangs)
    checks.add("disk", answers)
    outcome = await checks.run()
    assert answered.is_set()
    assert outcome["disk"]["ok"] is True
    assert outcome["sandbox"]["error"] == "Timeout: no answer within 0.01 s"


async def test_a_run_that_fails_fails_for_who_asked_and_the_next_one_works() -> None:
    """Nobody is left waiting, and nobody gets an outcome that is none."""
    outcomes = [OSError("gone"), "well"]

    async def work() -> str:
        await asyncio.sleep(0)
        outcome = outcomes.pop(0)
        if isinstance(outcome, OSError):
            raise outcome
        return str(outcome)

    shared = SharedRun(work)
    first, second, third = await asyncio.gather(shared.run(), shared.run(), shared.run(), return_exceptions=True)
    assert isinstance(first, OSError)
    assert (second, third, outcomes) == ("well", "well", [])
