"""The root mounter as a whole, in a mount namespace of its own (decision 18)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.fakes.mounter import PLANTS

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@pytest.mark.parametrize("plant", PLANTS)
def test_each_workspace_mounts_alone(plant: str) -> None:
    """Neither one that is refused nor what was planted in the views, also in its place, keeps another."""
    command = [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        sys.executable,
        "-m",
        "tests.fakes.mounter",
        plant,
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    views = ("executor",) if told["copied"] else ("executor", "sandbox")
    assert told["states"] == {
        "docs": "copy" if told["copied"] else "mounted",
        "link": "refused",
        "music": "copy" if told["copied"] else "mounted",
    }
    assert set(told["mounted"]) == {f"{view}/{name}" for view in views for name in ("docs", "music")}
