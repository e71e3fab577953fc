"""The base of the four interfaces: properties they share, and decorators that declare signature and access.

A decorated method stays a thin shell. What it declares is enforced here, before it runs; what it raises becomes a
D-Bus error here, after. The library wants signatures as string annotations; they are attached here so that the
methods can keep real type annotations.
"""

from __future__ import annotations

import functools
import inspect
import json
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from dbus_next import DBusError, PropertyAccess, Variant
from dbus_next.service import ServiceInterface, dbus_property
from dbus_next.service import method as library_method
from dbus_next.service import signal as library_signal
from dbus_next.signature import SignatureTree

from jarvisd.bus.caller import FDS, Access, current_sender, may_be_asked
from jarvisd.bus.connection import Connection
from jarvisd.bus.errors import error_name
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.polkit import Authority, PolkitAction
from jarvisd.bus.signals.form import Signal, encode
from jarvisd.bus.wire.hardened_bus import close_all
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted

logger = logging.getLogger(__name__)

ACTIONS = {Access.WIPE_MEMORY: PolkitAction.WIPE_MEMORY, Access.RED_TEAM: PolkitAction.RED_TEAM}
"""Access that is decided by polkit, for everybody but root and the brain."""
AsyncMethod = TypeVar("AsyncMethod", bound=Callable[..., Awaitable[Any]])
Getter = TypeVar("Getter", bound=Callable[..., Any])


class PartHealth(Protocol):
    """What an interface publishes about the parts of its unit."""

    def states(self) -> dict[str, str]:
        """Part name to state text."""
        ...

    def engines(self) -> dict[str, str]:
        """Part name to engine name."""
        ...

    @property
    def is_ready(self) -> bool:
        """Whether every part is ready."""
        ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call back after every change."""
        ...

    async def check(self) -> Mapping[str, Any]:
        """Look at the parts now; part to ``{"ok", "latency_ms", "error"}``."""
        ...


def _shape(function: Callable[..., Any], in_signature: str, out_signature: str) -> inspect.Signature:
    """What the library shall see: the parameter names with their D-Bus types as annotations."""
    names = list(inspect.signature(function).parameters)
    types = [node.signature for node in SignatureTree(in_signature).types]
    if len(names) - 1 != len(types):
        raise TypeError(f"{function.__name__} takes {len(names) - 1} arguments, '{in_signature}' has {len(types)}")
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(names[0], kind)]
    parameters += [
        inspect.Parameter(name, kind, annotation=text) for name, text in zip(names[1:], types, strict=True)
    ]
    return inspect.Signature(parameters, return_annotation=out_signature or inspect.Signature.empty)


def method(
    in_signature: str = "", out_signature: str = "", gives: str = "", *, who: Access = Access.ANY
) -> Callable[[AsyncMethod], Any]:
    """Expose an ``async`` method, whose result is called ``gives``; ``who`` is checked before it runs."""

    def decorate(function: AsyncMethod) -> Any:
        @functools.wraps(function)
        async def guarded(self: UnitInterface, *args: Any) -> Any:
            try:
                await self.admit(who)
                return await function(self, *args)
            except JarvisError as error:
                logger.info("refused member=%s code=%s detail=%s", function.__name__, error.code, error.message)
                raise DBusError(error_name(error.code), error.message) from error
            except Exception as error:
                incident = secrets.token_hex(4)
                logger.exception("method failed member=%s incident=%s", function.__name__, incident)
                raise DBusError(error_name(ErrorCode.INTERNAL), f"internal error, incident {incident}") from error
            finally:
                self.bus.limiter.ended(current_sender())
                close_all(FDS.get([]))

        guarded.__signature__ = _shape(function, in_signature, out_signature)  # type: ignore[attr-defined] # read by inspect
        exposed = library_method()(guarded)
        for arg in exposed.__DBUS_METHOD.introspection.out_args:
            arg.name = gives
        exposed.access = who
        return exposed

    return decorate


def signal(signature: str = "") -> Callable[[Getter], Getter]:
    """Expose a method that returns a signal's body as a list; calling it emits the signal."""

    def decorate(function: Getter) -> Getter:
        @functools.wraps(function)
        def body(self: UnitInterface, *args: Any) -> Any:
            values = function(self, *args)
            # The library takes a lone value bare and several as a list.
            return values[0] if len(values) == 1 else values

        parameters = list(inspect.signature(function).parameters.values())
        body.__signature__ = inspect.Signature(parameters, return_annotation=signature)  # type: ignore[attr-defined] # read by inspect
        exposed = library_signal()(body)
        told = exposed.__DBUS_SIGNAL.introspection.args
        for arg, parameter in zip(told, parameters[1:], strict=True):
            arg.name = parameter.name
        return cast("Getter", exposed)

    return decorate


