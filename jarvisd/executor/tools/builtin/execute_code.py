"""The tool execute_code: run a short program in the sandbox, without network, and with one workspace at most.

A program that may write runs first, on a copy-on-write view where it can do no harm; then the measured result is
asked about, and what is agreed to is applied by the executor, undoably (decision 3).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Literal

from jarvisd.core.errors import ErrorCode, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.timeout import within
from jarvisd.executor.files.paths import Entry
from jarvisd.executor.files.targets import Act, Target, TargetList
from jarvisd.executor.overlay import snapshot
from jarvisd.executor.overlay.apply import apply, check_links
from jarvisd.executor.overlay.diff import Difference, compare
from jarvisd.executor.overlay.snapshot import Snapshot
from jarvisd.executor.ports.sandbox import FolderReport, SandboxFolder, SandboxJob, SandboxResult
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import knowledge

SPOKEN_LIMIT = 300
"""Characters of a program's output that are read aloud."""
_SPOKEN_DIGITS = 4
"""Chosen: more are not kept in mind when heard."""
_FLOAT = re.compile(r"(?<![\w.])\d+\.(?=\d{12})\d+(?![\w.]*\w)")
"""A number as programs print it when nobody has said how many digits are wanted."""
SHOWN_PATHS = 50
"""Of each kind, in the result. Chosen: results have ``executor.output_limit_bytes``."""
_WAYS = {
    "mount": "It sees the workspace, but cannot change it.",
    "overlay": "It ran on a copy-on-write view, so nothing has changed yet.",
    "copy": "It ran on a copy, so nothing has changed yet.",
}

SPEC = ToolSpec(
    name="execute_code",
    description=(
        "Run a short program in a sandbox without network and say what it prints. "
        "With a workspace it sees those files in its current folder; with mode write its changes are applied "
        "after the user agrees."
    ),
    effects=(Effect.EXECUTE,),
    examples=(
        Example(
            "Calculate the sum of the cubes from 1 to 12.",
            {"language": "python", "code": "print(sum(n ** 3 for n in range(1, 13)))"},
        ),
        Example(
            "Print the first eight powers of two.",
            {"language": "python", "code": "for n in range(8):\n    print(2 ** n)"},
        ),
    ),
    undo="What it changes in a workspace comes back as a whole.",
    sensitive={},
    measured=("write", "overwrite", "move", "deletion"),
    words=knowledge.EXECUTE_CODE,
)


@dataclass(frozen=True, slots=True)
class _Ran:
    """A program that has run on a view, and what it would change."""

    result: SandboxResult
    view: Snapshot
    difference: Difference


async def measure(
    context: ToolContext,
    *,
    language: Literal["python", "bash"],
    code: str,
    workspace: str = "",
    mode: Literal["read", "write"] = "read",
) -> Preview[_Ran]:
    """How much code would run and what it would see; of a program that may write, what it would change."""
    lines = len([line for line in code.splitlines() if line.strip()])
    if not lines:
        raise RequestError("there is no code to run")
    if mode == "write" and not workspace:
        raise RequestError("say in which workspace the program may write")
    name = _workspace_name(context, workspace, mode)
    await _answering(context)
    what = f"{amounts.counted(lines, 'line')} of {language.capitalize()} code"
    if mode == "read" or context.is_dry_run:
        return _before(context, what, name, mode)
    view = await context.blocking(_look, context, name, True)
    return await _try(context, view, language, code)


async def run(
    context: ToolContext[_Ran],
    *,
    language: Literal["python", "bash"],
    code: str,
    workspace: str = "",
    mode: Literal["read", "write"] = "read",
) -> ToolResult:
    """Run it and tell what it printed; or apply what it did on its view, which was asked about."""
    if mode == "write":
        return await context.blocking(_apply, context)
    folder = None
    if workspace:
        view = await context.blocking(_look, context, _workspace_name(context, workspace, mode), False)
        folder = _folder(context, view, may_write=False)
    result = await context.kit.sandbox.run(_job(context, language, code, folder))
    return _told(context, result)


async def _answering(context: ToolContext) -> None:
    """Raise SANDBOX_GONE also when it is there and says nothing: a person waits."""
    try:
        await within(context.kit.sandbox.check(), context.kit.limits.sandbox_answers_in_s)
    except asyncio.TimeoutError as error:
        raise Unavailable("the sandbox does not answer", code=ErrorCode.SANDBOX_GONE) from error


