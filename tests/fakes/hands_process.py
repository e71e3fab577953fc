"""The hands in a process of their own, to be killed: real files, real journal, real audit log.

Usage: ``python -m tests.fakes.hands_process FOLDER recover|STEP``; prints what recovery settled as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from jarvisd.core.clock import SystemClock
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.executor.adapters.journal import SqliteJournal
from jarvisd.executor.audit import records
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.tools.context import ToolContext, ToolServices
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.operations import Move, Operation
from jarvisd.runtime.workers import Workers

BULK = 20


def operations(step: str, changes: Changes, workspaces: Workspaces) -> list[Operation]:
    """What a step does, with everything staged for it."""
    root = workspaces.roots[0]
    now = SystemClock().now()
    if step == "write":
        place = WorkspacePath(root, ("new", "deep", "note.txt"))
        made = changes.missing_folders(place)
        return [*made, changes.put(changes.stage_file(root, b"a note"), place)]
    if step == "replace":
        place = WorkspacePath(root, ("a.txt",))
        return [changes.put(changes.stage_file(root, b"another text"), place)]
    if step == "delete":
        return list(changes.trash.moves([workspaces.existing(name) for name in ("a.txt", "box")], now))
    found = list(workspaces.walk(WorkspacePath(root, ("many",))))
    if step == "delete-many":
        return list(changes.trash.moves(found, now))
    targets = [
        WorkspacePath(root, ("many", str(number % 3), item.place.name)) for number, item in enumerate(found)
    ]
    made = changes.missing_folders(*targets)
    return [*made, *(Move(item.place, to, item.identity) for item, to in zip(found, targets, strict=True))]


def main() -> None:
    """Recover, then do one step or undo the last one."""
    folder, step = Path(sys.argv[1]), sys.argv[2]
    workspaces = Workspaces([WorkspaceRoot("space", str(folder / "space"))])
    journal, log = SqliteJournal(folder / "undo.db"), AuditFile(folder / "audit.jsonl")
    journal.open()
    log.open()
    changes = Changes(journal, workspaces, SystemClock())
    settled = changes.recover()
    for entry in settled:
        log.append(records.event("recovery", "now", entry=entry.id, state=entry.state.value), durable=True)
    sys.stdout.write(json.dumps([entry.state.value for entry in settled]) + "\n")
    if step == "undo":
        changes.undo("last")
    elif step != "recover":
        log.append(records.event("intent", "now", tool=step), durable=True)
        kit = cast("ToolServices", SimpleNamespace(workers=Workers()))
        changes.carry_out(ToolContext(kit, tool=step), step, operations(step, changes, workspaces))
        log.append(records.event("step", "now", tool=step), durable=False)
    journal.close()
    log.close()


if __name__ == "__main__":
    main()
