"""Logs: fields in the journal, priorities on lines that go there by standard error, the turn in every event."""

from __future__ import annotations

import array
import logging
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.runtime.logging import journal
from jarvisd.runtime.logging.logs import TURN, logging_to_stderr

logger = logging.getLogger("jarvisd.test")


def test_lines_carry_priority_unit_and_turn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where standard error goes to a journal whose socket cannot be reached."""
    monkeypatch.setenv("JOURNAL_STREAM", "1:2")
    with logging_to_stderr("brain", "info"):
        token = TURN.set("abc")
        logger.info("state to=%s", "IDLE")
        TURN.reset(token)
        try:
            raise ValueError("why")
        except ValueError:
            logger.exception("failed")
        logger.debug("not shown")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "<6>state to=IDLE unit=brain turn=abc at=jarvisd.test"
    assert all(line.startswith("<3>") for line in lines[1:])
    assert any("ValueError: why" in line for line in lines)
    assert not any("not shown" in line for line in lines)


def test_elsewhere_lines_are_plain(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    with logging_to_stderr("tts", "info"):
        logger.warning("something odd")
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING something odd unit=tts turn=- at=jarvisd.test")


class Journal:
    """The journal's end of its socket, reading as the protocol's description says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(60)

    def entry(self) -> dict[str, str]:
        """The next entry."""
        data, ancillary, _, _ = self.socket.recvmsg(1 << 20, socket.CMSG_SPACE(4))
        for _, kind, value in ancillary:
            assert kind == socket.SCM_RIGHTS
            [descriptor] = array.array("i", value)
            with os.fdopen(descriptor, "rb") as file:
                file.seek(0)
                data = file.read()
        return parsed(data)


def parsed(data: bytes) -> dict[str, str]:
    fields = {}
    while data:
        head, _, data = data.partition(b"\n")
        name, equals, value = head.partition(b"=")
        if not equals:
            (length,) = struct.unpack_from("<Q", data)
            value, data = data[8 : 8 + length], data[8 + length :]
            assert data[:1] == b"\n"
            data = data[1:]
        fields[name.decode()] = value.decode()
    return fields


@pytest.fixture
def journald(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """A journal that standard error goes to."""
    found = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
    made = Journal(tmp_path / "journal")
    yield made
    made.socket.close()


def test_an_event_is_one_entry_with_fields(journald: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    error = EngineError("it broke", code=ErrorCode.TOOL_FAILED)
    with logging_to_stderr("executor", "info", journald.path):
        TURN.set("t7")
        logger.warning("step failed code=%s detail=%s", error.code, "two\nlines")
        TURN.set("-")
        logger.info("plain")
    first, second = journald.entry(), journald.entry()
    assert {key: first[key] for key in ("MESSAGE", "PRIORITY", "UNIT", "TURN", "CODE", "SYSLOG_IDENTIFIER")} == {
        "MESSAGE": "step failed code=ToolFailed detail=two lines",
        "PRIORITY": "4",
        "UNIT": "executor",
        "TURN": "t7",
        "CODE": "ToolFailed",
        "SYSLOG_IDENTIFIER": "jarvisd-executor",
    }
    assert first["CODE_FUNC"] == "test_an_event_is_one_entry_with_fields"
    assert (second["MESSAGE"], second["PRIORITY"]) == ("plain", "6")
    assert not {"TURN", "CODE", "TRACEBACK"} & set(second)
    assert capsys.readouterr().err == ""


def test_a_failure_brings_its_code_and_stack_along(journald: Journal) -> None:
    with logging_to_stderr("tts", "info", journald.path):
        try:
            raise EngineError("no sound", code=ErrorCode.SPEAKER_GONE)
        except EngineError:
            logger.exception("loop failed")
    entry = journald.entry()
    assert (entry["MESSAGE"], entry["PRIORITY"], entry["CODE"]) == ("loop failed", "3", "SpeakerGone")
    assert entry["TRACEBACK"].splitlines()[0] == "Traceback (most recent call last):"
    assert entry["TRACEBACK"].endswith("no sound")


def test_an_entry_that_is_too_long_for_a_datagram_goes_as_a_file(journald: Journal) -> None:
    text = "x" * 1_000_000
    with logging_to_stderr("tts", "info", journald.path):
        logger.info(text)
    assert journald.entry()["MESSAGE"] == text


def test_a_forged_field_stays_inside_its_value() -> None:
    """Whatever a message holds, it adds no field of its own."""
    nasty = "a\nPRIORITY=0\nTURN=other\ud800"
    assert parsed(journal.encode({"MESSAGE": nasty, "UNIT": "tts"})) == {
        "MESSAGE": "a\nPRIORITY=0\nTURN=other\\ud800",
        "UNIT": "tts",
    }


def test_without_the_journal_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:2")
    with logging_to_stderr("tts", "info", tmp_path / "none", reads=lambda descriptor: True):
        logger.info("still here")
    assert capsys.readouterr().err.startswith("<6>still here unit=tts")
