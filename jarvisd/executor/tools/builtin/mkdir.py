"""The tool mkdir: make an empty folder."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.files.destinations import existing_or_none
from jarvisd.executor.files.paths import WorkspacePath
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import files

SPEC = ToolSpec(
    name="mkdir",
    description="Make a new folder.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(Example("Make a folder called recipes.", {"path": "recipes"}),),
    undo="The folder is taken away again while it is empty.",
    sensitive={"path": Sensitivity.NAME},
    words=files.MKDIR,
)


async def measure(context: ToolContext, *, path: str) -> Preview[WorkspacePath]:
    """Where the folder would be; nothing is to be done when it is there."""
    return await context.blocking(_measure, context, path)


async def run(context: ToolContext[WorkspacePath], *, path: str) -> ToolResult:
    """Make it, and the folders it is in."""
    return await context.blocking(_make, context)


def _measure(context: ToolContext, path: str) -> Preview[WorkspacePath]:
    workspaces = context.kit.workspaces
    found = existing_or_none(workspaces, path, search=False)
    if found is not None and found.identity.is_folder:
        shown = amounts.name(found.place.shown)
        there = f"There is already a folder {shown}."
        return Preview(phrase=f"make the folder {shown}", nothing=there, makes_new=True)
    place = found.place if found else workspaces.new(path)
    workspaces.writable(place)
    if found is not None:
        raise RequestError(f"{place.shown} already exists and is not a folder", code=ErrorCode.REFUSED)
    targets = TargetList(workspaces).make(place).all()
    phrase = f"make the folder {amounts.name(place.shown)}"
    return Preview(phrase=phrase, targets=targets, selection=place, makes_new=True)


def _make(context: ToolContext[WorkspacePath]) -> ToolResult:
    place = context.measured
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(place)
        builder.folder(place)
    done = context.kit.changes.carry_out(context, f"make the folder {place.shown}", builder.operations)
    spoken = f"I made the folder {amounts.name(place.shown)}."
    return ToolResult({"path": place.shown}, spoken, undo_id=done.entry_id)


TOOL = Tool(SPEC, run, measure)
