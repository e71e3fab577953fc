"""What reading programs earns: every attack of the corpus run in the real sandbox as if nothing had read it.

Each program runs three times: with no workspace, with one to read, with one to write. What came of it is judged by
the product's own code (:mod:`jarvisd.executor.overlay.diff`), without applying anything. The table says which wall
would have stopped an attack that reading refuses (the sandbox, its limits, the check of what a program left, the
question with its undo), and what is left for reading alone. It takes up to half an hour, so ``python -m bench``
leaves it out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bench.sandbox import podman
from jarvisd.codecheck import paths, program
from jarvisd.config.schema import SandboxSettings
from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.files.paths import WorkspaceRoot, Workspaces
from jarvisd.executor.overlay import snapshot
from jarvisd.executor.overlay.diff import Difference, compare
from jarvisd.executor.ports.sandbox import FolderItem, SandboxJob, SandboxResult
from jarvisd.executor.selftest import loader
from jarvisd.executor.selftest.loader import Case
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

MODES = ("none", "read", "write")
TOKEN = "owner-4711"
DISK_MB = 16
KILLED = 137
SHOWN = 160
"""Characters of an output that are kept."""
_COMMONEST = re.compile(r"rm -rf /(?![\w*./-])")
"""GNU rm declines to do this, so most programs of the corpus come to nothing anywhere."""
_MISSING = re.compile(r"not found|No module named|command not found")
FILES = {
    **dict.fromkeys(("notes.txt", "secret", "secret.txt", "file", "f", "y", "evil.tar", "sub/deep.txt"), TOKEN),
    **dict.fromkeys(("x", "cmds", "x.sh"), f"echo {TOKEN}\n"),
    ".git/hooks/post-commit.sample": "exit 0\n",
}
"""What the programs find: the names that the corpus uses, some of them programs themselves."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attack in one mode."""

    case: str
    mode: str
    rule: str
    """Of the first finding that refuses, else of the first that asks."""
    refuses: bool
    stopped_by: str
    """``failed``, ``limits``, ``left`` (refused for what it left), ``question``, or ``nothing`` to stop."""
    told: str
    """What the question would say, or why what it left is refused."""
    tells: bool
    """Whether the output holds something of the owner's files."""
    exit_code: int
    missing: bool
    """Whether it only failed because the sandbox has not the command or the module."""
    printed: str
    """The beginning of its output."""
    later: tuple[str, ...]
    """What would be left, after a yes, that acts or runs later: startup files, hooks, programs."""


def attacks(payload: str = "") -> list[Case]:
    """The attacks that are programs; with ``payload`` those that spell out the commonest one, and this instead."""
    cases = loader.load([loader.PACKAGED])
    found = [case for case in cases if case.is_attack and case.category in ("shell", "python")]
    return [_with(case, payload) for case in found if _COMMONEST.search(_program(case)[0])] if payload else found


def _with(case: Case, payload: str) -> Case:
    code, language = _program(case)
    args = {"code": _COMMONEST.sub(payload, code), "language": language}
    return replace(case, request={**case.request, "args": args})


def later(difference: Difference) -> tuple[str, ...]:
    """What in a difference makes programs run later, or is one that reading would refuse."""
    return tuple(item.path for item in (*difference.created, *difference.changed) if _acts(item))


def _acts(item: FolderItem) -> bool:
    text = item.content.decode("utf-8", "replace")
    named = paths.secret_or_startup(item.path, writing=True)
    is_program = bool(item.mode & 0o111) or text.startswith("#!")
    language = "python" if item.path.endswith(".py") else "bash"
    is_dangerous = any(found.refuses for found in program.read(language, text))
    return named is not None or is_program or (item.path.endswith((".sh", ".py")) and is_dangerous)


def judged(case: Case, mode: str, result: SandboxResult, difference: Difference | str | None) -> Outcome:
    """``difference`` is what would change, or why that is refused."""
    code, language = _program(case)
    found = program.read(language, code)
    if result.timed_out or result.exit_code == KILLED:
        stopped_by, told = "limits", ""
    elif result.exit_code != 0:
        stopped_by, told = "failed", ""
    elif isinstance(difference, str):
        stopped_by, told = "left", difference
    elif difference is not None and not difference.is_empty:
        stopped_by, told = "question", difference.told()
    else:
        stopped_by, told = "nothing", ""
    asked = difference if isinstance(difference, Difference) and stopped_by == "question" else None
    output = result.stdout + result.stderr
    return Outcome(
        case=f"{case.category}:{case.line}",
        mode=mode,
        rule=found[0].rule if found else "",
        refuses=bool(found and found[0].refuses),
        stopped_by=stopped_by,
        told=told,
        tells=TOKEN in output,
        exit_code=result.exit_code,
        missing=stopped_by == "failed" and bool(_MISSING.search(result.stderr)),
        printed=output[:SHOWN],
        later=later(asked) if asked else (),
    )


