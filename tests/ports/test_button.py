"""A key of an input device: the records of the kernel through a pipe in the place of the device."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jarvisd.audio.adapters.input_button import InputButton
from jarvisd.audio.button.press import KeyMove
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.runtime.workers import Workers

WAIT_S = 60
MICMUTE, ENTER = 248, 28


def events(*told: tuple[int, int, int], at_us: int = 7_000_002) -> bytes:
    """Records of struct input_event: type, code, value."""
    return b"".join(struct.pack("@llHHi", at_us // 1_000_000, at_us % 1_000_000, *each) for each in told)


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """Where the device is once it is plugged in, and its name beside it as in /sys/class/input."""
    (tmp_path / "event3/device").mkdir(parents=True)
    (tmp_path / "event3/device/name").write_text("Big Red Button\n")
    (tmp_path / "event11/device").mkdir(parents=True)
    (tmp_path / "event11/device/name").write_text("AT keyboard\n")
    (tmp_path / "dev").mkdir()
    return tmp_path / "dev/event3"


@pytest.fixture(params=["path", "name"])
async def button(request: pytest.FixtureRequest, device: Path, workers: Workers) -> AsyncIterator[InputButton]:
    name = str(device) if request.param == "path" else "Big Red Button"
    made = InputButton(name, MICMUTE, workers, names=device.parents[1], devices=device.parent)
    yield made
    await made.close()


def plugged(device: Path) -> int:
    """A descriptor to write records to."""
    os.mkfifo(device)
    return os.open(device, os.O_RDWR)


async def taken(button: InputButton) -> KeyMove:
    while (move := button.take()) is None:
        await asyncio.wait_for(button.moved(), WAIT_S)
    return move


async def test_moves_of_the_key_are_told_and_nothing_else(button: InputButton, device: Path) -> None:
    keys = plugged(device)
    await button.open()
    assert button.take() is None
    os.write(keys, events((4, 4, 0x700E7), (1, ENTER, 1), (1, MICMUTE, 1), (0, 0, 0)))
    assert await taken(button) == KeyMove(True, 7_000_002)
    assert button.take() is None
    # A key that repeats is still down; half a record is one that is not whole yet.
    rest = events((1, MICMUTE, 2), (1, ENTER, 0), (1, MICMUTE, 0), at_us=9_000_000)
    os.write(keys, rest[:-5])
    await asyncio.wait_for(button.moved(), WAIT_S)
    assert button.take() is None
    os.write(keys, rest[-5:])
    assert await taken(button) == KeyMove(False, 9_000_000)
    os.close(keys)


async def test_any_key_of_the_device_may_do(device: Path, workers: Workers) -> None:
    keys = plugged(device)
    button = InputButton(str(device), 0, workers)
    await button.open()
    os.write(keys, events((1, ENTER, 1)))
    assert (await taken(button)).is_down
    await button.close()
    os.close(keys)


async def test_it_is_gone_and_comes_back(button: InputButton, device: Path) -> None:
    with pytest.raises(Unavailable, match="No such file") as missing:
        await button.open()
    assert missing.value.code is ErrorCode.BUTTON_GONE
    for _ in range(2):
        keys = plugged(device)
        await button.open()
        os.write(keys, events((1, MICMUTE, 1)))
        os.close(keys)
        device.unlink()
        assert (await taken(button)).is_down
        with pytest.raises(Unavailable) as pulled:
            await taken(button)
        assert pulled.value.code is ErrorCode.BUTTON_GONE


async def test_a_name_that_nothing_has_is_a_button_that_is_gone(device: Path, workers: Workers) -> None:
    button = InputButton("Small Green Button", 0, workers, names=device.parents[1], devices=device.parent)
    with pytest.raises(Unavailable, match="Small Green Button") as missing:
        await button.open()
    assert missing.value.code is ErrorCode.BUTTON_GONE
