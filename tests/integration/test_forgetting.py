"""Forgetting in a running suite with the real store that may log content: the words stay in evidence alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.conftest import SCRIPTED, Home, housed

SECRET = "zqxlocker"
SETTINGS = {
    **SCRIPTED,
    "general": {"log_content": True},
    "memory": {"store": "chroma", "embedder": "tests.fakes.memory:embedder"},
}


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A suite that may log what is said, with memories on the disk."""
    async with housed(tmp_path, SETTINGS) as house:
        yield house


def where(home: Home) -> list[str]:
    """Files of the suite's state that hold the secret, the audit log aside: it is evidence."""
    files = [path for path in (home.suite.folder / "state").rglob("*") if path.is_file()]
    return [str(path) for path in files if SECRET.encode() in path.read_bytes() and "audit" not in path.name]


@pytest.mark.real
async def test_what_is_forgotten_is_in_no_file_of_the_running_suite(home: Home) -> None:
    brain = home.link.brain
    for what in ("is made of steel", "opens with 9921"):
        told = json.dumps({"kind": "FACT", "text": f"the {SECRET} {what}"})
        [memory_id] = await brain.call("Remember", "s", [told])
        await home.report(await home.ask(f"what does the {SECRET} open with"))
    assert any("traces" in path for path in where(home))
    assert any("chroma" in path for path in where(home))
    assert (await brain.call("Forget", "s", [memory_id])) == [1]
    assert [path for path in where(home) if "traces" in path] == []
    assert home.jarvisctl("privacy", "wipe").returncode
    assert any("chroma" in path for path in where(home)), "the other one is still known"
    sounds = home.suite.folder / "state" / "audio" / "near-misses"
    sounds.mkdir(parents=True)
    for name in ("2026-11-30T120000.000000-0.412.wav", "2026-11-30T120001.000000-0.200.partial"):
        (sounds / name).write_bytes(SECRET.encode())
    wiped = home.jarvisctl("privacy", "wipe", "--yes")
    assert (wiped.returncode, wiped.stdout.split(",")[0]) == (0, "1 memories are gone")
    assert "1 sounds of what almost woke it are gone" in wiped.stdout
    assert where(home) == []
