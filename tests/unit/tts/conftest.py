"""Limits of the voice for tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def patient_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scripted device that takes nothing more until a test goes on is not stuck, however busy the machine is."""
    monkeypatch.setattr("jarvisd.tts.playback.BLOCK_S", 600.0)
