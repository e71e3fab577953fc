"""Callers of other users on a private bus: the bus that admits them, and one process for each."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from dbus_next import Message, MessageFlag, MessageType
from dbus_next.aio import MessageBus
from dbus_next.constants import BusType
from dbus_next.signature import SignatureTree

from demo.suite import Suite
from jarvisd.bus.names import UnitName
from jarvisd.bus.wire.hardened_bus import MessageWriter
from tests.contract.people import As

OPEN_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
"""
ROOT = Path(__file__).resolve().parents[2]
VALUES: dict[str, Any] = {"s": "", "b": False, "d": 1.0, "u": 1, "t": 1, "i": 0, "h": 0}
READY = "ready"


class OpenSuite(Suite):
    """A suite on a bus that lets every user in and everything through, so that only the units refuse."""

    def start_bus(self) -> None:
        path = self.folder / "open-bus.conf"
        path.write_text(OPEN_BUS, "utf-8")
        self.bus_option = f"--config-file={path}"
        self._sockets.chmod(0o711)
        super().start_bus()


def lie(unit: UnitName, member: str, signature: str, body: list[Any], destination: str | None = None) -> Message:
    """A signal in the name of ``unit``, to everybody or to one."""
    return Message(
        message_type=MessageType.SIGNAL,
        destination=destination,
        path=unit.path,
        interface=unit.bus_name,
        member=member,
        signature=signature,
        body=body,
    )


async def connect(address: str, uid: int | None = None) -> MessageBus:
    """A connection as ``uid``; needs root unless it is one's own."""
    own = os.geteuid()
    wanted = own if uid is None else uid
    # The kernel notes who connects when the socket connects, which is inside the constructor.
    os.seteuid(wanted)
    try:
        bus = MessageBus(bus_address=address, bus_type=BusType.SYSTEM, auth=As(wanted), negotiate_unix_fd=True)
    finally:
        os.seteuid(own)
    # The library's own gives the connection up when the bus is slow to take messages.
    bus._writer = MessageWriter(bus)
    return await bus.connect()


def arguments(signature: str) -> list[Any]:
    """Values of the right types, as empty as they can be."""
    kinds = [node.signature for node in SignatureTree(signature).types]
    return [VALUES.get(kind, {} if kind.startswith("a{") else []) for kind in kinds]


def uids(count: int) -> list[int]:
    """Users other than root, of which the machine has some always; the bus lets in only those it can look up."""
    found = sorted({entry.pw_uid for entry in pwd.getpwall()} - {0})
    return found[:count]


async def call(bus: MessageBus, unit: UnitName, member: str, signature: str, body: list[Any] | None = None) -> str:
    """Call with ``body``, or with any arguments of the right types; the error's name, or nothing."""
    fds = [os.open(os.devnull, os.O_RDONLY)] if "h" in signature else []
    message = Message(
        destination=unit.bus_name,
        path=unit.path,
        interface=unit.bus_name,
        member=member,
        signature=signature,
        body=arguments(signature) if body is None else body,
        flags=MessageFlag.NO_AUTOSTART,
        unix_fds=fds,
    )
    try:
        reply = await bus.call(message)
    finally:
        for fd in fds:
            os.close(fd)
    assert reply is not None
    return str(reply.error_name) if reply.message_type == MessageType.ERROR else ""


class Stranger:
    """A process on the bus with a user and perhaps a unit's name; makes the calls that it is told to make."""

    def __init__(self, address: str, uid: int, owns: str = "") -> None:
        command = [sys.executable, "-m", "tests.fakes.stranger", address, str(uid), owns]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, bufsize=1
        )

    def __enter__(self) -> Stranger:
        assert self._answer() == READY
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process.terminate()
        self._process.wait(30)

    def call(self, unit: UnitName, member: str, signature: str, body: list[Any] | None = None) -> str:
        """The name of the error that the call is answered with, or nothing."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([unit.value, member, signature, body]) + "\n")
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the stranger died"
        return str(json.loads(line))


async def _serve(address: str, uid: int, owns: str) -> None:
    bus = await connect(address, uid)
    if owns:
        await bus.request_name(owns)
    sys.stdout.write(json.dumps(READY) + "\n")
    sys.stdout.flush()
    while line := await asyncio.to_thread(sys.stdin.readline):
        unit, member, signature, body = json.loads(line)
        error = await call(bus, UnitName(unit), member, signature, body)
        sys.stdout.write(json.dumps(error) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
