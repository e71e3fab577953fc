"""Whoever listens to PropertiesChanged knows every property at every moment, without asking (A3, A4, D4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from demo.suite import Suite
from jarvisd.bus.client import UnitClient
from jarvisd.bus.names import UnitName
from jarvisd.cli.client import DaemonClient, linked
from tests.integration.conftest import SCRIPTED, WAIT_S, Home

CONTRACT = Path(__file__).resolve().parents[2] / "dbus"


class Mirror:
    """The properties of a unit as its signals tell them."""

    def __init__(self, peer: UnitClient) -> None:
        self.peer = peer
        self.values: dict[str, Any] = {}
        self.told: dict[str, list[Any]] = {}
        self.changed = asyncio.Event()
        peer.on_properties(self._take)

    def _take(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self.told.setdefault(name, []).append(value)
        self.values.update(values)
        self.changed.set()

    async def until(self, name: str, value: Any) -> None:
        async def look() -> None:
            while self.values.get(name) != value:
                self.changed.clear()
                await self.changed.wait()

        await asyncio.wait_for(look(), WAIT_S)


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[tuple[Home, dict[UnitName, Mirror]]]:
    """A suite that begins while somebody listens already."""
    suite = Suite(tmp_path / "suite", tmp_path / "models", SCRIPTED)
    suite.units = ()
    with suite:
        async with linked(suite.address) as link:
            mirrors = {unit: Mirror(peer) for unit, peer in zip(UnitName, units(link), strict=True)}
            for mirror in mirrors.values():
                await mirror.peer.follow()
            for unit in UnitName:
                suite.start_unit(unit.value)
            yield Home(suite, link), mirrors


def units(link: DaemonClient) -> list[UnitClient]:
    return [link.audio, link.brain, link.executor, link.tts]


def properties(unit: UnitName) -> set[str]:
    root = ElementTree.parse(CONTRACT / f"{unit.bus_name}.xml").getroot()
    return {str(found.get("name")) for found in root.iterfind("./interface/property")}


async def test_every_property_that_changes_is_told(story: tuple[Home, dict[UnitName, Mirror]]) -> None:
    home, mirrors = story
    await home.open()
    audio, brain, executor, tts = (mirrors[unit] for unit in UnitName)
    await executor.until("ServiceLevel", "full")
    turn_id = await home.request("what time is it")
    await home.report(turn_id)
    for mirror, name, value in ((audio, "State", "idle"), (brain, "State", "IDLE"), (tts, "Speaking", False)):
        await mirror.until(name, value)
    await home.link.audio.call("SetMuted", "b", [True])
    await audio.until("Muted", True)
    await home.link.audio.call("MuteFor", "d", [3600.0])
    await home.link.audio.call("SetMuted", "b", [False])
    await audio.until("MutedUntil", 0)
    await audio.until("Muted", False)
    await home.report(await home.request("set the volume to 40 percent"))
    await tts.until("Volume", 40)
    home.suite.process("tts").kill()
    home.suite.process("tts").wait()
    await executor.until("ServiceLevel", "reduced")
    home.suite.start_unit("tts")
    await executor.until("ServiceLevel", "full")
    await tts.until("Ready", True)

    assert turn_id in brain.told["CurrentTurn"]
    assert {"LISTENING", "TRANSCRIBING", "REASONING", "EXECUTING", "RESPONDING", "IDLE"} <= set(
        brain.told["State"]
    )
    assert {"listening", "transcribing", "idle"} <= set(audio.told["State"])
    assert tts.told["Speaking"][:2] == [True, False]
    assert (await mirrors[UnitName.TTS].peer.properties())["Volume"] == 40, "it is kept over a restart"
    assert any("tts" in reason for reasons in executor.told["Reasons"] for reason in reasons)
    for unit, mirror in mirrors.items():
        # What waits for a restart changes at a reload: see test_reload.py. Counts change with every sound.
        found = await mirror.peer.properties()
        counts = {name: found.pop(name, None) is not None for name in ("CaptureCounts", "EchoCounts")}
        assert set(counts.values()) == {unit is UnitName.AUDIO}
        untold = {"RestartNeeded", *counts} & properties(unit)
        assert set(mirror.told) | untold == properties(unit), "each property has changed and was told"
        assert {"RestartNeeded": [], **mirror.values} == found


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_no_property_can_be_written(unit: UnitName) -> None:
    """What a unit says of itself changes by methods, which check their callers."""
    root = ElementTree.parse(CONTRACT / f"{unit.bus_name}.xml").getroot()
    assert {found.get("access") for found in root.iterfind("./interface/property")} == {"read"}
