"""What speaks for the end of a request: how it sounded, to the turn model, and its words. Off the event loop.

Without a model, or with one that is broken, nothing does, and the patient rule ends requests; its part says why.
"""

from __future__ import annotations

from jarvisd.audio.ports import TurnDetector
from jarvisd.core.errors import JarvisError
from jarvisd.lang.intent import Wholeness, WholenessRules
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import Heartbeat
from jarvisd.runtime.workers import Workers

LANE = "turn"
LIMIT_S = 10.0
"""Chosen: an answer takes 0.05 to 0.2 s (measured on 2 cores), and the sentences a second to load."""


class TurnJudge:
    """Asked in a pause; ``detector`` is ``None`` where none is configured. Its lane is that of the part "turn"."""

    def __init__(
        self,
        detector: Component[TurnDetector] | None,
        wholeness: WholenessRules,
        workers: Workers,
        heartbeat: Heartbeat,
    ) -> None:
        self._detector = detector
        self._wholeness = wholeness
        self._workers = workers
        self._heartbeat = heartbeat

    async def likelihood(self, pcm: bytes) -> float | None:
        """How sure the model is that nothing more is said after ``pcm``; ``None`` where none works."""
        component = self._detector
        detector = component.now if component is not None else None
        if component is None or detector is None:
            return None
        try:
            with self._heartbeat.working(LIMIT_S):
                answer = await self._workers.run(LANE, detector.finished, pcm)
        except JarvisError as error:
            # It is asked again in the next pause: what broke on one sound may not break on another.
            component.doubt(error)
            return None
        component.works()
        return answer

    async def wholeness(self, text: str) -> Wholeness | None:
        """What the words tell; ``None`` where no model is, as they alone end nothing."""
        if self._detector is None or self._detector.now is None:
            return None
        with self._heartbeat.working(LIMIT_S):
            return await self._workers.run(LANE, self._wholeness.wholeness, text)
