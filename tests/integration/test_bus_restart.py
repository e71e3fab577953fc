"""The message bus is killed and comes back: so does everybody on it, without a restart of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from demo.suite import Suite
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.cli.client import linked
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from tests.fakes.stranger import OpenSuite, connect, uids
from tests.integration.conftest import SCRIPTED, WAIT_S, Home
from tests.integration.test_wire import Toy, leave, served

NAME = UnitName.AUDIO.bus_name


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Suite]:
    """Four daemons for one test."""
    with Suite(tmp_path, tmp_path / "models", SCRIPTED) as running:
        yield running


def kill_bus(suite: Suite) -> None:
    suite.process("bus").kill()
    suite.process("bus").wait(WAIT_S)


def pids(suite: Suite) -> list[int]:
    return [suite.process(unit.value).pid for unit in UnitName]


async def is_full(home: Home) -> bool:
    properties = await home.link.properties(home.link.executor)
    return properties is not None and properties["ServiceLevel"] == "full"


async def record(home: Home, turn_id: str) -> str:
    """The record of a turn, empty while there is none."""
    with suppress(RequestError):
        [report] = await home.link.brain.call("Report", "s", [turn_id])
        return str(report)
    return ""


async def test_the_same_processes_serve_again(own: Suite) -> None:
    """Twice, so that the way back leads back to where it began."""
    for _ in range(3):
        async with linked(own.address) as link:
            home = Home(own, link)
            await home.open()
            before = pids(own)
            report = await home.report(await home.ask("what time is it"))
            assert report["outcome"] == "done"
            spoken = await home.report(await home.request("what time is it"))
            assert spoken["outcome"] == "done"
            # It rises when every part has been well for a while.
            await own.until(partial(is_full, home), "the full level", WAIT_S)
        kill_bus(own)
        own.start_bus()
        assert pids(own) == before
        own.require_alive()


async def test_a_turn_in_flight_ends_and_its_question_dies(own: Suite) -> None:
    """On the next bus the name of whoever asked is somebody else's, so no answer counts any more."""
    async with linked(own.address) as link:
        home = Home(own, link)
        await home.open()
        file = home.workspace("tmp") / "old.tmp"
        file.write_text("x")
        os.utime(file, (1, 1))
        turn_id = await home.ask("delete the old temporary files")
        request_id = (await home.event("ConfirmRequested"))[2]
    kill_bus(own)
    own.start_bus()
    async with linked(own.address) as link:
        home = Home(own, link)
        await home.open()
        with pytest.raises(JarvisError) as gone:
            await home.link.executor.call("Confirm", "s", [request_id])
        assert gone.value.code is ErrorCode.NOT_FOUND
        # The turn ended with the bus; its record is there once everything is cleared up.
        report = await own.until(partial(record, home, turn_id), "the end of the turn", WAIT_S)
        assert '"code": "BusGone"' in report
        assert file.exists()
        assert (await home.report(await home.ask("what time is it")))["outcome"] == "done"
        assert (await home.answered(await home.request("delete the old temporary files"), "yes go ahead"))[
            "outcome"
        ] == "done"
        assert not file.exists()


async def test_a_second_daemon_on_the_name_says_so_and_ends(own: Suite) -> None:
    """Two daemons on one name: the first serves on."""
    async with linked(own.address) as link:
        home = Home(own, link)
        await home.open()
        for unit in UnitName:
            command = [sys.executable, "-m", "jarvisd", unit.value, "--config", str(own.config)]
            second = await asyncio.to_thread(
                subprocess.run, [*command, "--bus", own.address], capture_output=True, text=True, timeout=WAIT_S
            )
            assert second.returncode == 69
            assert f"{unit.bus_name} is owned by another process (NameTaken)" in second.stderr
            assert "systemctl status jarvisd.target" in second.stderr
            assert "Traceback" not in second.stderr
        assert await home.is_ready()


# --- one connection -------------------------------------------------------------------------------------


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Suite]:
    """A bus that lets everybody in, and nobody on it."""
    suite = OpenSuite(tmp_path, tmp_path, {})
    suite.units = ()
    with suite:
        yield suite


