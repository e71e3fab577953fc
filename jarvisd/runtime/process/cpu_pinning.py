"""The cores and the urgency of the threads and children of one unit (B5, decision 19).

The service manager gives a unit the union of its parts' cores; each thread keeps to its part's share of them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping
from types import MappingProxyType

from jarvisd.config.schema import Cores
from jarvisd.systemd.affinity import Placement, parse_cores, placement, unit_cores

logger = logging.getLogger(__name__)

LANES: Mapping[str, str] = {
    "microphone": "capture",
    "vad": "capture",
    "wake": "wake",
    "stt": "stt",
    "hear": "stt",
    "turn": "wake",
    "synthesis": "synthesis",
}
"""Lane of blocking work to the part of the plan that it belongs to; the others may use all cores of the unit."""


NICE: Mapping[str, int] = MappingProxyType({"microphone": -10, "wake": -5, "audio loop": -5})
"""Lane, or loop of a unit, to what is added to its nice value: on a machine that others keep busy, sound is taken
first, and looked at next. Chosen: by the scheduler's weights -10 has nine times the share of 0, and -5 three."""


class Pinning:
    """Shares of the cores ``own`` of this process by ``plan``; without a plan nothing is pinned."""

    def __init__(self, own: Collection[int], plan: Placement | None, unit: str = "") -> None:
        self._own = tuple(sorted(own))
        self._plan = plan
        self._unit = unit
        self._nice = os.getpriority(os.PRIO_PROCESS, 0)

    def share(self, part: str) -> tuple[int, ...]:
        """Cores of ``part`` among those of the process; all of them when the plan gives it none here."""
        wanted: tuple[int, ...] = getattr(self._plan, part) if self._plan is not None and part else self._own
        return tuple(core for core in wanted if core in self._own) or self._own

    def lane(self, name: str) -> tuple[int, ...]:
        """Cores of a lane of blocking work."""
        return self.share(LANES.get(name, ""))

    def settle_lane(self, name: str) -> None:
        """Keep the calling thread, which works in a lane, to its cores and its urgency."""
        self.keep_to(self.lane(name))
        self._hurry(NICE.get(name, 0))

    def settle_loop(self) -> None:
        """The same for the thread of the event loop."""
        self.keep_to(self.share("loop"))
        self._hurry(NICE.get(f"{self._unit} loop", 0))

    def _hurry(self, more: int) -> None:
        try:
            # Of the calling thread alone, on Linux; the least that it may have is for the service manager to say.
            os.setpriority(os.PRIO_PROCESS, 0, self._nice + more)
        except OSError as error:
            logger.debug("not hurried error=%s", error.strerror)

    def keep_to(self, cores: Collection[int]) -> None:
        """Keep the calling thread, and what it starts from now on, to ``cores``."""
        if self._plan is None:
            return
        try:
            os.sched_setaffinity(0, cores)
        except OSError as error:
            # Units whose walls forbid it have one kind of work, and the cores that the service manager gave them.
            logger.debug("not pinned error=%s", error.strerror)


def pinning_of_machine(unit: str, cores: Cores) -> Pinning:
    """The shares of ``unit`` on this machine, by a plan for all of its cores or by the administrator's choice."""
    allowed = os.sched_getaffinity(0)
    if not cores.pin:
        return Pinning(allowed, None, unit)
    plan = placement(range(os.cpu_count() or 1))
    chosen: str = getattr(cores, unit)
    wanted = parse_cores(chosen) if chosen else unit_cores(plan)[unit]
    return Pinning(allowed & set(wanted) or allowed, plan, unit)
