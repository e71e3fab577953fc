"""The objects of a connection as callers see them: the tree that Introspect tells, and why a call fits none. Pure.

The library would tell of objects that are not there, answer as an object manager, and say of a standard interface
that is called wrongly that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dbus_next import Message
from dbus_next import introspection as intr
from dbus_next.constants import ErrorType
from dbus_next.service import ServiceInterface

from jarvisd.bus.names import PROPERTIES

Exports = Mapping[str, Sequence[ServiceInterface]]
PEER = "org.freedesktop.DBus.Peer"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
STANDARD: dict[str, intr.Interface] = {
    interface.name: interface
    for interface in intr.Node.default().interfaces
    if interface.name in (PEER, INTROSPECTABLE, PROPERTIES)
}


def text_of(path: str, exports: Exports) -> str:
    """The introspection data of ``path``: its interfaces if an object is there, and the next nodes below."""
    below = "/" if path == "/" else f"{path}/"
    children = {other[len(below) :].split("/", 1)[0] for other in exports if other.startswith(below)}
    node = intr.Node(path, interfaces=list(_interfaces(path, exports).values()), is_root=True)
    node.nodes = [intr.Node(name) for name in sorted(children)]
    return str(node.tostring())


def refusal(call: Message, exports: Exports) -> tuple[ErrorType, str] | None:
    """The error for a call that no method of ours can take."""
    if call.interface is None:
        return ErrorType.UNKNOWN_INTERFACE, f"a call names its interface, that of {call.member} does not"
    is_node = call.path in exports or any(other.startswith(call.path.rstrip("/") + "/") for other in exports)
    shown = {PEER, INTROSPECTABLE} if is_node else {PEER}
    if call.path not in exports and call.interface not in shown:
        return ErrorType.UNKNOWN_OBJECT, f"there is no object {call.path}"
    interface = _interfaces(call.path, exports, call.interface).get(call.interface)
    if interface is None:
        return ErrorType.UNKNOWN_INTERFACE, f"{call.path} has no interface {call.interface}"
    for method in interface.methods:
        if method.name == call.member and method.in_signature == call.signature:
            return None
        if method.name == call.member:
            text = f"{call.member} takes ({method.in_signature}), not ({call.signature})"
            return ErrorType.INVALID_ARGS, text
    return ErrorType.UNKNOWN_METHOD, f"{call.interface} has no method {call.member}"


def _interfaces(path: str, exports: Exports, named: str = "") -> dict[str, intr.Interface]:
    names = (INTROSPECTABLE, PEER, PROPERTIES) if path in exports else (INTROSPECTABLE, PEER)
    found = {name: STANDARD[name] for name in names}
    own = [interface for interface in exports.get(path, ()) if named in ("", interface.name)]
    return {**found, **{interface.name: interface.introspect() for interface in own}}