async def test_names_objects_and_subscriptions_come_back(bus: Suite) -> None:
    toy = await served(bus.address, return_s=WAIT_S)
    watcher = Connection(bus.address, return_s=WAIT_S)
    await watcher.connect()
    owners: asyncio.Queue[str | None] = asyncio.Queue()
    heard: asyncio.Queue[str] = asyncio.Queue()
    lost = asyncio.Event()
    watcher.on_lost(lost.set)
    peer = UnitClient(watcher, UnitName.AUDIO)
    peer.on("Told", lambda body: heard.put_nowait(body[0]))
    assert await peer.follow(owners.put_nowait) == toy.bus.unique_name
    kill_bus(bus)
    assert await asyncio.wait_for(owners.get(), WAIT_S) is None
    assert lost.is_set()
    with pytest.raises(JarvisError) as gone:
        await peer.call("Echo", "s", ["hi"])
    assert gone.value.code is ErrorCode.BUS_GONE
    bus.start_bus()
    while await asyncio.wait_for(owners.get(), WAIT_S) is None:
        continue
    assert await peer.call("Echo", "s", ["hi"]) == ["hi"]
    toy.Told("again", 1)
    assert await asyncio.wait_for(heard.get(), WAIT_S) == "again"
    await watcher.disconnect()
    await toy.bus.disconnect()


async def test_whoever_comes_while_we_come_back_is_not_missed(bus: Suite) -> None:
    """A change that is heard while the bus is asked is newer than its answer; our own name returns after that."""
    ours, others = UnitName.TTS.bus_name, list[Connection]()
    is_back = False

    class Slow(Connection):
        async def owner_of(self, name: str) -> str | None:
            answer = await super().owner_of(name)
            if is_back:
                others.append(await named(bus.address, NAME))
                # The reply to this call comes after the signal about the new owner.
                await super().owner_of(name)
            return answer

    watcher = Slow(bus.address, return_s=WAIT_S)
    await watcher.connect()
    await watcher.request_name(ours)
    await watcher.follow(NAME)
    is_back = True
    kill_bus(bus)
    bus.start_bus()
    friend = Connection(bus.address)
    await friend.connect()
    appeared = asyncio.Event()
    if await friend.follow(ours, lambda _: appeared.set()) is None:
        await asyncio.wait_for(appeared.wait(), WAIT_S)
    assert watcher.known_owner(NAME) == others[0].unique_name
    for link in (watcher, friend, *others):
        await link.disconnect()


async def test_a_bus_that_is_slow_at_first_is_come_back_to_all_the_same(bus: Suite) -> None:
    """On a crowded machine a call of coming back may run out of time; that is no reason to stay away."""
    ours, slow = UnitName.TTS.bus_name, [True, True]

    class Slow(Connection):
        async def owner_of(self, name: str) -> str | None:
            if is_back and slow and slow.pop():
                raise Unavailable("the bus did not answer in 5 s", code=ErrorCode.TIMEOUT)
            return await super().owner_of(name)

    is_back = False
    watcher = Slow(bus.address, return_s=WAIT_S)
    await watcher.connect()
    await watcher.request_name(ours)
    await watcher.follow(NAME)
    is_back = True
    kill_bus(bus)
    bus.start_bus()
    friend = Connection(bus.address)
    await friend.connect()
    appeared = asyncio.Event()
    if await friend.follow(ours, lambda owner: appeared.set() if owner else None) is None:
        await asyncio.wait_for(appeared.wait(), WAIT_S)
    assert (slow, watcher.failure) == ([], None)
    for link in (watcher, friend):
        await link.disconnect()


async def test_signals_are_heard_while_the_bus_is_asked_who_the_owner_is(bus: Suite) -> None:
    """After a return the owner may have been heard of already."""

    class Telling(Connection):
        async def owner_of(self, name: str) -> str | None:
            if self.known_owner(name) is not None:
                # The reply to this call comes after the signal.
                await peer.call("Tell", "s", ["meanwhile"])
            return await super().owner_of(name)

    toy, watcher = await served(bus.address), Telling(bus.address)
    await watcher.connect()
    peer = UnitClient(watcher, UnitName.AUDIO)
    await peer.follow()
    heard: list[str] = []
    peer.on("Told", lambda body: heard.append(body[0]))
    await watcher._ask_owner(NAME)
    assert heard == ["meanwhile"]
    for link in (toy.bus, watcher):
        await link.disconnect()


