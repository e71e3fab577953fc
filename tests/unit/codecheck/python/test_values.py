"""What expressions come to, as far as the program itself says so; whatever it does not say is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from jarvisd.codecheck.finding import Findings
from jarvisd.codecheck.paths import UNKNOWN
from jarvisd.codecheck.python import visitor
from jarvisd.codecheck.python.functions import SIZE_LIMIT, UNKNOWN_VALUE

VALUES: list[tuple[str, list[Any]]] = [
    # program, every value that x may have after it
    ("x = 1", [1]),
    ("x = 'a' + 'b'", ["ab"]),
    ("x = 'a' * 3", ["aaa"]),
    ("x = 2 ** 10", [1024]),
    ("x = 7 + 2", [9]),
    ("x = b'a'.decode('nonsense')", [UNKNOWN_VALUE]),
    ("x = b'+AHI-m'.decode('utf-7')", ["rm"]),
    ("x = 7 // 2", [3]),
    ("x = 7 - 2", [5]),
    ("x = 1 << 4", [16]),
    ("x = 1 << 999", [UNKNOWN_VALUE]),
    ("x = 6 ^ 3", [5]),
    ("x = 3.0 / 2", [UNKNOWN_VALUE]),
    ("x = -1", [-1]),
    ("x = not 1", [UNKNOWN_VALUE]),
    ("x = f'{1}-{\"b\"}'", ["1-b"]),
    ("x = f'{1:03}'", [UNKNOWN]),
    ("x = f'{\"a\"!r}'", ["'a'"]),
    ("x = 'a' + y", ["a\ue000"]),
    ("x = y + 'a'", ["\ue000a"]),
    ("x = y + z", [UNKNOWN_VALUE]),
    ("x = '%s-%s' % ('a', 'b')", ["a-b"]),
    ("x = '%s' % y", [UNKNOWN]),
    ("x = '{}-{b}'.format('a', b='c')", ["a-c"]),
    ("x = 'a,b'.split(',')", [["a", "b"]]),
    ("x = ','.join(['a', 'b'])", ["a,b"]),
    ("x = 'AB'.lower()", ["ab"]),
    ("x = 'abc'[::-1]", ["cba"]),
    ("x = 'abc'[1:]", ["bc"]),
    ("x = 'abc'[1]", ["b"]),
    ("x = 'abc'[9]", [UNKNOWN_VALUE]),
    ("x = 'abc'[y:]", [UNKNOWN_VALUE]),
    ("x = [1, *[2, 3]]", [[1, 2, 3]]),
    ("x = [1, *y]", [[1, UNKNOWN]]),
    ("x = [1, y]", [[1, UNKNOWN]]),
    ("x = (1, 2)[0]", [1]),
    ("x = {'a': 'b'}['a']", ["b"]),
    ("x = {'a': 'b'}.get('a')", ["b"]),
    ("x = {'a': 'b'}.get('c', 'd')", ["d"]),
    ("x = [i * 2 for i in range(3)]", [[0, 2, 4]]),
    ("x = [i for i in y]", [UNKNOWN_VALUE]),
    ("x = [y for i in range(3)]", [UNKNOWN_VALUE]),
    ("x = [a + b for a in 'x' for b in 'y']", [UNKNOWN_VALUE]),
    ("x = ''.join(chr(c) for c in [114, 109])", ["rm"]),
    ("x = ''.join(map(chr, [114, 109]))", ["rm"]),
    ("x = list(filter(y, 'ab'))", [UNKNOWN_VALUE]),
    ("x = 'a'.encode().decode()", ["a"]),
    ("x = bytes([114, 109]).decode()", ["rm"]),
    ("import codecs; x = codecs.decode('ez', 'rot13')", ["rm"]),
    ("import codecs; x = codecs.decode('726d', 'hex')", [b"rm"]),
    ("import codecs; x = codecs.decode('cm0=', 'base64')", [b"rm"]),
    ("import codecs; x = codecs.decode('\\\\x72m', 'unicode_escape')", ["rm"]),
    ("from pathlib import Path; x = Path('a') / 'b'", ["a/b"]),
    ("from pathlib import Path; x = Path('a') / y", ["a/\ue000"]),
    ("from pathlib import Path; x = Path('a/b').parent", ["a"]),
    ("from pathlib import Path; x = Path('a/b').name", ["b"]),
    ("from pathlib import Path; x = Path('a').joinpath('b', 'c')", ["a/b/c"]),
    ("from pathlib import Path; x = Path('a').resolve()", ["a"]),
    ("import os; x = os.environ['HOME']", ["~"]),
    ("import os; x = os.getenv('HOME')", ["~"]),
    ("import os; x = os.environ.get('HOME')", ["~"]),
    ("import os; x = os.sep", ["/"]),
    ("import string; x = string.digits", ["0123456789"]),
    ("x = __file__", ["/workspace/program.py"]),
    ("y = 'a'; x = y", ["a"]),
    ("y = 'a'; y += 'b'; x = y", ["ab"]),
    ("if z: y = 'a'\nelse: y = 'b'\nx = y", ["b"]),
    ("x = 'a' if y else 'b'", ["a", "b"]),
    ("x = y or 'b'", [UNKNOWN_VALUE, "b"]),
    ("x = 'a' or 'b'", ["a", "b"]),
    ("for x in ['a', 'b']: pass", ["a", "b"]),
    ("for x in 'ab': pass", ["a", "b"]),
    ("for x in y: pass", [UNKNOWN_VALUE]),
    ("for i, x in [(1, 'a')]: pass", ["a"]),
    ("for x, i in y: pass", [UNKNOWN_VALUE]),
    ("x = y = 'a'", ["a"]),
    ("[x, z] = ['a', 'b']", ["a"]),
    ("x, z = y", [UNKNOWN_VALUE]),
    ("(x := 'a')", ["a"]),
    ("x = (z := 'a')", ["a"]),
    ("x: str = 'a'", ["a"]),
    ("def f(x='a'): pass", ["a"]),
    ("def f(x): pass", [UNKNOWN_VALUE]),
    ("import os\nfor d, s, x in os.walk('a'): pass", [UNKNOWN_VALUE]),
    ("import os\nfor x, s, f in os.walk('a'): pass", ["a/\ue000"]),
    ("from pathlib import Path\nfor x in Path('a').iterdir(): pass", ["a/\ue000"]),
    ("import glob\nfor x in glob.glob('a/*.txt'): pass", ["a/\ue000"]),
    ("x = input()", [UNKNOWN_VALUE]),
    ("x = 'a' * 10**6", [UNKNOWN_VALUE]),
    ("x = lambda: 1", [UNKNOWN_VALUE]),
]


def values(code: str) -> list[Any]:
    """Every value that ``x`` may have after a program."""
    return visitor.inspect(code, lambda inner, depth: Findings(), ()).values.names["x"]


@pytest.mark.parametrize(("code", "expected"), VALUES)
def test_a_name_has_the_values_that_the_program_gives_it(code: str, expected: list[Any]) -> None:
    assert values(code) == expected


@pytest.mark.parametrize("code", ["x = 'a' * 60000", "x = list(range(10**6))", "x = [0] * 10**6"])
def test_large_values_are_not_built(code: str) -> None:
    assert values(code) == [UNKNOWN_VALUE]


def test_deep_expressions_are_not_followed_for_ever() -> None:
    assert values("x = " + "+".join(["'a'"] * 20)) == ["a" * 20]
    assert values("x = " + "+".join(["'a'"] * 200)) != ["a" * 200]
    assert SIZE_LIMIT > 200


@pytest.mark.parametrize(
    ("code", "decoded"),
    [("import base64; base64.b64decode('bHM=')", True), ("bytes.fromhex('6c73')", True), ("'a'.upper()", False)],
)
def test_decoding_is_remembered(code: str, decoded: bool) -> None:
    """What is run after that is a hidden program, whatever it says (D7)."""
    reader = visitor.inspect(
        f"x = {code.rpartition('; ')[2]}" if ";" not in code else code.replace("; ", "; x = "),
        lambda inner, depth: Findings(),
        (),
    )
    assert reader.values.has_decoded is decoded
