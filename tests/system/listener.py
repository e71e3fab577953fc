"""Hears every signal of the suite that the bus lets through; run inside the guest by the package's own Python.

Prints ``listening``, then a line for each signal, until its standard input ends.
"""

from __future__ import annotations

import asyncio
import sys

from dbus_next import Message, MessageType
from dbus_next.aio import MessageBus
from dbus_next.constants import BusType

RULES = ("type='signal'", "type='signal',eavesdrop='true'", "path_namespace='/org/jarvisd'", "eavesdrop='true'")


async def main() -> None:
    """Subscribe in every way there is."""
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    bus.add_message_handler(heard)
    for rule in RULES:
        call = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=[rule],
        )
        reply = await bus.call(call)
        # Eavesdropping may be refused; what is left is what anybody may try.
        assert reply is not None
        assert reply.message_type == MessageType.METHOD_RETURN or "eavesdrop" in rule, reply.body
    say("listening")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def heard(message: Message) -> None:
    """Say what came."""
    if (message.path or "").startswith("/org/jarvisd") or (message.interface or "").startswith("org.jarvisd"):
        say(f"{message.interface} {message.member}")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


asyncio.run(main())