async def named(address: str, name: str) -> Connection:
    """A new connection that owns ``name``."""
    link = Connection(address)
    await link.connect()
    await link.request_name(name)
    return link


async def test_a_call_in_flight_fails_and_its_answer_goes_nowhere(bus: Suite) -> None:
    toy = await served(bus.address, return_s=WAIT_S)
    caller = Connection(bus.address)
    await caller.connect()
    toy.admission.clear()
    calling = asyncio.gather(UnitClient(caller, UnitName.AUDIO).call("Echo", "s", ["hi"]), return_exceptions=True)
    await asyncio.wait_for(toy.entered.wait(), WAIT_S)
    kill_bus(bus)
    [error] = await asyncio.wait_for(calling, WAIT_S)
    assert isinstance(error, JarvisError)
    assert error.code is ErrorCode.BUS_GONE
    bus.start_bus()
    back = await owned(bus.address, toy)
    toy.admission.set()
    assert await UnitClient(back, UnitName.AUDIO).call("Echo", "s", ["hi"]) == ["hi"]
    await back.disconnect()
    await toy.bus.disconnect()
    await asyncio.wait_for(caller.closed.wait(), WAIT_S)


async def owned(address: str, toy: Toy) -> Connection:
    """A new connection that sees the toy back on its name."""
    link = Connection(address)
    await link.connect()
    appeared = asyncio.Event()
    if await link.follow(NAME, lambda _: appeared.set()) is None:
        await asyncio.wait_for(appeared.wait(), WAIT_S)
    assert link.known_owner(NAME) == toy.bus.unique_name
    return link


async def test_a_name_that_is_taken_meanwhile_ends_the_connection(bus: Suite) -> None:
    toy = await served(bus.address, return_s=WAIT_S)
    kill_bus(bus)
    bus.start_bus()
    thief = await connect(bus.address)
    # Whoever comes first has the name; the toy tries a tenth of a second after the loss at the earliest.
    reply = await thief.request_name(NAME)
    if reply.name == "PRIMARY_OWNER":
        await asyncio.wait_for(toy.bus.closed.wait(), WAIT_S)
        assert toy.bus.failure is not None
        assert toy.bus.failure.code is ErrorCode.NAME_TAKEN
    await leave(thief)
    await toy.bus.disconnect()


async def test_a_bus_that_stays_away_is_given_up(bus: Suite) -> None:
    toy = await served(bus.address, return_s=0.5)
    kill_bus(bus)
    await asyncio.wait_for(toy.bus.closed.wait(), WAIT_S)
    assert toy.bus.failure is not None
    assert toy.bus.failure.code is ErrorCode.BUS_GONE
    await toy.bus.disconnect()


@pytest.mark.skipif(os.geteuid() != 0, reason="connecting as another user needs root")
async def test_on_the_next_bus_the_same_unique_name_is_somebody_else(bus: Suite) -> None:
    """Unique names are counted from the beginning again, so nothing is known of them."""
    link = Connection(bus.address, return_s=WAIT_S)
    await link.connect()
    back = asyncio.Event()
    await link.follow(NAME, lambda owner: back.set() if owner else None)
    stranger = await connect(bus.address, uids(1)[0])
    name = str(stranger.unique_name)
    assert await link.uid_of(name) == uids(1)[0]
    await leave(stranger)
    kill_bus(bus)
    bus.start_bus()
    toy = await served(bus.address)
    await asyncio.wait_for(back.wait(), WAIT_S)
    others = [await connect(bus.address) for _ in range(20)]
    assert name in {other.unique_name for other in others} | {toy.bus.unique_name, link.unique_name}
    assert await link.uid_of(name) == 0
    for other in others:
        await leave(other)
    await link.disconnect()
    await toy.bus.disconnect()
