"""Another unit, seen from here: calls with a deadline, signals only from the true owner, its properties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jarvisd.bus.connection import Connection, OwnerHandler
from jarvisd.bus.exposed import plain
from jarvisd.bus.names import PROPERTIES, UnitName


class Peer:
    """A unit on the bus. It may come and go; nothing here waits for it."""

    def __init__(self, connection: Connection, unit: UnitName) -> None:
        self._connection = connection
        self.unit = unit

    async def follow(self, handler: OwnerHandler | None = None) -> str | None:
        """Track the owner and receive the unit's signals; ``handler`` hears of every change of owner."""
        return await self._connection.follow(self.unit.bus_name, handler)

    @property
    def owner(self) -> str | None:
        """Unique name of the unit's connection, or ``None`` while it is down. Needs :meth:`follow`."""
        return self._connection.known_owner(self.unit.bus_name)

    def on(self, member: str, handler: Callable[[Sequence[Any]], None]) -> None:
        """Call ``handler`` with the body of each such signal from the unit. Needs :meth:`follow`."""
        name = self.unit.bus_name
        self._connection.on_signal(name, name, member, lambda body: handler(plain(list(body))))

    def on_properties(self, handler: Callable[[dict[str, Any]], None]) -> None:
        """Call ``handler`` with changed properties."""

        def changed(body: Sequence[Any]) -> None:
            if body[0] == self.unit.bus_name:
                handler(plain(body[1]))

        self._connection.on_signal(self.unit.bus_name, PROPERTIES, "PropertiesChanged", changed)

    async def call(
        self,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        timeout_s: float = 5.0,
        fds: Sequence[int] = (),
    ) -> list[Any]:
        """Call a method; errors come back as the :class:`JarvisError` that the unit raised."""
        name = self.unit.bus_name
        reply = await self._connection.call(
            name, self.unit.path, member, signature, body, timeout_s=timeout_s, fds=fds
        )
        return [plain(value) for value in reply]

    async def properties(self, timeout_s: float = 5.0) -> dict[str, Any]:
        """All properties of the unit."""
        name = self.unit.bus_name
        [values] = await self._connection.call(
            name, self.unit.path, "GetAll", "s", [name], interface=PROPERTIES, timeout_s=timeout_s
        )
        result: dict[str, Any] = plain(values)
        return result
