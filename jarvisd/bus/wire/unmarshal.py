"""Reads one message by the library's rules, within limits; what cannot be read is a message all the same."""

from __future__ import annotations

import io
import struct
import sys
from typing import Any

from dbus_next import Message, MessageType
from dbus_next._private.unmarshaller import Unmarshaller
from dbus_next.signature import SignatureTree

from jarvisd.bus.errors import error_name
from jarvisd.bus.names import ERROR_PREFIX
from jarvisd.bus.wire.framing import Frame
from jarvisd.core.errors import ErrorCode

CALL_LIMIT_BYTES = 1 << 19
"""Longest body of a call or signal."""
CALL_LIMIT_VALUES = 10_000
"""Most values in one. Reading each takes up to 25 microseconds, in which the unit stands still, and memory."""
SIGNATURES_KEPT = 1000
"""Chosen: our interfaces use some dozens, and the library would keep whatever anybody sends."""
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, EOFError, RecursionError, struct.error)
"""What the library raises when a message cannot be read."""


class TooManyValues(ValueError):
    """A call or signal has more than :data:`CALL_LIMIT_VALUES`."""


class MessageDecoder(Unmarshaller):  # type: ignore[misc] # the library is untyped
    """Reads one message. One that cannot be read is still a message, with ``fault`` saying why it has no body."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(io.BytesIO())
        self.buf, self.unix_fds = bytearray(frame.data), frame.fds
        self._body_bytes = frame.body_bytes

    def _unmarshall(self) -> None:
        is_answer = self.buf[1] in (MessageType.METHOD_RETURN.value, MessageType.ERROR.value)
        self._values_left = sys.maxsize if is_answer else CALL_LIMIT_VALUES
        is_long = self._body_bytes > CALL_LIMIT_BYTES and not is_answer
        fault = f"longer than {CALL_LIMIT_BYTES} bytes" if is_long else ""
        if not fault:
            try:
                super()._unmarshall()
            except UNREADABLE as error:
                fault = f"not readable ({type(error).__name__})"
        if fault:
            self.message = self._without_body()
        self.message.fault = fault
        if len(SignatureTree._cache) > SIGNATURES_KEPT:
            SignatureTree._cache.clear()

    def read_argument(self, type_: Any) -> Any:
        """The next value, however deep; too many of them cannot be read."""
        self._values_left -= 1
        if self._values_left < 0:
            raise TooManyValues
        return super().read_argument(type_)

    def taken(self) -> Message:
        """The message that was read. The reader ends with it: it refers to itself, and so would keep every message
        in memory until the next full collection of garbage.
        """
        message, self.message = self.message, None
        self.readers.clear()
        return message

    def _without_body(self) -> Message:
        self.buf[4:8] = bytes(4)
        self._values_left = CALL_LIMIT_VALUES
        try:
            super()._unmarshall()
        except UNREADABLE:
            # Not even its sender is known: a signal that nobody waits for.
            return Message(
                message_type=MessageType.SIGNAL, path="/", interface=f"{ERROR_PREFIX}Unreadable", member="Dropped"
            )
        message: Message = self.message
        message.unix_fds = self.unix_fds
        if message.message_type is MessageType.METHOD_RETURN:
            message.message_type, message.error_name = MessageType.ERROR, error_name(ErrorCode.INTERNAL)
            message.body = ["the answer cannot be read"]
        return message
