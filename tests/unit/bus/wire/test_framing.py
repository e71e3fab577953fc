"""Bytes are cut into messages as they come, and what is needed to judge a message is found without reading it."""

from __future__ import annotations

import struct

import pytest
from dbus_next import Message, MessageFlag, MessageType, Variant

from jarvisd.bus.wire.framing import FIXED_BYTES, LONGEST_BYTES, Frame, FrameSplitter, error
from jarvisd.bus.wire.hardened_bus import MessageDecoder


def raw(serial: int = 7, fds: int = 0, first: bytes = b"", **fields: object) -> bytes:
    """A message as a bus passes it on: with its sender as the last field, here behind ``first``."""
    values = {"destination": "a.b", "path": "/a", "interface": "a.b", "member": "Do", **fields}
    whole = Message(serial=serial, unix_fds=list(range(fds)), **values)._marshall(negotiate_unix_fd=True)
    [fields_bytes] = struct.unpack_from("<I", whole, 12)
    end = FIXED_BYTES + fields_bytes + -fields_bytes % 8
    sender = field(7, b"s", struct.pack("<I", 5) + b":1.42\0")
    header = first + bytes(whole[FIXED_BYTES:end]) + sender
    return bytes(whole[:12]) + struct.pack("<I", len(header)) + header + bytes(whole[end:])


def field(code: int, kind: bytes, value: bytes) -> bytes:
    data = bytes([code, len(kind)]) + kind + b"\0" + value
    return data + bytes(-len(data) % 8)


def taken(frames: FrameSplitter) -> list[Frame]:
    found = []
    while (frame := frames.take()) is not None:
        found.append(frame)
    return found


@pytest.mark.parametrize("step", [1, 7, 64, 10_000])
def test_messages_come_out_as_they_went_in_however_they_are_split(step: int) -> None:
    sent = [
        raw(serial, signature="sa{sv}", body=["x" * serial, {"k": Variant("u", 1)}]) for serial in range(1, 40)
    ]
    stream, frames, got = b"".join(sent), FrameSplitter(), []
    for at in range(0, len(stream), step):
        frames.feed(stream[at : at + step])
        got += taken(frames)
    assert [frame.data for frame in got] == sent
    assert [(frame.sender, frame.serial) for frame in got] == [(":1.42", serial) for serial in range(1, 40)]


def test_what_a_frame_tells_is_what_the_message_says() -> None:
    frames = FrameSplitter()
    frames.feed(raw(signature="s", body=["four"]) + raw(flags=MessageFlag.NO_REPLY_EXPECTED))
    frames.feed(raw(message_type=MessageType.SIGNAL))
    call, quiet, told = taken(frames)
    assert (call.is_call, call.wants_reply, call.body_bytes) == (True, True, 4 + 4 + 1)
    assert (quiet.is_call, quiet.wants_reply, quiet.body_bytes) == (True, False, 0)
    assert not told.is_call


def test_each_message_has_its_own_descriptors_also_when_some_were_lost() -> None:
    """The kernel hands over the descriptors of one message at a time, and fewer when the table is full."""
    two, one, none = (raw(fds=count, signature="h" * count, body=list(range(count))) for count in (2, 1, 0))
    frames = FrameSplitter()
    frames.feed(none + two[:20], [50])
    assert [frame.fds for frame in taken(frames)] == [[]]
    frames.feed(two[20:] + one[:30], [60])
    frames.feed(one[30:])
    assert frames.loose() == [50, 60]
    assert [frame.fds for frame in taken(frames)] == [[50], [60]]
    assert frames.loose() == []


@pytest.mark.parametrize(
    ("kind", "value", "sender"),
    [
        (b"s", struct.pack("<I", 1) + b"x\0", ":1.42"),
        (b"g", b"\x01s\0", ":1.42"),
        (b"u", bytes(4), ":1.42"),
        (b"y", b"\x01", ""),
        (b"au", bytes(3) + bytes(4), ""),
        (b"s", struct.pack("<I", 2**31) + b"x\0", ""),
    ],
)
def test_a_sender_behind_a_field_that_is_not_understood_is_none(kind: bytes, value: bytes, sender: str) -> None:
    """Never another one: whoever is not known is not served."""
    frames = FrameSplitter()
    frames.feed(raw(first=field(200, kind, value)))
    assert [frame.sender for frame in taken(frames)] == [sender]


def test_what_cannot_be_a_message_ends_the_reading() -> None:
    frames = FrameSplitter()
    frames.feed(b"l\x01\0\x01" + struct.pack("<III", LONGEST_BYTES, 1, 0))
    with pytest.raises(ValueError, match="bytes"):
        frames.take()


@pytest.mark.parametrize("sender", [":1.4", ":1.42", ":1.421", ":1.4210"])
def test_an_error_is_the_message_that_the_library_would_make(sender: str) -> None:
    call = Frame(raw(), [], sender)
    frames = FrameSplitter()
    frames.feed(error(call, 99, "org.jarvisd.Error.TooManyCalls", "Später, bitte"))
    [frame] = taken(frames)
    reader = MessageDecoder(frame)
    reader.unmarshall()
    message = reader.taken()
    assert (message.fault, message.message_type, message.serial) == ("", MessageType.ERROR, 99)
    assert (message.destination, message.reply_serial) == (sender, call.serial)
    assert (message.error_name, message.body) == ("org.jarvisd.Error.TooManyCalls", ["Später, bitte"])
