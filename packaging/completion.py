"""Writes the bash completion of jarvisctl from its own parser, so that no command can be forgotten."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jarvisd.cli.main import _parser

HEAD = """\
# bash completion for jarvisctl, made from its parser
_jarvisctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} path= word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$path $word" in
"""
FOOT = """\
    esac
    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
        compopt -o default
    fi
}
complete -F _jarvisctl jarvisctl
"""


@dataclass(frozen=True)
class Command:
    """What may follow a command."""

    path: str
    """The words that lead to it, each with a space before it."""
    words: Sequence[str]
    values: Mapping[str, Sequence[str]]
    """Options that take a value, with the values to choose from; none are said for a file or a text."""


def commands(parser: argparse.ArgumentParser, path: str = "") -> Iterator[Command]:
    """Each command below and including ``parser``."""
    words: list[str] = []
    values: dict[str, Sequence[str]] = {}
    nested: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        choices = [str(choice) for choice in action.choices or ()]
        options = [option for option in action.option_strings if option.startswith("--")]
        if isinstance(action, argparse._SubParsersAction):
            nested = action.choices
        elif not options:
            words += choices
        elif action.nargs != 0:
            values |= dict.fromkeys(options, choices)
        words += options
    yield Command(path, sorted([*nested, *words]), values)
    for name, child in nested.items():
        yield from commands(child, f"{path} {name}")


def offer(words: Sequence[str]) -> str:
    """Shell text that offers those of ``words`` that begin as what is typed."""
    return f"mapfile -t COMPREPLY < <(compgen -W '{' '.join(words)}' -- \"$cur\")"


def main() -> None:
    """Write the completion to standard output."""
    table = list(commands(_parser()))
    write = sys.stdout.write
    write(HEAD)
    known = "|".join(f'"{command.path}"' for command in table if command.path)
    write(f'            {known}) path="$path $word" ;;\n        esac\n    done\n')
    write('    case "$path ${COMP_WORDS[COMP_CWORD-1]}" in\n')
    for command in table:
        for option, values in command.values.items():
            do = offer(values) if values else "compopt -o default"
            write(f'        "{command.path} {option}") {do}; return ;;\n')
    write('    esac\n    case "$path" in\n')
    for command in table:
        write(f'        "{command.path}") {offer(command.words)} ;;\n')
    write(FOOT)


if __name__ == "__main__":
    main()
