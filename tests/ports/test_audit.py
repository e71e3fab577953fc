"""Every audit log is an append-only chain that shows when it was altered (A12)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.core.audit_chain import GENESIS, ChainVerifier
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.ports.audit import AuditLog, AuditRetention
from tests.fakes.auditor import followed, known
from tests.fakes.executor import ScriptedAudit


@pytest.fixture(params=["scripted", pytest.param("file", marks=pytest.mark.real)])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditLog]:
    made: AuditLog = (
        ScriptedAudit() if request.param == "scripted" else AuditFile(tmp_path / "log" / "audit.jsonl")
    )
    made.open()
    yield made
    made.close()


def test_each_record_moves_the_head(log: AuditLog) -> None:
    assert log.head() == (0, GENESIS)
    first = log.append({"event": "a"}, durable=True)
    second = log.append({"event": "a"}, durable=False)
    assert first != second
    assert log.head() == (2, second)
    log.check()


def written(path: Path, count: int = 4) -> list[str]:
    log = AuditFile(path)
    log.open()
    for number in range(count):
        log.append({"event": "step", "number": number}, durable=True)
    log.close()
    return path.read_text().splitlines()


@pytest.mark.real
def test_the_chain_verifies_and_goes_on_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    written(path)
    lines = written(path)
    log = followed(lines)
    assert (log.count, log.problems) == (8, [])
    again = AuditFile(path)
    again.open()
    assert again.head() == (8, log.head)
    again.close()


@pytest.mark.real
@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_altered_record_is_found(tmp_path: Path, line: int) -> None:
    """A12: changing a word of any record breaks the chain there."""
    lines = written(tmp_path / "audit.jsonl")
    lines[line] = lines[line].replace('"step"', '"note"')
    assert [problem.line for problem in followed(lines).problems] == [line + 1]


@pytest.mark.real
def test_a_removed_record_is_found(tmp_path: Path) -> None:
    lines = written(tmp_path / "audit.jsonl")
    del lines[1]
    assert followed(lines).problems


@pytest.mark.real
def test_a_half_written_line_is_closed_at_the_next_start(tmp_path: Path) -> None:
    """A crash in the middle of a write leaves a log that still verifies and says what happened."""
    path = tmp_path / "audit.jsonl"
    written(path)
    with path.open("a") as file:
        file.write('{"event":"st')
    lines = written(path, 1)
    assert json.loads(lines[5])["torn_bytes"] == 12
    assert followed(lines).problems == []
    lines[5] = ""
    assert followed(lines).problems


@pytest.mark.real
def test_a_log_that_cannot_be_written_is_audit_unwritable(tmp_path: Path) -> None:
    """D4."""
    (tmp_path / "audit.jsonl").mkdir()
    log = AuditFile(tmp_path / "audit.jsonl")
    for act in (log.open, log.check, lambda: log.append({"event": "a"}, durable=True)):
        with pytest.raises(Unavailable) as caught:
            act()
        assert caught.value.code is ErrorCode.AUDIT_UNWRITABLE


@pytest.mark.real
def test_a_log_that_comes_back_is_used_again(tmp_path: Path) -> None:
    """D4: safe mode is left by itself when its cause is gone."""
    (tmp_path / "audit.jsonl").mkdir()
    log = AuditFile(tmp_path / "audit.jsonl")
    with pytest.raises(Unavailable):
        log.open()
    (tmp_path / "audit.jsonl").rmdir()
    log.check()
    log.append({"event": "a"}, durable=True)
    log.close()


@pytest.mark.real
def test_a_removed_log_is_noticed(tmp_path: Path) -> None:
    log = AuditFile(tmp_path / "audit.jsonl")
    log.open()
    (tmp_path / "audit.jsonl").unlink()
    with pytest.raises(Unavailable):
        log.check()
    log.close()


@pytest.mark.real
def test_a_large_log_goes_on_in_the_next_file_and_the_oldest_go(tmp_path: Path) -> None:
    """The chain holds across files and reopenings, and the log says which records it no longer has."""
    retention = AuditRetention(rotate_bytes=2000, keep_bytes=7000)
    path = tmp_path / "audit.jsonl"
    for _ in range(4):
        log = AuditFile(path, retention)
        log.open()
        for number in range(30):
            log.append({"event": "step", "number": number, "text": "x" * 40}, durable=False)
        head = log.head()
        log.close()
    files = [*sorted(tmp_path.glob("audit-*.jsonl")), path]
    assert 2 <= len(files) <= 4
    follower = ChainVerifier(known(dict([head])))
    for file in files:
        follower.follow(file.name, file.read_text().splitlines())
    follower.end()
    assert (follower.problems, (follower.count, follower.head)) == ([], head)
    assert follower.removed > 0


@pytest.mark.real
def test_a_crash_between_two_files_keeps_the_chain(tmp_path: Path) -> None:
    lines = written(tmp_path / "audit.jsonl")
    (tmp_path / "audit.jsonl").rename(tmp_path / "audit-000000000004.jsonl")
    lines += written(tmp_path / "audit.jsonl", 1)
    assert followed(lines).problems == []
    assert json.loads(lines[4])["event"] == "continued"


@pytest.mark.real
def test_a_log_that_could_not_be_opened_goes_on_to_say_why(tmp_path: Path) -> None:
    """Not that there is no file descriptor."""
    (tmp_path / "audit.jsonl").mkdir()
    log = AuditFile(tmp_path / "audit.jsonl")
    for act in (log.open, lambda: log.append({"event": "a"}, durable=True)):
        with pytest.raises(Unavailable, match="Is a directory"):
            act()


@pytest.mark.real
def test_old_files_go_by_age(tmp_path: Path) -> None:
    """In time of service: what the wall clock has written on them says nothing."""
    service_s, day_s = 500.0, 86_400
    retention = AuditRetention(rotate_bytes=300, keep_days=30)
    log = AuditFile(tmp_path / "audit.jsonl", retention, lambda: service_s)
    log.open()
    record: JsonObject = {"event": "step", "text": "x" * 300}
    log.append(record, durable=False)
    [first] = tmp_path.glob("audit-*.jsonl")
    os.utime(first, (0, 0))
    service_s += 20 * day_s
    log.append(record, durable=False)
    assert len(list(tmp_path.glob("audit-*.jsonl"))) == 2
    service_s += 20 * day_s
    log.append(record, durable=False)
    log.close()
    assert not first.exists()
    assert len(list(tmp_path.glob("audit-*.jsonl"))) == 2


@pytest.mark.real
def test_a_file_that_does_not_say_when_it_was_closed_does_not_grow_old(tmp_path: Path) -> None:
    written(tmp_path / "audit.jsonl")
    old = tmp_path / "audit-000000000004.jsonl"
    (tmp_path / "audit.jsonl").rename(old)
    os.utime(old, (0, 0))
    lines = written(tmp_path / "audit.jsonl")
    (tmp_path / "audit.jsonl").write_text("\n".join(lines[1:]) + "\n")
    log = AuditFile(tmp_path / "audit.jsonl", AuditRetention(rotate_bytes=300, keep_days=1), lambda: 1e9)
    log.open()
    log.append({"event": "step", "text": "x" * 300}, durable=False)
    log.close()
    assert old.exists()


def test_a_log_follows_its_own_chain_while_it_grows(log: AuditLog) -> None:
    """A12: at the start of the executor."""
    for number in range(3):
        log.append({"event": "step", "number": number}, durable=False)
    found = log.verify()
    assert (found.problems, (found.count, found.head)) == ([], log.head())


@pytest.mark.real
def test_a_log_of_many_files_finds_what_was_altered_in_any(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    log = AuditFile(path, AuditRetention(rotate_bytes=1000, keep_bytes=9000))
    with pytest.raises(Unavailable):
        log.verify()
    log.open()
    for number in range(30):
        log.append({"event": "step", "number": number}, durable=False)
    assert log.verify().problems == []
    for file in (*sorted(tmp_path.glob("audit-*.jsonl")), path):
        before = file.read_bytes()
        file.write_bytes(before.replace(b'"event":"step"', b'"event":"stop"', 1))
        assert [problem.file for problem in log.verify().problems] == [file.name]
        file.write_bytes(before)
    oldest = sorted(tmp_path.glob("audit-*.jsonl"))[0]
    oldest.rename(tmp_path / "elsewhere")
    oldest.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        log.verify()
    log.close()
