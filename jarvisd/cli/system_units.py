"""What commands of root do to the installed units, and what they tell the system journal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from jarvisd.core.audit_chain import EXECUTOR_UNIT, REMOVED
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable

_TIMEOUT_S = 120
"""Chosen: units are up before their models are loaded."""
_REMOVED_ENTRY = f"MESSAGE={REMOVED}\nOBJECT_SYSTEMD_UNIT={EXECUTOR_UNIT}\nSYSLOG_IDENTIFIER=jarvisd\nPRIORITY=5\n"


def run_command(command: Sequence[str], text: str = "") -> str:
    """What ``command`` prints, given ``text``; UNIT_DOWN when it cannot be run or fails."""
    shown = " ".join(command)
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{shown}: {error}") from error
    if done.returncode:
        raise JarvisError(f"{shown}: {done.stderr.strip()}", code=ErrorCode.UNIT_DOWN)
    return done.stdout


@contextmanager
def stopped(units: Sequence[str]) -> Iterator[None]:
    """Those of ``units`` that run are stopped meanwhile and started again, whatever happens."""
    listed = run_command(
        ("systemctl", "list-units", "--no-legend", "--plain", "--state=active,activating,reloading", *units)
    )
    running = [line.split()[0] for line in listed.splitlines() if line.strip()]
    if running:
        run_command(("systemctl", "stop", *running))
    try:
        yield
    finally:
        if running:
            run_command(("systemctl", "start", *running))


def tell_removed() -> None:
    """Tell the system journal, as root, that its heads of the audit log are of a log that is no more."""
    run_command(("logger", "--journald"), _REMOVED_ENTRY)
