"""A part of a unit as it is opened, fails, comes back and is closed; what is told of it all the while."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.component import Component, loaded_in_lane
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

GONE = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
LATE = Unavailable("no answer", code=ErrorCode.SANDBOX_GONE)
WAIT_S = 60


class Device:
    """Opens unless something of ``failures`` is left; a clear ``gate`` holds opening up."""

    engine = "a device"

    def __init__(self, failures: list[JarvisError]) -> None:
        self.failures = failures
        self.problem: JarvisError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.opened = 0
        self.closed = 0

    async def open(self) -> None:
        self.opened += 1
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)

    async def close(self) -> None:
        self.closed += 1

    def load(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


class Place:
    """A device as a part."""

    def __init__(self, *failures: JarvisError, deadline_s: float | None = None, late: JarvisError | None = None):
        self.device = Device(list(failures))
        self.parts = Parts()
        self.told: list[str] = []
        self.heard: list[JarvisError] = []
        self.part: Component[Device] = Component(
            "device",
            lambda: self.device,
            self.parts,
            open_=Device.open,
            close=Device.close,
            problem=lambda device: device.problem,
            deadline_s=deadline_s,
            late=late,
            backoff=Backoff(0.0, 0.0),
            on_failed=self.heard.append,
        )
        self.parts.subscribe(lambda: self.told.append(self.state))

    @property
    def state(self) -> str:
        return self.parts.states()["device"]


async def work(error: JarvisError | None = None) -> str:
    if error is not None:
        raise error
    return "done"


async def test_what_is_opened_is_told_and_can_be_used() -> None:
    place = Place()
    assert place.state == "loading"
    assert place.part.now is None
    with pytest.raises(Unavailable, match="still coming"):
        place.part.require(Unavailable("still coming", code=ErrorCode.LLM_LOADING))
    await place.part.open()
    assert place.part.now is place.part.require() is await place.part.wait() is place.device
    assert (place.told, place.parts.engines()) == (["ready"], {"device": "a device"})


async def test_what_cannot_be_opened_is_told_with_its_reason() -> None:
    place = Place(GONE)
    await place.part.open()
    assert place.told == ["failed: SpeakerGone: unplugged"]
    assert place.part.error is GONE
    assert place.heard == [GONE]
    with pytest.raises(Unavailable, match="unplugged"):
        await place.part.wait()
    with pytest.raises(Unavailable, match="unplugged"):
        place.part.require(LATE)


async def test_it_is_tried_again_until_it_works() -> None:
    place = Place(GONE, GONE)
    await asyncio.wait_for(place.part.run(), WAIT_S)
    assert place.told == ["failed: SpeakerGone: unplugged", "ready"]
    assert (place.device.opened, place.device.closed, place.part.error) == (3, 0, None)


async def test_what_fails_while_it_serves_is_closed_and_opened_again() -> None:
    place, rounds, served = Place(), iter([GONE, None]), asyncio.Event()

    async def serve(device: Device) -> None:
        assert place.state == "ready"
        if (error := next(rounds)) is not None:
            raise error
        served.set()
        await asyncio.Event().wait()

    running = Tasks().start("run", place.part.run(serve))
    await asyncio.wait_for(served.wait(), WAIT_S)
    assert (place.device.opened, place.device.closed) == (2, 1)
    assert place.told == ["ready", "failed: SpeakerGone: unplugged", "ready"]
    running.cancel()
    await asyncio.wait({running})
    assert place.device.closed == 2
    assert place.part.now is None


async def test_what_was_not_open_is_closed_as_well() -> None:
    place = Place(GONE)
    place.device.gate.clear()
    running = Tasks().start("run", place.part.run(lambda device: asyncio.sleep(0)))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running})
    assert (place.device.opened, place.device.closed) == (1, 1)


async def test_who_needs_it_tries_again_only_what_has_failed() -> None:
    place = Place(GONE, GONE)
    await place.part.need()
    assert place.device.opened == 0
    await place.part.open()
    with pytest.raises(Unavailable, match="unplugged"):
        await place.part.need()
    await place.part.need()
    assert (place.device.opened, place.state) == (3, "ready")


async def test_every_use_tells_how_it_is() -> None:
    place = Place()
    await place.part.open()
    with pytest.raises(Unavailable, match="unplugged"):
        await place.part.use(work(GONE))
    assert place.part.now is None
    assert await place.part.use(work()) == "done"
    assert place.told == ["ready", "failed: SpeakerGone: unplugged", "ready"]


@pytest.mark.parametrize(
    ("late", "state"),
    [(None, "failed: Timeout: the device took longer than 0 s"), (LATE, "failed: SandboxGone: no answer")],
)
async def test_what_takes_too_long_has_failed(late: JarvisError | None, state: str) -> None:
    place = Place(deadline_s=0.0, late=late)
    place.device.gate.clear()
    await place.part.open()
    assert place.state == state


async def test_an_open_engine_may_have_a_problem() -> None:
    place = Place()
    place.device.problem = GONE
    await place.part.open()
    assert place.told == ["degraded: SpeakerGone: unplugged"]
    assert place.part.require() is place.device
    assert place.parts.engines() == {"device": "a device"}


@pytest.mark.parametrize(
    ("error", "state", "is_usable"),
    [
        (None, "ready", True),
        (EngineError("slow", code=ErrorCode.TIMEOUT), "degraded: Timeout: slow", True),
        (GONE, "failed: SpeakerGone: unplugged", False),
    ],
)
async def test_slowness_alone_is_no_failure(error: JarvisError | None, state: str, is_usable: bool) -> None:
    place = Place()
    await place.part.open()
    place.part.report(error)
    assert (place.state, place.part.now is not None) == (state, is_usable)


async def test_a_model_is_loaded_in_its_lane() -> None:
    workers, parts, made = Workers(), Parts(), Device([])
    part: Component[Device] = loaded_in_lane("model", lambda: made, workers, parts)
    await asyncio.wait_for(part.run(), WAIT_S)
    workers.close()
    assert part.now is made
    assert parts.engines() == {"model": "a device"}