def _before(context: ToolContext, what: str, name: str, mode: str) -> Preview[_Ran]:
    """What is said before anything has run."""
    limits = context.kit.limits
    profile: JsonObject = {
        "engine": context.kit.sandbox.engine,
        "network": "none",
        "files": f"{name} {mode}" if name else "none",
        "memory_mb": limits.sandbox_memory_mb,
        "timeout_s": limits.sandbox_timeout_s,
        "output_limit_bytes": limits.sandbox_output_limit_bytes,
    }
    if mode == "write":
        return Preview(
            phrase=f"run {what} on a copy-on-write view of {amounts.name(name)}",
            consequence="What it changed is asked about before it is applied.",
            profile={**profile, "disk_mb": limits.sandbox_disk_mb},
        )
    sight = f"It can read {amounts.name(name)}, change nothing and reach no network." if name else ""
    return Preview(
        phrase=f"run {what} in the sandbox",
        reversal=Reversal.HARMLESS,
        consequence=sight or "It can reach neither your files nor the network.",
        profile=profile,
    )


async def _try(
    context: ToolContext, view: Snapshot, language: Literal["python", "bash"], code: str
) -> Preview[_Ran]:
    """Run the program on a view, which harms nothing, and measure what it did."""
    folder = _folder(context, view, may_write=True)
    result = await context.kit.sandbox.run(_job(context, language, code, folder))
    told = _told(context, result)
    name = amounts.name(view.root.name)
    if told.error is not None:
        spoken = f"{told.spoken} Nothing in {name} has changed."
        return Preview(phrase="apply nothing", nothing=spoken, ended=_with(told, spoken))
    report = result.folder
    if report is None:
        raise RequestError("the sandbox did not report what the program changed", code=ErrorCode.REFUSED)
    difference = await context.blocking(_difference, context, view, report)
    if difference.is_empty:
        spoken = f"The program changed nothing in {name}. {told.spoken}"
        return Preview(phrase="apply nothing", nothing=spoken, ended=_with(told, spoken))
    folders = difference.deleted_folders
    more = " Deleted files go to the trash." if difference.deleted else ""
    if difference.kept_modes:
        more += f" The permissions of {amounts.counted(len(difference.kept_modes), 'folder')} stay as they are."
    return Preview(
        phrase=f"apply what the program did in {name}: {difference.told()}",
        facts=Facts(difference.files, folders, difference.total_bytes),
        reversal=Reversal.UNDO,
        consequence=_WAYS[report.how] + more,
        factors=_factors(difference),
        targets=_targets(context, view, difference),
        selection=_Ran(result, view, difference),
    )


def _targets(context: ToolContext, view: Snapshot, difference: Difference) -> tuple[Target, ...]:
    """Every place that would change, by the same gate as those of file tools."""
    targets = TargetList(context.kit.workspaces, context.stop_here)
    for item in (*difference.folders, *difference.created, *difference.changed):
        targets.make(view.place(item.path), is_program=item.kind == "file" and bool(item.mode & 0o111))
    gone = (*difference.deleted, *(move.source for move in difference.moved))
    targets.add(Act.REMOVE, [Entry(view.place(path), view.seen[path]) for path in gone])
    for move in difference.moved:
        is_program = bool(view.seen[move.source].mode & 0o111)
        targets.make(view.place(move.target), is_program=is_program)
    return targets.all()


def _factors(difference: Difference) -> tuple[str, ...]:
    found = (
        ("write", difference.created or difference.folders),
        ("overwrite", difference.changed),
        ("move", difference.moved),
        ("deletion", difference.deleted),
    )
    return tuple(name for name, is_there in found if is_there)


def _workspace_name(context: ToolContext, name: str, mode: str) -> str:
    if not name:
        return ""
    return snapshot.workspace(context.kit.workspaces, name, may_write=mode == "write").name


def _look(context: ToolContext, name: str, is_deep: bool) -> Snapshot:
    root = snapshot.workspace(context.kit.workspaces, name, may_write=False)
    return snapshot.look(context.kit.workspaces, root, context.stop_here, is_deep=is_deep)


def _difference(context: ToolContext, view: Snapshot, report: FolderReport) -> Difference:
    found = compare(report, view.seen, lambda path: snapshot.read(context.kit.workspaces, view, path))
    check_links(context.kit.workspaces, view, found)
    return found


