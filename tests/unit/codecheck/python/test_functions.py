"""Functions that are carried out: each of them, by what it makes of an argument."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from jarvisd.codecheck.python.functions import FUNCTIONS, UNKNOWN_VALUE
from jarvisd.codecheck.python.names import Resolver

CALLS: list[tuple[str, str, Any]] = [
    ("chr", "(114)", "r"),
    ("ord", "('r')", 114),
    ("str", "(b'rm')", "rm"),
    ("repr", "('a')", "'a'"),
    ("int", "('10', 2)", 2),
    ("len", "('ab')", 2),
    ("bytes", "([114])", b"r"),
    ("bytearray", "('r')", b"r"),
    ("list", "('ab')", ["a", "b"]),
    ("tuple", "('ab')", ("a", "b")),
    ("reversed", "('ab')", ["b", "a"]),
    ("sorted", "('ba')", ["a", "b"]),
    ("range", "(3)", [0, 1, 2]),
    ("zip", "('ab', 'cd')", [("a", "c"), ("b", "d")]),
    ("enumerate", "('a')", [(0, "a")]),
    ("hex", "(255)", "0xff"),
    ("ascii", "('a')", "'a'"),
    ("bytes.fromhex", "('726d')", b"rm"),
    ("bytearray.fromhex", "('726d')", b"rm"),
    ("bytes.decode", "(b'rm')", "rm"),
    ("str.encode", "('rm')", b"rm"),
    ("str.lower", "('RM')", "rm"),
    ("str.join", "('-', ['a', 'b'])", "a-b"),
    ("base64.b64decode", "('cm0=')", b"rm"),
    ("base64.urlsafe_b64decode", "('cm0')", b"rm"),
    ("base64.standard_b64decode", "('cm0=')", b"rm"),
    ("base64.decodebytes", "(b'cm0=')", b"rm"),
    ("base64.b32decode", "('OJWQ====')", b"rm"),
    ("base64.b16decode", "('726d')", b"rm"),
    ("base64.b85decode", "('a%}')", b"rm"),
    ("base64.a85decode", "('Ebt')", b"rm"),
    ("binascii.unhexlify", "('726d')", b"rm"),
    ("binascii.a2b_hex", "('726d')", b"rm"),
    ("binascii.a2b_base64", "('cm0=')", b"rm"),
    ("codecs.decode", "('ez', 'rot13')", "rm"),
    ("codecs.encode", "('rm', 'rot13')", "ez"),
    ("zlib.decompress", "(bytes.fromhex('789c2bca0500015300e0'))", b"rm"),
    ("gzip.decompress", "(bytes.fromhex('1f8b08000000000002032bca05006e14d36f02000000'))", b"rm"),
    ("urllib.parse.unquote", "('%72m')", "rm"),
    ("html.unescape", "('&#114;m')", "rm"),
    ("os.path.join", "('a', 'b')", "a/b"),
    ("os.path.abspath", "('a/../b')", "/workspace/b"),
    ("os.path.realpath", "('/a/../b')", "/b"),
    ("os.path.normpath", "('a/./b')", "a/b"),
    ("os.path.expanduser", "('~/a')", "~/a"),
    ("os.path.expandvars", "('$HOME/a/${HOME}')", "~/a/~"),
    ("os.path.dirname", "('a/b')", "a"),
    ("os.path.basename", "('a/b')", "b"),
    ("os.getcwd", "()", "/workspace"),
    ("os.fspath", "('a')", "a"),
    ("os.fsdecode", "(b'a')", "a"),
    ("pathlib.Path", "('a', 'b')", "a/b"),
    ("pathlib.PurePath", "()", "."),
    ("pathlib.PosixPath", "('a')", "a"),
    ("pathlib.Path.home", "()", "~"),
    ("pathlib.Path.cwd", "()", "/workspace"),
    ("shlex.split", "('rm -rf')", ["rm", "-rf"]),
    ("operator.add", "('r', 'm')", "rm"),
]
BROKEN = [
    "zlib.decompress(b'no stream')",
    "base64.b64decode('a')",
    "bytes.fromhex('xy')",
    "chr(-1)",
    "chr()",
    "int('x')",
    "range(10**9)",
]


def value(expression: str) -> Any:
    """What an expression comes to."""
    return Resolver().values.of(ast.parse(expression, mode="eval").body)


@pytest.mark.parametrize(("name", "arguments", "expected"), CALLS)
def test_a_function_is_carried_out(name: str, arguments: str, expected: Any) -> None:
    assert value(name + arguments) == expected


@pytest.mark.parametrize("expression", BROKEN)
def test_a_call_that_fails_is_unknown(expression: str) -> None:
    assert value(expression) is UNKNOWN_VALUE


def test_every_function_has_its_row() -> None:
    assert sorted(name for name, _, _ in CALLS) == sorted(FUNCTIONS)
