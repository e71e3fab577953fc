"""A tree as one line, so that tables can hold it.

``[a 'b' $c $(d) $((e)) x=y >f]`` is a simple command; quoted parts stand in ``'...'`` or ``"$c"``, an operator
behind its variable; ``kind{body}`` is a compound command, ``name()=`` a definition, ``&`` a pipeline in the
background.
"""

from __future__ import annotations

from jarvisd.codecheck.bash.tree import (
    Arithmetic,
    Assignment,
    Command,
    Compound,
    Function,
    Part,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Substitution,
    Text,
    Variable,
    Word,
)


def script(tree: Script) -> str:
    """A whole program."""
    return "; ".join(_pipeline(pipeline) for pipeline in tree.pipelines)


def word(tree: Word) -> str:
    """One word."""
    return "".join(_part(part) for part in tree.parts)


def _pipeline(tree: Pipeline) -> str:
    return " | ".join(_command(command) for command in tree.commands) + (" &" if tree.is_background else "")


def _command(tree: Command) -> str:
    if isinstance(tree, Function):
        return f"{tree.name}()={_command(tree.body)}"
    if isinstance(tree, Compound):
        head = " ".join([tree.variable, *map(word, tree.words)]).strip()
        bodies = "".join(f"{{{script(body)}}}" for body in tree.bodies)
        return f"{tree.kind}{f'<{head}>' if head else ''}{bodies}{''.join(map(_redirect, tree.redirects))}"
    assert isinstance(tree, Simple)
    pieces = [*map(_assignment, tree.assignments), *map(word, tree.words), *map(_redirect, tree.redirects)]
    return f"[{' '.join(pieces)}]"


def _assignment(tree: Assignment) -> str:
    values = " ".join(map(word, tree.values))
    return f"{tree.name}{'+' if tree.appends else ''}={f'({values})' if tree.is_array else values}"


def _redirect(tree: Redirect) -> str:
    return f"{tree.operator}{word(tree.target)}"


def _part(tree: Part) -> str:
    if isinstance(tree, Text):
        return f"'{tree.text}'" if tree.is_quoted else tree.text
    if isinstance(tree, Variable):
        shown = f"${tree.name}{f'{{{tree.operator}}}' if tree.operator else ''}"
        return f'"{shown}"' if tree.is_quoted else shown
    if isinstance(tree, Arithmetic):
        return f"$(({tree.text}))"
    assert isinstance(tree, Substitution)
    mark = (">" if tree.is_quoted else "<") if tree.is_file else "$"
    shown = f"{mark}({script(tree.script)})"
    return f'"{shown}"' if tree.is_quoted and not tree.is_file else shown
