"""The tool file_read: what a text file says."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.paths import Entry
from jarvisd.executor.files.selection import read_entry
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import files
from jarvisd.lang.en.sentences.passages import passage

SPOKEN_LIMIT = 600
"""Characters of a file that are read aloud."""
_RESULT_OVERHEAD_BYTES = 1000
"""Chosen: for what a result says beside the text."""

SPEC = ToolSpec(
    name="file_read",
    description="Read a text file aloud or tell what it says.",
    effects=(Effect.READ,),
    on_files=True,
    examples=(
        Example("Read me the file groceries dot txt.", {"path": "groceries.txt"}),
        Example("What's in the changelog?", {"path": "changelog"}),
    ),
    words=files.FILE_READ,
)


async def measure(context: ToolContext[Entry], *, path: str) -> Preview[Entry]:
    """Which file would be read, where the name leads in the end."""
    return await context.blocking(_measure, context, path)


async def run(context: ToolContext[Entry], *, path: str) -> ToolResult:
    """Read the beginning of a text file."""
    return await context.blocking(_read, context)


def _measure(context: ToolContext[Entry], path: str) -> Preview[Entry]:
    workspaces = context.kit.workspaces
    found = workspaces.end(workspaces.existing(path).place)
    return Preview(
        phrase=f"read {amounts.name(found.place.shown)}",
        facts=Facts(files=1, total_bytes=found.identity.size),
        reversal=Reversal.HARMLESS,
        targets=TargetList(workspaces, context.stop_here).add(Act.READ, [found]).all(),
        selection=found,
    )


def _read(context: ToolContext[Entry]) -> ToolResult:
    found, workspaces = context.measured, context.kit.workspaces
    place = found.place
    # Text may double in size when it is written as JSON.
    limit_bytes = max(1000, (context.kit.limits.output_limit_bytes - _RESULT_OVERHEAD_BYTES) // 2)
    content, size_bytes = read_entry(workspaces, found, limit_bytes)
    if b"\0" in content:
        raise RequestError(f"{place.shown} is not a text file", code=ErrorCode.TOOL_FAILED)
    text = content.decode("utf-8", "replace")
    data: JsonObject = {
        "path": place.shown,
        "text": text,
        "size": size_bytes,
        "truncated": size_bytes > len(content),
    }
    return ToolResult(data, _sentence(place.name, text, size_bytes > len(content)))


def _sentence(name: str, text: str, is_cut: bool) -> str:
    shown = amounts.name(name)
    if not text.strip():
        return f"{shown} is empty."
    return passage(shown, text, limit=SPOKEN_LIMIT, is_cut=is_cut)


TOOL = Tool(SPEC, run, measure)
