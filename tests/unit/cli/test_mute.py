"""What the command line says of a microphone that is muted, and of sound that is missing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from jarvisd.cli.diagnosis import lost_sound
from jarvisd.cli.doctor import unit_findings
from jarvisd.cli.mute import until
from jarvisd.cli.status import _show_unit

NOW = datetime(2026, 11, 29, 23, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (0, ""),
        (int((NOW + timedelta(minutes=20)).timestamp()), " until 23:50"),
        (int((NOW + timedelta(hours=1)).timestamp()), " until 2026-11-30 00:30"),
    ],
)
def test_when_it_ends_is_told(ends: int, said: str) -> None:
    assert until({"MutedUntil": ends}, NOW) == said


@pytest.mark.parametrize(
    ("parts", "ready", "line"),
    [
        ({"microphone": "ready", "stt": "ready"}, True, "audio: ready, idle"),
        ({"microphone": "muted", "stt": "ready"}, False, "audio: well, muted"),
        ({"microphone": "muted", "stt": "loading"}, False, "audio: not ready, muted"),
        ({"microphone": "failed: MicrophoneGone: x", "stt": "ready"}, False, "audio: not ready, idle"),
    ],
)
def test_muted_is_neither_ready_nor_in_need_of_help(
    capsys: pytest.CaptureFixture[str], parts: dict[str, str], ready: bool, line: str
) -> None:
    state = "muted" if "muted" in parts.values() else "idle"
    values: dict[str, Any] = {"Ready": ready, "Parts": parts, "Engines": {}, "State": state, "MutedUntil": 0}
    _show_unit("audio", values)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == line
    assert [row for row in shown if "muted" in row and "try" in row] == []


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, ""),
        ({"chunks": 1000, "overruns": 0, "lost_ms": 0, "late_chunks": 10}, ""),
        ({"chunks": 999, "overruns": 0, "lost_ms": 0, "late_chunks": 10}, "10 of 999 pieces came late"),
        ({"chunks": 999, "overruns": 2, "lost_ms": 1240, "late_chunks": 0}, "lost 2 times, 1.2 s in all"),
    ],
)
def test_missing_sound_is_told_by_status_and_doctor(
    capsys: pytest.CaptureFixture[str], counts: dict[str, int], said: str
) -> None:
    values: dict[str, Any] = {
        "Ready": True,
        "Parts": {"microphone": "ready"},
        "Engines": {},
        "CaptureCounts": counts,
    }
    assert lost_sound(values) == said
    _show_unit("audio", values)
    assert (f"  sound: {said}" in capsys.readouterr().out) == bool(said)
    found = {finding.what: finding for finding in unit_findings("audio", values)}
    assert ("jarvisd-audio sound" in found) == bool(said)
    assert found["jarvisd-audio"].code is None
