"""Traces: complete or absent, and without spoken content unless it is wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvisd.brain.adapters.traces import TraceFiles, redacted
from jarvisd.core.clock import oldest_first
from jarvisd.core.errors import JarvisError
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import SteadyClock

RECORD = {
    "turn_id": "t1",
    "utterance": "delete the secret diary",
    "plan": {"thought": "secret", "actions": [{"tool": "file_delete", "args": {"path": "secret.txt"}}]},
    "steps": [{"tool": "file_delete", "tier": 3, "spoken": "I deleted secret.txt", "result": {"n": "secret"}}],
    "reply": "secret",
    "timings_ms": {"plan": 12.5},
}


async def test_nothing_that_was_said_is_written_by_default(tmp_path: Path, workers: Workers) -> None:
    await TraceFiles(tmp_path / "traces", SteadyClock(), workers, with_content=False).write("t1", RECORD, 1)
    [path] = (tmp_path / "traces").iterdir()
    text = path.read_text("utf-8")
    assert "secret" not in text
    assert json.loads(text)["steps"][0]["tier"] == 3
    assert json.loads(text)["timings_ms"] == {"plan": 12.5}


async def test_content_is_written_when_it_is_wanted(tmp_path: Path, workers: Workers) -> None:
    await TraceFiles(tmp_path, SteadyClock(), workers, with_content=True).write("t1", RECORD, 1)
    [path] = tmp_path.iterdir()
    assert path.name == "2026-03-04T093000-t1.json"
    assert json.loads(path.read_text("utf-8"))["reply"] == "secret"


async def test_a_folder_that_cannot_be_made_is_an_error_with_a_code(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JarvisError):
        await TraceFiles(tmp_path / "file", SteadyClock(), workers, with_content=True).write("t1", RECORD, 1)


def test_redaction_reaches_every_depth() -> None:
    assert "secret" not in json.dumps(redacted({"a": [{"b": {"args": {"x": "secret"}}}], "utterance": "secret"}))


async def test_traces_of_a_clock_that_was_wrong_do_not_push_out_new_ones(tmp_path: Path, workers: Workers) -> None:
    """They go first, as if they were the oldest, and the newest is the one just written."""
    for year in (2020, 2025, 2036, 2037):
        (tmp_path / f"{year}-01-01T000000-{year}.json").write_text("{}")
    clock = SteadyClock()
    await TraceFiles(tmp_path, clock, workers, with_content=False, kept=3).write("now", RECORD, 1)
    left = oldest_first((path.name for path in tmp_path.iterdir()), clock.now())
    assert [name.removesuffix(".json").rpartition("-")[2] for name in left] == ["2020", "2025", "now"]


async def test_forgetting_hides_what_was_said_in_every_trace_and_in_turns_that_have_begun(
    tmp_path: Path, workers: Workers
) -> None:
    clock = SteadyClock()
    files = TraceFiles(tmp_path, clock, workers, with_content=True)
    began_us = clock.monotonic_us()
    await files.write("t1", RECORD, 0)
    (tmp_path / "2026-03-04T093000-t0.partial").write_text("half a secret")
    (tmp_path / "2026-03-04T093000-t2.json").write_text('{"utterance": "secret')
    await files.hide_content()
    [path] = tmp_path.iterdir()
    hidden = json.loads(path.read_text("utf-8"))
    assert (hidden["timings_ms"], hidden["utterance"]) == ({"plan": 12.5}, "<str of 23>")
    await files.hide_content()
    assert json.loads(path.read_text("utf-8")) == hidden, "what is hidden stays as it is"
    await files.write("begun", RECORD, began_us)
    assert not [path for path in tmp_path.iterdir() if "secret" in path.read_text("utf-8")]
    await files.write("later", RECORD, clock.monotonic_us())
    assert "secret" in next(tmp_path.glob("*-later.json")).read_text("utf-8")
