"""Requests that fit a sentence, by the real daemons: no model is asked, and nothing else is different."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.suite import Suite
from jarvisd.cli.client import linked
from tests.integration.conftest import SCRIPTED, Home

pytest.importorskip("hassil", reason="the environment is older than its lock: make setup")

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    with Suite(tmp_path, tmp_path / "models", SETTINGS) as running:
        async with linked(running.address) as link:
            house = Home(running, link)
            await house.open()
            yield house


async def test_routes_are_told_and_policy_asks_as_ever(home: Home) -> None:
    documents = home.workspace("documents")
    for name in ("tax-2026.txt", "draft.txt"):
        (documents / name).write_text("x")
    report = await home.report(await home.ask("find the tax files"))
    assert (report["route"], report["outcome"]) == ("sentence", "done")
    assert "{label:name} files" in report["sentence"]
    assert "tax-2026.txt" in report["reply"]
    assert "first_token" not in report["timings_ms"]

    report = await home.report(await home.ask("zip tax-2026.txt and tell me the time"))
    outcomes = [(step["tool"], step["outcome"]) for step in report["steps"]]
    assert outcomes == [("archive", "done"), ("get_time", "done")]

    report = await home.report(await home.ask("delete draft.txt", dry_run=True))
    assert report["steps"][0]["verdict"]["verdict"] == "ask"
    assert (documents / "draft.txt").exists()

    assert (await home.report(await home.ask("hello there")))["route"] == "chat"
    assert (await home.report(await home.ask("status")))["route"] == "control"
    done = home.jarvisctl("ask", "--json", "find the tax files")
    assert json.loads(done.stdout)["route"] == "sentence", done.stderr
