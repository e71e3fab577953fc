"""Writes the manual pages: prose from ``debian/man``, commands from the parser, keys from the schema.

Usage: ``manual.py VERSION FOLDER``; pages go to ``FOLDER/manN/``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

from jarvisd.cli.main import _parser
from jarvisd.config.reference import _line
from jarvisd.config.schema import LISTS, Config, sections
from jarvisd.core.error_texts import FAULTS

PROGRAM = "jarvisctl"
PROSE = Path(__file__).parent / "debian" / "man"


def roff(text: str) -> str:
    """Text as it must be written so that it comes out as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.splitlines())


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """A paragraph for each command, with its options below."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for command, child in action.choices.items():
            usage = " ".join(child.format_usage().removeprefix(f"usage: {PROGRAM} ").replace("[-h]", "").split())
            yield f".TP\n.B {roff(usage)}\n"
            yield f"{roff(sentence(helps.get(command, '')))}\n"
            yield from options(child)
            yield from commands(child)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of a command, as an indented list."""
    found = [
        action for action in parser._actions if action.option_strings and action.help and action.dest != "help"
    ]
    if found:
        yield ".RS\n"
        for action in found:
            argument = f" \\fI{roff(action.metavar or action.dest.upper())}\\fR" if action.nargs != 0 else ""
            names = roff(", ".join(action.option_strings))
            yield f".TP\n\\fB{names}\\fR{argument}\n{roff(sentence(action.help or ''))}\n"
        yield ".RE\n"


def sentence(text: str) -> str:
    """A help text as a sentence."""
    text = text.replace("%%", "%")
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else "See above."


def command_list() -> str:
    """All commands of jarvisctl."""
    return "".join(commands(_parser()))


def exit_codes() -> str:
    """Every exit status with what leads to it."""
    causes: dict[int, list[str]] = {}
    for fault in FAULTS.values():
        causes.setdefault(fault.exit_code, []).append(fault.cause)
    return "".join(f".TP\n.B {code}\n{roff(sentence('; '.join(causes[code])))}\n" for code in sorted(causes))


def settings() -> str:
    """Every key with its default."""
    text = ""
    lists = {f"[{name}]": (kind, next(iter(getattr(Config(), name)), None)) for name, (kind, _) in LISTS.items()}
    for name, kind in [*sections().items(), *((name, kind) for name, (kind, _) in lists.items())]:
        text += f".SS {roff(f'[{name}]')}\n{roff(sentence((kind.__doc__ or '').splitlines()[0]))}\n"
        defaults = lists[name][1] if name in lists else None
        for item in fields(kind):
            value = getattr(defaults, item.name) if defaults else item.default
            comment, line = _line(kind, item.name, value).splitlines()
            text += f".TP\n.B {roff(line)}\n{roff(comment.removeprefix('# '))}\n"
    return text


INSERTS: dict[str, Callable[[], str]] = {"COMMANDS": command_list, "CODES": exit_codes, "SETTINGS": settings}


def main(version: str, folder: Path) -> None:
    """Write all pages."""
    for source in sorted(PROSE.glob("*.[1-8]")):
        text = source.read_text("utf-8").replace("@VERSION@", version)
        for name, insert in INSERTS.items():
            if f"@{name}@\n" in text:
                text = text.replace(f"@{name}@\n", insert())
        target = folder / f"man{source.suffix[1:]}"
        target.mkdir(parents=True, exist_ok=True)
        (target / source.name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
