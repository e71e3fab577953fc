"""``jarvisctl trace`` shows where the time of a turn went (A12)."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jarvisd.brain.turn.turn import Channel, Turn, TurnOutcome
from jarvisd.cli.main import main
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Outcome, StepReport, Verdict, VerdictKind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two turns as the brain writes them."""
    for name in ("t1", "t2"):
        turn = Turn(name, Channel.DBUS, began_us=1_000_000)
        for stage, at_ms in (("transcript", 10), ("memories", 30), ("plan", 930), ("acted", 1430), ("end", 1500)):
            turn.mark(stage, 1_000_000 + at_ms * 1000)
        may_run = Verdict(VerdictKind.RUN, 1, 0.0)
        turn.steps = [
            StepReport(0, "file_<move>", Outcome.DONE, may_run, took_ms=400.0),
            StepReport(1, "recall", Outcome.FAILED, may_run, took_ms=80.0),
        ]
        turn.outcome = TurnOutcome.DONE
        record = {"at": "2026-11-22T16:05:00", **turn.to_json()}
        (tmp_path / f"2026-11-22T16050{name[1]}-{name}.json").write_text(json.dumps(record))
    (tmp_path / "2026-11-22T160509-t9.json").write_text("half a tr")
    return tmp_path


def test_the_spans_of_a_turn_cover_its_whole_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "show", "t1", "--json", "--folder", str(folder)]) == 0
    spans = json.loads(capsys.readouterr().out)["spans"]
    assert [span["stage"] for span in spans] == ["transcript", "memories", "plan", "acted", "end"]
    assert sum(span["took_ms"] for span in spans) == 1500
    assert all(one["began_ms"] + one["took_ms"] == two["began_ms"] for one, two in pairwise(spans))


def test_turns_are_listed_newest_first(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no trace is passed over."""
    assert main(["trace", "list", "--json", "--folder", str(folder)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(turn["turn_id"], turn["took_ms"]) for turn in listed] == [("t2", 1500), ("t1", 1500)]
    assert main(["trace", "list", "--last", "2", "--folder", str(folder)]) == 0
    assert "t2" in capsys.readouterr().out


def test_a_turn_is_shown_with_its_steps(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "show", "--folder", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "turn",
        "transcript",
        "memories",
        "plan",
        "acted",
        "0:",
        "1:",
        "end",
        "whole",
    ]


def test_the_picture_is_a_waterfall(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Well-formed, a bar for each stage and step, each beginning where the one before it ends."""
    assert main(["trace", "plot", "t1", "--folder", str(folder)]) == 0
    root = ElementTree.fromstring(capsys.readouterr().out)
    space = "{http://www.w3.org/2000/svg}"
    bars = [rect for rect in root.findall(f"{space}rect") if rect.find(f"{space}title") is not None]
    assert len(bars) == 7
    stages = [bars[number] for number in (0, 1, 2, 3, 6)]
    edges = [(float(bar.attrib["x"]), float(bar.attrib["width"])) for bar in stages]
    assert all(abs(x + width - after) < 0.3 for (x, width), (after, _) in pairwise(edges))
    assert "file_<move>" in "".join(text for text in root.itertext())
    assert main(["trace", "plot", "t1", "--folder", str(folder), "--output", str(folder / "t1.svg")]) == 0
    assert (folder / "t1.svg").read_text().startswith("<svg")


BAR = {"stage": "acted", "began_ms": 1, "took_ms": 2}


@pytest.mark.parametrize(
    "content",
    [
        {"spans": 7},
        {"spans": [7]},
        {"spans": [{**BAR, "stage": None}]},
        {"spans": [{**BAR, "took_ms": "long"}]},
        {"spans": [{**BAR, "took_ms": float("inf")}]},
        {"spans": [{**BAR, "began_ms": -(10**400)}]},
        {"spans": [BAR], "steps": {"a": 1}},
        {"spans": [BAR], "steps": [7]},
        {"spans": [BAR], "steps": [{"took_ms": None}]},
        {"spans": [BAR], "channel": {}},
    ],
)
def test_what_only_looks_like_a_trace_is_passed_over(
    folder: Path, capsys: pytest.CaptureFixture[str], content: JsonObject
) -> None:
    """Root reads what the user of the brain may write."""
    (folder / "2026-11-22T160509-t9.json").write_text(json.dumps(content))
    (folder / "2026-11-22T160508-t8.json").write_text("[" * 100_000)
    os.mkfifo(folder / "2026-11-22T160507-t7.json")
    for command in (["list"], ["list", "--json"], ["show"], ["plot"]):
        assert main(["trace", *command, "--folder", str(folder)]) == 0
        assert "t2" in capsys.readouterr().out


def test_nothing_in_a_trace_steers_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    turn = {
        "at": "2026\nx",
        "turn_id": "\x1b]0;t9\x07",
        "channel": "\x9b31m",
        "spans": [{**BAR, "stage": "\x1b[2J"}],
    }
    (folder / "2026-11-22T160509-t9.json").write_text(json.dumps(turn))
    assert main(["trace", "list", "--last", "1", "--folder", str(folder)]) == 0
    assert main(["trace", "show", "--folder", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.isprintable() for line in lines)
    assert "t9" in lines[0]


def test_an_unknown_turn_is_an_error(folder: Path) -> None:
    assert main(["trace", "show", "nobody", "--folder", str(folder)]) == 66
    assert main(["trace", "list", "--folder", str(folder / "none")]) == 66
