"""How much of the processor this unit has used, with what works for it in a process of its own."""

from __future__ import annotations

import threading
import time

_LOCK = threading.Lock()
_elsewhere_s = 0.0


def processor_s() -> float:
    """Seconds of this process, all threads, and of work that was noted. Only differences mean anything."""
    return time.process_time() + _elsewhere_s


def worked_elsewhere(seconds: float) -> None:
    """Another process has used so much for this one, and says so with the result."""
    global _elsewhere_s
    with _LOCK:
        _elsewhere_s += seconds
