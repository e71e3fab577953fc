"""Health of the parts of a unit: which model, device or store is ready, and what does its work."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.states import PartState, PartStatus
from jarvisd.runtime.checks import CheckOutcome, HealthChecks

logger = logging.getLogger(__name__)

STALLED = PartStatus(PartState.FAILED, str(ErrorCode.TIMEOUT), "makes no progress")
UNKNOWN = PartStatus(PartState.FAILED)


class Parts:
    """The parts of one unit. Every change is told to the subscribers once."""

    def __init__(self) -> None:
        self._statuses: dict[str, PartStatus] = {}
        self._engines: dict[str, str] = {}
        self._stalled: frozenset[str] = frozenset()
        self._subscribers: list[Callable[[], None]] = []
        self.checks = HealthChecks()
        """How parts are looked at."""

    def declare(self, name: str) -> None:
        """A part exists and is being loaded."""
        self._set(name, PartStatus(PartState.LOADING))

    def loading(self, name: str, how_far: str) -> None:
        """How far a part has come that is being loaded; one that works is left as it is."""
        if self.state(name) not in (PartState.READY, PartState.DEGRADED):
            self._set(name, PartStatus(PartState.LOADING, reason=how_far))

    def ready(self, name: str, engine: str = "") -> None:
        """The part works; ``engine`` names what does the work."""
        if engine:
            self._engines[name] = engine
        self._set(name, PartStatus(PartState.READY))

    def degraded(self, name: str, error: JarvisError, engine: str = "") -> None:
        """The part works worse than it should; ``engine`` names what does the work."""
        if engine:
            self._engines[name] = engine
        self._set(name, PartStatus(PartState.DEGRADED, str(error.code), error.message))

    def muted(self, name: str) -> None:
        """The part is switched off because somebody wants that: no failure, and not ready either."""
        self._set(name, PartStatus(PartState.MUTED))

    def failed(self, name: str, error: JarvisError) -> None:
        """The part does not work."""
        self._set(name, PartStatus(PartState.FAILED, str(error.code), error.message))

    def stalled(self, names: Collection[str]) -> None:
        """These parts, and no others, make no progress: they count as failed, whatever they said last."""
        if self._stalled == (stalled := frozenset(names)):
            return
        self._stalled = stalled
        for callback in self._subscribers:
            callback()

    def state(self, name: str) -> PartState:
        """State of one part; an unknown part has failed."""
        return self.statuses().get(name, UNKNOWN).state

    def statuses(self) -> dict[str, PartStatus]:
        """Part name to how the part is."""
        return {**self._statuses, **dict.fromkeys(self._stalled, STALLED)}

    def states(self) -> dict[str, str]:
        """Part name to state text, as published on D-Bus: ``"failed: ModelMissing: no such file"``."""
        return {name: str(status) for name, status in self.statuses().items()}

    def engines(self) -> dict[str, str]:
        """Part name to engine name."""
        return dict(self._engines)

    @property
    def is_ready(self) -> bool:
        """Whether every part is ready; a unit that has not told its parts yet is only beginning."""
        if self._stalled or not self._statuses:
            return False
        return all(status.state is PartState.READY for status in self._statuses.values())

    async def check(self) -> Mapping[str, CheckOutcome]:
        """Look at what can be looked at, now; see :class:`~jarvisd.runtime.checks.HealthChecks`."""
        return await self.checks.run()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call back after every change."""
        self._subscribers.append(callback)

    def _set(self, name: str, status: PartStatus) -> None:
        if self._statuses.get(name) == status:
            return
        self._statuses[name] = status
        level = logging.WARNING if status.state in (PartState.DEGRADED, PartState.FAILED) else logging.INFO
        logger.log(level, "part name=%s state=%s reason=%s", name, status.state.value, status.detail or "-")
        for callback in self._subscribers:
            callback()
