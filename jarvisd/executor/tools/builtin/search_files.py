"""The tool search_files: find files by name, content, kind, age and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.paths import WorkspacePath, means_temporary
from jarvisd.executor.files.selection import CONTENT_LIMIT_BYTES, Selection, SelectionQuery, Unread, select
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts, exact_amounts
from jarvisd.lang.en.licences import files
from jarvisd.lang.en.limits import age_limit_s, size_limit_bytes
from jarvisd.lang.values import ValueKind

SHOWN_FILES = 20
"""How many names the result holds; the counts are of all."""

SPEC = ToolSpec(
    name="search_files",
    description=(
        "Find, list or count files. name: words or *.ext in the file name; contains: words in the text; "
        "folder: only if a folder is named; older_than, larger_than: the phrase as spoken."
    ),
    values={"older_than": (ValueKind.AGE,), "larger_than": (ValueKind.SIZE,)},
    effects=(Effect.READ,),
    on_files=True,
    examples=(
        Example("Find the recipe files.", {"name": "recipe"}),
        Example("Which files talk about the merger?", {"contains": "merger"}),
        Example(
            "Show me videos in the downloads folder over two gigabytes.",
            {"kind": "video", "folder": "downloads", "larger_than": "two gigabytes"},
        ),
        Example("Where is the lease agreement?", {"name": "lease agreement"}),
        Example("Show me my photos.", {"kind": "image"}),
        Example("Search for scripts that use sockets.", {"kind": "code", "contains": "sockets"}),
        Example("How many files are in the projects folder?", {"folder": "projects"}),
        Example("List everything.", {}),
        Example("Look for anything called passport.", {"name": "passport"}),
    ),
    words=files.SEARCH_FILES,
)

_UNREAD: Mapping[Unread, str] = MappingProxyType(
    {
        Unread.SEVERAL_NAMES: "{} with more than one name",
        Unread.TOO_LARGE: f"{{}} larger than {exact_amounts.size(CONTENT_LIMIT_BYTES)}",
        Unread.PROTECTED: "{} that may hold secrets",
        Unread.UNREADABLE: "{} that I could not read",
    }
)

Kind = Literal["any", "document", "image", "audio", "video", "archive", "code", "pdf"]


async def measure(
    context: ToolContext,
    *,
    name: str = "",
    kind: Kind = "any",
    contains: str = "",
    folder: str = "",
    older_than: str = "",
    larger_than: str = "",
) -> Preview:
    """Which folders would be looked through."""
    folders = await context.blocking(_folders, context, folder, name)
    where = f" in {amounts.name(folders[0].shown)}" if len(folders) == 1 else ""
    targets = TargetList(context.kit.workspaces).look(*folders).all()
    return Preview(phrase=f"look for files{where}", reversal=Reversal.HARMLESS, targets=targets)


async def run(
    context: ToolContext,
    *,
    name: str = "",
    kind: Kind = "any",
    contains: str = "",
    folder: str = "",
    older_than: str = "",
    larger_than: str = "",
) -> ToolResult:
    """Find files; the sentence names up to three and says how many there are."""
    wanted = SelectionQuery(
        name=name,
        contains=contains,
        kind=kind,
        older_than_s=age_limit_s(older_than, context.kit.limits.temp_old_after_days),
        larger_than_bytes=size_limit_bytes(larger_than),
    )
    return await context.blocking(_search, context, folder, wanted)


def _folders(context: ToolContext, folder: str, name: str) -> list[WorkspacePath]:
    return context.kit.workspaces.folders("tmp" if _means_temporary(folder, name) else folder)


def _means_temporary(folder: str, name: str) -> bool:
    return not folder.strip() and means_temporary(name)


def _search(context: ToolContext, folder: str, wanted: SelectionQuery) -> ToolResult:
    workspaces = context.kit.workspaces
    folders = _folders(context, folder, wanted.name)
    if _means_temporary(folder, wanted.name):
        folder, wanted = "tmp", replace(wanted, name="")
    now_s = context.kit.clock.now().timestamp()
    found = select(workspaces, folders, wanted, now_s, context.stop_here)
    where = f" in {amounts.name(folders[0].shown)}" if folder.strip() else ""
    data: JsonObject = {
        "count": len(found.files),
        "total_bytes": found.total_bytes,
        "files": [
            {"path": item.place.shown, "size": item.identity.size, "modified_s": item.identity.mtime_ns // 10**9}
            for item in found.files[:SHOWN_FILES]
        ],
        "truncated": len(found.files) > SHOWN_FILES,
        "unread": {reason.value: count for reason, count in found.unread.items()},
    }
    return ToolResult(data, _sentence(found, _limits(wanted), where))


def _limits(wanted: SelectionQuery) -> str:
    """How the age and size that were asked for were understood."""
    limits = []
    if wanted.larger_than_bytes:
        limits.append(f"larger than {exact_amounts.size(round(wanted.larger_than_bytes))}")
    if wanted.older_than_s:
        limits.append(f"older than {exact_amounts.length(wanted.older_than_s)}")
    return " and ".join(limits)


def _sentence(found: Selection, limits: str, where: str) -> str:
    count, left_out = len(found.files), _left_out(found)
    if not count:
        return f"I found no such files{limits and f' {limits}'}{where}.{left_out}"
    names = [amounts.name(item.place.name) for item in found.files]
    extent = amounts.files_and_bytes(count, found.total_bytes)
    return f"I found {extent}{limits and f', {limits}'}{where}: {amounts.listing(names)}.{left_out}"


def _left_out(found: Selection) -> str:
    """How many files nobody looked into for words, and why."""
    told = [
        _UNREAD[reason].format(amounts.counted(found.unread[reason], "file"))
        for reason in _UNREAD
        if found.unread.get(reason)
    ]
    return f" I did not look into {amounts.listing(told, limit=len(told))}." if told else ""


TOOL = Tool(SPEC, run, measure)
