"""The command line's connection to the units: typed by what a shell user does, not by unit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable

ENGINE_KEYS = {
    UnitName.AUDIO: {"microphone": "microphone", "wake": "wake", "vad": "vad", "stt": "stt"},
    UnitName.BRAIN: {"llm": "llm", "embedding": "embedding"},
    UnitName.EXECUTOR: {"sandbox": "sandbox"},
    UnitName.TTS: {"synthesizer": "tts", "speaker": "speaker"},
}
"""Unit to its parts and the names under which reports show their engines."""


CHECK_TIMEOUT_S = 12.0
"""Twice the five seconds of a check (D3), for one that is under way comes first, and the call itself."""


class DaemonClient:
    """The four units, as seen from a shell."""

    def __init__(self, bus: Connection) -> None:
        self.bus = bus
        self.audio = UnitClient(bus, UnitName.AUDIO)
        self.brain = UnitClient(bus, UnitName.BRAIN)
        self.executor = UnitClient(bus, UnitName.EXECUTOR)
        self.tts = UnitClient(bus, UnitName.TTS)

    @property
    def units(self) -> tuple[UnitClient, ...]:
        """All four, in the order in which sound passes through them."""
        return (self.audio, self.brain, self.executor, self.tts)

    async def properties(self, unit: UnitClient) -> dict[str, Any] | None:
        """Properties of a unit, ``None`` while it is down, or none of them when it does not answer."""
        try:
            return await unit.properties()
        except JarvisError as error:
            if error.code is ErrorCode.UNIT_DOWN:
                return None
            if error.code is ErrorCode.TIMEOUT:
                return {}
            raise

    async def health(self) -> dict[str, Any]:
        """All units look at what they work with, side by side: ``{"overall": "healthy" or "degraded", "checks"}``.

        A unit that does not answer is a check of its own that failed.
        """
        checks: dict[str, Any] = {}
        for found in await asyncio.gather(*(self._checked(unit) for unit in self.units)):
            checks.update(found)
        is_well = all(check["ok"] for check in checks.values())
        return {"overall": "healthy" if is_well else "degraded", "checks": checks}

    async def _checked(self, unit: UnitClient) -> dict[str, Any]:
        try:
            [text] = await unit.call("CheckHealth", timeout_s=CHECK_TIMEOUT_S)
        except JarvisError as error:
            return {unit.unit.value: {"ok": False, "latency_ms": None, "error": f"{error.code}: {error.message}"}}
        found: dict[str, Any] = json.loads(text)
        return found

    async def engines(self) -> dict[str, str]:
        """What does each part's work, by the names of reports; a part that is not there is missing."""
        result: dict[str, str] = {}
        for unit in self.units:
            found = (await self.properties(unit) or {}).get("Engines", {})
            keys = ENGINE_KEYS[unit.unit]
            result.update({keys[part]: engine for part, engine in found.items() if part in keys})
        return result

    async def require(self, unit: UnitClient) -> str:
        """The owner of a unit's name; raises Unavailable(UNIT_DOWN) while nobody owns it."""
        owner = await unit.follow()
        if owner is None:
            raise Unavailable(f"jarvisd-{unit.unit.value} is not running")
        return owner


@asynccontextmanager
async def linked(address: str) -> AsyncIterator[DaemonClient]:
    """A connected :class:`DaemonClient` to the bus at ``address`` (empty: the system bus)."""
    bus = Connection(address)
    await bus.connect()
    try:
        yield DaemonClient(bus)
    finally:
        await bus.disconnect()
