"""Nothing is reported to the makers of libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.real
@pytest.mark.parametrize("library", ["onnxruntime", "faster_whisper", "openwakeword", "chromadb", "piper"])
def test_a_library_leaves_nothing_behind_to_be_sent(tmp_path: Path, library: str) -> None:
    """An identifier or a queue of events in the home folder is how it begins."""
    code = f"import os; from jarvisd.runtime.process.telemetry import forbid; forbid(os.environ); import {library}"
    # Some libraries keep quiet where they think that they are being tested.
    watched = {"CI", "GITHUB_ACTIONS", "PYTEST_CURRENT_TEST", "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"}
    environment = {name: value for name, value in os.environ.items() if name not in watched}
    subprocess.run([sys.executable, "-c", code], check=True, env={**environment, "HOME": str(tmp_path)})
    assert list(tmp_path.rglob("*")) == []
