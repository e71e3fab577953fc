"""A call waits until it is known whose it is; then the limits of its user decide."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.bus.wire.admission import Admission, AdmissionControl
from jarvisd.bus.wire.framing import Frame
from jarvisd.bus.wire.rate_limit import USER_SHARE, Rate
from jarvisd.core.errors import Unavailable

BURST = 3
LEFT = -2


class Bus:
    """Knows whose each connection is, and tells when it is told to."""

    def __init__(self, **users: int) -> None:
        self.users = users
        self.may_tell = asyncio.Event()
        self.admission = AdmissionControl(Rate(calls_per_s=0.001, burst=BURST), self.uid_of)
        self.served: list[Frame] = []
        self.refused: list[Frame] = []

    async def uid_of(self, name: str) -> int:
        await self.may_tell.wait()
        if self.users[name] == LEFT:
            raise Unavailable("no such name")
        return self.users[name]

    def arrives(self, sender: str, fds: tuple[int, ...] = ()) -> Frame:
        frame = Frame(bytes([ord("l"), 1, *bytes(14)]), list(fds), sender)
        self.again(frame)
        return frame

    def again(self, frame: Frame) -> None:
        verdict = self.admission.judge(frame, self.again)
        if verdict is not Admission.WAIT:
            (self.served if verdict is Admission.SERVE else self.refused).append(frame)

    async def tells(self) -> None:
        self.may_tell.set()
        await asyncio.gather(*self.admission._asking.values())


async def test_calls_wait_until_their_user_is_known_and_keep_their_order() -> None:
    bus = Bus(a=1000)
    calls = [bus.arrives("a") for _ in range(BURST)]
    assert (bus.served, bus.refused) == ([], [])
    await bus.tells()
    assert bus.served == calls
    bus.arrives("a")
    assert len(bus.refused) == 1


async def test_no_more_wait_than_may_be_served_at_once() -> None:
    bus = Bus(a=1000)
    for _ in range(BURST + 5):
        bus.arrives("a")
    assert (len(bus.served), len(bus.refused)) == (0, 5)
    await bus.tells()
    assert (len(bus.served), len(bus.refused)) == (BURST, 5)


async def test_all_connections_of_a_user_share() -> None:
    names = [f"c{number}" for number in range(10)]
    bus = Bus(**dict.fromkeys(names, 1000))
    for name in names:
        for _ in range(BURST):
            bus.arrives(name)
    await bus.tells()
    assert len(bus.served) == USER_SHARE * BURST


async def test_whoever_has_left_is_served_and_shares_with_all_who_have() -> None:
    """``dbus-send`` does not wait for an answer."""
    names = [f"c{number}" for number in range(10)]
    bus = Bus(**dict.fromkeys(names, LEFT))
    for name in names:
        for _ in range(BURST):
            bus.arrives(name)
    await bus.tells()
    assert len(bus.served) == USER_SHARE * BURST
    assert len(bus.admission.limiter) == 0, "and nobody is remembered"


async def test_the_administrator_is_never_held_up() -> None:
    bus = Bus(root=0)
    bus.arrives("root")
    await bus.tells()
    for _ in range(100):
        bus.arrives("root")
    assert (len(bus.served), len(bus.refused)) == (101, 0)


async def test_who_leaves_while_being_asked_after_is_not_remembered() -> None:
    bus = Bus(a=1000)
    bus.arrives("a")
    bus.admission.forget("a")
    await bus.tells()
    assert (len(bus.served), bus.admission.limiter.knows("a")) == (1, False)


async def test_what_waited_on_a_bus_that_is_gone_is_given_back() -> None:
    bus = Bus(a=1000)
    bus.arrives("a", (5, 6))
    bus.arrives("a", (7,))
    assert bus.admission.forget_all() == [5, 6, 7]
    await bus.tells()
    assert (bus.served, bus.refused, len(bus.admission.limiter)) == ([], [], 0)


async def test_without_a_rate_nobody_waits() -> None:
    bus = Bus()
    bus.admission = AdmissionControl(Rate(), bus.uid_of)
    bus.arrives("a")
    assert len(bus.served) == 1


async def test_whoever_left_is_not_remembered_as_one_who_leaves_again() -> None:
    """A name may be given again: what its first owner did is none of the second's."""
    bus = Bus(a=1000)
    bus.arrives("a")
    bus.admission.forget("a")
    await bus.tells()
    assert not bus.admission.limiter.knows("a")
    bus.arrives("a")
    await bus.tells()
    assert bus.admission.limiter.knows("a")


async def test_with_the_bus_goes_who_was_about_to_leave_it() -> None:
    bus = Bus(a=1000)
    bus.arrives("a")
    bus.admission.forget("a")
    bus.admission.forget_all()
    bus.arrives("a")
    await bus.tells()
    assert bus.admission.limiter.knows("a")


@pytest.mark.parametrize("uid", [1, 2, 65_534])
async def test_every_number_but_none_is_a_user(uid: int) -> None:
    bus = Bus(a=uid)
    bus.arrives("a")
    await bus.tells()
    assert bus.admission.limiter.knows("a")
