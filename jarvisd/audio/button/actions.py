"""What the presses of the button do: talk, stop, mute and unmute (decision 28: a hand may, speech may not)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from jarvisd.audio.button.press import Press
from jarvisd.core.errors import JarvisError


class PressedEar(Protocol):
    """The listener, as far as the button steers it."""

    @property
    def state(self) -> str:
        """The published state."""
        ...

    @property
    def has_what_to_stop(self) -> bool:
        """Whether the suite speaks or works on a request."""
        ...

    def listen(self) -> None:
        """Begin a turn; raises why it cannot."""
        ...

    def cancel(self) -> None:
        """End what is being heard."""
        ...


class PressedSwitch(Protocol):
    """The switch of the microphone."""

    @property
    def is_muted(self) -> bool:
        """Whether it is closed on request."""
        ...

    async def mute(self, length_s: float | None = None) -> None:
        """Close it; raises when that is not kept, or takes too long."""
        ...

    async def unmute(self) -> None:
        """Open it; raises when that is not kept."""
        ...


class ButtonActions:
    """``stop`` tells that what goes on shall end, ``failed`` why a press came to nothing."""

    def __init__(
        self,
        ear: PressedEar,
        switch: PressedSwitch,
        *,
        stop: Callable[[], None],
        failed: Callable[[JarvisError], None],
    ) -> None:
        self._ear = ear
        self._switch = switch
        self._stop = stop
        self._failed = failed

    async def pressed(self, press: Press) -> None:
        """Carry out a press, or tell why that cannot be."""
        try:
            await (self._held() if press is Press.HELD else self._short())
        except JarvisError as error:
            self._failed(error)

    async def _held(self) -> None:
        await (self._switch.unmute() if self._switch.is_muted else self._switch.mute())

    async def _short(self) -> None:
        if self._ear.has_what_to_stop or self._ear.state == "answering":
            self._stop()
        elif self._ear.state in ("listening", "transcribing"):
            self._ear.cancel()
        else:
            self._ear.listen()
