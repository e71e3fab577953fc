"""Another unit, seen from here: calls with a deadline, signals only from the true owner, its properties."""

from __future__ import annotations

import logging
import pwd
from collections.abc import Callable, Sequence
from typing import Any

from jarvisd.bus.connection import Connection, OwnerHandler
from jarvisd.bus.names import PROPERTIES, UnitName
from jarvisd.bus.service.service import plain
from jarvisd.bus.signals.form import SignalT, decode
from jarvisd.core.errors import NotPermitted, RequestError, Unavailable

logger = logging.getLogger(__name__)


class UnitClient:
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

    def receive(self, kind: type[SignalT], handler: Callable[[SignalT], None]) -> None:
        """Call ``handler`` with each such signal; one that is malformed is logged and not heard."""

        def heard(body: Sequence[Any]) -> None:
            try:
                told = decode(kind, body)
            except RequestError as error:
                logger.warning("signal ignored from=%s detail=%s", self.unit.bus_name, error.message)
            else:
                handler(told)

        self.on(kind.__name__, heard)

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
        may_ask: bool = False,
    ) -> list[Any]:
        """Call a method; errors come back as the :class:`JarvisError` that the unit raised."""
        name = self.unit.bus_name
        reply = await self._connection.call(
            name, self.unit.path, member, signature, body, timeout_s=timeout_s, fds=fds, may_ask=may_ask
        )
        return [plain(value) for value in reply]

    async def call_pinned(
        self,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        timeout_s: float = 5.0,
        fds: Sequence[int] = (),
    ) -> list[Any]:
        """Call exactly the connection that owns the unit's name now, run by the unit's own user (decision 2).

        Nobody else can answer, also if the name changes hands meanwhile. On a private bus all units share a user.
        """
        name = self.unit.bus_name
        owner = await self._connection.owner_of(name)
        if owner is None:
            raise Unavailable(f"jarvisd-{self.unit.value} is not running")
        if not self._connection.is_private:
            uid = await self._connection.uid_of(owner)
            if uid != _uid_named(f"jarvisd-{self.unit.value}"):
                raise NotPermitted(f"{name} is owned by uid {uid}, which is not the unit's user")
        reply = await self._connection.call(
            owner, self.unit.path, member, signature, body, interface=name, timeout_s=timeout_s, fds=fds
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


def _uid_named(user: str) -> int | None:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None
