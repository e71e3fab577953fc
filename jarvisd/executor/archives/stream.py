"""A packed file as a forward-only stream whose output, memory and single reads are bounded. Blocking."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

ONE_READ_LIMIT_BYTES = 8 << 20
"""Headers and directories of archives are read at once; larger ones are an attack."""
_XZ_MEMORY_BYTES = 128 << 20
"""Twice what the highest level of xz needs (65 MiB, xz(1))."""
_CHUNK_BYTES = 1 << 16
_KEPT_BYTES = 4096
"""How far back can be gone: a reader of tar files looks one header back."""

Stop = Callable[[], None]
"""Raises when the work is to stop."""


class StreamTooLong(Exception):
    """The stream gives more than it may."""


class BoundedStream:
    """What a file holds once unpacked, packed or not. Raises :class:`StreamTooLong` past ``limit_bytes``."""

    def __init__(self, file: BinaryIO, limit_bytes: int, stop: Stop) -> None:
        self._raw = _unpacked(file, stop)
        self._limit_bytes = limit_bytes
        self._buffer = bytearray()
        self._start = 0
        self._position = 0

    def read(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer at the end."""
        if count > ONE_READ_LIMIT_BYTES:
            raise StreamTooLong("a header in it is too large")
        self._fill(self._position + count)
        begin = self._position - self._start
        data = bytes(self._buffer[begin : begin + count])
        self._position += len(data)
        return data

    def tell(self) -> int:
        """Where the next read begins."""
        return self._position

    def seek(self, position: int) -> None:
        """Go on to ``position``, or a little way back."""
        if position < self._start:
            raise ValueError("a stream cannot go back so far")
        while position > self._end:
            before = self._end
            self._position = before
            self._fill(min(position, before + _CHUNK_BYTES))
            if self._end == before:
                break
        self._position = min(position, self._end)

    def demand_zeros(self) -> None:
        """Raise :class:`ValueError` when anything but zero bytes is left."""
        while chunk := self.read(_CHUNK_BYTES):
            if chunk.strip(b"\0"):
                raise ValueError("there is something behind its end")

    @property
    def _end(self) -> int:
        return self._start + len(self._buffer)

    def _fill(self, until: int) -> None:
        old = max(0, self._position - _KEPT_BYTES - self._start)
        del self._buffer[:old]
        self._start += old
        while self._end < until:
            chunk = next(self._raw, b"")
            if not chunk:
                return
            self._buffer += chunk
            if self._end > self._limit_bytes:
                raise StreamTooLong("it would unpack to far more than it is")


class _Decoder(Protocol):
    """What the three decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib in the shape of the other two."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = len(out) < max_length and not self._zlib.unconsumed_tail
        return out


def _xz() -> _Decoder:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)


_DECODERS: tuple[tuple[bytes, Callable[[], _Decoder]], ...] = (
    (b"\x1f\x8b", _Gzip),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\0", _xz),
)


def _unpacked(file: BinaryIO, stop: Stop) -> Iterator[bytes]:
    file.seek(0)
    head = file.read(6)
    file.seek(0)
    for magic, make in _DECODERS:
        if head.startswith(magic):
            yield from _decoded(file, make, stop)
            return
    while chunk := file.read(_CHUNK_BYTES):
        stop()
        yield chunk


def _decoded(file: BinaryIO, make: Callable[[], _Decoder], stop: Stop) -> Iterator[bytes]:
    """Any number of packed streams, one after the other, as parallel packers write them."""
    waiting = file.read(_CHUNK_BYTES)
    while waiting:
        decoder = make()
        while not decoder.eof:
            stop()
            data = b""
            if decoder.needs_input:
                data, waiting = waiting or file.read(_CHUNK_BYTES), b""
                if not data:
                    raise EOFError("it ends too early")
            out = decoder.decompress(data, _CHUNK_BYTES)
            if out:
                yield out
        waiting = decoder.unused_data.lstrip(b"\0")
        while not waiting and (chunk := file.read(_CHUNK_BYTES)):
            waiting = chunk.lstrip(b"\0")
