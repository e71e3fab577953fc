"""The tool file_move: move or rename one file or folder, never over another."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor import phrase
from jarvisd.executor.context import ToolContext
from jarvisd.executor.effects import Move, Operation
from jarvisd.executor.paths import Found, Located
from jarvisd.executor.selection import measure_folder
from jarvisd.executor.tool import Effect, Example, Facts, Preview, Tool, ToolResult, ToolSpec

SPEC = ToolSpec(
    name="file_move",
    description="Move or rename one file or folder.",
    effects=(Effect.WRITE,),
    examples=(
        Example(
            "Put summary.odt into the projects folder.",
            {"source": "summary.odt", "destination": "projects/summary.odt"},
        ),
        Example("Call draft.md final.md instead.", {"source": "draft.md", "destination": "final.md"}),
    ),
    factors=("move",),
)


@dataclass(frozen=True, slots=True)
class _Journey:
    source: Found
    target: Located


async def measure(context: ToolContext, *, source: str, destination: str) -> Preview:
    """What would move, and where to."""
    return await context.blocking(_measure, context, source, destination)


async def run(context: ToolContext, *, source: str, destination: str) -> ToolResult:
    """Move it, making the folders that are missing."""
    return await context.blocking(_move, context)


def _measure(context: ToolContext, source: str, destination: str) -> Preview:
    workspaces = context.kit.workspaces
    found = workspaces.existing(source)
    target = _target(context, found.place, destination)
    workspaces.writable(found.place)
    workspaces.writable(target)
    if target.root == found.place.root and target.parts[: len(found.place.parts)] == found.place.parts:
        raise RequestError(f"{found.place.shown} cannot move into itself")
    if workspaces.identify(target) is not None:
        raise RequestError(f"{target.shown} already exists", code=ErrorCode.REFUSED)
    facts = Facts(files=1, total_bytes=found.identity.size)
    if found.identity.is_folder:
        facts = Facts(*measure_folder(workspaces, found.place, context.stop_here))
    extent = f", {phrase.files_and_bytes(facts.files, facts.total_bytes)}," if found.identity.is_folder else ""
    return Preview(
        phrase=f"move {phrase.name(found.place.shown)}{extent} to {phrase.name(target.shown)}",
        facts=facts,
        selection=_Journey(found, target),
    )


def _target(context: ToolContext, source: Located, destination: str) -> Located:
    """A destination that is a folder, or ends like one, keeps the file's name."""
    workspaces = context.kit.workspaces
    try:
        folders = workspaces.folders(destination)
    except JarvisError:
        folders = []
    if len(folders) == 1 and destination.strip():
        return folders[0].child(source.name)
    target = workspaces.new(destination, near=source.root)
    return target.child(source.name) if destination.rstrip().endswith("/") else target


def _move(context: ToolContext) -> ToolResult:
    journey = context.selection
    assert isinstance(journey, _Journey)  # noqa: S101 - the preview of this tool measured it
    changes = context.kit.changes
    operations: list[Operation] = changes.missing_folders(journey.target)
    operations.append(Move(journey.source.place, journey.target, journey.source.identity))
    source, target = journey.source.place.shown, journey.target.shown
    done = changes.carry_out(context, f"move {source} to {target}", operations)
    spoken = f"I moved {phrase.name(journey.source.place.name)} to {phrase.name(target)}."
    return ToolResult({"source": source, "destination": target}, spoken, undo_id=done.entry_id)


TOOL = Tool(SPEC, run, measure)
