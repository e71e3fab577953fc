"""The tool search_files: find files by name, content, kind, age and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonValue
from jarvisd.executor.files.paths import Entry, WorkspacePath, means_temporary
from jarvisd.executor.files.selection import (
    CONTENT_LIMIT_BYTES,
    Selection,
    SelectionQuery,
    Unread,
    is_glob,
    select,
)
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.builtin import file_read
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts, exact_amounts
from jarvisd.lang.en.everyday.file_questions import FileQuestion, file_question
from jarvisd.lang.en.licences import files
from jarvisd.lang.en.limits import age_limit_s, size_limit_bytes
from jarvisd.lang.en.sentences.found_files import FileAnswer, FoundFile, told
from jarvisd.lang.values import ValueKind
from jarvisd.linux.local_zone import in_local_zone

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
    context: ToolContext[Entry],
    *,
    name: str = "",
    kind: Kind = "any",
    contains: str = "",
    folder: str = "",
    older_than: str = "",
    larger_than: str = "",
) -> Preview[Entry]:
    """Which folders would be looked through; what is called like one may be a file, and is read."""
    folder, name = _placed(folder, name)
    try:
        folders = await context.blocking(_folders, context, folder, name)
    except RequestError as error:
        is_all = not (name or contains or older_than or larger_than) and kind == "any"
        if error.code is not ErrorCode.NOT_FOUND or not is_all:
            raise
        return await _instead(context, folder, error)
    where = f" in {amounts.name(folders[0].shown)}" if len(folders) == 1 else ""
    targets = TargetList(context.kit.workspaces).look(*folders).all()
    return Preview(phrase=f"look for files{where}", reversal=Reversal.HARMLESS, targets=targets)


async def _instead(context: ToolContext[Entry], name: str, error: RequestError) -> Preview[Entry]:
    try:
        return await file_read.measure(context, path=name)
    except RequestError:
        raise error from None


async def run(
    context: ToolContext[Entry],
    *,
    name: str = "",
    kind: Kind = "any",
    contains: str = "",
    folder: str = "",
    older_than: str = "",
    larger_than: str = "",
) -> ToolResult:
    """Find files; the sentence answers what was asked of them, and names up to three."""
    if context.selection is not None:
        return await file_read.run(context, path=folder)
    folder, name = _placed(folder, name)
    wanted = SelectionQuery(
        name=name,
        contains=contains,
        kind=kind,
        older_than_s=age_limit_s(older_than, context.kit.limits.temp_old_after_days),
        larger_than_bytes=size_limit_bytes(larger_than),
    )
    asked = file_question(context.utterance, (name, contains, folder))
    return await context.blocking(_search, context, folder, wanted, asked)


def _placed(folder: str, name: str) -> tuple[str, str]:
    """A name that is a path tells the folder, too: what was found once is asked about by it."""
    place, _, last = name.rpartition("/")
    is_path = bool(place and last) and not folder.strip() and not is_glob(name)
    return (place, last) if is_path else (folder, name)


def _folders(context: ToolContext, folder: str, name: str) -> list[WorkspacePath]:
    return context.kit.workspaces.folders("tmp" if _means_temporary(folder, name) else folder)


def _means_temporary(folder: str, name: str) -> bool:
    return not folder.strip() and means_temporary(name)


def _search(context: ToolContext, folder: str, wanted: SelectionQuery, asked: FileQuestion) -> ToolResult:
    workspaces = context.kit.workspaces
    folders = _folders(context, folder, wanted.name)
    if _means_temporary(folder, wanted.name):
        folder, wanted = "tmp", replace(wanted, name="")
    now = in_local_zone(context.kit.clock.now())
    found = select(workspaces, folders, wanted, now.timestamp(), context.stop_here)
    files, leading = _ordered(found.files, asked.order)
    data: dict[str, JsonValue] = {
        "count": len(files),
        "total_bytes": found.total_bytes,
        "files": [
            {"path": item.place.shown, "size": item.identity.size, "modified_s": item.identity.mtime_ns // 10**9}
            for item in files[:SHOWN_FILES]
        ],
        "truncated": len(files) > SHOWN_FILES,
        "unread": {reason.value: count for reason, count in found.unread.items()},
    }
    if asked.order and not asked.is_many:
        data |= {"order": asked.order, "leading": leading}
    answer = FileAnswer(
        [_shown(item, now) for item in files],
        found.total_bytes,
        kind=wanted.kind,
        name=wanted.name,
        limits=_limits(wanted),
        where=f" in {amounts.name(folders[0].shown)}" if folder.strip() else "",
        leading=leading,
    )
    return ToolResult(data, told(answer, asked, now) + _left_out(found))


def _ordered(files: Sequence[Entry], order: str) -> tuple[list[Entry], int]:
    """``files`` by an order, if there is one, and how many of them come first in it."""
    if not order or not files:
        return list(files), 0
    measured = [item.identity.mtime_ns if order in ("newest", "oldest") else item.identity.size for item in files]
    first = max(measured) if order in ("newest", "largest") else min(measured)
    sign = -1 if order in ("newest", "largest") else 1
    ordered = sorted(zip(measured, files, strict=True), key=lambda pair: sign * pair[0])
    return [item for _, item in ordered], measured.count(first)


def _shown(item: Entry, now: datetime) -> FoundFile:
    place = item.place
    folder = place.shown.rpartition("/")[0]
    modified = datetime.fromtimestamp(item.identity.mtime_ns / 1e9, now.tzinfo)
    return FoundFile(place.name, folder, item.identity.size, modified)


def _limits(wanted: SelectionQuery) -> str:
    """How the age and size that were asked for were understood."""
    limits = []
    if wanted.larger_than_bytes:
        limits.append(f"larger than {exact_amounts.size(round(wanted.larger_than_bytes))}")
    if wanted.older_than_s:
        limits.append(f"older than {exact_amounts.length(wanted.older_than_s)}")
    return " and ".join(limits)


def _left_out(found: Selection) -> str:
    """How many files nobody looked into for words, and why."""
    unread = [
        _UNREAD[reason].format(amounts.counted(found.unread[reason], "file"))
        for reason in _UNREAD
        if found.unread.get(reason)
    ]
    return f" I did not look into {amounts.listing(unread, limit=len(unread))}." if unread else ""


TOOL = Tool(SPEC, run, measure)
