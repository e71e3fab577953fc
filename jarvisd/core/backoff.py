"""Back-off as a pure schedule: how long to pause after the n-th failure in a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """Pauses that double from ``first_s`` up to ``limit_s``; a success starts over."""

    first_s: float = 0.5
    limit_s: float = 30.0
    failures: int = 0

    def failed(self) -> float:
        """Note a failure; returns the pause in seconds before the next try."""
        pause_s = min(self.limit_s, self.first_s * 2.0 ** min(self.failures, 30))
        self.failures += 1
        return pause_s

    def succeeded(self) -> None:
        """Note a success."""
        self.failures = 0
