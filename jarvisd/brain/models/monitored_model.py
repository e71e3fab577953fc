"""A language model that is watched while it answers: a call that outlives its deadline starves the watchdog (D1).

A model ends a call at its deadline by itself. This is for the one that does not. What a model thinks aloud ends
here, and the limit of an answer counts the answer alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing

from jarvisd.brain.models.thoughts import ThoughtFilter
from jarvisd.brain.ports import Completion, LanguageModel, Message
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.heartbeat import Heartbeat

GRACE_FACTOR, GRACE_S = 1.5, 5.0
"""How far a call may go beyond its deadline, for winding up."""
DOUBTFUL = frozenset({ErrorCode.TIMEOUT, ErrorCode.LLM_GONE})


class MonitoredModel:
    """What ``choose`` gives, with ``heartbeat`` due while a call runs.

    ``choose`` starts the model that it gives. ``doubt`` hears of failures that may be the model's own.
    """

    def __init__(
        self,
        choose: Callable[[], Awaitable[LanguageModel]],
        heartbeat: Heartbeat,
        doubt: Callable[[JarvisError], None],
    ) -> None:
        self._choose = choose
        self._chosen: LanguageModel | None = None
        self._heartbeat = heartbeat
        self._doubt = doubt

    @property
    def engine(self) -> str:
        """Name of the model."""
        return self._model.engine

    async def start(self) -> None:
        """Choose and start the model."""
        self._chosen = await self._choose()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer; see the port."""
        with self._heartbeat.working(GRACE_FACTOR * completion.deadline_s + GRACE_S):
            try:
                async with aclosing(self._model.stream(completion)) as pieces:  # type: ignore[type-var] # a generator
                    thoughts, left = ThoughtFilter(), completion.max_tokens
                    async for piece in pieces:
                        if not (answer := thoughts.feed(piece)):
                            continue
                        if left == 0:
                            # Servers count thoughts as well, so they are asked for more than an answer takes.
                            return
                        yield answer
                        left -= 1
                    if rest := thoughts.finish():
                        yield rest
            except JarvisError as error:
                if error.code in DOUBTFUL:
                    self._doubt(error)
                raise

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Evaluate a prefix; see the port."""
        await self._model.warm(prefix)

    async def check(self) -> None:
        """Raise why the model does not work."""
        await self._model.check()

    async def close(self) -> None:
        """Release the model."""
        if self._chosen is not None:
            await self._chosen.close()

    @property
    def _model(self) -> LanguageModel:
        if self._chosen is None:
            raise Unavailable("no language model has been started", code=ErrorCode.LLM_GONE)
        return self._chosen
