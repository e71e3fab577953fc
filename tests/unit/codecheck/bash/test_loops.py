"""The shape of loops in bash: without end, left from inside, starting programs beside them."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.bash import loops
from jarvisd.codecheck.bash.parser import parse
from jarvisd.codecheck.bash.tree import Compound, Simple

SHAPES = [
    # code, endless by its head, may end from inside, starts others beside it
    ("while true; do a; done", True, False, False),
    ("while :; do a; done", True, False, False),
    ("while [ 1 ]; do a; done", True, False, False),
    ("while 1; do a; done", False, False, False),
    ("while a; do b; done", False, False, False),
    ("until false; do a; done", True, False, False),
    ("until true; do a; done", False, False, False),
    ("for ((;;)); do a; done", True, False, False),
    ("for ((i=0;;i++)); do a; done", True, False, False),
    ("for ((i=0;i<3;i++)); do a; done", False, False, False),
    ("for x in a; do b; done", False, False, False),
    ("while true; do break; done", True, True, False),
    ("while true; do sleep 1; done", True, True, False),
    ("while true; do if a; then exit; fi; done", True, True, False),
    ("while true; do a & done", True, False, True),
    ("while true; do a | b; done", True, False, True),
    ("while true; do f() { break; }; f; done", True, True, False),
    ("{ a; }", False, False, False),
    ("while [ $x ]; do a; done", False, False, False),
    ("while ((1)); do a; done", True, False, False),
    ("while ((x)); do a; done", False, False, False),
    ("while [[ 1 ]]; do a; done", True, False, False),
    ("until ((0)); do a; done", True, False, False),
    ("while true && a; do b; done", False, False, False),
]


@pytest.mark.parametrize(("code", "endless", "ends", "background"), SHAPES)
def test_the_shape_of_a_loop_is_seen(code: str, endless: bool, ends: bool, background: bool) -> None:
    [command] = parse(code).pipelines[0].commands
    assert isinstance(command, Compound)
    assert loops.is_endless(command) is endless
    assert loops.may_end(command) is ends
    assert loops.has_background(command) is background


@pytest.mark.parametrize(
    ("code", "names", "computed"), [("a b", ["a"], False), ("$x b", [""], True), ("'a'$x", ["a"], True)]
)
def test_the_names_of_commands_are_seen(code: str, names: list[str], computed: bool) -> None:
    [command] = parse(code).pipelines[0].commands
    assert isinstance(command, Simple)
    assert list(loops.first_words(command)) == names
    assert loops.is_computed(command) is computed


def test_names_inside_of_functions_and_groups_are_seen() -> None:
    [command] = parse("f() { a; { b; }; (c | d); }").pipelines[0].commands
    assert list(loops.first_words(command)) == ["a", "b", "c", "d"]
