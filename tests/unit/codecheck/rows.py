"""What a row of a table about findings is: a program, its findings, and a harmless twin with its own.

Findings are written as names of rules, ``!`` behind those that refuse and ``?`` behind those that ask.
"""

from __future__ import annotations

from collections.abc import Iterable

from jarvisd.codecheck import program
from jarvisd.codecheck.finding import Finding

Row = tuple[str, str, str, str]
"""Program, its findings, a twin that differs in what matters, and the twin's findings."""


def written(findings: Iterable[Finding]) -> str:
    """Findings as they stand in a row."""
    return " ".join(f"{finding.rule}{'!' if finding.refuses else '?'}" for finding in findings)


def bash(code: str) -> str:
    """The findings about a bash program."""
    return written(program.read("bash", code))


def python(code: str) -> str:
    """The findings about a Python program."""
    return written(program.read("python", code))
