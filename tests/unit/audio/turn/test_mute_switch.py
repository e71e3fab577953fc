"""The switch of the microphone (decision 28): closed, kept, acknowledged in this order, and open again in time."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.audio.events import MuteChanged
from jarvisd.audio.turn.mute import MUTED, UNMUTED, Mute
from jarvisd.audio.turn.mute_switch import MuteSwitch
from jarvisd.audio.wake.capture import Capture
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from tests.fakes.audio import KeptMuteState, ScriptedMicrophone, silence, spoken
from tests.fakes.clock import LoopTime, ScriptedClock
from tests.unit.audio.conftest import Room

HOUR_S = 3600.0


class Switched:
    """A room with a switch, on a microphone that is opened and closed."""

    def __init__(self, room: Room, kept: Mute | None = None) -> None:
        self.room = room
        self.microphone = ScriptedMicrophone()
        self.store = KeptMuteState(kept)
        self.clock = ScriptedClock()
        self.boot = "one"
        self.loop = LoopTime()
        self.capture = Capture(
            self.microphone,
            on_chunk=room.listener.hear,
            on_works=room.listener.microphone_works,
            on_failed=room.listener.microphone_failed,
            parts=room.parts,
            heartbeat=room.progress.register("microphone", 5, part="microphone"),
            tasks=room.tasks,
            clock=self.clock,
            dead_after_s=30,
        )
        self.switch = MuteSwitch(
            room.listener, self.capture, self.store, room.tasks, self.clock, lambda: self.boot, room._take
        )
        self.told = asyncio.Event()
        room.parts.subscribe(self.told.set)

    async def start(self, *, is_muted: bool = False) -> None:
        await self.switch.restore(is_muted=is_muted)
        self.room.tasks.start("capture", self.capture.run())

    async def until(self, state: str) -> None:
        """The published state of the microphone."""
        while self.room.parts.states()["microphone"] != state:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), 60)

    async def passes(self, seconds: float) -> None:
        """Time goes by, by all clocks."""
        self.clock.advance(seconds)
        await self.loop.advance(seconds)


@pytest.fixture
async def place(room: Room) -> Switched:
    return Switched(room)


async def test_muted_the_device_is_closed_and_that_is_kept_before_it_is_acknowledged(place: Switched) -> None:
    await place.start()
    await place.until("ready")
    await place.switch.mute()
    assert (place.microphone.opened, place.microphone.closed, place.store.kept) == (1, 1, MUTED)
    assert (place.switch.is_muted, place.room.listener.state, place.switch.until_unix_s) == (True, "muted", 0)
    await place.until("muted")
    await place.switch.unmute()
    await place.until("ready")
    assert (place.microphone.opened, place.store.kept) == (2, UNMUTED)
    assert (place.switch.is_muted, place.room.listener.state) == (False, "idle")


@pytest.mark.parametrize(
    ("kept", "configured", "state"),
    [(None, False, "ready"), (None, True, "muted"), (MUTED, False, "muted"), (UNMUTED, True, "ready")],
)
async def test_it_starts_as_it_was_kept_and_at_first_as_configured(
    room: Room, kept: Mute | None, configured: bool, state: str
) -> None:
    place = Switched(room, kept)
    await place.start(is_muted=configured)
    await place.until(state)
    assert place.microphone.opened == (state == "ready")


async def test_a_timed_mute_ends_by_itself(place: Switched) -> None:
    await place.start()
    await place.switch.mute(HOUR_S)
    ends = round(place.clock.now().timestamp() + HOUR_S)
    assert place.switch.until_unix_s == ends
    assert place.room.all(MuteChanged)[-1] == MuteChanged(ends)
    await place.passes(HOUR_S - 1)
    assert place.switch.is_muted
    await place.passes(1)
    await place.until("ready")
    assert (place.switch.is_muted, place.store.kept) == (False, UNMUTED)
    assert place.room.all(MuteChanged)[-1] == MuteChanged(0)


async def test_the_machine_that_slept_over_its_end_hears_again(place: Switched) -> None:
    await place.start()
    await place.switch.mute(HOUR_S)
    place.clock.sleep(HOUR_S)
    place.switch.resume()
    await place.until("ready")
    assert not place.switch.is_muted


@pytest.mark.parametrize(("away_s", "state"), [(600.0, "muted"), (7200.0, "ready")])
async def test_a_timed_mute_holds_over_a_restart_and_ends_meanwhile(room: Room, away_s: float, state: str) -> None:
    before = Switched(room)
    await before.start()
    await before.switch.mute(HOUR_S)
    after = Switched(room, before.store.kept)
    after.clock.advance(away_s)
    after.boot = "two"
    await after.start()
    await after.until(state)
    if state == "muted":
        await after.passes(HOUR_S - away_s)
        await after.until("ready")


async def test_a_later_mute_takes_the_place_of_an_earlier_end(place: Switched) -> None:
    await place.start()
    await place.switch.mute(HOUR_S)
    await place.switch.mute()
    await place.passes(2 * HOUR_S)
    assert (place.switch.is_muted, place.switch.until_unix_s, place.store.kept) == (True, 0, MUTED)
    await place.switch.mute(HOUR_S)
    await place.switch.unmute()
    await place.switch.mute()
    await place.passes(2 * HOUR_S)
    assert place.switch.is_muted


async def test_what_is_no_length_changes_nothing(place: Switched) -> None:
    await place.start()
    with pytest.raises(RequestError):
        await place.switch.mute(-1.0)
    assert (place.switch.is_muted, place.store.kept) == (False, None)


async def test_on_a_full_disk_it_is_muted_and_unmuted_and_says_that_it_will_not_last(place: Switched) -> None:
    await place.start()
    await place.until("ready")
    place.store.failure = EngineError("no space")
    for change, state in ((place.switch.mute, "muted"), (place.switch.unmute, "ready")):
        with pytest.raises(JarvisError) as unkept:
            await change()
        assert unkept.value.code is ErrorCode.NOT_KEPT
        await place.until(state)
    assert place.microphone.opened == 2


async def test_a_request_that_is_being_heard_ends_and_nothing_is_heard_after(place: Switched) -> None:
    await place.start()
    await place.room.hears(silence(1600), spoken("hey jarvis what", 1200))
    assert place.room.listener.state == "listening"
    await place.switch.mute()
    assert place.room.listener.state == "muted"
    with pytest.raises(JarvisError) as muted:
        place.room.listener.listen()
    assert muted.value.code is ErrorCode.MUTED
