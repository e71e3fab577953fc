"""The tool organize_files: sort the files of a folder into folders by type or by date, as one undoable step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jarvisd.codecheck.protected import is_closed
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files import sorting
from jarvisd.executor.files.destinations import numbered
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder
from jarvisd.executor.undo.operations import Move
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import file_changes

SPEC = ToolSpec(
    name="organize_files",
    description="Sort, tidy or reorganize the files of a folder into subfolders by type or by date.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example("Tidy up the pictures folder by date.", {"folder": "pictures", "by": "date"}),
        Example("Reorganize the inbox folder.", {"folder": "inbox", "by": "type"}),
    ),
    factors=("move",),
    deadline_s=600,
    undo="Every file moves back to where it was, and the new folders go.",
    sensitive={"folder": Sensitivity.SUBJECT},
    words=file_changes.ORGANIZE_FILES,
)

By = Literal["type", "date"]


@dataclass(frozen=True, slots=True)
class _Sorting:
    """What was measured and asked about."""

    folder: WorkspacePath
    by: By
    new_folders: tuple[WorkspacePath, ...]
    moves: tuple[tuple[Entry, WorkspacePath], ...]
    renamed: int
    total_bytes: int
    closed: int
    """Files that stay where they are, because nobody can approve that they move."""

    def counts(self) -> Counter[str]:
        """Folder name to how many files go there."""
        return Counter(target.parts[-2] for _, target in self.moves)


async def measure(context: ToolContext, *, folder: str = "", by: By = "type") -> Preview[_Sorting]:
    """Which files would go where. Only files directly in the folder take part."""
    return await context.blocking(_measure, context, folder, by)


async def run(context: ToolContext[_Sorting], *, folder: str = "", by: By = "type") -> ToolResult:
    """Sort what was measured; what has changed since stays where it is."""
    return await context.blocking(_sort, context)


def _measure(context: ToolContext, text: str, by: By) -> Preview[_Sorting]:
    folder = _folder(context, text)
    context.kit.workspaces.writable(folder.child("any"))
    planned = _plan(context, folder, by)
    shown = amounts.name(folder.shown)
    targets = TargetList(context.kit.workspaces, context.stop_here).make(folder, *planned.new_folders)
    if not planned.moves:
        nothing = f"There is nothing to sort in {shown}."
        return Preview(phrase=f"sort {shown} by {by}", nothing=nothing, targets=targets.all())
    extent = amounts.files_and_bytes(len(planned.moves), planned.total_bytes)
    counts = planned.counts()
    for found, target in planned.moves:
        targets.move(found, target)
    return Preview(
        phrase=f"sort {extent}, in {shown} into {amounts.counted(len(counts), 'folder')} by {by}",
        facts=Facts(files=len(planned.moves), total_bytes=planned.total_bytes),
        consequence=f"{_listed(counts)}.{_numbered_note(planned.renamed)}{_closed_note(planned.closed)}",
        targets=targets.all(),
        selection=planned,
    )


def _folder(context: ToolContext, text: str) -> WorkspacePath:
    workspaces = context.kit.workspaces
    folders = workspaces.folders(text)
    if len(folders) > 1:
        folders = [place for place in folders if not (place.root.is_temp or place.root.is_read_only)]
    if len(folders) != 1:
        raise RequestError("say which folder to sort", code=ErrorCode.REFUSED)
    return folders[0]


def _plan(context: ToolContext, folder: WorkspacePath, by: By) -> _Sorting:
    entries = context.kit.workspaces.entries(folder)
    zone = context.kit.clock.now().tzinfo
    chosen = [item for item in entries if item.identity.is_file and sorting.is_sorted_at_all(item.place.name)]
    closed = [item for item in chosen if is_closed(item.place.parts)]
    chosen = [item for item in chosen if item not in closed]
    kinds = {
        item: sorting.by_type(item.place.name) if by == "type" else sorting.by_date(item.identity.mtime_ns, zone)
        for item in chosen
    }
    places = _subfolders(context, folder, entries, sorted(set(kinds.values())))
    taken = {
        kind: {found.place.name for found in context.kit.workspaces.entries(place)} if exists else set()
        for kind, (place, exists) in places.items()
    }
    moves: list[tuple[Entry, WorkspacePath]] = []
    renamed = 0
    for item in chosen:
        context.stop_here()
        kind = kinds[item]
        name = numbered(item.place.name, taken[kind])
        renamed += name != item.place.name
        taken[kind].add(name)
        moves.append((item, places[kind][0].child(name)))
    new = tuple(place for place, exists in places.values() if not exists)
    total_bytes = sum(item.identity.size for item in chosen)
    return _Sorting(folder, by, new, tuple(moves), renamed, total_bytes, len(closed))


def _subfolders(
    context: ToolContext, folder: WorkspacePath, entries: list[Entry], kinds: list[str]
) -> Mapping[str, tuple[WorkspacePath, bool]]:
    """Where each kind goes and whether that folder is there; a folder of the name in any case is used."""
    names = {item.place.name for item in entries}
    folders = {item.place.name: item.place for item in entries if item.identity.is_folder}
    in_any_case = {name.casefold(): place for name, place in folders.items()}
    workspace_names = {root.name.casefold() for root in context.kit.workspaces.roots}
    places: dict[str, tuple[WorkspacePath, bool]] = {}
    for kind in kinds:
        # At the top of a workspace, a folder called like a workspace could not be named any more.
        wanted = f"{kind} files" if kind.casefold() in workspace_names else kind
        existing = folders.get(wanted) or in_any_case.get(wanted.casefold())
        places[kind] = (existing, True) if existing else (folder.child(numbered(wanted, names)), False)
    return places


def _sort(context: ToolContext[_Sorting]) -> ToolResult:
    planned = context.measured
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        for place in planned.new_folders:
            builder.folder(place)
        builder.operations += [Move(found.place, target, found.identity) for found, target in planned.moves]
    summary = f"sort {amounts.counted(len(planned.moves), 'file')} in {planned.folder.shown} by {planned.by}"
    done = context.kit.changes.carry_out(context, summary, builder.operations, leave_out_changed=True)
    moved = [move for move in done.done if isinstance(move, Move) and not move.must_be_empty]
    return _report(planned, moved, done.entry_id)


def _report(planned: _Sorting, moved: list[Move], entry_id: int) -> ToolResult:
    counts = Counter(move.target.parts[-2] for move in moved)
    left_out = len(planned.moves) - len(moved)
    data: JsonObject = {
        "moved": len(moved),
        "folders": dict(sorted(counts.items())),
        "renamed": planned.renamed,
        "left_out": left_out,
    }
    shown = amounts.name(planned.folder.shown)
    if not moved:
        spoken = f"I sorted nothing in {shown}, because everything had changed since I looked."
        return ToolResult(data, spoken, undo_id=entry_id, error=ErrorCode.TOOL_FAILED)
    files, folders = amounts.counted(len(moved), "file"), amounts.counted(len(counts), "folder")
    spoken = f"I sorted {files} in {shown} into {folders} by {planned.by}: {_listed(counts)}."
    if left_out:
        spoken += f" I left out {amounts.counted(left_out, 'file')} that had changed since I looked."
    return ToolResult(data, spoken, undo_id=entry_id)


def _listed(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return amounts.listing([f"{count:,} in {amounts.name(name)}" for name, count in ordered], limit=4)


def _numbered_note(renamed: int) -> str:
    if not renamed:
        return ""
    verb = "gets" if renamed == 1 else "get"
    return f" {amounts.counted(renamed, 'file')} {verb} a number, because the name is taken there."


def _closed_note(closed: int) -> str:
    if not closed:
        return ""
    return f" {amounts.counted(closed, 'protected file')} {'stays' if closed == 1 else 'stay'} there."


TOOL = Tool(SPEC, run, measure)
