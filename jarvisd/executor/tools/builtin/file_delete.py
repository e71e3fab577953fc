"""The tool file_delete: move files to the trash of their workspace. Exactly what was asked about is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.codecheck.protected import is_closed
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.files.paths import Entry, WorkspacePath, means_temporary
from jarvisd.executor.files.selection import SelectionQuery, measure_folder, select
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.operations import Move
from jarvisd.lang.en import amounts, exact_amounts
from jarvisd.lang.en.licences import file_changes
from jarvisd.lang.en.limits import age_limit_s
from jarvisd.lang.values import ValueKind

SPEC = ToolSpec(
    name="file_delete",
    description=(
        "Delete one file by path, or files of a folder by name and age. The temporary files are the "
        "folder tmp. older_than: the phrase as spoken, old alone is enough."
    ),
    values={"older_than": (ValueKind.AGE,)},
    effects=(Effect.DELETE,),
    on_files=True,
    examples=(
        Example("Erase the file draft2.doc.", {"path": "draft2.doc"}),
        Example(
            "Clean up temp files that are over three weeks old.", {"folder": "tmp", "older_than": "three weeks"}
        ),
        Example("Remove old temporary stuff.", {"folder": "tmp", "older_than": "old"}),
        Example(
            "Get rid of all the backup files in the projects folder.", {"folder": "projects", "name": "backup"}
        ),
    ),
    undo="Everything comes back out of the trash, with owner, mode and times.",
    sensitive={"path": Sensitivity.SUBJECT, "folder": Sensitivity.SUBJECT, "name": Sensitivity.SUBJECT},
    words=file_changes.FILE_DELETE,
)
SHOWN_FILES = 20
"""In the result. Chosen: results have ``executor.output_limit_bytes``."""


@dataclass(frozen=True, slots=True)
class _Doomed:
    """What was measured and asked about."""

    items: tuple[Entry, ...]
    what: str
    facts: Facts
    folder: WorkspacePath | None = None
    """The folder in which files were looked for."""
    closed: int = 0
    """Files that fit and stay, because nobody can approve that they go."""


async def measure(
    context: ToolContext, *, path: str = "", folder: str = "", name: str = "", older_than: str = ""
) -> Preview[_Doomed]:
    """Which files would go to the trash, with their identities."""
    older_than_s = age_limit_s(older_than, context.kit.limits.temp_old_after_days)
    return await context.blocking(
        _measure, context, path, folder, SelectionQuery(name=name, older_than_s=older_than_s)
    )


async def run(
    context: ToolContext[_Doomed], *, path: str = "", folder: str = "", name: str = "", older_than: str = ""
) -> ToolResult:
    """Move what was measured to the trash; what has changed since stays."""
    return await context.blocking(_delete, context)


def _measure(context: ToolContext, path: str, folder: str, wanted: SelectionQuery) -> Preview[_Doomed]:
    doomed = _one(context, path) if path.strip() else _many(context, folder, wanted)
    targets = TargetList(context.kit.workspaces, context.stop_here).add(Act.REMOVE, doomed.items)
    if doomed.folder is not None:
        targets.make(doomed.folder)
    if not doomed.items:
        nothing = f"There is nothing to delete: {doomed.what}."
        return Preview(phrase=f"delete {doomed.what}", nothing=nothing, targets=targets.all())
    return Preview(
        phrase=f"delete {doomed.what}",
        facts=doomed.facts,
        consequence=f"Deleted files go to the trash.{_closed_note(doomed.closed)}",
        targets=targets.all(),
        selection=doomed,
    )


def _closed_note(closed: int) -> str:
    if not closed:
        return ""
    return f" {amounts.counted(closed, 'protected file')} {'stays' if closed == 1 else 'stay'}."


def _one(context: ToolContext, path: str) -> _Doomed:
    workspaces = context.kit.workspaces
    found = workspaces.existing(path)
    workspaces.writable(found.place)
    shown = amounts.name(found.place.shown)
    if not found.identity.is_folder:
        facts = Facts(files=1, total_bytes=found.identity.size)
        return _Doomed((found,), f"1 file, {amounts.size(found.identity.size)}: {shown}", facts)
    files, folders, total_bytes = measure_folder(workspaces, found.place, context.stop_here)
    extent = amounts.files_and_bytes(files, total_bytes)
    return _Doomed((found,), f"the folder {shown} with {extent}", Facts(files, folders + 1, total_bytes))


def _many(context: ToolContext, folder: str, wanted: SelectionQuery) -> _Doomed:
    workspaces = context.kit.workspaces
    place, wanted = _folder(context, folder, wanted)
    if not place.parts and not place.root.is_temp and not wanted.restricts:
        raise RequestError(f"say which files of {place.shown} to delete", code=ErrorCode.REFUSED)
    workspaces.writable(place.child("any"))
    now_s = context.kit.clock.now().timestamp()
    found = select(workspaces, [place], wanted, now_s, context.stop_here)
    old = f" older than {exact_amounts.length(wanted.older_than_s)}" if wanted.older_than_s else ""
    named = f" called {amounts.name(wanted.name)}" if wanted.name else ""
    where = f"{named}{old} in {amounts.name(place.shown)}"
    opened = tuple(item for item in found.files if not is_closed(item.place.parts))
    closed = len(found.files) - len(opened)
    facts = Facts(files=len(opened), total_bytes=sum(item.identity.size for item in opened))
    if not opened:
        return _Doomed((), f"no files{where}" + (" but protected ones" if closed else ""), facts, place)
    extent = amounts.files_and_bytes(facts.files, facts.total_bytes)
    return _Doomed(opened, f"{extent},{where}", facts, place, closed)


def _folder(context: ToolContext, folder: str, wanted: SelectionQuery) -> tuple[WorkspacePath, SelectionQuery]:
    """The folder meant. Without one, "temporary" as a name or an age alone means the temporary files."""
    workspaces = context.kit.workspaces
    if not folder.strip():
        if means_temporary(wanted.name):
            return WorkspacePath(workspaces.temporary(), ()), SelectionQuery(older_than_s=wanted.older_than_s)
        if not wanted.name:
            return WorkspacePath(workspaces.temporary(), ()), wanted
    folders = workspaces.folders(folder)
    if folders[0].root.is_temp and means_temporary(wanted.name):
        wanted = SelectionQuery(older_than_s=wanted.older_than_s)
    if len(folders) > 1:
        raise RequestError("say in which folder to delete", code=ErrorCode.REFUSED)
    return folders[0], wanted


def _delete(context: ToolContext[_Doomed]) -> ToolResult:
    doomed = context.measured
    changes = context.kit.changes
    operations = changes.trash.moves(doomed.items, context.kit.clock.now())
    done = changes.carry_out(context, f"delete {doomed.what}", operations, leave_out_changed=True)
    return _report(
        doomed, done.entry_id, [move for move in done.done if isinstance(move, Move)], len(done.left_out)
    )


def _report(doomed: _Doomed, entry_id: int, moves: list[Move], left_out: int) -> ToolResult:
    whole = left_out == 0
    total_bytes = doomed.facts.total_bytes if whole else sum(move.identity.size for move in moves)
    files = doomed.facts.files if whole else len(moves)
    data: JsonObject = {
        "deleted": files,
        "total_bytes": total_bytes,
        "left_out": left_out,
        "files": [move.source.shown for move in moves[:SHOWN_FILES]],
        "truncated": len(moves) > SHOWN_FILES,
    }
    if not moves:
        spoken = "I deleted nothing, because everything had changed since I asked."
        return ToolResult(data, spoken, error=ErrorCode.TOOL_FAILED)
    where = "It is" if files == 1 else "They are"
    spoken = f"I deleted {amounts.files_and_bytes(files, total_bytes)}. {where} in the trash."
    if left_out:
        spoken += f" I left out {amounts.counted(left_out, 'file')} that had changed since I asked."
    return ToolResult(data, spoken, undo_id=entry_id)


TOOL = Tool(SPEC, run, measure)
