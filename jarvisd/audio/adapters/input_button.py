"""A key of an input device of the kernel (evdev), read as it gives it: records of struct input_event."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import struct
from collections import deque
from pathlib import Path

from jarvisd.audio.button.press import KeyMove
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "button"
EVENT = struct.Struct("@llHHi")
"""Seconds and microseconds as the machine's long, type, code, value (linux/input.h, struct input_event)."""
EV_KEY = 1
UP, DOWN = 0, 1
"""Values of a key; 2 is one that repeats while it is held."""
READ_EVENTS = 64
"""As many as the kernel holds for a reader."""
INPUT_CLASS = Path("/sys/class/input")
DEVICES = Path("/dev/input")


class InputButton:
    """``device`` is the path of a device, or its name as in ``/proc/bus/input/devices``; ``key`` 0 is any key.

    Others read the device beside us: it is not grabbed, since it may be a keyboard.
    """

    def __init__(
        self, device: str, key: int, workers: Workers, *, names: Path = INPUT_CLASS, devices: Path = DEVICES
    ) -> None:
        self._device = device
        self._key = key
        self._workers = workers
        self._names = names
        self._devices = devices
        self._file: int | None = None
        self._moves: deque[KeyMove] = deque()
        self._rest = b""

    @property
    def engine(self) -> str:
        """What it is, and which."""
        return f"evdev {self._device}"

    async def open(self) -> None:
        """Open the device; Unavailable(BUTTON_GONE) when it is not there or may not be read."""
        await self.close()
        self._moves.clear()
        self._rest = b""
        self._file = await self._workers.run(LANE, self._opened)

    async def close(self) -> None:
        """Close the device; safe at any time."""
        if self._file is not None:
            asyncio.get_running_loop().remove_reader(self._file)
            os.close(self._file)
            self._file = None

    async def moved(self) -> None:
        """Return once :meth:`take` may have something."""
        if self._file is None:
            raise self._gone("is not open")
        file, loop, readable = self._file, asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(file, readable.set)
        try:
            await readable.wait()
        finally:
            loop.remove_reader(file)

    def take(self) -> KeyMove | None:
        """The next move, if there is one; Unavailable(BUTTON_GONE) when the device has gone."""
        if not self._moves:
            self._read()
        return self._moves.popleft() if self._moves else None

    def _opened(self) -> int:
        path = self._path()
        try:
            return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError as error:
            raise self._gone(f"cannot be opened: {error.strerror}") from error

    def _path(self) -> Path:
        if self._device.startswith("/"):
            return Path(self._device)
        for found in sorted(self._names.glob("event*/device/name")):
            try:
                name = found.read_text("utf-8", "replace").strip()
            except OSError:
                # Unplugged just now.
                continue
            if name == self._device:
                return self._devices / found.parts[-3]
        raise self._gone("is not there")

    def _read(self) -> None:
        if self._file is None:
            raise self._gone("is not open")
        try:
            data = os.read(self._file, EVENT.size * READ_EVENTS)
        except BlockingIOError:
            return
        except OSError as error:
            what = "was unplugged" if error.errno == errno.ENODEV else f"cannot be read: {error.strerror}"
            raise self._gone(what) from error
        if not data:
            raise self._gone("gives nothing more")
        data = self._rest + data
        whole = len(data) // EVENT.size * EVENT.size
        self._rest = data[whole:]
        for seconds, microseconds, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind == EV_KEY and value in (UP, DOWN) and self._key in (0, code):
                self._moves.append(KeyMove(value == DOWN, seconds * 1_000_000 + microseconds))

    def _gone(self, what: str) -> JarvisError:
        return Unavailable(f'button "{self._device}" {what}', code=ErrorCode.BUTTON_GONE)
