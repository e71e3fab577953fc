"""The shape of loops in Python: left, failing on purpose, waiting, growing."""

from __future__ import annotations

import ast

import pytest

from jarvisd.codecheck.python import loops

SHAPES = [
    ("while True: pass", ""),
    ("while True: break", "leaves"),
    ("while True: f()", ""),
    ("while True:\n    if x: return_()", ""),
    ("while True: raise x", "leaves"),
    ("while True: yield 1", "leaves"),
    ("while True: await x", "leaves"),
    ("while True: exit()", "leaves"),
    ("while True: sys.exit()", "leaves"),
    ("while True: next(x)", "fails"),
    ("while True: x.pop()", "fails"),
    ("while True: x = input()", "fails waits"),
    ("while True: time.sleep(1)", "waits"),
    ("while True: x.append(1)", "grows"),
    ("while True: x += y", "grows"),
    ("while True: x += 1", ""),
    ("while True: x *= y", "grows"),
    ("while True: f.write(1)", "grows"),
    ("while True: Thread()", "grows"),
]


@pytest.mark.parametrize(("code", "shape"), SHAPES)
def test_the_shape_of_a_loop_is_seen(code: str, shape: str) -> None:
    [loop] = ast.parse(code).body
    seen = {
        "leaves": loops.leaves(loop),
        "fails": loops.fails(loop, tries=0),
        "waits": loops.waits(loop),
        "grows": loops.grows(loop),
    }
    assert " ".join(name for name, holds in seen.items() if holds) == shape


def test_a_loop_inside_of_a_try_may_fail_on_purpose() -> None:
    [loop] = ast.parse("while True: f()").body
    assert loops.fails(loop, tries=1)
    assert not loops.fails(loop, tries=0)
