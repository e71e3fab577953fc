"""Keeps the service level true: watches parts, the machine and the sandbox, and says when the level changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.states import PartState
from jarvisd.core.timeout import within
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.health import service_level
from jarvisd.executor.health.resources import Resources
from jarvisd.executor.health.service_level import LevelHysteresis, LevelStatus
from jarvisd.executor.ports.consent import QuestionSpeaker
from jarvisd.executor.ports.health import UnitHealth
from jarvisd.executor.ports.sandbox import Sandbox
from jarvisd.lang.question_sentences import QuestionSentences
from jarvisd.runtime.checks import HealthChecks
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts

logger = logging.getLogger(__name__)

_SILENT_SANDBOX = Unavailable("the sandbox does not answer", code=ErrorCode.SANDBOX_GONE)

TICK_S = 1.0
"""Chosen: a unit that goes is noticed at once all the same, by its signals."""
CHECK_DEADLINE_S = 5.0
"""D3."""
CHAIN_PART = "audit-chain"
VERIFY_AGAIN_S = 5.0
"""How long to wait for a log that cannot be read yet."""
OPEN_DEADLINE_S = 60.0
"""Starting the sandbox for the first time may include reading its image."""


def sandbox_part(sandbox: Sandbox, parts: Parts) -> Component[Sandbox]:
    """The sandbox as a part: it is started, and closed with everything that runs in it."""
    return Component(
        "sandbox",
        lambda: sandbox,
        parts,
        open_=lambda engine: engine.start(),
        close=lambda engine: engine.close(),
        deadline_s=OPEN_DEADLINE_S,
        late=_SILENT_SANDBOX,
    )


class HealthMonitor:
    """Two loops: :meth:`tick` follows every change at once, :meth:`look` asks what does not tell by itself.

    ``on_change`` hears of every new standing.
    """

    def __init__(
        self,
        *,
        health: UnitHealth,
        parts: Parts,
        sandbox: Sandbox,
        sandbox_part: Component[Sandbox],
        trail: AuditWriter,
        speech: QuestionSpeaker,
        sentences: QuestionSentences,
        clock: Clock,
        resources: Resources,
        on_change: Callable[[LevelStatus], None],
    ) -> None:
        self._health = health
        self._parts = parts
        self._sandbox = sandbox
        self._sandbox_part = sandbox_part
        self._trail = trail
        self._speech = speech
        self._sentences = sentences
        self._clock = clock
        self._resources = resources
        self._on_change = on_change
        self._keeper = LevelHysteresis()
        self._woken = asyncio.Event()
        health.subscribe(self._woken.set)

    @property
    def level_status(self) -> LevelStatus:
        """The service level and why."""
        return self._keeper.level_status

    async def tick(self) -> None:
        """Wait for a change or a second, and tell what changed."""
        with suppress(asyncio.TimeoutError):
            await within(self._woken.wait(), TICK_S)
        self._woken.clear()
        await self.update()

    async def look(self) -> None:
        """Check what only the executor can see, side by side; what does not answer in time is told as such."""
        await asyncio.gather(self._resources.look(), self._look_at_trail(), self._look_at_sandbox())

    def offer_checks(self, checks: HealthChecks) -> None:
        """What people may have looked at."""
        checks.add("sandbox", self._check_sandbox)
        checks.add("disk", self._resources.check_disk)
        checks.add("audit", self._trail.check)

    async def verify_chain(self) -> None:
        """Follow the audit log's chain once, as soon as there is a log; its state is told as a part.

        A log that was altered stays so: only with another one does the executor change things again.
        """
        while True:
            try:
                count = await self._trail.verify()
            except JarvisError as error:
                if error.code is not ErrorCode.AUDIT_UNWRITABLE:
                    self._parts.failed(CHAIN_PART, error)
                    return
                await asyncio.sleep(VERIFY_AGAIN_S)
            else:
                self._parts.ready(CHAIN_PART, f"{count} records")
                return

    async def update(self) -> None:
        """Assess the parts and tell of a new standing; safe mode and refusing are spoken once (D4, D8)."""
        before = self.level_status.level
        if not self._keeper.update(service_level.assess(self._health.parts()), self._clock.monotonic_us()):
            return
        level_status = self.level_status
        logger.info(
            "service level=%s reasons=%s", level_status.level.value, "; ".join(level_status.reasons) or "-"
        )
        self._on_change(level_status)
        notice = self._sentences.level_notice(level_status.level)
        if level_status.level is not before and notice:
            try:
                await self._speech.say(notice, "")
            except JarvisError as error:
                logger.info("notice not spoken level=%s code=%s", level_status.level.value, error.code)

    async def _check_sandbox(self) -> None:
        self._sandbox_part.require()
        await self._sandbox_part.use(self._sandbox.check())

    async def _look_at_trail(self) -> None:
        try:
            await self._trail.check()
        except JarvisError as error:
            logger.warning("effects are not possible code=%s", error.code)

    async def _look_at_sandbox(self) -> None:
        part = self._sandbox_part
        if self._parts.state(part.part) is PartState.LOADING:
            return
        try:
            await part.within(part.use(self._sandbox.check()), CHECK_DEADLINE_S)
        except JarvisError as error:
            if error is not _SILENT_SANDBOX:
                # It may have come (back) since: the whole opening is tried again.
                await part.open()
