"""What a press does, by what goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from jarvisd.audio.button.actions import ButtonActions
from jarvisd.audio.button.press import Press
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable


@dataclass
class Suite:
    """An ear and a switch that note what is asked of them."""

    state: str = "idle"
    has_what_to_stop: bool = False
    failure: JarvisError | None = None
    done: list[str] = field(default_factory=list)

    @property
    def is_muted(self) -> bool:
        return self.state == "muted"

    def listen(self) -> None:
        self._do("listen")

    def cancel(self) -> None:
        self._do("cancel")

    async def mute(self, length_s: float | None = None) -> None:
        assert length_s is None
        self._do("mute")

    async def unmute(self) -> None:
        self._do("unmute")

    def _do(self, what: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.done.append(what)

    async def press(self, press: Press) -> list[str]:
        actions = ButtonActions(
            self,
            self,
            stop=lambda: self.done.append("stop"),
            failed=lambda error: self.done.append(str(error.code)),
        )
        await actions.pressed(press)
        return self.done


@pytest.mark.parametrize(
    ("state", "speaks", "does"),
    [
        ("idle", False, "listen"),
        ("idle", True, "stop"),
        ("muted", True, "stop"),
        ("listening", False, "cancel"),
        ("transcribing", False, "cancel"),
        ("answering", False, "stop"),
    ],
)
async def test_a_short_press_stops_what_goes_on_and_else_talks(state: str, speaks: bool, does: str) -> None:
    assert await Suite(state, has_what_to_stop=speaks).press(Press.SHORT) == [does]


async def test_a_held_one_mutes_and_unmutes() -> None:
    assert await Suite("idle", has_what_to_stop=True).press(Press.HELD) == ["mute"]
    assert await Suite("muted").press(Press.HELD) == ["unmute"]


async def test_why_a_press_came_to_nothing_is_told() -> None:
    muted = Suite("muted", failure=Unavailable("muted", code=ErrorCode.MUTED))
    assert await muted.press(Press.SHORT) == ["Muted"]
    unkept = Suite("idle", failure=EngineError("full", code=ErrorCode.NOT_KEPT))
    assert await unkept.press(Press.HELD) == ["NotKept"]
