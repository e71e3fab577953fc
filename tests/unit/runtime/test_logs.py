"""Logs: journal priorities on every line, the turn in every event."""

from __future__ import annotations

import logging

import pytest

from jarvisd.runtime.logs import TURN, logging_to_stderr


def test_lines_carry_priority_unit_and_turn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:2")
    with logging_to_stderr("brain", "info"):
        token = TURN.set("abc")
        logging.getLogger("jarvisd.test").info("state to=%s", "IDLE")
        TURN.reset(token)
        try:
            raise ValueError("why")
        except ValueError:
            logging.getLogger("jarvisd.test").exception("failed")
        logging.getLogger("jarvisd.test").debug("not shown")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "<6>state to=IDLE unit=brain turn=abc at=jarvisd.test"
    assert all(line.startswith("<3>") for line in lines[1:])
    assert any("ValueError: why" in line for line in lines)
    assert not any("not shown" in line for line in lines)
