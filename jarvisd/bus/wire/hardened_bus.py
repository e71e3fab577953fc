"""The library's connection, made to survive whatever arrives and whatever we would send.

By itself the library gives the connection up when it cannot read a message, reads on as long as something arrives,
answers faults with tracebacks, keeps descriptors that nobody took, remembers every signature for ever, and sends
text that makes the bus hang up on us. A unit must not end or stall because of one caller.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from array import array
from collections.abc import Callable
from types import TracebackType
from typing import Any

from dbus_next import DBusError, Message, MessageFlag, MessageType, Variant
from dbus_next.aio import MessageBus
from dbus_next.aio.message_bus import _MessageWriter
from dbus_next.constants import BusType, ErrorType
from dbus_next.service import ServiceInterface

from jarvisd.bus.errors import error_name
from jarvisd.bus.names import DAEMON_NAME, DAEMON_PATH, PROPERTIES
from jarvisd.bus.wire import framing, introspection
from jarvisd.bus.wire.admission import Admission, AdmissionControl
from jarvisd.bus.wire.framing import Frame, FrameSplitter
from jarvisd.bus.wire.unmarshal import MessageDecoder
from jarvisd.core.errors import ErrorCode

logger = logging.getLogger(__name__)

READ_MESSAGES, READ_S = 64, 0.02
"""After so much reading the rest of the unit has its turn."""
READ_BYTES, READ_FDS = 1 << 16, 64
"""How much is taken from the socket at once; a message has at most 16 descriptors."""


class MessageWriter(_MessageWriter):  # type: ignore[misc] # the library is untyped
    """Sends what is queued. A socket that is full is waited for; the library would give the connection up."""

    buf: Any
    unix_fds: Any
    fut: Any

    def write_callback(self) -> None:
        """Send as much as the socket takes; called whenever it takes some."""
        try:
            while self.buf is not None or self._take():
                self._send_some()
                if self.offset < len(self.buf):
                    return
                self.buf = None
                if self.fut is not None and not self.fut.done():
                    self.fut.set_result(None)
            self.loop.remove_writer(self.fd)
        except BlockingIOError:
            return
        except OSError as error:
            if self.fut is not None and not self.fut.done():
                self.fut.set_exception(error)
            self.bus._finalize(error)

    def _take(self) -> bool:
        if self.messages.empty():
            return False
        marshalled, self.unix_fds, self.fut = self.messages.get_nowait()
        self.buf, self.offset = memoryview(marshalled), 0
        return True

    def _send_some(self) -> None:
        rest = self.buf[self.offset :]
        if self.unix_fds:
            rights = array("i", self.unix_fds)
            self.offset += self.sock.sendmsg([rest], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            self.unix_fds = None
        else:
            self.offset += self.sock.send(rest)


class HardenedBus(MessageBus):  # type: ignore[misc] # the library is untyped
    """The bus at ``address``; the empty address is the system bus."""

    def __init__(self, address: str, admission: AdmissionControl) -> None:
        self._admission = admission
        self._frames = FrameSplitter()
        self._next_read: asyncio.Handle | None = None
        try:
            super().__init__(bus_address=address or None, bus_type=BusType.SYSTEM, negotiate_unix_fd=True)
        except OSError:
            self._stream.close()
            self._sock.close()
            raise
        self._writer = MessageWriter(self)
        self.is_answer: Callable[[Message], bool] = lambda reply: True
        """Whether a reply comes from whom was called."""

    def send(self, msg: Message) -> Any:
        """Send ``msg`` with text that can be sent; on a connection that is lost it goes nowhere."""
        if self._disconnected:
            # The number of its descriptor may belong to somebody else by now.
            lost = self._loop.create_future()
            lost.set_result(None)
            return lost
        msg.body = [sendable(value) for value in msg.body]
        return super().send(msg)

    def forget(self, serial: int) -> None:
        """Wait no longer for the answer to the call with this number."""
        self._method_return_handlers.pop(serial, None)

    def close(self) -> None:
        """Release the socket, which the library only shuts down."""
        self._finalize()
        if not self._disconnect_future.cancelled():
            # Looked at, so that nobody complains of an error that was already dealt with.
            self._disconnect_future.exception()
        self._stream.close()
        self._sock.close()

    # --- the library's inner workings, replaced -------------------------------------------------------

    def _create_unmarshaller(self) -> None:
        """None: :meth:`_read_some` makes one for each message."""

    def _message_reader(self) -> None:
        if self._next_read is None:
            self._read_some()

    def _read_some(self) -> None:
        """Read for a while. The socket does not tell of what has been taken from it and not been read yet."""
        self._next_read = None
        until, left = self._loop.time() + READ_S, READ_MESSAGES
        try:
            while left and not self._disconnected and self._loop.time() < until:
                frame = self._frames.take()
                if frame is not None:
                    left -= self._arrived(frame)
                elif not self._fill():
                    return
        except (OSError, EOFError, ValueError) as error:
            self._finalize(error)
            return
        self._next_read = self._loop.call_soon(self._read_some)

    def _fill(self) -> bool:
        room = socket.CMSG_SPACE(READ_FDS * array("i").itemsize)
        try:
            data, control, flags, _ = self._sock.recvmsg(READ_BYTES, room, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return False
        if not data:
            raise EOFError
        fds = array("i")
        for level, kind, value in control:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                fds.frombytes(value[: len(value) - len(value) % fds.itemsize])
        is_told = bool(control) or bool(flags & socket.MSG_CTRUNC)
        self._frames.feed(data, fds.tolist() if is_told else None)
        return True

    def _arrived(self, frame: Frame) -> bool:
        """Deal with a message; whether it was read for that."""
        if frame.is_call:
            # A bus always tells the sender, and says so in a form that can be read.
            verdict = self._admission.judge(frame, self._arrived) if frame.sender else Admission.REFUSE
            if verdict is Admission.REFUSE:
                self._refuse(frame)
            if verdict is not Admission.SERVE:
                return False
        self._on_message(self.read(frame))
        return True

    def read(self, frame: Frame) -> Message:
        """The message in ``frame``; a hundred times the work of refusing it."""
        decoder = MessageDecoder(frame)
        decoder.unmarshall()
        return decoder.taken()

    def _refuse(self, call: Frame) -> None:
        close_all(call.fds)
        if call.sender and call.wants_reply and not self._disconnected:
            name = error_name(ErrorCode.TOO_MANY_CALLS)
            answer = framing.error(call, self.next_serial(), name, self._admission.refusal)
            self._writer.messages.put_nowait((answer, [], None))
            self._writer.schedule_write()

    def _finalize(self, err: BaseException | None = None) -> None:
        if not self._disconnected:
            close_all(self._frames.loose())
            super()._finalize(err)

    def _process_message(self, msg: Message) -> None:
        if msg.reply_serial in self._method_return_handlers and not self.is_answer(msg):
            # The library would take the first message with the number of a call for its answer.
            logger.warning("answer from somebody else dropped sender=%s", msg.sender)
            close_all(msg.unix_fds)
            return
        super()._process_message(msg)
        if getattr(msg, "is_taken", False):
            self._admission.limiter.began(msg.sender or "")
        else:
            close_all(msg.unix_fds)

    def _send_reply(self, msg: Message) -> CallReply:
        return CallReply(self, msg)

    def _find_message_handler(self, msg: Message) -> Callable[[Message, CallReply], None]:
        if msg.fault:
            return _refusing(error_name(ErrorCode.INVALID_REQUEST), f"the message is {msg.fault}")
        refusal = introspection.refusal(msg, self._path_exports)
        if refusal is not None:
            return _refusing(refusal[0].value, refusal[1])
        if msg.interface == PROPERTIES and not msg.body[0]:
            # No interface means any that has the property, and each object has one.
            msg.body[0] = self._path_exports[msg.path][0].name
        found: Callable[[Message, CallReply], None] = super()._find_message_handler(msg)
        return found

    def _make_method_handler(
        self, interface: ServiceInterface, method: Any
    ) -> Callable[[Message, CallReply], None]:
        handler = super()._make_method_handler(interface, method)

        def careful(msg: Message, send_reply: CallReply) -> None:
            kinds = list(zip(msg.signature_tree.types, msg.body, strict=True))
            if any(kind.signature == "h" and index >= len(msg.unix_fds) for kind, index in kinds):
                raise DBusError(ErrorType.INVALID_ARGS, "a descriptor is missing")
            handler(msg, send_reply)
            # The method runs later and releases its descriptors when it has ended; the others go at once.
            msg.is_taken = True
            own = {msg.unix_fds[index] for kind, index in kinds if kind.signature == "h"}
            close_all([fd for fd in msg.unix_fds if fd not in own])
            msg.unix_fds[:] = own

        return careful

    def _default_introspect_handler(self, msg: Message, send_reply: CallReply) -> None:
        send_reply(Message.new_method_return(msg, "s", [introspection.text_of(msg.path, self._path_exports)]))

    def _default_get_machine_id_handler(self, msg: Message, send_reply: CallReply) -> None:
        # The library can answer from the bus, but not a second time from its memory, nor with an error.
        def pass_on(reply: Message | None, _: Exception | None) -> None:
            if reply is not None and reply.message_type is MessageType.ERROR:
                send_reply(Message.new_error(msg, reply.error_name, str(reply.body[0]) if reply.body else ""))
            elif reply is not None:
                send_reply(Message.new_method_return(msg, "s", reply.body))

        self._call(Message(DAEMON_NAME, DAEMON_PATH, introspection.PEER, "GetMachineId"), pass_on)

    def _emit_interface_added(self, path: str, interface: ServiceInterface) -> None:
        """Tell nobody: before the name is owned the bus policy would let everybody hear our properties."""

    def _emit_interface_removed(self, path: str, removed_interfaces: list[str]) -> None:
        """Likewise."""


class CallReply:
    """Answers one call: with a message, or with what was raised, whose details are for the journal alone."""

    def __init__(self, bus: HardenedBus, call: Message) -> None:
        self._bus = bus
        self._call = call

    def __call__(self, reply: Message) -> None:
        """Send ``reply`` if the caller wants one."""
        if not self._call.flags & MessageFlag.NO_REPLY_EXPECTED:
            self._bus.send(reply)

    def __enter__(self) -> CallReply:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, asyncio.CancelledError):
            # This is not the task that was cancelled but what comes after it.
            error = DBusError(error_name(ErrorCode.UNIT_DOWN), "the unit is stopping")
        if not isinstance(error, Exception):
            return False
        self.send_error(error)
        return True

    def send_error(self, error: Exception) -> None:
        """Answer with ``error``."""
        if isinstance(error, DBusError):
            self(Message.new_error(self._call, error.type, error.text))
            return
        incident = secrets.token_hex(4)
        logger.error("call failed member=%s incident=%s", self._call.member, incident, exc_info=error)
        self(Message.new_error(self._call, error_name(ErrorCode.INTERNAL), f"internal error, incident {incident}"))


def _refusing(name: str, text: str) -> Callable[[Message, CallReply], None]:
    def refuse(msg: Message, send_reply: CallReply) -> None:
        send_reply(Message.new_error(msg, name, text))

    return refuse


def close_all(fds: list[int]) -> None:
    """Close descriptors that came with a message; each only once."""
    while fds:
        try:
            os.close(fds.pop())
        except OSError as error:
            logger.debug("descriptor was closed already error=%s", error)


def sendable(value: Any) -> Any:
    """``value`` with text that a message can carry: no NUL, at which the bus hangs up, and no lone surrogate."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Variant):
        return Variant(value.signature, sendable(value.value))
    if isinstance(value, dict):
        return {sendable(key): sendable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [sendable(item) for item in value]
    return value
