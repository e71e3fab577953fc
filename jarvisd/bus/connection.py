"""One connection to a message bus: calls with deadlines, names, and signals from verified senders."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dbus_next import DBusError, Message, MessageFlag, MessageType, NameFlag, RequestNameReply
from dbus_next.errors import AuthError
from dbus_next.service import ServiceInterface

from jarvisd.bus.caller import FDS, INTERACTIVE, SENDER
from jarvisd.bus.errors import from_wire
from jarvisd.bus.names import DAEMON_NAME, DAEMON_PATH, UnitName
from jarvisd.bus.wire.admission import AdmissionControl
from jarvisd.bus.wire.hardened_bus import HardenedBus, close_all
from jarvisd.bus.wire.rate_limit import Limiter, Rate
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within

logger = logging.getLogger(__name__)

SignalHandler = Callable[[Sequence[Any]], None]
OwnerHandler = Callable[["str | None"], None]
_T = TypeVar("_T")
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 2.0
"""Chosen: a bus that restarts is back within a second or two."""
_PASSING = frozenset({ErrorCode.BUS_GONE, ErrorCode.TIMEOUT})
"""What may be otherwise at the next try of coming back: on a crowded machine a bus that starts lets calls wait."""


class Connection:
    """A connection to the bus at ``address``; the empty address is the system bus.

    With ``return_s`` it tries for so long to come back after a loss of the bus, with the same objects, names and
    subscriptions. Meanwhile nobody owns any name, calls fail with BUS_GONE, and handlers of :meth:`on_lost` know.
    ``closed`` is set when the connection is given up; ``failure`` says why if it was not left on purpose.
    ``rate`` limits what each caller may ask of us.
    """

    def __init__(
        self,
        address: str = "",
        *,
        rate: Rate | None = None,
        return_s: float = 0.0,
        bus_type: type[HardenedBus] = HardenedBus,
    ) -> None:
        self._address = address
        self._bus_type = bus_type
        self._return_s = return_s
        self._bus: HardenedBus | None = None
        self._is_leaving = False
        self._exports: list[tuple[str, ServiceInterface]] = []
        self._names: list[str] = []
        self._matches: list[str] = []
        self._followed: set[str] = set()
        self._owners: dict[str, str | None] = {}
        self._unheard: set[str] = set()
        self._owner_handlers: dict[str, list[OwnerHandler]] = {}
        self._signal_handlers: dict[tuple[str, str, str], list[SignalHandler]] = {}
        self._lost_handlers: list[Callable[[], None]] = []
        self._called: dict[int, str] = {}
        self._uids: dict[str, int] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._is_limited = rate is not None and rate.is_on
        self._admission = AdmissionControl(rate or Rate(), self.uid_of)
        self.closed = asyncio.Event()
        self.failure: JarvisError | None = None

    @property
    def limiter(self) -> Limiter:
        """What each caller may still ask."""
        return self._admission.limiter

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
        self._bus = await self._open()
        self._watcher = asyncio.get_running_loop().create_task(self._watch(self._bus), name="bus-watch")
        if self._is_limited:
            # Who has left is forgotten, and who comes as a unit is never held up.
            await self._subscribe(f"type='signal',sender='{DAEMON_NAME}',member='NameOwnerChanged',arg2=''")
            for unit in UnitName:
                await self._track(unit.bus_name)

    async def disconnect(self) -> None:
        """Leave the bus; safe to call twice."""
        self._is_leaving = True
        if self._bus is not None:
            self._bus.disconnect()
        if self._watcher is not None:
            if self._bus is None:
                self._watcher.cancel()
                self.closed.set()
            await within(self.closed.wait(), 5)

    def on_lost(self, handler: Callable[[], None]) -> None:
        """Call ``handler`` whenever the bus is lost: everybody's unique name means nobody from then on."""
        self._lost_handlers.append(handler)

    def export(self, path: str, interface: ServiceInterface) -> None:
        """Serve ``interface`` at ``path``."""
        self._live().export(path, interface)
        self._exports.append((path, interface))

    async def request_name(self, name: str) -> None:
        """Own ``name`` or raise Unavailable(NAME_TAKEN); never waits in the queue behind another owner."""
        await self._own(self._live(), name)
        self._names.append(name)

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
        starts_service: bool = False,
        may_ask: bool = False,
    ) -> list[Any]:
        """Call a method and return the reply's body; only ``starts_service`` lets the call start who is to answer.

        With ``may_ask`` polkit may ask the person who calls for a password.

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
        if starts_service:
            message.flags = MessageFlag.NONE
        if may_ask:
            message.flags |= MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION
        bus = self._live()
        message.serial = bus.next_serial()
        self._called[message.serial] = destination
        try:
            reply = await self._within(bus.call(message), timeout_s, f"{destination}.{member}")
        finally:
            del self._called[message.serial]
            bus.forget(message.serial)
        if reply is None:
            raise Unavailable(f"the bus went away during {destination}.{member}", code=ErrorCode.BUS_GONE)
        if reply.message_type == MessageType.ERROR:
            raise from_wire(reply.error_name or "", str(reply.body[0]) if reply.body else "")
        return list(reply.body)

    async def owner_of(self, name: str) -> str | None:
        """Unique name of the connection that owns ``name`` now, asked of the bus itself."""
        [owned] = await self._daemon("NameHasOwner", name)
        if not owned:
            return None
        try:
            [owner] = await self._daemon("GetNameOwner", name)
        except Unavailable:
            return None
        return str(owner)

    async def uid_of(self, unique_name: str) -> int:
        """User that the connection belongs to; a bus never uses a unique name again, so it is kept."""
        if unique_name not in self._uids:
            [uid] = await self._daemon("GetConnectionUnixUser", unique_name)
            if len(self._uids) > 1000:
                self._uids.clear()
            self._uids[unique_name] = int(uid)
        return self._uids[unique_name]

    async def pid_of(self, unique_name: str) -> int:
        """Process that the connection belongs to."""
        [pid] = await self._daemon("GetConnectionUnixProcessID", unique_name)
        return int(pid)

    async def follow(self, name: str, handler: OwnerHandler | None = None) -> str | None:
        """Keep track of who owns ``name`` and hear its signals; ``handler`` hears of every change of owner.

        Returns the owner now.
        """
        await self._track(name)
        if name not in self._followed:
            self._followed.add(name)
            await self._subscribe(f"type='signal',sender='{name}'")
        if handler is not None:
            self._owner_handlers[name].append(handler)
        return self._owners.get(name)

    def known_owner(self, name: str) -> str | None:
        """The owner of a followed name as last heard."""
        return self._owners.get(name)

    def on_signal(self, name: str, interface: str, member: str, handler: SignalHandler) -> None:
        """Call ``handler`` with the body of each signal whose sender owns the followed ``name``."""
        self._signal_handlers.setdefault((name, interface, member), []).append(handler)

    def _live(self) -> HardenedBus:
        if self._bus is None or self.closed.is_set():
            raise Unavailable("not connected to the bus", code=ErrorCode.BUS_GONE)
        return self._bus

    async def _subscribe(self, rule: str) -> None:
        await self._daemon("AddMatch", rule)
        self._matches.append(rule)

    async def _track(self, name: str) -> None:
        if name in self._owner_handlers:
            return
        self._owner_handlers[name] = []
        # Subscribed before asking, so that no change falls between.
        await self._subscribe(f"type='signal',sender='{DAEMON_NAME}',member='NameOwnerChanged',arg0='{name}'")
        await self._ask_owner(name)

    async def _ask_owner(self, name: str) -> None:
        self._unheard.add(name)
        owner = await self.owner_of(name)
        # A change heard while asking is newer than the answer; until then who was heard of last is believed.
        if name in self._unheard and self._owners.get(name, "") != owner:
            self._owner_is(name, owner)

    async def _own(self, bus: HardenedBus, name: str) -> None:
        try:
            reply = await self._within(bus.request_name(name, NameFlag.DO_NOT_QUEUE), 10)
        except DBusError as error:
            raise from_wire(error.type, error.text) from error
        if reply not in (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER):
            raise Unavailable(f"{name} is owned by another process", code=ErrorCode.NAME_TAKEN)

    async def _daemon(self, member: str, about: str) -> list[Any]:
        return await self.call(DAEMON_NAME, DAEMON_PATH, member, "s", [about], interface=DAEMON_NAME)

    async def _within(self, awaitable: Any, timeout_s: float, what: str = "the bus") -> Any:
        try:
            return await within(awaitable, timeout_s)
        except asyncio.TimeoutError as error:
            raise Unavailable(f"{what} did not answer in {timeout_s:g} s", code=ErrorCode.TIMEOUT) from error
        except (OSError, EOFError) as error:
            raise Unavailable(f"the bus is gone: {error}", code=ErrorCode.BUS_GONE) from error

    # --- coming, going and coming back -----------------------------------------------------------------

    async def _open(self) -> HardenedBus:
        bus: HardenedBus | None = None
        try:
            bus = self._bus_type(self._address, self._admission)
            await within(bus.connect(), 10)
        # A ValueError when the address is none, or when what listens there is no bus.
        except (OSError, EOFError, ValueError, AuthError, DBusError, asyncio.TimeoutError) as error:
            if bus is not None:
                bus.close()
            where = self._address or "the system bus"
            why = str(error) or "no answer"
            raise Unavailable(f"cannot connect to {where}: {why}", code=ErrorCode.BUS_GONE) from error
        bus.add_message_handler(self._on_message)
        bus.is_answer = self._is_answer
        return bus

    async def _watch(self, bus: HardenedBus) -> None:
        while True:
            try:
                await bus.wait_for_disconnect()
            except Exception as error:  # noqa: BLE001 - the library raises whatever ended its reader
                logger.warning("bus connection lost error=%r", error)
            bus.close()
            self._bus = None
            if self._is_leaving or not self._return_s:
                break
            self._forget_everybody()
            try:
                bus = await self._come_back()
            except JarvisError as error:
                self.failure = error
                break
            logger.warning("back on the bus name=%s", bus.unique_name)
        self.closed.set()

    def _forget_everybody(self) -> None:
        """On the next bus the same unique names are other people."""
        self._uids.clear()
        close_all(self._admission.forget_all())
        for handler in self._lost_handlers:
            handler()
        for name in self._owners:
            self._owners[name] = None
            self._tell(self._owner_handlers[name], None)

    async def _come_back(self) -> HardenedBus:
        loop = asyncio.get_running_loop()
        until, pause_s = loop.time() + self._return_s, FIRST_RETRY_S
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LAST_RETRY_S)
            try:
                return await self._settle(await self._open())
            except JarvisError as error:
                if error.code not in _PASSING or loop.time() > until:
                    raise

    async def _settle(self, bus: HardenedBus) -> HardenedBus:
        self._bus = bus
        try:
            for path, interface in self._exports:
                bus.export(path, interface)
            for rule in self._matches:
                await self._daemon("AddMatch", rule)
            # Names come last: whoever sees us again may count on our knowing who they are.
            for name in list(self._owner_handlers):
                await self._ask_owner(name)
            for name in self._names:
                await self._own(bus, name)
        except JarvisError:
            self._bus = None
            bus.disconnect()
            bus.close()
            raise
        return bus

    # --- what arrives ----------------------------------------------------------------------------------

    def _on_message(self, message: Message) -> bool:
        """Hear signals, and note who calls; always ``False``, for the library goes on with the message."""
        if message.message_type == MessageType.SIGNAL:
            if not message.fault:
                self._on_signal(message)
        elif message.message_type == MessageType.METHOD_CALL:
            sender = message.sender or ""
            # The library hands no sender to methods; they run in a copy of this context.
            SENDER.set(sender)
            INTERACTIVE.set(bool(message.flags & MessageFlag.ALLOW_INTERACTIVE_AUTHORIZATION))
            FDS.set(message.unix_fds)
        return False

    def _is_answer(self, reply: Message) -> bool:
        """Whether ``reply`` comes from whom was called; a bus without a policy brings everybody's."""
        # What the library calls by itself, it calls of the bus.
        called = self._called.get(reply.reply_serial, DAEMON_NAME)
        if called.startswith(":") or called == DAEMON_NAME:
            wanted: str | None = called
        else:
            wanted = self._owners.get(called)
        is_from_bus = reply.sender == DAEMON_NAME and reply.message_type == MessageType.ERROR
        return wanted is None or reply.sender == wanted or is_from_bus

    def _excuse_unit(self, name: str) -> None:
        owner = self._owners.get(name)
        if owner is not None and name in {unit.bus_name for unit in UnitName}:
            self.limiter.excuse(owner)

    def _owner_is(self, name: str, owner: str | None) -> None:
        self._owners[name] = owner
        self._unheard.discard(name)
        self._excuse_unit(name)
        self._tell(self._owner_handlers[name], owner)

    def _on_signal(self, message: Message) -> None:
        if message.sender == DAEMON_NAME and message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if name in self._owner_handlers:
                self._owner_is(name, owner or None)
            elif not owner:
                self._admission.forget(name)
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
