"""The tool file_move: move or rename one file or folder, never over another, also to another disk."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.files.destinations import demand_free, demand_room, destination, is_one_mount
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.selection import measure_folder
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder, FileTree, tree
from jarvisd.executor.undo.operations import Move, Operation
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import file_changes

SPEC = ToolSpec(
    name="file_move",
    description="Move or rename one file or folder.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example(
            "Put summary.odt into the projects folder.",
            {"source": "summary.odt", "destination": "projects/summary.odt"},
        ),
        Example("Call draft.md final.md instead.", {"source": "draft.md", "destination": "final.md"}),
    ),
    factors=("move",),
    deadline_s=600,
    undo="It moves back to where it was, with owner, mode and times.",
    sensitive={"source": Sensitivity.SUBJECT, "destination": Sensitivity.GOAL},
    words=file_changes.FILE_MOVE,
)


@dataclass(frozen=True, slots=True)
class _Journey:
    source: Entry
    target: WorkspacePath
    copied: FileTree | None
    """What is to be copied, when the target is on another disk."""


async def measure(context: ToolContext, *, source: str, destination: str) -> Preview[_Journey]:
    """What would move, and where to."""
    return await context.blocking(_measure, context, source, destination)


async def run(context: ToolContext[_Journey], *, source: str, destination: str) -> ToolResult:
    """Move it, making the folders that are missing."""
    return await context.blocking(_move, context)


def _measure(context: ToolContext, source: str, text: str) -> Preview[_Journey]:
    workspaces = context.kit.workspaces
    found = workspaces.existing(source)
    workspaces.writable(found.place)
    target = destination(workspaces, found.place, text, source)
    demand_free(workspaces, found.place, target)
    facts = Facts(files=1, total_bytes=found.identity.size)
    if found.identity.is_folder:
        facts = Facts(*measure_folder(workspaces, found.place, context.stop_here))
    inside = workspaces.walk(found.place, context.stop_here) if found.identity.is_folder else ()
    extent = f", {amounts.files_and_bytes(facts.files, facts.total_bytes)}," if found.identity.is_folder else ""
    copied = None if is_one_mount(workspaces, found.place, target) else _copied(context, found, target)
    return Preview(
        phrase=f"move {amounts.name(found.place.shown)}{extent} to {amounts.name(target.shown)}",
        facts=facts,
        consequence="That is another disk, so a copy is made and compared first." if copied else "",
        targets=TargetList(workspaces, context.stop_here).move(found, target, inside).all(),
        selection=_Journey(found, target, copied),
    )


def _copied(context: ToolContext, found: Entry, target: WorkspacePath) -> FileTree:
    copied = tree(context.kit.workspaces, found, context.stop_here)
    if copied.closed:
        closed = amounts.counted(copied.closed, "protected file")
        raise RequestError(f"{found.place.shown} has {closed}, not for another disk", code=ErrorCode.REFUSED)
    if copied.left_out:
        special = amounts.counted(copied.left_out, "special file")
        raise RequestError(f"{found.place.shown} has {special}, not for another disk", code=ErrorCode.REFUSED)
    demand_room(context.kit.workspaces, target, copied.total_bytes)
    return copied


def _move(context: ToolContext[_Journey]) -> ToolResult:
    journey = context.measured
    found, target = journey.source, journey.target
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(target)
        if journey.copied is None:
            builder.operations.append(Move(found.place, target, found.identity))
        else:
            builder.copy(journey.copied, target, verify=True)
            builder.operations += _put_away(context, journey.copied)
    source, goal = found.place.shown, target.shown
    done = context.kit.changes.carry_out(context, f"move {source} to {goal}", builder.operations)
    spoken = f"I moved {amounts.name(found.place.name)} to {amounts.name(goal)}."
    return ToolResult({"source": source, "destination": goal}, spoken, undo_id=done.entry_id)


def _put_away(context: ToolContext, copied: FileTree) -> list[Operation]:
    """Operations that take the originals out of sight, where undo finds them.

    Each file is one of its own, so that one that changed after it was copied stops the step.
    """
    trash, root = context.kit.changes.trash, copied.top.place.root
    trash.prepare(root)
    gone = [item for item in copied.inside if not item.identity.is_folder]
    return [Move(item.place, trash.staged(root, token_hex(8)), item.identity) for item in (*gone, copied.top)]


TOOL = Tool(SPEC, run, measure)
