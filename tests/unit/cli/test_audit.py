"""``jarvisctl audit`` reads the log without the suite, and says what is wrong with it (A12)."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from jarvisd.cli.audit import journal_heads, move_aside
from jarvisd.cli.main import main
from jarvisd.cli.system_units import tell_removed
from jarvisd.config.loader import DEFAULT_FILE
from jarvisd.core.audit_chain import head_text, heads_in
from jarvisd.executor.adapters.audit_log import AuditFile
from tests.fakes.auditor import journal_entry


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
    (tmp_path / "journal").write_text(journal_entry(head_text(*log.head())) + "\n")
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
    (tmp_path / "journal").write_text(journal_entry(head_text(*log.head())) + "\n")
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
    entry = journal_entry(head_text(99, log.head()[1]))
    journalctl.write_text(f"#!/bin/sh\necho '{entry}'\n")
    journalctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert journal_heads(DEFAULT_FILE)[0].hashes == {99: {log.head()[1]}}
    assert verify(tmp_path, capsys)[0] == 0


def test_lines_that_do_not_say_who_wrote_them_are_refused(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plain text of the journal cannot tell a head from a line that quotes one."""
    journal = tmp_path / "journal"
    journal.write_text(f"Nov 22 box jarvisd[9]: {head_text(*log.head())}\n")
    assert main(["audit", "verify", str(tmp_path / "audit.jsonl"), "--journal", str(journal)]) == 64
    assert "journalctl --unit jarvisd-executor.service --output json" in capsys.readouterr().err


def test_a_head_that_somebody_else_wrote_is_told_of(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count, link = log.head()
    entries = [
        journal_entry(head_text(count, link)),
        journal_entry(head_text(99, link), _SYSTEMD_UNIT="x.service"),
    ]
    (tmp_path / "journal").write_text("\n".join(entries))
    files = ("audit", "verify", str(tmp_path / "audit.jsonl"), "--journal", str(tmp_path / "journal"))
    assert main([*files]) == 0
    assert "1 entries of" in capsys.readouterr().out
    assert main([*files, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["journal"]["forged"] == 1


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(tmp_path / "none.jsonl")]) == 66
    assert "none.jsonl" in capsys.readouterr().err


def test_a_broken_log_is_kept_and_the_next_begins_anew(
    log: AuditFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text(path.read_text().replace('"step":2', '"step":7'))
    before = path.read_bytes()
    assert main(["audit", "verify", "--config", str(tmp_path / "jarvisd.toml")]) == 65
    assert "sudo jarvisctl audit set-aside" in capsys.readouterr().out
    assert main(["audit", "set-aside", "--config", str(tmp_path / "jarvisd.toml")]) == 0
    [kept] = tmp_path.glob("damaged-*/audit.jsonl")
    assert (kept.read_bytes(), path.exists()) == (before, False)
    assert str(kept.parent) in capsys.readouterr().out
    log.open()
    log.append({"event": "step"}, durable=True)
    log.close()
    assert verify(tmp_path, capsys)[0] == 0


def test_a_log_is_set_aside_in_its_own_folder_and_not_where_a_link_leads(log: AuditFile, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match="link"):
        move_aside(tmp_path / "link", datetime.now(timezone.utc))
    now = datetime.now(timezone.utc)
    (tmp_path / f"damaged-{now:%Y%m%dT%H%M%S.%f}Z").symlink_to("/")
    with pytest.raises(FileExistsError):
        move_aside(tmp_path, now)
    assert (tmp_path / "audit.jsonl").exists()


def test_what_root_tells_the_journal_lets_go_of_the_heads_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = tmp_path / "logger"
    logger.write_text(f"#!/bin/sh\ncat > {tmp_path}/told\n")
    logger.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    tell_removed()
    told = dict(line.split("=", 1) for line in (tmp_path / "told").read_text().splitlines())
    entries = [journal_entry(head_text(9, "a" * 64)), json.dumps({**told, "_UID": "0"})]
    assert heads_in(entries).hashes == {}
