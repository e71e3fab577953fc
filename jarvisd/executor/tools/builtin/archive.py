"""The tool archive: pack a file or folder, or unpack an archive into a new folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from jarvisd.codecheck.protected import PlaceClass, is_closed
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.archives import reading as archives
from jarvisd.executor.archives import writing
from jarvisd.executor.archives.reading import Archive, ArchiveMember, Content, LeftOut
from jarvisd.executor.files.destinations import demand_free, demand_room, destination, numbered
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.targets import Act, Target, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder, FileTree, reading, tree
from jarvisd.executor.undo.changes import BULK_OPERATIONS
from jarvisd.executor.undo.staging import FILE_MODE
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import file_changes

SPEC = ToolSpec(
    name="archive",
    description="Pack a file or folder (zip, tar.gz), or unpack an archive into a new folder.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example("Zip up the letters folder.", {"action": "create", "path": "letters"}),
        Example("Unpack holiday.zip.", {"action": "extract", "path": "holiday.zip"}),
    ),
    deadline_s=600,
    undo="The archive, or the new folder, is taken away again; refused if anything in it has changed since.",
    sensitive={"path": Sensitivity.SUBJECT, "destination": Sensitivity.NAME},
    words=file_changes.ARCHIVE,
)
LEFT_OUT_LISTED = 50
"""Chosen: names of members that were left out, beside their count."""
EXECUTABLE_BITS = 0o111

Action = Literal["create", "extract"]


@dataclass(frozen=True, slots=True)
class _Packing:
    source: FileTree
    target: WorkspacePath


@dataclass(frozen=True, slots=True)
class _Unpacking:
    archive: Entry
    target: WorkspacePath
    members: tuple[ArchiveMember, ...]
    """Those that will be unpacked."""
    closed: int
    """How many are left out, because nobody can approve what they would be."""
    odd: tuple[LeftOut, ...] = ()
    """What is left out because it cannot be unpacked."""

    @property
    def told_left(self) -> str:
        """What is left out, by name where it is odd; empty when nothing is."""
        odd = [f"{amounts.name(member.name)}, which {member.reason}" for member in self.odd]
        closed = [amounts.counted(self.closed, "protected file")] if self.closed else []
        shown = amounts.listing([*closed, *odd], limit=3)
        return f"{amounts.counted(len(odd), 'thing')}: {shown}" if len(odd) > 1 else shown

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(not member.is_folder for member in self.members)

    @property
    def total_bytes(self) -> int:
        """Sum of their sizes."""
        return sum(member.size for member in self.members)


async def measure(
    context: ToolContext, *, action: Action, path: str, destination: str = ""
) -> Preview[_Packing | _Unpacking]:
    """What would be packed, or what is in the archive; the whole archive is checked."""
    look = _look_at_files if action == "create" else _look_at_archive
    return await context.blocking(look, context, path, destination)


async def run(
    context: ToolContext[_Packing | _Unpacking], *, action: Action, path: str, destination: str = ""
) -> ToolResult:
    """Make the archive or the folder, or nothing."""
    plan = context.measured
    if isinstance(plan, _Packing):
        return await context.blocking(_create, context, plan)
    return await context.blocking(_extract, context, plan)


# --- packing -------------------------------------------------------------------------------------------


def _look_at_files(context: ToolContext, path: str, text: str) -> Preview[_Packing]:
    workspaces = context.kit.workspaces
    found = workspaces.existing(path)
    source = tree(workspaces, found, context.stop_here, closed_from=PlaceClass.SECRET)
    count = len(writing.packed(source))
    if not count:
        raise RequestError(f"{found.place.shown} is a link", code=ErrorCode.REFUSED)
    if count > archives.MEMBERS_LIMIT or source.total_bytes > archives.UNPACKED_LIMIT_BYTES:
        raise RequestError(f"{found.place.shown} is too large for an archive", code=ErrorCode.REFUSED)
    target = _archive_place(context, found.place, text)
    demand_free(workspaces, found.place, target)
    demand_room(workspaces, target, source.total_bytes)
    files = sum(not item.identity.is_folder for item in writing.packed(source))
    links = source.files - files
    extent = amounts.files_and_bytes(files, source.total_bytes)
    left = [amounts.counted(links, "link")] if links else []
    left += [amounts.counted(source.closed, "protected file")] if source.closed else []
    targets = (
        TargetList(workspaces, context.stop_here)
        .add(Act.READ, [found])
        .inside(Act.READ, writing.packed(source)[1:])
    )
    return Preview(
        phrase=f"pack {amounts.name(found.place.shown)}, {extent}, into {amounts.name(target.shown)}",
        # Nothing of it changes: only the archive is new.
        facts=Facts(files=1, total_bytes=source.total_bytes),
        consequence=f"{amounts.listing(left)} will be left out." if left else "",
        targets=targets.make(target).all(),
        selection=_Packing(source, target),
        makes_new=True,
    )


def _archive_place(context: ToolContext, source: WorkspacePath, text: str) -> WorkspacePath:
    workspaces = context.kit.workspaces
    if not text.strip():
        folder = source.folder if source.parts else source
        taken = {found.place.name for found in workspaces.entries(folder)}
        return folder.child(numbered(f"{source.name}.zip", taken))
    if writing.ending(text.strip()):
        return workspaces.new(text, near=source.root)
    place = destination(workspaces, source, text)
    return place.folder.child(f"{place.name}.zip")


def _create(context: ToolContext, plan: _Packing) -> ToolResult:
    target, source = plan.target, plan.source

    def write(file: BinaryIO) -> None:
        writing.pack(context.kit.workspaces, source, file, writing.ending(target.name), context.stop_here)

    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(target)
        made = builder.file(target, write)
    shown = source.top.place.shown
    done = context.kit.changes.carry_out(context, f"pack {shown} into {target.shown}", builder.operations)
    files = sum(not item.identity.is_folder for item in writing.packed(source))
    data: JsonObject = {"path": target.shown, "files": files, "size": made.identity.size}
    name = amounts.name(target.shown)
    spoken = f"I packed {amounts.counted(files, 'file')} into {name}, {amounts.size(made.identity.size)}."
    return ToolResult(data, spoken, undo_id=done.entry_id)


# --- unpacking -----------------------------------------------------------------------------------------


def _look_at_archive(context: ToolContext, path: str, text: str) -> Preview[_Unpacking]:
    workspaces = context.kit.workspaces
    found = workspaces.existing(path)
    if not found.identity.is_file:
        raise RequestError(f"{found.place.shown} is not an archive", code=ErrorCode.REFUSED)
    with reading(context.kit.workspaces, found) as file:
        odd: list[LeftOut] = []
        listed = archives.members(_archive(found, file), context.stop_here, odd.append)
        target = _folder_place(context, found.place, text)
        every = [member for member, _ in listed]
    opened = tuple(member for member in every if not is_closed((*target.parts, *member.parts)))
    plan = _Unpacking(found, target, opened, len(every) - len(opened), tuple(odd))
    if not plan.members:
        only = f" that I can unpack: {plan.told_left}" if plan.told_left else ""
        raise RequestError(f"there is nothing in {found.place.shown}{only}", code=ErrorCode.REFUSED)
    demand_free(workspaces, found.place, plan.target)
    demand_room(workspaces, plan.target, plan.total_bytes)
    extent = amounts.files_and_bytes(plan.files, plan.total_bytes)
    return Preview(
        phrase=f"unpack {amounts.name(found.place.shown)}, {extent}, into {amounts.name(plan.target.shown)}",
        facts=Facts(files=plan.files, total_bytes=plan.total_bytes),
        consequence=f"I leave out {plan.told_left}." if plan.told_left else "",
        targets=_arriving(context, plan),
        selection=plan,
        makes_new=True,
    )


def _archive(found: Entry, file: BinaryIO) -> Archive:
    return Archive(file, found.identity.size, found.place.name, found.identity.mtime_ns)


def _arriving(context: ToolContext, plan: _Unpacking) -> tuple[Target, ...]:
    targets = TargetList(context.kit.workspaces, context.stop_here).add(Act.READ, [plan.archive])
    targets.make(plan.target)
    for member in plan.members:
        place = WorkspacePath(plan.target.root, plan.target.parts + member.parts)
        targets.make(place, is_program=_is_program(member))
    return targets.all()


def _is_program(member: ArchiveMember) -> bool:
    return not member.is_folder and bool(member.mode & 0o100)


def _folder_place(context: ToolContext, archive: WorkspacePath, text: str) -> WorkspacePath:
    end = writing.ending(archive.name)
    stem = archive.name[: -len(end)] if end else f"{archive.name} unpacked"
    workspaces = context.kit.workspaces
    target = destination(workspaces, archive.folder.child(stem), text) if text.strip() else None
    if target is not None and target.name != stem:
        return target
    folder = target.folder if target else archive.folder
    return folder.child(numbered(stem, {found.place.name for found in workspaces.entries(folder)}))


def _extract(context: ToolContext, plan: _Unpacking) -> ToolResult:
    found, target = plan.archive, plan.target
    with ChangeBuilder(
        context.kit.changes, context.stop_here, is_bulk=len(plan.members) > BULK_OPERATIONS
    ) as builder:
        builder.folders_for(target)
        with reading(context.kit.workspaces, found) as file:
            _stage(builder, target, archives.members(_archive(found, file), context.stop_here))
    summary = f"unpack {found.place.shown} into {target.shown}"
    done = context.kit.changes.carry_out(context, summary, builder.operations)
    data: JsonObject = {
        "path": target.shown,
        "files": plan.files,
        "total_bytes": plan.total_bytes,
        "left_out": [{"name": odd.name, "reason": odd.reason} for odd in plan.odd[:LEFT_OUT_LISTED]],
        "left_out_count": len(plan.odd) + plan.closed,
    }
    spoken = (
        f"I unpacked {amounts.files_and_bytes(plan.files, plan.total_bytes)}, into {amounts.name(target.shown)}."
    )
    if plan.told_left:
        spoken += f" I left out {plan.told_left}."
    return ToolResult(data, spoken, undo_id=done.entry_id)


def _stage(builder: ChangeBuilder, target: WorkspacePath, listed: Iterator[tuple[ArchiveMember, Content]]) -> None:
    """Make every member aside. No mode of an archive is taken over but that a file is a program."""
    made: set[tuple[str, ...]] = set()

    def folder(parts: tuple[str, ...]) -> None:
        for depth in range(len(parts) + 1):
            if parts[:depth] not in made:
                made.add(parts[:depth])
                builder.folder(WorkspacePath(target.root, target.parts + parts[:depth]))

    for member, content in listed:
        builder.stop()
        if is_closed((*target.parts, *member.parts)):
            continue
        if member.is_folder:
            folder(member.parts)
            continue
        folder(member.parts[:-1])
        mode = FILE_MODE | (EXECUTABLE_BITS if _is_program(member) else 0)
        place = WorkspacePath(target.root, target.parts + member.parts)
        builder.file(place, lambda file, content=content: file.writelines(content()), mode, member.mtime_ns)  # type: ignore[misc]


TOOL = Tool(SPEC, run, measure)