def prop(signature: str) -> Callable[[Getter], Any]:
    """Expose a read-only property of the given D-Bus type."""

    def decorate(function: Getter) -> Any:
        @functools.wraps(function)
        def getter(self: UnitInterface) -> Any:
            return function(self)

        getter.__signature__ = inspect.Signature(  # type: ignore[attr-defined] # read by inspect
            [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)], return_annotation=signature
        )
        return dbus_property(access=PropertyAccess.READ)(getter)

    return decorate


class UnitInterface(ServiceInterface):  # type: ignore[misc] # the library is untyped
    """The object that a unit exports. Subclasses add members; logic lives in plain objects."""

    def __init__(self, unit: UnitName, bus: Connection, health: PartHealth) -> None:
        super().__init__(unit.bus_name)
        self.unit = unit
        self.bus = bus
        self._health = health
        self._waiting: tuple[str, ...] = ()
        self._told: dict[str, Any] = {}
        health.subscribe(self._health_changed)

    @prop("b")
    def Ready(self) -> bool:
        """Whether every part of the unit is ready."""
        return self._health.is_ready

    @prop("a{ss}")
    def Parts(self) -> dict[str, str]:
        """State of each part: "ready", "loading", or "degraded" and "failed" with code and reason."""
        return self._health.states()

    @prop("a{ss}")
    def Engines(self) -> dict[str, str]:
        """What does the work of each part: name, version, model."""
        return self._health.engines()

    @prop("as")
    def RestartNeeded(self) -> list[str]:
        """Keys of the configuration that were changed and apply after a restart of the unit."""
        return list(self._waiting)

    @method("", "s", "health_json")
    async def CheckHealth(self) -> str:
        """Look at what the unit works with, now."""
        return json.dumps(await self._health.check())

    def restart_needed(self, keys: Sequence[str]) -> None:
        """Publish which keys wait for a restart."""
        if self._waiting != tuple(keys):
            self._waiting = tuple(keys)
            self.changed(RestartNeeded=list(keys))

    def send(self, told: Signal) -> None:
        """Emit ``told`` by the member of its name."""
        getattr(self, type(told).__name__)(*encode(told, Variant))

    def changed(self, **values: Any) -> None:
        """Emit PropertiesChanged for those of ``values`` that differ from what was told before."""
        news = {name: value for name, value in values.items() if self._told.get(name) != value}
        if news:
            self._told.update(news)
            self.emit_properties_changed(news)

    def _health_changed(self) -> None:
        health = self._health
        self.changed(Ready=health.is_ready, Parts=health.states(), Engines=health.engines())

    async def admit(self, who: Access) -> None:
        """Raise :class:`NotPermitted` unless the caller of the method in progress fits ``who``."""
        sender = current_sender()
        if who is Access.ANY or (who is Access.NOT_BRAIN and not await self._is_brain(sender)):
            return
        units = {
            Access.BRAIN: UnitName.BRAIN,
            Access.BRAIN_OR_ADMIN: UnitName.BRAIN,
            Access.EXECUTOR: UnitName.EXECUTOR,
            Access.EXECUTOR_OR_ADMIN: UnitName.EXECUTOR,
            Access.TTS: UnitName.TTS,
        }
        if who in units and sender == await self.bus.owner_of(units[who].bus_name):
            return
        if who in (Access.ADMIN, Access.BRAIN_OR_ADMIN, Access.EXECUTOR_OR_ADMIN) and await self._is_admin(sender):
            return
        if who in ACTIONS and await self._is_allowed(sender, ACTIONS[who]):
            return
        raise NotPermitted(f"{sender} may not call this method, which is for {who.value}")

    async def _is_admin(self, sender: str) -> bool:
        uid = await self.bus.uid_of(sender)
        return uid == 0 or (self.bus.is_private and uid == os.getuid())

    async def _is_allowed(self, sender: str, action: PolkitAction) -> bool:
        if await self._is_brain(sender):
            return False
        return await self._is_admin(sender) or await Authority(self.bus).allows(
            sender, action, may_ask=may_be_asked()
        )

    async def _is_brain(self, sender: str) -> bool:
        brain = await self.bus.owner_of(UnitName.BRAIN.bus_name)
        if brain is None:
            return False
        if sender == brain or await self.bus.pid_of(sender) == await self.bus.pid_of(brain):
            return True
        brain_uid = await self.bus.uid_of(brain)
        # With a user of its own, everything that runs as the brain's user is the brain.
        return brain_uid != os.getuid() and await self.bus.uid_of(sender) == brain_uid


def plain(value: Any) -> Any:
    """A value from the bus without the library's Variant wrappers, at any depth."""
    if isinstance(value, Variant):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def variants(**values: bool | int | float | str) -> dict[str, Variant]:
    """An ``a{sv}`` from plain values; integers are unsigned 64-bit."""
    kinds: dict[type, str] = {bool: "b", int: "t", float: "d", str: "s"}
    return {key: Variant(kinds[type(value)], value) for key, value in values.items()}
