"""Two real daemons: what the voice plays reaches the ear in sealed memory, and is taken out of what it hears."""

from __future__ import annotations

import asyncio
import os
import re
from array import array
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import person
from demo.suite import Suite
from jarvisd.bus.service.service import variants
from jarvisd.cli.client import DaemonClient, linked
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.played_ring import RING_BYTES
from tests.integration.conftest import SCRIPTED, WAIT_S

TEXT = "word " * 62
"""Five seconds in one clause."""
REDUCTION_DB = 0.5
"""The median over whole utterances, their beginnings included: without the canceller it is 0. The figure itself is
held by tests/ports/test_live_echo.py, which has no clock of a busy machine."""
MEMORY = "memfd:jarvisd-played"
TRIES = 3
"""A machine that stalls for longer than the loudspeaker holds parts what is played from what the test mixes in."""


class EarAndVoice(Suite):
    units = ("tts", "audio")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder = tmp_path_factory.mktemp("echo")
    settings = {
        **SCRIPTED,
        "echo": {"engine": "speexdsp"},
        "tts": {"engine": "tests.fakes.tts:babbler", "speaker": "file"},
    }
    with EarAndVoice(folder, folder / "models", settings) as running:
        yield running


@pytest.fixture
async def link(pair: Suite) -> AsyncIterator[DaemonClient]:
    async with linked(pair.address) as link:
        for unit in (link.audio, link.tts):
            await unit.follow()
            await pair.until(lambda unit=unit: is_ready(link, unit), f"{unit.unit.value} being ready", WAIT_S)
        yield link


async def is_ready(link: DaemonClient, unit: Any) -> bool:
    values = await link.properties(unit)
    return bool(values) and values["Ready"] is True


async def counts(link: DaemonClient) -> dict[str, float]:
    found: dict[str, float] = (await link.audio.properties())["EchoCounts"]
    return found


async def rendered(link: DaemonClient, folder: Path) -> bytes:
    """What the loudspeaker is going to be given."""
    path = folder / "rendered.wav"
    with path.open("w+b") as file:
        await link.tts.call("Render", "hs", [0, TEXT], fds=[file.fileno()], timeout_s=WAIT_S)
    return person.recording(path)


async def spoken_into(link: DaemonClient, pipe: Path, pcm: bytes) -> None:
    """Have it speak, and its voice come back at the half of its loudness."""
    began, ended = asyncio.Event(), asyncio.Event()
    link.tts.on("SpeakingStarted", lambda _: began.set())
    link.tts.on("SpeakingFinished", lambda _: ended.set())
    await link.tts.call("Say", "sa{sv}", [TEXT, variants()])
    await asyncio.wait_for(began.wait(), WAIT_S)
    if pcm:
        await person.say(array("h", [sample // 2 for sample in array("h", pcm)]).tobytes(), pipe)
    await asyncio.wait_for(ended.wait(), WAIT_S)


async def test_our_own_voice_is_taken_out_of_what_the_microphone_takes(pair: Suite, link: DaemonClient) -> None:
    pcm = await rendered(link, pair.folder)
    for _ in range(TRIES):
        await spoken_into(link, pair.pipe, pcm)
        found = await counts(link)
        if found["reduction_db"] >= REDUCTION_DB:
            break
    assert found["reduction_db"] >= REDUCTION_DB, str(found)
    assert found["blocks"] >= len(pcm) // 1280
    assert (await link.audio.properties())["Parts"]["echo"] == "ready"


async def test_a_voice_that_starts_anew_is_heard_anew(pair: Suite, link: DaemonClient) -> None:
    before = await counts(link)
    pair.process("tts").kill()
    pair.process("tts").wait()
    pair.start_unit("tts")
    await pair.until(lambda: is_ready(link, link.tts), "the voice being ready", WAIT_S)

    async def is_heard() -> bool:
        await spoken_into(link, pair.pipe, b"")
        return (await counts(link))["blocks"] > before["blocks"]

    await pair.until(is_heard, "the new voice being heard", WAIT_S)
    assert (await link.audio.properties())["Parts"]["echo"] == "ready"


async def test_the_ear_takes_no_memory_from_anybody_else(pair: Suite, link: DaemonClient) -> None:
    """On this bus everybody is the same user, so that the ear's own look at its caller is the wall."""
    memory = os.memfd_create("forged")
    os.ftruncate(memory, RING_BYTES)
    with pytest.raises(JarvisError) as refused:
        await link.audio.call("TakePlayed", "h", [0], fds=[memory])
    os.close(memory)
    assert refused.value.code is ErrorCode.NOT_PERMITTED
    assert (await link.audio.properties())["Parts"]["echo"] == "ready"


async def test_the_voice_alone_can_write_the_memory(pair: Suite, link: DaemonClient) -> None:
    """The ear maps it to read, by a descriptor that is only to read; the bus that passed it on keeps nothing."""
    del link
    rights = {unit: mapped(pair.process(unit).pid) for unit in ("tts", "audio", "bus")}
    assert rights == {"tts": ["rw-s"], "audio": ["r--s"], "bus": []}
    descriptors = {unit: opened(pair.process(unit).pid) for unit in ("audio", "bus")}
    assert set(descriptors["audio"]) == {os.O_RDONLY}
    assert descriptors["bus"] == []


def mapped(pid: int) -> list[str]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return [line.split()[1] for line in lines if MEMORY in line]


def opened(pid: int) -> list[int]:
    """How the descriptors of a process on it may be used."""
    paths = [path for path in Path(f"/proc/{pid}/fd").iterdir() if MEMORY in os.readlink(path)]
    infos = [Path(f"/proc/{pid}/fdinfo/{path.name}").read_text() for path in paths]
    return [int(re.findall(r"^flags:\s*(\d+)", info, re.MULTILINE)[0], 8) & os.O_ACCMODE for info in infos]
