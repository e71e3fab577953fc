"""What the executor knows of other units is what they told last (D4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.core.states import PartState, PartStatus
from jarvisd.executor.adapters.bus_peers import BusHealth
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks


class SlowPeer:
    """A unit whose answer arrives when the test says so."""

    unit = UnitName.TTS

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.tell: Callable[[dict[str, Any]], None] = lambda _: None

    def on_properties(self, handler: Callable[[dict[str, Any]], None]) -> None:
        self.tell = handler

    async def follow(self, handler: object) -> str:
        return ":1.1"

    async def properties(self) -> dict[str, Any]:
        self.asked.set()
        return await self.answer


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_late_answer_never_undoes_what_was_told_meanwhile(is_told: bool) -> None:
    peer, tasks = SlowPeer(), Tasks()
    health = BusHealth(Parts(), [cast(UnitClient, peer)], tasks)
    taken = asyncio.Event()
    await health.start()
    await peer.asked.wait()
    if is_told:
        peer.tell({"Parts": {"speaker": "ready"}})
    health.subscribe(taken.set)
    peer.answer.set_result({"Parts": {"speaker": "loading"}})
    if not is_told:
        await asyncio.wait_for(taken.wait(), 60)
    await tasks.cancel_all()
    assert health.parts()["tts"] == {"speaker": PartStatus(PartState.READY if is_told else PartState.LOADING)}
