"""Where engines of a real daemon, and their child processes, find what they were told to do."""

from __future__ import annotations

import os
import threading
from pathlib import Path

FOLDER = "JARVISD_TEST_STALLS"
"""Variable of the environment that names the folder."""
HOLD_S = 0.05


def is_held(name: str) -> bool:
    """Whether ``name`` is to stay at its work; never where nobody could say so."""
    return FOLDER in os.environ and (Path(os.environ[FOLDER]) / f"hold-{name}").exists()


def while_held(name: str) -> None:
    """Return once ``name`` is not held. Blocks."""
    while is_held(name):
        threading.Event().wait(HOLD_S)
