"""The tool file_copy: copy one file or folder, never over another."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.destinations import demand_free, demand_room, destination, numbered
from jarvisd.executor.files.paths import WorkspacePath
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder, FileTree, tree
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import file_changes

SPEC = ToolSpec(
    name="file_copy",
    description="Copy one file or folder; without destination beside it.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example("Copy budget.ods to the archive folder.", {"source": "budget.ods", "destination": "archive"}),
    ),
    deadline_s=600,
    undo="The copy is taken away again; refused if it has changed since.",
    sensitive={"source": Sensitivity.SUBJECT, "destination": Sensitivity.NAME},
    words=file_changes.FILE_COPY,
)


@dataclass(frozen=True, slots=True)
class _Copy:
    source: FileTree
    target: WorkspacePath


async def measure(context: ToolContext, *, source: str, destination: str = "") -> Preview[_Copy]:
    """What would be copied, where to, and whether there is room."""
    return await context.blocking(_measure, context, source, destination)


async def run(context: ToolContext[_Copy], *, source: str, destination: str = "") -> ToolResult:
    """Copy all of it, or nothing."""
    return await context.blocking(_copy, context)


def _measure(context: ToolContext, source: str, text: str) -> Preview[_Copy]:
    workspaces = context.kit.workspaces
    found = workspaces.existing(source)
    target = destination(workspaces, found.place, text, source) if text.strip() else _beside(context, found.place)
    if target == found.place and found.place.parts:
        target = _beside(context, found.place)
    demand_free(workspaces, found.place, target)
    copied = tree(context.kit.workspaces, found, context.stop_here)
    demand_room(workspaces, target, copied.total_bytes)
    extent = ""
    if found.identity.is_folder:
        extent = f", {amounts.files_and_bytes(copied.files, copied.total_bytes)},"
    special = f"{amounts.counted(copied.left_out, 'special file')} will be left out." if copied.left_out else ""
    closed = f"{amounts.counted(copied.closed, 'protected file')} will be left out." if copied.closed else ""
    targets = TargetList(workspaces, context.stop_here).add(Act.READ, [found]).inside(Act.READ, copied.inside)
    return Preview(
        phrase=f"copy {amounts.name(found.place.shown)}{extent} to {amounts.name(target.shown)}",
        facts=Facts(copied.files, copied.folders, copied.total_bytes),
        consequence=" ".join(part for part in (special, closed) if part),
        targets=targets.arrive(copied.top, target, copied.inside).all(),
        selection=_Copy(copied, target),
        makes_new=True,
    )


def _beside(context: ToolContext, source: WorkspacePath) -> WorkspacePath:
    context.kit.workspaces.writable(source)
    taken = {found.place.name for found in context.kit.workspaces.entries(source.folder)}
    return source.folder.child(numbered(source.name, taken))


def _copy(context: ToolContext[_Copy]) -> ToolResult:
    selection = context.measured
    copied, target = selection.source, selection.target
    source = copied.top.place
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(target)
        builder.copy(copied, target)
    done = context.kit.changes.carry_out(context, f"copy {source.shown} to {target.shown}", builder.operations)
    data: JsonObject = {
        "source": source.shown,
        "destination": target.shown,
        "files": copied.files,
        "total_bytes": copied.total_bytes,
        "left_out": copied.left_out + copied.closed,
    }
    what = f"{amounts.name(source.name)}"
    if copied.top.identity.is_folder:
        what = f"{what} with {amounts.files_and_bytes(copied.files, copied.total_bytes)}"
    spoken = f"I copied {what} to {amounts.name(target.shown)}."
    if copied.closed:
        spoken += f" I left out {amounts.counted(copied.closed, 'protected file')}."
    return ToolResult(data, spoken, undo_id=done.entry_id)


TOOL = Tool(SPEC, run, measure)
