"""Writes the bash completion of jarvisctl from its own parser, so that no command can be forgotten."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from jarvisd.cli.main import _parser

HEAD = """\
# bash completion for jarvisctl, made from its parser
_jarvisctl() {
    local cur words cword path word
    cur=${COMP_WORDS[COMP_CWORD]}
    path=
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


def commands(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Each command, by the words that lead to it, with the words that may follow."""
    words = [option for action in parser._actions for option in action.option_strings if option.startswith("--")]
    nested: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            nested = action.choices
        elif action.choices and not action.option_strings:
            words += [str(choice) for choice in action.choices]
    yield path, sorted([*nested, *words])
    for name, child in nested.items():
        yield from commands(child, f"{path} {name}")


def main() -> None:
    """Write the completion to standard output."""
    table = list(commands(_parser()))
    write = sys.stdout.write
    write(HEAD)
    known = "|".join(f'"{path}"' for path, _ in table if path)
    write(f'            {known}) path="$path $word" ;;\n        esac\n    done\n    case "$path" in\n')
    for path, words in table:
        write(f'        "{path}") mapfile -t COMPREPLY < <(compgen -W \'{" ".join(words)}\' -- "$cur") ;;\n')
    write(FOOT)


if __name__ == "__main__":
    main()
