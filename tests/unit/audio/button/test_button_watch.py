"""The loop around the button: presses by time alone, and a plug that is pulled out and put in again."""

from __future__ import annotations

import asyncio
from collections import deque

from jarvisd.audio.button.button_watch import ButtonWatch
from jarvisd.audio.button.press import KeyMove, Press
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from tests.fakes.clock import LoopTime

GONE = Unavailable("unplugged", code=ErrorCode.BUTTON_GONE)


class LoopClock:
    """The time of the loop as a clock."""

    def monotonic_us(self) -> int:
        return round(asyncio.get_running_loop().time() * 1e6)

    boot_us = monotonic_us

    def now(self) -> None:
        raise NotImplementedError


class ScriptedButton:
    """Gives the moves that a test makes; ``failure`` is raised while set."""

    engine = "scripted button"

    def __init__(self) -> None:
        self.failure: JarvisError | None = None
        self.opened = self.closed = 0
        self._moves: deque[KeyMove] = deque()
        self._news = asyncio.Event()

    def move(self, *, is_down: bool) -> None:
        self._moves.append(KeyMove(is_down, LoopClock().monotonic_us()))
        self._news.set()

    def unplug(self) -> None:
        self.failure = GONE
        self._news.set()

    async def open(self) -> None:
        if self.failure is not None:
            raise self.failure
        self.opened += 1

    async def close(self) -> None:
        self.closed += 1

    async def moved(self) -> None:
        await self._news.wait()
        self._news.clear()

    def take(self) -> KeyMove | None:
        if self.failure is not None:
            raise self.failure
        return self._moves.popleft() if self._moves else None


async def test_a_button_is_pressed_held_pulled_out_and_put_in() -> None:
    button, parts, tasks, time = ScriptedButton(), Parts(), Tasks(), LoopTime()
    pressed: list[Press] = []

    async def take(press: Press) -> None:
        pressed.append(press)

    watch = ButtonWatch(button, take, hold_ms=800, parts=parts, clock=LoopClock())  # type: ignore[arg-type] # no wall
    tasks.loop("button", watch.run)
    await time.advance(0)
    assert parts.states() == {"button": "ready"}
    button.move(is_down=True)
    await time.advance(0.3)
    button.move(is_down=False)
    await time.advance(5)
    assert pressed == [Press.SHORT]

    button.move(is_down=True)
    await time.advance(0)
    await time.advance(0.9)
    assert pressed == [Press.SHORT, Press.HELD]
    button.move(is_down=False)
    button.move(is_down=True)
    await time.advance(0)
    button.unplug()
    await time.advance(0)
    assert parts.states() == {"button": "failed: ButtonGone: unplugged"}
    button.failure = None
    await time.advance(5)
    assert (parts.states(), button.opened, button.closed) == ({"button": "ready"}, 2, 1)
    # What was down when it was pulled out is no press.
    await time.advance(5)
    assert pressed == [Press.SHORT, Press.HELD]
    await tasks.cancel_all()
