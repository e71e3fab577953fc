"""Requests that fit a sentence, by the real daemons: no model is asked, and nothing else is different."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.conftest import SCRIPTED, Home, housed

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with housed(tmp_path, SETTINGS) as house:
        yield house


async def test_routes_are_told_and_policy_asks_as_ever(home: Home) -> None:
    documents = home.workspace("documents")
    for name in ("tax-2026.txt", "draft.txt"):
        (documents / name).write_text("x")
    report = await home.report(await home.ask("find the tax files"))
    assert (report["route"], report["outcome"]) == ("sentence", "done")
    assert ":name} files" in report["sentence"]
    assert "tax-2026.txt" in report["reply"]
    assert "first_token" not in report["timings_ms"]

    report = await home.report(await home.ask("zip tax-2026.txt and tell me the time"))
    outcomes = [(step["tool"], step["outcome"]) for step in report["steps"]]
    assert outcomes == [("archive", "done"), ("get_time", "done")]

    report = await home.report(await home.ask("delete draft.txt", dry_run=True))
    assert report["steps"][0]["verdict"]["verdict"] == "ask"
    assert (documents / "draft.txt").exists()

    assert (await home.report(await home.ask("howdy")))["route"] == "chat"
    assert (await home.report(await home.ask("status")))["route"] == "control"
    done = home.jarvisctl("ask", "--json", "find the tax files")
    assert json.loads(done.stdout)["route"] == "sentence", done.stderr


async def test_what_was_found_is_read_and_told_in_parts(home: Home) -> None:
    """The parts that went out are the reply, however many there were; when it began to sound is told."""
    folder = home.workspace("documents")
    (folder / "pump-report.txt").write_text("the filter was changed")
    (folder / "report.txt").write_text("short")
    turn_id = await home.ask("find the longest report and read it", voice=True)
    report = await home.report(turn_id)
    parts = [body[3] for name, body in home.events if name == "ReplyPart" and body[0] == turn_id]
    assert report["reply"] == "".join(parts)
    assert "pump-report.txt says: the filter was changed" in report["reply"]
    assert (report["route"], report["rounds"], report["tiers"]) == ("sentence", 1, [1, 1])
    assert report["timings_ms"]["first_audio"] <= report["timings_ms"]["spoken"]
    covered_ms = sum(span["took_ms"] for span in report["spans"])
    assert covered_ms >= 0.97 * report["timings_ms"]["end"]
