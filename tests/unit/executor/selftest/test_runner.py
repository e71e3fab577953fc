"""The self-test at start and on request: what it finds decides whether anything runs (D8)."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.core.states import PartState, PartStatus, ServiceLevel
from jarvisd.executor.health import service_level
from jarvisd.executor.policy import offline
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.selftest.runner import PART, SelfTest
from jarvisd.runtime.parts import Parts
from tests.fakes.clock import ScriptedClock
from tests.unit.executor.conftest import Bench

ATTACK = {"tool": "get_time", "args": {"what": "time"}}


def selftest(bench: Bench, folder: Path, judge: Callable[[], Judge] = offline.judge) -> tuple[SelfTest, Parts]:
    parts = Parts()
    parts.declare(PART)
    test = SelfTest(
        judge,
        [folder],
        answers=offline.ANSWERS,
        parts=parts,
        workers=bench.workers,
        clock=ScriptedClock(),
    )
    return test, parts


def allowed(parts: Parts) -> ServiceLevel:
    well = {"x": PartStatus(PartState.READY)}
    states = {unit: well for unit in ("audio", "brain", "tts")}
    return service_level.assess({**states, "executor": parts.statuses()}).level


async def test_the_packaged_corpus_makes_the_policy_ready(bench: Bench, tmp_path: Path) -> None:
    """Nothing is refused after a test that passes; a folder that is not there holds no cases."""
    test, parts = selftest(bench, tmp_path / "none")
    outcome = await test.run()
    assert outcome["passed"] is True
    assert allowed(parts) is ServiceLevel.FULL


@pytest.mark.parametrize("line", [json.dumps({"mildest": "refuse", **ATTACK}), "garbage"])
async def test_a_failure_leads_to_refusing_until_a_test_passes(bench: Bench, tmp_path: Path, line: str) -> None:
    """An attack that gets through or a case that cannot be read: nothing runs until a test passes."""
    own = tmp_path / "redteam.d"
    own.mkdir()
    (own / "mine.jsonl").write_text(line + "\n")
    test, parts = selftest(bench, own)
    assert (await test.run())["passed"] is False
    assert allowed(parts) is ServiceLevel.REFUSING
    assert "PolicyBroken" in parts.states()[PART]
    (own / "mine.jsonl").unlink()
    assert (await test.run())["passed"] is True
    assert allowed(parts) is ServiceLevel.FULL


async def test_refusing_leaves_no_tool_whatever_is_answered(bench: Bench) -> None:
    """Nothing overrides it: not even reading the time, not with a yes."""
    bench.level = ServiceLevel.REFUSING
    bench.answers("yes, go ahead", "yes, go ahead")
    [step] = await bench.run((ATTACK["tool"], ATTACK["args"]))  # type: ignore[arg-type]
    assert (step["outcome"], step["error"]) == ("refused", "Refused")
    assert bench.dispatcher.list_tools() == []
    assert bench.speech.questions == []


async def test_calls_that_come_during_a_run_share_the_next_one(bench: Bench, tmp_path: Path) -> None:
    """Many calls at once cost two runs at most, and nobody gets the result of older rules (D8)."""
    rules, runs, held = ["old"], list[str](), threading.Event()

    def judge() -> Judge:
        runs.append(rules[0])
        asyncio.run_coroutine_threadsafe(noticed(), loop).result()
        held.wait()
        return offline.judge()

    async def noticed() -> None:
        begun.set()

    async def asked_meanwhile() -> list[JsonObject]:
        await begun.wait()
        rules[0] = "new"
        calls = asyncio.gather(*(test.run() for _ in range(20)))
        await asyncio.sleep(0)
        held.set()
        return await calls

    loop, begun = asyncio.get_running_loop(), asyncio.Event()
    test, _ = selftest(bench, tmp_path / "none", judge)
    first, later = await asyncio.gather(test.run(), asked_meanwhile())
    assert [outcome["passed"] for outcome in [first, *later]] == [True] * 21
    assert runs == ["old", "new"]
