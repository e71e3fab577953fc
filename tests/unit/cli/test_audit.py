"""``jarvisctl audit`` reads the log without the suite, and says what is wrong with it (A12)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jarvisd.cli.audit import heads_since_removal, journal_heads
from jarvisd.cli.main import main
from jarvisd.config.loader import DEFAULT_FILE
from jarvisd.core.audit_chain import REMOVED, head_text
from jarvisd.executor.adapters.audit_log import AuditFile


@pytest.fixture
def log(tmp_path: Path) -> AuditFile:
    (tmp_path / "jarvisd.toml").write_text(f'[paths]\nlog_dir = "{tmp_path}"\n')
    log = AuditFile(tmp_path / "audit.jsonl")
    log.open()
    for number in range(6):
        log.append({"event": "step", "at": "then", "turn": f"t{number % 2}", "step": number}, durable=False)
    log.close()
    return log


def verify(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, object]]:
    code = main(["audit", "verify", "--json", "--config", str(folder / "jarvisd.toml"), *options])
    return code, json.loads(capsys.readouterr().out)


def test_a_whole_log_is_intact(log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = verify(tmp_path, capsys)
    assert (code, found["verdict"], found["records"], found["head"]) == (0, "intact", *log.head())


def test_an_end_that_is_missing_is_found_with_the_journal(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cut off, or rolled back and written on: both leave a chain that holds by itself."""
    (tmp_path / "journal").write_text(f"Nov 22 box jarvisd[9]: {head_text(*log.head())} unit=executor turn=t1\n")
    with_journal = ("--journal", str(tmp_path / "journal"))
    assert verify(tmp_path, capsys, *with_journal)[0] == 0
    path = tmp_path / "audit.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:4]))
    assert verify(tmp_path, capsys, str(path))[0] == 0
    code, found = verify(tmp_path, capsys, *with_journal)
    assert (code, found["verdict"]) == (65, "broken")
    again = AuditFile(path)
    again.open()
    for number in range(4):
        again.append({"event": "other", "number": number}, durable=False)
    again.close()
    code, found = verify(tmp_path, capsys, *with_journal)
    assert (code, [problem["line"] for problem in found["problems"]]) == (65, [6])  # type: ignore[attr-defined] # a list
    assert main(["audit", "verify", str(path), *with_journal]) == 65
    assert "audit.jsonl:6: is not the record that the journal knows" in capsys.readouterr().out


def test_records_are_shown_and_chosen(log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "audit.jsonl")
    assert main(["audit", "show", path, "--turn", "t1", "--last", "2", "--json"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["step"] for record in shown] == [3, 5]
    assert main(["audit", "show", path, "--last", "1"]) == 0
    assert capsys.readouterr().out == "then step: step=5 turn=t1\n"


def test_nothing_in_a_record_steers_the_terminal_or_looks_like_another(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Root reads what anybody may have said, such as what is to be undone, and hashes that anybody has written."""
    path = tmp_path / "audit.jsonl"
    log.open()
    log.append({"event": "undo", "at": "then", "what": "\x1b]0;x\x07\x9b\nthen step: step=9"}, durable=False)
    log.close()
    assert main(["audit", "show", str(path), "--event", "undo"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.isprintable()
    path.write_text('{"hash": "\\u001b[2J\\n9 records, intact"}\n')
    assert main(["audit", "verify", str(path)]) == 65
    lines = capsys.readouterr().out.splitlines()
    assert all(line.isprintable() for line in lines)
    assert lines[1].startswith("1 records, BROKEN")
    assert len(lines) == 3


def test_a_log_that_is_gone_is_an_end_that_is_missing(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "journal").write_text(f"{head_text(*log.head())}\n")
    (tmp_path / "audit.jsonl").unlink()
    code, found = verify(tmp_path, capsys, "--journal", str(tmp_path / "journal"))
    assert (code, found["verdict"], found["files"]) == (65, "broken", [])
    assert main(["audit", "verify", "--config", str(tmp_path / "jarvisd.toml")]) == 66
    assert main(["audit", "show", "--config", str(tmp_path / "jarvisd.toml")]) == 66


def test_the_journal_is_asked_about_the_installed_suite_only(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it knows is of no other log."""
    journalctl = tmp_path / "journalctl"
    entry = json.dumps({"MESSAGE": head_text(99, log.head()[1]), "_UID": "997"})
    journalctl.write_text(f"#!/bin/sh\necho '{entry}'\n")
    journalctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert journal_heads(DEFAULT_FILE)[0] == {99: log.head()[1]}
    assert verify(tmp_path, capsys)[0] == 0


@pytest.mark.parametrize(("uid", "left"), [("0", {1: "b" * 64}), ("997", {9: "a" * 64, 1: "b" * 64})])
def test_a_log_that_root_removed_is_not_missed(uid: str, left: dict[int, str]) -> None:
    """The executor may say what it likes."""
    entries: list[dict[str, Any]] = [
        {"MESSAGE": head_text(9, "a" * 64), "_UID": "997"},
        {"MESSAGE": REMOVED, "_UID": uid},
        {"MESSAGE": [255, 254], "_UID": "997"},
        {"MESSAGE": head_text(1, "b" * 64), "_UID": "997"},
    ]
    assert heads_since_removal([*map(json.dumps, entries), "no JSON", "[]"]) == left


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(tmp_path / "none.jsonl")]) == 66
    assert "none.jsonl" in capsys.readouterr().err