def _program(case: Case) -> tuple[str, str]:
    args: Any = case.request["args"]
    return str(args["code"]), str(args["language"])


class Ground:
    """A workspace and what runs programs on views of it."""

    def __init__(self, folder: Path, box: PodmanSandbox, settings: SandboxSettings) -> None:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        self.workspaces = Workspaces([WorkspaceRoot("documents", str(folder))])
        self._box = box
        self._settings = settings

    async def run(self, case: Case, mode: str) -> Outcome:
        """One attack in one mode; nothing of it is applied."""
        code, language = _program(case)
        view = snapshot.look(self.workspaces, self.workspaces.roots[0], lambda: None)
        folder = snapshot.folder_of(self.workspaces, view, DISK_MB << 20, lambda: None, may_write=mode == "write")
        limits = self._settings
        job = SandboxJob(
            "python" if language == "python" else "bash",
            code,
            limits.timeout_s,
            limits.memory_mb,
            limits.output_limit_bytes,
            None if mode == "none" else folder,
        )
        result = await self._box.run(job)
        if mode != "write" or result.folder is None:
            return judged(case, mode, result, None)
        try:
            difference = compare(result.folder, view.seen, lambda path: snapshot.read(self.workspaces, view, path))
        except RequestError as error:
            return judged(case, mode, result, error.message)
        return judged(case, mode, result, difference)


async def measure(
    socket: Path, folder: Path, timeout_s: float, cases: Sequence[Case]
) -> tuple[str, list[Outcome]]:
    """The sandbox's engine, and what came of every attack in every mode."""
    workers, tasks = Workers(), Tasks()
    settings = SandboxSettings(socket=f"unix://{socket}", timeout_s=timeout_s, memory_mb=128, disk_mb=DISK_MB)
    box = PodmanSandbox(settings, workers, start_task=tasks.start)
    await box.start()
    outcomes = []
    try:
        ground = Ground(folder, box, settings)
        for number, case in enumerate(cases, 1):
            print(f"\r{number} of {len(cases)}", end="", file=sys.stderr, flush=True)
            for mode in MODES:
                outcomes.append(await _tried(ground, case, mode))
    finally:
        await box.close()
        await tasks.cancel_all()
        workers.close()
    return box.engine, outcomes


async def _tried(ground: Ground, case: Case, mode: str) -> Outcome:
    try:
        return await ground.run(case, mode)
    except JarvisError as error:
        # What a program left was more than is ever taken over, or could not be told.
        gone = SandboxResult(1, "", error.message, False, False, 0.0)
        return judged(case, mode, gone, None)


def table(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Mode to how many attacks each wall stopped, and what is left."""
    rows: dict[str, dict[str, int]] = {}
    for mode in MODES:
        mine = [outcome for outcome in outcomes if outcome.mode == mode]
        counted = Counter(outcome.stopped_by for outcome in mine)
        rows[mode] = {name: counted[name] for name in ("failed", "limits", "left", "question", "nothing")}
        rows[mode]["failed for want of a command or module"] = sum(outcome.missing for outcome in mine)
        rows[mode]["tells of the owner's files"] = sum(outcome.tells for outcome in mine)
        rows[mode]["acts later after a yes"] = sum(bool(outcome.later) for outcome in mine)
    return rows


def by_rule(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Rule to what came of its attacks with a workspace that they may write."""
    rows: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        if outcome.mode == "write":
            row = rows.setdefault(outcome.rule, Counter())
            row[outcome.stopped_by] += 1
            row["later"] += bool(outcome.later)
            row["tells"] += outcome.tells
    return {rule: dict(sorted(row.items())) for rule, row in sorted(rows.items())}


def main() -> None:
    """Measure and write ``codecheck.json``."""
    parser = argparse.ArgumentParser(prog="bench.codecheck")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--timeout", type=float, default=5.0, help="seconds that each program may run")
    parser.add_argument("--payload", default="", help="what to run where an attack spells out rm -rf /")
    parser.add_argument("--every", type=int, default=1, help="try only every n-th attack")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    # A socket path has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="jarvisd-bench-"))
    cases = attacks(args.payload)[:: args.every]
    try:
        (folder / "documents").mkdir()
        with podman(folder) as socket:
            engine, outcomes = asyncio.run(measure(socket, folder / "documents", args.timeout, cases))
        untouched = {
            str(path.relative_to(folder / "documents")): path.read_text("utf-8")
            for path in (folder / "documents").rglob("*")
            if path.is_file()
        } == FILES
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = {
        "when": datetime.now(timezone.utc).date().isoformat(),
        "python": platform.python_version(),
        "engine": engine,
        "timeout_s": args.timeout,
        "payload": args.payload,
        "attacks": len(cases),
        "workspace_untouched": untouched,
        "figures": table(outcomes),
        "by_rule": by_rule(outcomes),
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }
    (args.output / "codecheck.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps({key: result[key] for key in ("attacks", "workspace_untouched", "figures")}, indent=1))


if __name__ == "__main__":
    main()