def _apply(context: ToolContext[_Ran]) -> ToolResult:
    ran = context.measured
    name = amounts.name(ran.view.root.name)
    done = apply(context.kit.changes, context, ran.view, ran.difference, f"apply a program's changes in {name}")
    data: dict[str, JsonValue] = {
        **_data(ran.result),
        "applied": done.done,
        "conflicts": list(done.conflicts[:SHOWN_PATHS]),
        "created": [item.path for item in ran.difference.created[:SHOWN_PATHS]],
        "changed": [item.path for item in ran.difference.changed[:SHOWN_PATHS]],
        "moved": [{"from": move.source, "to": move.target} for move in ran.difference.moved[:SHOWN_PATHS]],
        "deleted": list(ran.difference.deleted[:SHOWN_PATHS]),
    }
    left = amounts.listing([amounts.name(path) for path in done.conflicts])
    if not done.done:
        spoken = f"I changed nothing in {name}, because you have changed {left} since the program ran."
        return ToolResult(data, spoken, error=ErrorCode.TOOL_FAILED)
    spoken = f"I applied the program's changes in {name}."
    if left:
        spoken += f" I left out {left}, which changed since the program ran."
    return ToolResult(data, spoken, undo_id=done.undo_id)


def _job(
    context: ToolContext, language: Literal["python", "bash"], code: str, folder: SandboxFolder | None
) -> SandboxJob:
    limits = context.kit.limits
    return SandboxJob(
        language=language,
        code=code,
        timeout_s=limits.sandbox_timeout_s,
        memory_mb=limits.sandbox_memory_mb,
        output_limit_bytes=limits.sandbox_output_limit_bytes,
        folder=folder,
        on_output=context.output,
    )


def _folder(context: ToolContext, view: Snapshot, *, may_write: bool) -> SandboxFolder:
    limit_bytes = _disk_bytes(context)
    return snapshot.folder_of(context.kit.workspaces, view, limit_bytes, context.stop_here, may_write=may_write)


def _disk_bytes(context: ToolContext) -> int:
    return context.kit.limits.sandbox_disk_mb << 20


def _data(result: SandboxResult) -> JsonObject:
    data: dict[str, JsonValue] = {
        "exit_code": result.exit_code,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "timed_out": result.timed_out,
        "truncated": result.truncated,
        "took_ms": round(result.took_ms, 1),
    }
    if result.folder is not None:
        data["workspace_by"] = result.folder.how
    return data


def _told(context: ToolContext, result: SandboxResult) -> ToolResult:
    failed = result.timed_out or result.exit_code != 0
    error = (ErrorCode.TIMEOUT if result.timed_out else ErrorCode.TOOL_FAILED) if failed else None
    return ToolResult(_data(result), _sentence(result, context.kit.limits.sandbox_timeout_s), error=error)


def _with(result: ToolResult, spoken: str) -> ToolResult:
    return ToolResult(result.data, spoken, error=result.error)


def _sentence(result: SandboxResult, timeout_s: float) -> str:
    if result.timed_out:
        return f"The program did not end within {amounts.age(timeout_s)}, so I stopped it."
    if result.exit_code != 0:
        last = _spoken(result.stderr.strip().splitlines()[-1:])
        return f"The program failed: {last}" if last else f"The program failed with status {result.exit_code}."
    lines = result.stdout.strip().splitlines()
    if not lines:
        return "The program ran and printed nothing."
    if len(lines) == 1 and len(lines[0]) <= SPOKEN_LIMIT:
        return f"The result is {_spoken(lines)}."
    gap = "\n" if len(lines) > 1 else " "
    return f"The program printed {amounts.counted(len(lines), 'line')}:{gap}{_spoken(lines)}"


def _spoken(lines: list[str]) -> str:
    """Lines stay lines: "20" and "5" are not "20 5"."""
    text = _FLOAT.sub(_rounded, "\n".join(line.rstrip() for line in lines))
    return text if len(text) <= SPOKEN_LIMIT else f"{text[:SPOKEN_LIMIT]} and so on"


def _rounded(number: re.Match[str]) -> str:
    """A float with all its digits is no sentence; what was printed stays whole in the result."""
    value = float(number[0])
    # The last of its digits are often only what the machine could not store.
    exact = f"{value:.12g}"
    if len(exact.partition(".")[2]) <= _SPOKEN_DIGITS:
        return exact
    return f"{value:.{_SPOKEN_DIGITS}{'f' if value >= 1 else 'g'}}"


TOOL = Tool(SPEC, run, measure)
