"""The abstract syntax tree of bash. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union


class NotUnderstood(Exception):
    """The program uses something that this parser does not cover, or is not bash."""


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that stand for themselves; globs and braces work only in unquoted ones."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name`` or ``${...}``; ``operator`` is what follows the name."""

    name: str
    operator: str = ""
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(...)``, backquotes, or with ``is_file`` a process substitution: quoted when it is written to."""

    script: Script
    is_quoted: bool = False
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((...))``."""

    text: str


Part = Union[Text, Variable, Substitution, Arithmetic]  # noqa: UP007 - evaluated at run time on 3.10


@dataclass(frozen=True, slots=True)
class Word:
    """One word before expansion."""

    parts: tuple[Part, ...]


@dataclass(slots=True)
class Redirect:
    """A redirection; for here-documents ``target`` is the body, set when it has been read."""

    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Assignment:
    """``name=value`` or ``name=(values)``."""

    name: str
    values: tuple[Word, ...]
    is_array: bool = False
    appends: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words."""

    assignments: tuple[Assignment, ...] = ()
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Compound:
    """Loops, conditions, groups: ``kind`` is their first word."""

    kind: str
    bodies: tuple[Script, ...] = ()
    variable: str = ""
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A definition."""

    name: str
    body: Command


Command = Union[Simple, Compound, Function]  # noqa: UP007 - evaluated at run time on 3.10


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by pipes."""

    commands: tuple[Command, ...]
    is_background: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Pipelines, one after another; how they are joined does not matter to what they may do."""

    pipelines: tuple[Pipeline, ...] = ()


@dataclass(frozen=True, slots=True)
class Quoted:
    """A double-quoted stretch; flattened away by :func:`joined`."""

    parts: tuple[Part, ...]


def joined(parts: Sequence[Part | Quoted]) -> list[Part]:
    """Neighbouring texts of one kind made one, quoted stretches made flat."""
    flat: list[Part] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Quoted) else (part,):
            last = flat[-1] if flat else None
            if isinstance(piece, Text) and isinstance(last, Text) and piece.is_quoted == last.is_quoted:
                flat[-1] = Text(last.text + piece.text, piece.is_quoted)
            else:
                flat.append(piece)
    return flat
