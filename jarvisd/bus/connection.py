"""One connection to a message bus: calls with deadlines, names, and signals from verified senders."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dbus_next import Message, MessageFlag, MessageType, NameFlag, RequestNameReply
from dbus_next.aio import MessageBus
from dbus_next.constants import BusType
from dbus_next.errors import AuthError, DBusError, InvalidAddressError
from dbus_next.service import ServiceInterface

from jarvisd.bus.caller import SENDER
from jarvisd.bus.faults import from_wire
from jarvisd.bus.names import DAEMON_NAME, DAEMON_PATH
from jarvisd.core.errors import ErrorCode, NotPermitted, Unavailable

logger = logging.getLogger(__name__)

SignalHandler = Callable[[Sequence[Any]], None]
OwnerHandler = Callable[["str | None"], None]
_T = TypeVar("_T")


class Connection:
    """A connection to the bus at ``address``; the empty address is the system bus.

    ``closed`` is set when the connection is lost or given up.
    """

    def __init__(self, address: str = "") -> None:
        self._address = address
        self._bus: MessageBus | None = None
        self._owners: dict[str, str | None] = {}
        self._owner_handlers: dict[str, list[OwnerHandler]] = {}
        self._signal_handlers: dict[tuple[str, str, str], list[SignalHandler]] = {}
        self._uids: dict[str, int] = {}
        self._watcher: asyncio.Task[None] | None = None
        self.closed = asyncio.Event()

    @property
    def is_private(self) -> bool:
        """Whether this is a private bus, where all units share a uid."""
        return bool(self._address)

    @property
    def unique_name(self) -> str:
        """This connection's name on the bus."""
        return str(self._live().unique_name)

    async def connect(self) -> None:
        """Connect; raises Unavailable(BUS_GONE)."""
        try:
            bus = MessageBus(bus_address=self._address or None, bus_type=BusType.SYSTEM, negotiate_unix_fd=True)
            self._bus = await asyncio.wait_for(bus.connect(), 10)
        except (OSError, EOFError, AuthError, InvalidAddressError, DBusError, asyncio.TimeoutError) as error:
            where = self._address or "the system bus"
            raise Unavailable(f"cannot connect to {where}: {error}", code=ErrorCode.BUS_GONE) from error
        bus.add_message_handler(self._on_message)
        asyncio.get_running_loop().set_exception_handler(_without_sent_errors)
        self._watcher = asyncio.get_running_loop().create_task(self._watch(bus), name="bus-watch")

    async def disconnect(self) -> None:
        """Leave the bus; safe to call twice."""
        if self._bus is not None and not self.closed.is_set():
            self._bus.disconnect()
            await asyncio.wait_for(self.closed.wait(), 5)

    def export(self, path: str, interface: ServiceInterface) -> None:
        """Serve ``interface`` at ``path``."""
        self._live().export(path, interface)

    async def request_name(self, name: str) -> None:
        """Own ``name`` or raise Unavailable(NAME_TAKEN); never waits in the queue behind another owner."""
        try:
            reply = await self._within(self._live().request_name(name, NameFlag.DO_NOT_QUEUE), 10)
        except DBusError as error:
            raise from_wire(error.type, error.text) from error
        if reply not in (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER):
            raise Unavailable(f"{name} is owned by another process", code=ErrorCode.NAME_TAKEN)

    async def call(
        self,
        destination: str,
        path: str,
        member: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        interface: str = "",
        timeout_s: float = 5.0,
        fds: Sequence[int] = (),
    ) -> list[Any]:
        """Call a method and return the reply's body; never starts a service by the call.

        Raises the error that the reply carries, TIMEOUT after ``timeout_s``, BUS_GONE without a bus.
        """
        message = Message(
            destination=destination,
            path=path,
            interface=interface or destination,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_AUTOSTART,
            unix_fds=list(fds),
        )
        reply = await self._within(self._live().call(message), timeout_s, f"{destination}.{member}")
        if reply is None:
            return []
        if destination.startswith(":") and reply.sender != destination:
            raise NotPermitted(f"{reply.sender} answered in the place of {destination}")
        if reply.message_type == MessageType.ERROR:
            raise from_wire(reply.error_name or "", str(reply.body[0]) if reply.body else "")
        return list(reply.body)

    async def owner_of(self, name: str) -> str | None:
        """Unique name of the connection that owns ``name`` now, asked of the bus itself."""
        [owned] = await self._daemon("NameHasOwner", "s", [name])
        if not owned:
            return None
        try:
            [owner] = await self._daemon("GetNameOwner", "s", [name])
        except Unavailable:
            return None
        return str(owner)

    async def uid_of(self, unique_name: str) -> int:
        """User that the connection belongs to; unique names are never used again, so it is kept."""
        if unique_name not in self._uids:
            [uid] = await self._daemon("GetConnectionUnixUser", "s", [unique_name])
            if len(self._uids) > 1000:
                self._uids.clear()
            self._uids[unique_name] = int(uid)
        return self._uids[unique_name]

    async def pid_of(self, unique_name: str) -> int:
        """Process that the connection belongs to."""
        [pid] = await self._daemon("GetConnectionUnixProcessID", "s", [unique_name])
        return int(pid)

    async def follow(self, name: str, handler: OwnerHandler | None = None) -> str | None:
        """Keep track of who owns ``name``; ``handler`` hears of every change. Returns the owner now."""
        handlers = self._owner_handlers.get(name)
        if handlers is None:
            handlers = self._owner_handlers.setdefault(name, [])
            rule = f"type='signal',sender='{DAEMON_NAME}',member='NameOwnerChanged',arg0='{name}'"
            # Subscribed before asking, so that no change falls between.
            await self._daemon("AddMatch", "s", [rule])
            await self._daemon("AddMatch", "s", [f"type='signal',sender='{name}'"])
            # A change heard while asking is newer than the answer.
            owner = await self.owner_of(name)
            self._owners.setdefault(name, owner)
        if handler is not None:
            handlers.append(handler)
        return self._owners.get(name)

    def known_owner(self, name: str) -> str | None:
        """The owner of a followed name as last heard."""
        return self._owners.get(name)

    def on_signal(self, name: str, interface: str, member: str, handler: SignalHandler) -> None:
        """Call ``handler`` with the body of each signal whose sender owns the followed ``name``."""
        self._signal_handlers.setdefault((name, interface, member), []).append(handler)

    def _live(self) -> MessageBus:
        if self._bus is None or self.closed.is_set():
            raise Unavailable("not connected to the bus", code=ErrorCode.BUS_GONE)
        return self._bus

    async def _daemon(self, member: str, signature: str, body: Sequence[Any]) -> list[Any]:
        return await self.call(DAEMON_NAME, DAEMON_PATH, member, signature, body, interface=DAEMON_NAME)

    async def _within(self, awaitable: Any, timeout_s: float, what: str = "the bus") -> Any:
        try:
            return await asyncio.wait_for(awaitable, timeout_s)
        except asyncio.TimeoutError as error:
            raise Unavailable(f"{what} did not answer in {timeout_s:g} s", code=ErrorCode.TIMEOUT) from error
        except (OSError, EOFError) as error:
            raise Unavailable(f"the bus is gone: {error}", code=ErrorCode.BUS_GONE) from error

    async def _watch(self, bus: MessageBus) -> None:
        try:
            await bus.wait_for_disconnect()
        except Exception as error:  # noqa: BLE001 - the library raises whatever ended its reader
            logger.warning("bus connection lost error=%r", error)
        # The library only shuts the socket down and would leave its descriptor open.
        bus._stream.close()
        bus._sock.close()
        self.closed.set()

    def _on_message(self, message: Message) -> None:
        if message.message_type == MessageType.METHOD_CALL:
            # The library hands no sender to methods; they run in a copy of this context.
            SENDER.set(message.sender or "")
        elif message.message_type == MessageType.SIGNAL:
            self._on_signal(message)

    def _on_signal(self, message: Message) -> None:
        if message.sender == DAEMON_NAME and message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if name in self._owner_handlers:
                self._owners[name] = owner or None
                self._tell(self._owner_handlers[name], owner or None)
            return
        for (name, interface, member), handlers in list(self._signal_handlers.items()):
            is_meant = interface == message.interface and member == message.member
            # A unicast signal reaches us whoever sent it, so only the owner of the name is believed.
            if is_meant and message.sender is not None and message.sender == self._owners.get(name):
                self._tell(handlers, message.body)

    @staticmethod
    def _tell(handlers: Sequence[Callable[[_T], None]], value: _T) -> None:
        for handler in list(handlers):
            try:
                handler(value)
            except Exception:
                logger.exception("signal handler failed")


def _without_sent_errors(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Let an error that was sent as a reply rest: the library raises it once more, into the event loop."""
    if not isinstance(context.get("exception"), DBusError):
        loop.default_exception_handler(context)
