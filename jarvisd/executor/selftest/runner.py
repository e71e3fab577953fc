"""The red-team self-test of the policy in force: at start, on a timer, and on request (requirement D8).

A failure is a failed part, and that part leads to ``refusing``. Nothing overrides it; only a later test that
passes ends it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from jarvisd.core.clock import Clock
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.selftest import loader, trial
from jarvisd.executor.selftest.trial import TrialResult
from jarvisd.lang.pack import AssentRules
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.shared_run import SharedRun
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

PART = "policy"
LANE = "redteam"


class SelfTest:
    """Tries the corpus against ``judge``. ``folders`` hold cases beyond the packaged ones and need not exist."""

    def __init__(
        self,
        judge: Callable[[], Judge],
        folders: Sequence[Path],
        *,
        answers: AssentRules,
        parts: Parts,
        workers: Workers,
        clock: Clock,
    ) -> None:
        self._judge = judge
        self._folders = folders
        self._answers = answers
        self._parts = parts
        self._workers = workers
        self._clock = clock
        self._shared = SharedRun(self._run)

    async def run(self) -> JsonObject:
        """Try every case off the event loop, and tell the outcome as the part ``policy``.

        Calls that come while a run is under way share the next one: it may have read older rules.
        """
        return await self._shared.run()

    async def _run(self) -> JsonObject:
        try:
            outcome = await self._workers.run(LANE, self._try)
        except JarvisError as error:
            self._fail(error.message)
            return {"passed": False, "attacks": 0, "harmless": 0, "failures": [], "error": error.message}
        total = outcome.attacks + outcome.harmless
        if outcome.passed:
            logger.info("self-test passed cases=%d took_ms=%.0f", total, outcome.took_ms)
            self._parts.ready(PART, f"{total} cases")
        else:
            first = outcome.failures[0].case if outcome.failures else None
            where = f", first {first.category}:{first.line}" if first else ""
            self._fail(f"{len(outcome.failures)} of {total} cases failed{where}")
        return outcome.to_json()

    def _try(self) -> TrialResult:
        own = [folder for folder in self._folders if folder.is_dir()]
        cases = loader.load([loader.PACKAGED, *own])
        return trial.run(cases, self._judge(), self._answers, self._clock.monotonic_us)

    def _fail(self, reason: str) -> None:
        logger.error("self-test failed reason=%s", reason)
        self._parts.failed(PART, EngineError(reason, code=ErrorCode.POLICY_BROKEN))
