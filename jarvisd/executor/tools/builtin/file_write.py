"""The tool file_write: make a text file, or replace what is in one. What was there can be brought back."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.destinations import existing_or_none
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.targets import Act, Target, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import files

SPEC = ToolSpec(
    name="file_write",
    description="Create a text file, or replace what is in it.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example(
            "Make a note called plans.md that says paint the fence.",
            {"path": "plans.md", "content": "paint the fence"},
        ),
        Example("Write dear all into letter.txt.", {"path": "letter.txt", "content": "dear all"}),
    ),
    undo="A new file is taken away; what was replaced comes back with owner, mode and times.",
    measured=("overwrite",),
    sensitive={"path": Sensitivity.NAME, "content": Sensitivity.TEXT},
    words=files.FILE_WRITE,
)


async def measure(context: ToolContext, *, path: str, content: str) -> Preview[Entry | WorkspacePath]:
    """Whether a file would be made or replaced, and how large it would be."""
    return await context.blocking(_measure, context, path, content)


async def run(context: ToolContext[Entry | WorkspacePath], *, path: str, content: str) -> ToolResult:
    """Write the file as a whole, or not at all."""
    return await context.blocking(_write, context, content)


def _measure(context: ToolContext, path: str, content: str) -> Preview[Entry | WorkspacePath]:
    workspaces = context.kit.workspaces
    found = existing_or_none(workspaces, path, search=False)
    place = found.place if found else workspaces.new(path)
    workspaces.writable(place)
    if found is not None and not found.identity.is_file:
        raise RequestError(f"{place.shown} is not a plain file", code=ErrorCode.REFUSED)
    size_bytes = len(content.encode())
    verb = "replace what is in" if found else "write"
    old = f", now {amounts.size(found.identity.size)}," if found else ""
    return Preview(
        phrase=f"{verb} {amounts.name(place.shown)}{old} with {amounts.size(size_bytes)} of text",
        facts=Facts(files=1, total_bytes=size_bytes),
        factors=("overwrite",) if found else (),
        targets=_targets(context, found, place),
        selection=found or place,
        makes_new=found is None,
    )


def _targets(context: ToolContext, found: Entry | None, place: WorkspacePath) -> tuple[Target, ...]:
    listed = TargetList(context.kit.workspaces, context.stop_here)
    return (listed.add(Act.WRITE, [found]) if found else listed.make(place)).all()


def _write(context: ToolContext[Entry | WorkspacePath], content: str) -> ToolResult:
    measured = context.measured
    old, place = (measured, measured.place) if isinstance(measured, Entry) else (None, measured)
    now = context.kit.workspaces.identify(place)
    if (now is None) != (old is None) or (now and old and not now.is_unchanged(old.identity)):
        raise RequestError(f"{place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(place)
        builder.file(place, lambda file: file.write(content.encode()), old.identity.mode & 0o777 if old else None)
    done = context.kit.changes.carry_out(context, f"write {place.shown}", builder.operations)
    data: JsonObject = {"path": place.shown, "size": len(content.encode()), "replaced": old is not None}
    verb = "replaced the text in" if old else "wrote"
    return ToolResult(data, f"I {verb} {amounts.name(place.shown)}.", undo_id=done.entry_id)


TOOL = Tool(SPEC, run, measure)
