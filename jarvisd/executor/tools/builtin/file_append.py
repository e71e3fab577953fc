"""The tool file_append: add lines to a text file. The file as it was can be brought back."""

from __future__ import annotations

import os
from typing import BinaryIO

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.destinations import demand_room, existing_or_none
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder, chunks, reading
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import files

SPEC = ToolSpec(
    name="file_append",
    description="Add a line to the end of a text file.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example("Append see you soon to the letter.", {"path": "letter", "content": "see you soon"}),
        Example("Add call the plumber to chores.txt.", {"path": "chores.txt", "content": "call the plumber"}),
    ),
    undo="The file comes back as it was.",
    sensitive={"path": Sensitivity.NAME, "content": Sensitivity.TEXT},
    words=files.FILE_APPEND,
)


async def measure(context: ToolContext, *, path: str, content: str) -> Preview[Entry | WorkspacePath]:
    """Which file would grow, and by how much; a file that is not there would be made."""
    return await context.blocking(_measure, context, path, content)


async def run(context: ToolContext[Entry | WorkspacePath], *, path: str, content: str) -> ToolResult:
    """Add the text as lines of its own, or change nothing."""
    return await context.blocking(_append, context, content)


def _measure(context: ToolContext, path: str, content: str) -> Preview[Entry | WorkspacePath]:
    workspaces = context.kit.workspaces
    if not content.strip():
        raise RequestError("there is no text to add")
    found = existing_or_none(workspaces, path, search=True)
    place = found.place if found else workspaces.new(path)
    workspaces.writable(place)
    size_bytes = len(content.encode())
    if found is None:
        verb, old_bytes = "write a new file", 0
    else:
        _demand_text(context, found)
        verb, old_bytes = "add to", found.identity.size
    demand_room(workspaces, place, old_bytes + size_bytes)
    listed = TargetList(workspaces, context.stop_here)
    old = f", now {amounts.size(old_bytes)}," if found else ""
    return Preview(
        phrase=f"{verb} {amounts.name(place.shown)}{old} with {amounts.size(size_bytes)} of text",
        facts=Facts(files=1, total_bytes=size_bytes),
        targets=(listed.add(Act.WRITE, [found]) if found else listed.make(place)).all(),
        selection=found or place,
        makes_new=found is None,
    )


def _demand_text(context: ToolContext, found: Entry) -> None:
    if not found.identity.is_file:
        raise RequestError(f"{found.place.shown} is not a plain file", code=ErrorCode.REFUSED)
    with reading(context.kit.workspaces, found) as file:
        if b"\0" in file.read(1 << 16):
            raise RequestError(f"{found.place.shown} is not a text file", code=ErrorCode.REFUSED)


def _append(context: ToolContext[Entry | WorkspacePath], content: str) -> ToolResult:
    measured = context.measured
    old, place = (measured, measured.place) if isinstance(measured, Entry) else (None, measured)
    if old is None and context.kit.workspaces.identify(place) is not None:
        raise RequestError(f"{place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
    added = content.encode().removesuffix(b"\n") + b"\n"

    def write(file: BinaryIO) -> None:
        if old is not None:
            _copy_lines(context, old, file)
        file.write(added)

    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(place)
        builder.file(place, write, old.identity.mode & 0o777 if old else None)
    done = context.kit.changes.carry_out(context, f"add to {place.shown}", builder.operations)
    data: JsonObject = {"path": place.shown, "added": len(added), "created": old is None}
    verb = "added that to" if old else "wrote that into the new file"
    return ToolResult(data, f"I {verb} {amounts.name(place.shown)}.", undo_id=done.entry_id)


def _copy_lines(context: ToolContext, old: Entry, file: BinaryIO) -> None:
    with reading(context.kit.workspaces, old) as source:
        for chunk in chunks(source, context.stop_here):
            file.write(chunk)
        if old.identity.size:
            source.seek(-1, os.SEEK_END)
            if source.read(1) != b"\n":
                file.write(b"\n")


TOOL = Tool(SPEC, run, measure)
