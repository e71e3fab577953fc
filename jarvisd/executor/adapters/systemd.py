"""The state of system services, read from systemd over the message bus. Nothing here can change one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jarvisd.bus.connection import Connection
from jarvisd.bus.names import PROPERTIES
from jarvisd.bus.service.service import plain
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.executor.ports.services import ServiceState

SYSTEMD = "org.freedesktop.systemd1"
_PATH = "/org/freedesktop/systemd1"
_MANAGER = f"{SYSTEMD}.Manager"
_UNIT = f"{SYSTEMD}.Unit"
_DEADLINE_S = 5.0
"""Chosen: systemd answers from memory."""
_NAME = re.compile(r"[A-Za-z0-9:_.\\@-]{1,200}")


class BusServices:
    """:class:`~jarvisd.executor.ports.Services` of the bus's systemd."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def loaded(self) -> Sequence[ServiceState]:
        """Every service that systemd has in memory, aliases left out."""
        [units] = await self._call("ListUnits")
        return [
            ServiceState(name=str(unit[0]), description=str(unit[1]), active=str(unit[3]), sub=str(unit[4]))
            for unit in units
            if str(unit[0]).endswith(".service") and unit[2] == "loaded"
        ]

    async def find(self, name: str) -> ServiceState | None:
        """One service, also one that has not been started; ``None`` when there is no such service."""
        if not _NAME.fullmatch(name):
            return None
        [path] = await self._call("LoadUnit", "s", [name])
        body = [_UNIT]
        [values] = await self._call("GetAll", "s", body, path=str(path), interface=PROPERTIES)
        told = plain(values)
        if told.get("LoadState") != "loaded":
            return None
        return ServiceState(
            name=str(told["Id"]),
            description=str(told["Description"]),
            active=str(told["ActiveState"]),
            sub=str(told["SubState"]),
        )

    async def _call(
        self,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        path: str = _PATH,
        interface: str = _MANAGER,
    ) -> list[Any]:
        try:
            return await self._connection.call(
                SYSTEMD, path, member, signature, body, interface=interface, timeout_s=_DEADLINE_S
            )
        except JarvisError as error:
            if error.code is ErrorCode.UNIT_DOWN:
                raise Unavailable("there is no systemd on this bus", code=ErrorCode.UNIT_DOWN) from error
            raise
