"""The button of a running ear on a real bus: talk, stop, mute, unmute, pulled out and put in (decision 28)."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jarvisd.audio.app import AudioUnit
from jarvisd.bus.connection import Connection
from jarvisd.config.schema import ButtonSettings
from tests.integration.ear import Client, caller, running, scripted_ear


class Plug:
    """A pipe in the place of the device, with records of the kernel in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = -1
        self.plug_in()

    def plug_in(self) -> None:
        os.mkfifo(self.path)
        self.file = os.open(self.path, os.O_RDWR)

    def pull_out(self) -> None:
        self.path.unlink()
        os.close(self.file)

    def press(self, length_s: float) -> None:
        """Down and up; what lies between is in the records."""
        now_s = time.monotonic()
        for value, at_s in ((1, now_s), (0, now_s + length_s)):
            os.write(self.file, struct.pack("@llHHi", int(at_s), int(at_s % 1 * 1e6), 1, 248, value))


@pytest.fixture
def plug(tmp_path: Path) -> Plug:
    return Plug(tmp_path / "event7")


@pytest.fixture
async def unit(bus_address: str, tmp_path: Path, plug: Plug) -> AsyncIterator[AudioUnit]:
    async with running(
        bus_address, replace(scripted_ear(tmp_path), button=ButtonSettings(device=str(plug.path)))
    ) as ear:
        yield ear


@pytest.fixture
async def client(unit: AudioUnit, connection: Connection) -> Client:
    return await caller(connection)


async def until(client: Client, **wanted: object) -> None:
    """Properties of the ear."""
    await client.until(lambda values: wanted.items() <= values.items())


async def test_a_hand_talks_stops_mutes_and_unmutes(unit: AudioUnit, client: Client, plug: Plug) -> None:
    plug.press(0.2)
    assert (await client.next())[0] == "WakeDetected"
    plug.press(0.2)
    member, body = await client.next()
    assert (member, body[2]) == ("ListeningEnded", "cancelled")
    unit._listener.brain_works(is_busy=True)
    plug.press(0.2)
    assert (await client.next())[0] == "StopHeard"
    unit._listener.brain_works(is_busy=False)
    plug.press(2.0)
    await until(client, Muted=True)
    plug.press(0.2)
    assert (await client.next())[1][1] == "Muted"
    plug.press(2.0)
    await until(client, Muted=False)


async def test_it_is_pulled_out_and_put_in_without_a_restart(client: Client, plug: Plug) -> None:
    plug.pull_out()
    await client.until(lambda values: "ButtonGone" in values["Parts"]["button"])
    plug.plug_in()
    await client.until(lambda values: values["Ready"] is True)
    plug.press(0.2)
    assert (await client.next())[0] == "WakeDetected"
