"""Renders the generated blocks of the documents from the code: ``python docs/render.py [--check]``.

A block stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; everything else is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from jarvisd.bus.errors import error_name
from jarvisd.config.schema import Calendar, Config, Weather
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.states import EDGES, ServiceLevel
from jarvisd.executor.policy.describe import describe
from jarvisd.executor.tools.registry import BUILT_IN, configured_tools
from jarvisd.executor.tools.spec import Tool
from jarvisd.lang.en.pack import ENGLISH

DOCS = Path(__file__).resolve().parent


def fault_table() -> str:
    """Every fault with its exit code, D-Bus error, spoken sentence and command."""
    lines = ["| fault | exit code | D-Bus error | spoken | command |", "|---|---|---|---|---|"]
    for code, fault in FAULTS.items():
        spoken = ENGLISH.replies.error(code)
        cells = (fault.cause, str(fault.exit_code), f"`{error_name(code)}`", spoken, f"`{fault.remedy}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def edge_table() -> str:
    """Every legal edge of the turn's state machine."""
    lines = ["| from | edge | to |", "|---|---|---|"]
    lines += [f"| {source.value} | {edge.value} | {target.value} |" for (source, edge), target in EDGES.items()]
    return "\n".join(lines)


def tool_table() -> str:
    """Every built-in tool."""
    return _table_of(BUILT_IN)


def configured_table() -> str:
    """Every tool that there is only once something has been configured."""
    return _table_of(
        configured_tools(Config(calendar=Calendar(("calendar",)), weather=Weather("https://example.org")))
    )


def _table_of(tools: Sequence[Tool]) -> str:
    """Tools as ``jarvisctl tools show`` has them, in short."""
    lines = ["| tool | what for | effects | a step | undo |", "|---|---|---|---|---|"]
    for tool in tools:
        told = describe(tool, ServiceLevel.FULL)
        tier = told["tier"]
        said = str(tier["said"]) if isinstance(tier, dict) else ""
        effects = ", ".join(effect.value for effect in tool.spec.effects)
        cells = (f"`{tool.name}`", tool.spec.description, effects, said, str(told["undo"]))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "operations.md": {"faults": fault_table, "edges": edge_table},
    "tools.md": {"tools": tool_table, "configured tools": configured_table},
}


def rendered(name: str) -> str:
    """The document ``name`` with its blocks renewed."""
    text = (DOCS / name).read_text("utf-8")
    for block, render in BLOCKS[name].items():
        begin, end = f"<!-- begin {block} -->\n", f"<!-- end {block} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{render()}\n{end}{after}"
    return text


def main() -> int:
    """Renew the documents, or with ``--check`` say which are stale."""
    stale = [name for name in BLOCKS if (DOCS / name).read_text("utf-8") != rendered(name)]
    if "--check" in sys.argv[1:]:
        sys.stdout.write("".join(f"stale: docs/{name}\n" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(rendered(name), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
