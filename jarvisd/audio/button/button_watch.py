"""Waits for the button and carries out what its presses mean. One that is unplugged is taken again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jarvisd.audio.button.press import Press, PressRule
from jarvisd.audio.ports import Button
from jarvisd.core.backoff import Backoff
from jarvisd.core.clock import Clock
from jarvisd.core.timeout import within
from jarvisd.runtime.component import Component
from jarvisd.runtime.parts import Parts

logger = logging.getLogger(__name__)

PART = "button"
RETRY_FIRST_S = 1.0
RETRY_LIMIT_S = 5.0
"""Chosen: a button that is plugged in works by the time a hand has gone from its plug to it."""


class ButtonWatch:
    """``pressed`` is awaited with every press, one after the other."""

    def __init__(
        self,
        button: Button,
        pressed: Callable[[Press], Awaitable[None]],
        *,
        hold_ms: int,
        parts: Parts,
        clock: Clock,
    ) -> None:
        self._pressed = pressed
        self._hold_ms = hold_ms
        self._clock = clock
        self._component = Component(
            PART,
            lambda: button,
            parts,
            open_=lambda opened: opened.open(),
            close=lambda opened: opened.close(),
            backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
        )

    async def run(self) -> None:
        """Watch for ever."""
        await self._component.run(self._watch)

    async def _watch(self, button: Button) -> None:
        # Whatever a button that was pulled out had begun is over.
        rule = PressRule(self._hold_ms)
        while True:
            move, now_us = button.take(), self._clock.monotonic_us()
            press = rule.passed(now_us) if move is None else rule.moved(move, now_us)
            if press is not None:
                logger.info("button press=%s", press.value)
                await self._pressed(press)
            elif move is None:
                await self._wait(button, rule.left_s(now_us))

    async def _wait(self, button: Button, limit_s: float | None) -> None:
        try:
            await within(button.moved(), limit_s)
        except asyncio.TimeoutError:
            return
