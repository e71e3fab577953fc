"""What the service manager is told: ready, status, stopping, reloading, and that work advances."""

from __future__ import annotations

import os
import time

from sdnotify import SystemdNotifier


class Notifier:
    """sd_notify messages; without a service manager they go nowhere."""

    def __init__(self) -> None:
        # The library leaves a socket open when there is nothing to connect it to.
        self._systemd = SystemdNotifier() if os.environ.get("NOTIFY_SOCKET") else None
        if self._systemd is not None and self._systemd.socket is not None:
            # A service manager that takes no messages must not stop the unit.
            self._systemd.socket.setblocking(False)

    def ready(self) -> None:
        """The unit serves requests."""
        self._tell("READY=1")

    def status(self, text: str) -> None:
        """One line for ``systemctl status``."""
        self._tell(f"STATUS={' '.join(text.split())}")

    def stopping(self) -> None:
        """The unit shuts down."""
        self._tell("STOPPING=1")

    def reloading(self) -> None:
        """A new configuration is being read; the time stamp is what newer service managers require."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def watchdog(self) -> None:
        """Work advances."""
        self._tell("WATCHDOG=1")

    def close(self) -> None:
        """Send no more."""
        if self._systemd is not None and self._systemd.socket is not None:
            self._systemd.socket.close()

    def _tell(self, text: str) -> None:
        if self._systemd is not None:
            # The library encodes as Latin-1; this way the bytes are those of UTF-8.
            self._systemd.notify(text.encode().decode("latin-1"))


def watchdog_interval_s() -> float | None:
    """Half of the watchdog time-out that the service manager set for this process, or ``None``.

    Source: sd_watchdog_enabled(3): WATCHDOG_PID, when set, must be ours.
    """
    usec, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not usec.isdigit() or int(usec) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(usec) / 2e6
