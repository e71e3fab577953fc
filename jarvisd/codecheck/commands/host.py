"""What the models of commands may ask of the evaluator that carries them out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional, Protocol

from jarvisd.codecheck.finding import Findings


class CommandHost(Protocol):
    """The follower of the program that the command is in."""

    findings: Findings
    files: dict[str, str]
    has_fetched: bool

    def shell(self, code: str, stdin: str | None = None, arguments: Sequence[str] = ()) -> str:
        """Follow a bash program."""
        ...

    def python(self, code: str) -> None:
        """Follow a Python program."""
        ...

    def argv(self, argv: list[str], stdin: str | None = None) -> str:
        """Follow another command."""
        ...

    def touch(self, path: str, *, writing: bool) -> None:
        """Note that a path is used."""
        ...


Rule = Callable[[list[str], Optional[str], CommandHost], Optional[str]]  # noqa: UP045 - evaluated at run time on 3.10
"""Looks at a command, its input and its program; returns what it prints where programs inside of it say so."""
