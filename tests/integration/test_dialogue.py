"""Dialogues of two and three turns by the real daemons, and no model: what "it", "also" and an answer mean."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from demo.suite import Suite
from jarvisd.cli.client import linked
from tests.integration.conftest import SCRIPTED, Home

pytest.importorskip("hassil", reason="the environment is older than its lock: make setup")

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}}
FOLDER = Path(__file__).parents[1] / "data" / "dialogue"
CASES = [json.loads(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("dialogue")
    with Suite(folder, folder / "models", SETTINGS) as running:
        yield running


@pytest.fixture
async def home(suite: Suite) -> AsyncIterator[Home]:
    async with linked(suite.address) as link:
        house = Home(suite, link)
        await house.open()
        await link.brain.call("ForgetEverything")
        yield house


def _prepared(home: Home, files: Mapping[str, str]) -> None:
    """These files in the workspaces and no others."""
    for name in ("documents", "downloads", "tmp"):
        for path in sorted(home.workspace(name).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, text in files.items():
        place = home.workspace(name.partition("/")[0]) / name.partition("/")[2]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


async def _turn(home: Home, turn: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The report of one request, each question of consent answered as the case says, and those questions."""
    turn_id = await home.ask(turn["say"], ask_in_reply=True)
    asked: list[str] = []
    seen: set[str] = set()
    while not any(name == "TurnFinished" and body[0] == turn_id for name, body in home.events):
        home._changed.clear()
        for _, body in [event for event in home.events if event[0] == "ConfirmRequested"]:
            if body[2] not in seen:
                seen.add(body[2])
                asked.append(body[3])
                answer = "Confirm" if turn.get("answer") == "yes" else "Deny"
                await home.link.executor.call(answer, "s", [body[2]])
        if not any(name == "TurnFinished" and body[0] == turn_id for name, body in home.events):
            await home._changed.wait()
    return await home.report(turn_id), asked


def _faults(home: Home, turn: Mapping[str, Any], report: Mapping[str, Any], asked: list[str]) -> list[str]:
    tools = ",".join(step["tool"] for step in report["steps"] if step["outcome"] == "done")
    found = []
    if "tool" in turn and not re.search(turn["tool"], tools):
        found.append(f"tools {tools!r}")
    if "reply" in turn and not re.search(turn["reply"], report["reply"]):
        found.append("reply")
    if "reply_not" in turn and re.search(turn["reply_not"], report["reply"]):
        found.append("reply_not")
    if "asked" in turn and bool(asked) is not turn["asked"]:
        found.append(f"asked {asked}")
    if "question" in turn and not any(re.search(turn["question"], text) for text in asked):
        found.append(f"question {asked}")
    for key, is_there in (("there", True), ("gone", False)):
        name = turn.get(key, "")
        if name and (home.workspace(name.partition("/")[0]) / name.partition("/")[2]).exists() is not is_there:
            found.append(f"not {key}: {name}")
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"].replace(" ", "-"))
async def test_dialogues(home: Home, case: Mapping[str, Any]) -> None:
    _prepared(home, case["files"])
    for turn in case["turns"]:
        report, asked = await _turn(home, turn)
        steps = [(step["tool"], step["outcome"], step["spoken"], step["licence"]) for step in report["steps"]]
        assert not _faults(home, turn, report, asked), (turn["say"], report["route"], report["reply"], steps)
