"""What names stand for, also when they are reached in a roundabout way."""

from __future__ import annotations

import ast

import pytest

from jarvisd.codecheck.finding import Findings
from jarvisd.codecheck.python import visitor
from jarvisd.codecheck.python.names import disguised_names

NAMES = [
    # what comes before, an expression, the dotted name that it stands for
    ("", "os.system", "os.system"),
    ("import os as o", "o.system", "os.system"),
    ("from os import system as s", "s", "os.system"),
    ("", '__import__("os").system', "os.system"),
    ("", 'getattr(os, "sys" + "tem")', "os.system"),
    ("", "getattr(os, y)", ""),
    ("import sys", 'sys.modules["os"].system', "os.system"),
    ("", 'globals()["eval"]', "eval"),
    ("", 'vars(os)["system"]', "os.system"),
    ("", 'os.__dict__["system"]', "os.system"),
    ("", 'os.__dict__.get("system")', "os.system"),
    ("", 'os.__getattribute__("system")', "os.system"),
    ("", "builtins.eval", "eval"),
    ("", "__builtins__.eval", "eval"),
    ("", "os.path.os.system", "os.system"),
    ("", 'functools.partial(os.system, "ls")', "os.system"),
    ("", 'operator.attrgetter("system")', ""),
    ("s = os.system", "s", "os.system"),
    ("", "(s := os.system)", "os.system"),
    ("s = 1", "s", ""),
    ("", "x[0]", ""),
    ("", "f().y", ""),
    ("", "lambda: 1", ""),
    ("import importlib", 'importlib.import_module("os").system', "os.system"),
]


@pytest.mark.parametrize(("before", "expression", "name"), NAMES)
def test_an_expression_stands_for_a_dotted_name(before: str, expression: str, name: str) -> None:
    reader = visitor.inspect(before, lambda inner, depth: Findings(), ())
    assert reader.resolve(ast.parse(expression, mode="eval").body) == name


@pytest.mark.parametrize(
    ("code", "disguised"),
    [
        ("os.\uff53ystem()", True),
        ("\u2113 = 1", True),
        ("gr\u00f6\u00dfe = 3", False),
        ("x = '\uff53'", False),
        ("'''open \uff53", False),
    ],
)
def test_letters_that_python_takes_for_others_are_seen(code: str, disguised: bool) -> None:
    assert disguised_names(code) is disguised
