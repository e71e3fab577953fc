"""``python -m tests.week.unit UNIT``: a unit whose wall clock is ``JARVISD_AHEAD_S`` ahead of the machine's."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

from jarvisd.core.clock import SystemClock
from jarvisd.runtime.main import main

AHEAD = "JARVISD_AHEAD_S"


class ShiftedClock(SystemClock):
    """The machine's clocks, with another time of day that passes as fast."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """Local time, with the zone's offset at that time."""
        return (super().now() + self._ahead).astimezone()


if __name__ == "__main__":
    code = main(clock=ShiftedClock(timedelta(seconds=float(os.environ.get(AHEAD, "0")))))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
