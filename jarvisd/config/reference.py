"""Renders the commented reference file from the schema; ``python -m jarvisd.config.reference`` prints it."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from jarvisd.config.schema import LISTS, Config, rule_of, sections

HEADER = """\
# jarvisd: every setting with its default. Rendered from the schema; 'jarvisctl doctor' checks your copy.
# Put changes into /etc/jarvisd/conf.d/NAME.toml: later files win, key by key.
"""


def render() -> str:
    """The whole reference file as text; it parses to the defaults."""
    parts = [HEADER]
    for name, kind in sections().items():
        parts.append(f"\n# {_first_line(kind)}\n[{name}]\n")
        parts.extend(_line(kind, item.name, item.default) for item in fields(kind))
    for name, (kind, _) in LISTS.items():
        # A list that is empty by default is told by an example that does nothing.
        told = getattr(Config(), name)
        for entry in told or (kind(),):
            before = "" if told else "# "
            parts.append(f"\n# {_first_line(kind)}\n{before}[[{name}]]\n")
            parts.extend(_line(kind, item.name, getattr(entry, item.name), before) for item in fields(kind))
    return "".join(parts)


def _first_line(kind: type[Any]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _line(kind: type[Any], name: str, value: object, before: str = "") -> str:
    rule = rule_of(kind, name)
    bounds = f" {rule.low:g} to {rule.high:g}." if rule.low is not None and rule.high is not None else ""
    allowed = f" One of {', '.join(rule.choices)}." if rule.choices else ""
    when = " Applies at a reload." if rule.live else ""
    return f"# {rule.doc}{allowed}{bounds}{when}\n{before}{name} = {_toml(value)}\n"


def _toml(value: object) -> str:
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(render())
