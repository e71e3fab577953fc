"""Termination of bash loops, read off their shape: endless, left from inside, multiplying. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jarvisd.codecheck.bash.tree import Command, Compound, Function, Pipeline, Script, Simple, Text

_FOREVER = re.compile(r"true|:|\[ \w+ \]|\[\[\w+|\(\( ?1 ?")
_NEVER = re.compile(r"false|\(\( ?0 ?")
_LEAVING = frozenset({"break", "exit", "return", "sleep", "read", "wait", "kill", "exec"})


def _bodies(command: Command) -> Iterator[Script]:
    if isinstance(command, Function):
        yield from _bodies(command.body)
    elif isinstance(command, Compound):
        yield from command.bodies


def _inside(command: Command) -> Iterator[tuple[Pipeline, Command]]:
    for script in _bodies(command):
        for pipeline in script.pipelines:
            for inner in pipeline.commands:
                yield pipeline, inner
                yield from _inside(inner)


def first_words(command: Command) -> Iterator[str]:
    """The names of all commands inside of one, as far as they are written out."""
    own = [command] if isinstance(command, Simple) else []
    for inner in [*own, *(inner for _, inner in _inside(command))]:
        if isinstance(inner, Simple) and inner.words:
            yield "".join(part.text for part in inner.words[0].parts if isinstance(part, Text))


def has_background(command: Command) -> bool:
    """Whether anything inside goes on beside the rest."""
    return any(pipeline.is_background or len(pipeline.commands) > 1 for pipeline, _ in _inside(command))


def is_endless(command: Compound) -> bool:
    """Whether a loop has a condition that always holds, or none."""
    if command.kind == "for" and not command.variable and command.words:
        written = (part.text.replace(" ", "") for part in command.words[0].parts if isinstance(part, Text))
        return ";;" in "".join(written)
    if command.kind not in ("while", "until"):
        return False
    wanted = _NEVER if command.kind == "until" else _FOREVER
    return wanted.fullmatch(_condition(command.bodies[0])) is not None


def _condition(script: Script) -> str:
    """A condition that is a single command, as it is written; else nothing."""
    commands = [inner for pipeline in script.pipelines for inner in pipeline.commands]
    if len(commands) != 1 or isinstance(commands[0], Function):
        return ""
    words = [[part.text if isinstance(part, Text) else "?" for part in word.parts] for word in commands[0].words]
    kind = commands[0].kind if isinstance(commands[0], Compound) else ""
    return kind + " ".join("".join(texts) for texts in words)


def may_end(command: Compound) -> bool:
    """Whether a loop that is endless by its condition can be left, or at least waits."""
    return not _LEAVING.isdisjoint(first_words(command))


def is_computed(command: Simple) -> bool:
    """Whether the name of a command is not written out."""
    return any(not isinstance(part, Text) for part in command.words[0].parts)
