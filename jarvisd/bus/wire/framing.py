"""Bytes of a connection cut into messages, and the little of each that says whether it is worth reading. Pure.

Reading a message takes a hundred times as long as cutting it off, so who asks too much is refused before.
"""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass

FIXED_BYTES = 16
METHOD_CALL = 1
NO_REPLY_EXPECTED = 0x1
ERROR = 3
"""How each message begins, and values in that (D-Bus specification, "Message Format")."""
ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE, UNIX_FDS = 4, 5, 6, 7, 8, 9
"""Codes of header fields."""
LONGEST_BYTES = 1 << 27
"""What the specification allows; more is no message."""
_STRING, _PATH, _SIGNATURE, _NUMBER = (ord(kind) for kind in "sogu")


@dataclass(slots=True)
class Frame:
    """One whole message, not read yet, and the descriptors that came with it."""

    data: bytes
    fds: list[int]
    sender: str
    """Empty when the header does not tell."""

    @property
    def order(self) -> str:
        """Byte order, as ``struct`` wants it."""
        return "<" if self.data[0] == ord("l") else ">"

    @property
    def is_call(self) -> bool:
        """Whether it calls a method."""
        return self.data[1] == METHOD_CALL

    @property
    def wants_reply(self) -> bool:
        """Whether its sender waits for an answer."""
        return not self.data[2] & NO_REPLY_EXPECTED

    @property
    def body_bytes(self) -> int:
        """Length of the body."""
        return int(struct.unpack_from(f"{self.order}I", self.data, 4)[0])

    @property
    def serial(self) -> int:
        """What a reply refers to."""
        return int(struct.unpack_from(f"{self.order}I", self.data, 8)[0])


class FrameSplitter:
    """What has arrived and is not taken yet."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._taken = 0
        self._groups: deque[list[int]] = deque()

    def feed(self, data: bytes, fds: list[int] | None = None) -> None:
        """``data`` has arrived, and with it the descriptors of one message, perhaps lost on the way."""
        del self._bytes[: self._taken]
        self._taken = 0
        self._bytes += data
        if fds is not None:
            self._groups.append(fds)

    def loose(self) -> list[int]:
        """Descriptors whose messages have not been taken."""
        return [fd for group in self._groups for fd in group]

    def take(self) -> Frame | None:
        """The next message if all of it is there; raises ValueError if it cannot be one."""
        start = self._taken
        if len(self._bytes) - start < FIXED_BYTES:
            return None
        order = "<" if self._bytes[start] == ord("l") else ">"
        body_bytes, _, fields_bytes = struct.unpack_from(f"{order}III", self._bytes, start + 4)
        whole = FIXED_BYTES + fields_bytes + -fields_bytes % 8 + body_bytes
        if whole > LONGEST_BYTES:
            raise ValueError(f"a message of {whole} bytes")
        if len(self._bytes) - start < whole:
            return None
        self._taken = start + whole
        data = bytes(self._bytes[start : self._taken])
        sender, count = _fields(data, FIXED_BYTES + fields_bytes, order)
        return Frame(data, self._groups.popleft() if count and self._groups else [], sender)


def error(call: Frame, serial: int, name: str, text: str) -> bytes:
    """The error that answers ``call``, as message number ``serial``. In a flood there are many to make."""
    fields = _text_field(ERROR_NAME, name) + bytes((SIGNATURE, 1, _SIGNATURE, 0, 1, ord("s"), 0, 0))
    fields += _text_field(DESTINATION, call.sender) + struct.pack("<4BI", REPLY_SERIAL, 1, _NUMBER, 0, call.serial)
    said = text.encode()
    body = struct.pack("<I", len(said)) + said + b"\0"
    fixed = struct.pack("<4BIII", ord("l"), ERROR, NO_REPLY_EXPECTED, 1, len(body), serial, len(fields))
    return fixed + fields + body


def _text_field(code: int, value: str) -> bytes:
    data = struct.pack("<4BI", code, 1, _STRING, 0, len(value)) + value.encode() + b"\0"
    return data + bytes(-len(data) % 8)


def _fields(data: bytes, end: int, order: str) -> tuple[str, int]:
    """Sender and number of descriptors; what follows a field of another form is not looked at."""
    sender, count, at = "", 0, FIXED_BYTES
    try:
        while at < end:
            code, kind, value = data[at], data[at + 2], at + 4
            if data[at + 1] != 1:
                break
            if kind in (_STRING, _PATH):
                [length] = struct.unpack_from(f"{order}I", data, value)
                at = value + 4 + length + 1
                if code == SENDER:
                    sender = data[value + 4 : at - 1].decode("ascii", "replace")
            elif kind == _SIGNATURE:
                at = value + 1 + data[value] + 1
            elif kind == _NUMBER:
                at = value + 4
                if code == UNIX_FDS:
                    [count] = struct.unpack_from(f"{order}I", data, value)
            else:
                break
            at += -at % 8
    except (IndexError, struct.error):
        pass
    return sender, count
