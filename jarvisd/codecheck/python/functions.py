"""Constant folding of Python functions without effects, so that text they hide comes to light. Pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import operator
import posixpath
import re
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any

from jarvisd.codecheck.paths import WORKING_DIRECTORY

SIZE_LIMIT = 50_000
"""Chosen: what grows beyond is not followed."""


class _UnknownValue:
    def __repr__(self) -> str:
        return "UNKNOWN_VALUE"


UNKNOWN_VALUE = _UnknownValue()
"""Cannot be told."""


class PathText(str):
    """A path object, as its text."""

    __slots__ = ()


def as_text(value: Any) -> str:
    """A value as text."""
    return value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)


def as_bytes(value: Any) -> bytes:
    """A value as bytes."""
    return bytes(value) if isinstance(value, (bytes, bytearray)) else str(value).encode()


def codec(value: Any, name: Any = "utf-8", *_: Any) -> Any:
    """``codecs.decode``, and ``decode`` of bytes; LookupError for a codec that Python has not."""
    if str(name).casefold().replace("_", "") in ("rot13", "rot-13"):
        return codecs.decode(as_text(value), "rot13")
    if str(name).casefold() in ("hex", "hex_codec"):
        return bytes.fromhex(as_text(value))
    if str(name).casefold() in ("base64", "base64_codec"):
        return base64.b64decode(as_text(value))
    if str(name).casefold() in ("unicode_escape", "unicode-escape"):
        return codecs.decode(as_text(value).encode("latin-1", "replace"), "unicode_escape")
    return value.decode(str(name), "replace") if isinstance(value, (bytes, bytearray)) else str(value)


def inflated(content: Any) -> bytes:
    """What a gzip or zlib stream holds, at most :data:`SIZE_LIMIT` bytes of it; ValueError when it is none."""
    try:
        return zlib.decompressobj(wbits=47).decompress(as_bytes(content), SIZE_LIMIT)
    except zlib.error as error:
        raise ValueError("no compressed data") from error


def with_home(path: str) -> str:
    """``os.path.expandvars``, as far as the program's surroundings are known."""
    return re.sub(r"\$(?:HOME\b|\{HOME\})", "~", path)


def join(*parts: Any) -> str:
    """``os.path.join``."""
    return posixpath.join(*(str(part) for part in parts)) if parts else ""


DECODERS = (
    "base64.b",
    "base64.u",
    "base64.d",
    "base64.a",
    "binascii.",
    "codecs.",
    "zlib.",
    "gzip.d",
    "bytes.fromhex",
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "chr": lambda code: chr(code),
    "ord": lambda character: ord(character),
    "str": lambda value="", *_: as_text(value),
    "repr": repr,
    "int": lambda value=0, base=10: int(value, base) if isinstance(value, (str, bytes)) else int(value),
    "len": len,
    "bytes": lambda value=b"", *_: value.encode() if isinstance(value, str) else bytes(value),
    "bytearray": lambda value=b"", *_: value.encode() if isinstance(value, str) else bytes(value),
    "list": lambda value=(): list(value),
    "tuple": lambda value=(): tuple(value),
    "reversed": lambda value: list(reversed(value)),
    "sorted": sorted,
    "range": lambda *bounds: list(range(*bounds)) if len(range(*bounds)) <= SIZE_LIMIT else UNKNOWN_VALUE,
    "zip": lambda *values: list(zip(*values, strict=False)),
    "enumerate": lambda value: list(enumerate(value)),
    "hex": hex,
    "ascii": ascii,
    "bytes.fromhex": lambda text: bytes.fromhex(text),
    "bytearray.fromhex": lambda text: bytes.fromhex(text),
    "bytes.decode": codec,
    "str.encode": lambda text, *_: as_bytes(text),
    "str.lower": lambda text: text.lower(),
    "str.join": lambda mark, items: mark.join(items),
    "base64.b64decode": lambda text, *_: base64.b64decode(as_bytes(text) + b"=="),
    "base64.urlsafe_b64decode": lambda text: base64.urlsafe_b64decode(as_bytes(text) + b"=="),
    "base64.standard_b64decode": lambda text: base64.b64decode(as_bytes(text) + b"=="),
    "base64.decodebytes": lambda text: base64.b64decode(as_bytes(text) + b"=="),
    "base64.b32decode": lambda text, *_: base64.b32decode(as_bytes(text)),
    "base64.b16decode": lambda text, *_: base64.b16decode(as_bytes(text), casefold=True),
    "base64.b85decode": lambda text: base64.b85decode(as_bytes(text)),
    "base64.a85decode": lambda text, *_: base64.a85decode(as_bytes(text)),
    "binascii.unhexlify": lambda text: binascii.unhexlify(as_bytes(text)),
    "binascii.a2b_hex": lambda text: binascii.unhexlify(as_bytes(text)),
    "binascii.a2b_base64": lambda text: binascii.a2b_base64(as_bytes(text)),
    "codecs.decode": codec,
    "codecs.encode": codec,
    "zlib.decompress": lambda data, *_: inflated(data),
    "gzip.decompress": inflated,
    "urllib.parse.unquote": lambda text, *_: urllib.parse.unquote(as_text(text)),
    "html.unescape": lambda text: html.unescape(as_text(text)),
    "os.path.join": join,
    "os.path.abspath": lambda path: posixpath.normpath(posixpath.join(WORKING_DIRECTORY, path)),
    "os.path.realpath": lambda path: posixpath.normpath(posixpath.join(WORKING_DIRECTORY, path)),
    "os.path.normpath": lambda path: posixpath.normpath(path),
    "os.path.expanduser": lambda path: path,
    "os.path.expandvars": with_home,
    "os.path.dirname": lambda path: posixpath.dirname(path),
    "os.path.basename": lambda path: posixpath.basename(path),
    "os.getcwd": lambda: WORKING_DIRECTORY,
    "os.fspath": str,
    "os.fsdecode": as_text,
    "pathlib.Path": lambda *parts: PathText(join(*parts) or "."),
    "pathlib.PurePath": lambda *parts: PathText(join(*parts) or "."),
    "pathlib.PosixPath": lambda *parts: PathText(join(*parts) or "."),
    "pathlib.Path.home": lambda: PathText("~"),
    "pathlib.Path.cwd": lambda: PathText(WORKING_DIRECTORY),
    "shlex.split": lambda text: text.split(),
    "operator.add": operator.add,
}
"""Functions without effects that are computed here, so that text they hide comes to light."""
