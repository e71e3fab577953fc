"""The tool search_files: find files by name, content, kind, age and size."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from jarvisd.core.jsonvalue import JsonObject
from jarvisd.executor import phrase
from jarvisd.executor.context import ToolContext
from jarvisd.executor.paths import means_temporary
from jarvisd.executor.selection import Selection, Wanted, age_limit_s, select, size_limit_bytes
from jarvisd.executor.tool import Effect, Example, Tool, ToolResult, ToolSpec

SHOWN_FILES = 20
"""How many names the result holds; the counts are of all."""

SPEC = ToolSpec(
    name="search_files",
    description="Find or list files. name: words or *.ext in the file name; contains: words inside the text; "
    "older_than and larger_than: the phrase as spoken.",
    effects=(Effect.READ,),
    examples=(
        Example("Look for the holiday photos.", {"name": "holiday", "kind": "image"}),
        Example("Which documents talk about the merger?", {"contains": "merger", "kind": "document"}),
        Example(
            "Show me videos in the downloads folder over two gigabytes.",
            {"kind": "video", "folder": "downloads", "larger_than": "two gigabytes"},
        ),
    ),
)

Kind = Literal["any", "document", "image", "audio", "video", "archive", "code", "pdf"]


async def run(
    context: ToolContext,
    *,
    name: str = "",
    contains: str = "",
    kind: Kind = "any",
    folder: str = "",
    older_than: str = "",
    larger_than: str = "",
) -> ToolResult:
    """Find files; the sentence names up to three and says how many there are."""
    wanted = Wanted(
        name=name,
        contains=contains,
        kind=kind,
        older_than_s=age_limit_s(older_than, context.kit.limits.temp_old_after_days),
        larger_than_bytes=size_limit_bytes(larger_than),
    )
    return await context.blocking(_search, context, folder, wanted)


def _search(context: ToolContext, folder: str, wanted: Wanted) -> ToolResult:
    workspaces = context.kit.workspaces
    if not folder.strip() and means_temporary(wanted.name):
        folder, wanted = "tmp", replace(wanted, name="")
    folders = workspaces.folders(folder)
    now_s = context.kit.clock.now().timestamp()
    found = select(workspaces, folders, wanted, now_s, context.stop_here)
    where = f" in {phrase.name(folders[0].shown)}" if folder.strip() else ""
    data: JsonObject = {
        "count": len(found.files),
        "total_bytes": found.total_bytes,
        "files": [
            {"path": item.place.shown, "size": item.identity.size, "modified_s": item.identity.mtime_ns // 10**9}
            for item in found.files[:SHOWN_FILES]
        ],
        "truncated": len(found.files) > SHOWN_FILES,
    }
    return ToolResult(data, _sentence(found, where))


def _sentence(found: Selection, where: str) -> str:
    count = len(found.files)
    if not count:
        return f"I found no such files{where}."
    names = [phrase.name(item.place.name) for item in found.files]
    return f"I found {phrase.files_and_bytes(count, found.total_bytes)}{where}: {phrase.listing(names)}."


TOOL = Tool(SPEC, run)
