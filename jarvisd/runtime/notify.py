"""What the service manager is told: ready, status, stopping, reloading, and that work advances."""

from __future__ import annotations

import os
import time

from sdnotify import SystemdNotifier


class Notifier:
    """sd_notify messages; without a service manager they go nowhere."""

    def __init__(self) -> None:
        self._systemd = SystemdNotifier()

    def ready(self) -> None:
        """The unit serves requests."""
        self._systemd.notify("READY=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._systemd.notify(f"STATUS={text}")

    def stopping(self) -> None:
        """The unit shuts down."""
        self._systemd.notify("STOPPING=1")

    def reloading(self) -> None:
        """A new configuration is being read; the time stamp is what newer service managers require."""
        self._systemd.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def watchdog(self) -> None:
        """Work advances."""
        self._systemd.notify("WATCHDOG=1")


def watchdog_interval_s() -> float | None:
    """Half of the watchdog time-out that the service manager set for this process, or ``None``.

    Source: sd_watchdog_enabled(3): WATCHDOG_PID, when set, must be ours.
    """
    usec, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not usec.isdigit() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(usec) / 2e6
