"""The file tools themselves under power cuts: every state of the disk recovers to before or after (D5)."""

from __future__ import annotations

import asyncio
import os
import shutil
import zipfile
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from jarvisd.executor.files.paths import Workspaces
from jarvisd.executor.ports.journal import EntryState
from jarvisd.executor.tools.context import ToolContext, ToolLimits, ToolServices
from jarvisd.executor.tools.registry import with_built_in_tools
from jarvisd.executor.undo.changes import Changes
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import ScriptedClock
from tests.fakes.crashdisk import Change, RecordingDisk, crashes
from tests.fakes.executor import start_task
from tests.sight import state_of
from tests.unit.executor.undo.test_crash import SAMPLE, Recorded, Step, left_over

pytestmark = pytest.mark.timeout(36_000)
STEPS: dict[str, tuple[str, dict[str, str]]] = {
    "append": ("file_append", {"path": "a.txt", "content": "more"}),
    "copy": ("file_copy", {"source": "box", "destination": "box2"}),
    "sort": ("organize_files", {"folder": "many"}),
    "unpack": ("archive", {"action": "extract", "path": "in.zip"}),
    "pack": ("archive", {"action": "create", "path": "box"}),
    "to another disk": ("file_move", {"source": "box", "destination": "away/box"}),
}


class ManyMounts(RecordingDisk):
    """A disk that says of whatever it is asked that it is a mount of its own."""

    def __init__(self, log: list[Change]) -> None:
        super().__init__(log)
        self._numbers = count(1)

    def mount_of(self, folder_fd: int) -> int:
        return next(self._numbers)


def using(name: str, args: dict[str, str]) -> Step:
    """A step that looks and acts as the dispatcher lets a tool do it."""

    async def use(changes: Changes, workspaces: Workspaces) -> None:
        workers = Workers()
        kit = SimpleNamespace(
            workers=workers, start_task=start_task, workspaces=workspaces, changes=changes, clock=ScriptedClock(),
            limits=ToolLimits(),
        )  # fmt: skip
        context = ToolContext(kit=cast("ToolServices", kit), tool=name)
        tool = with_built_in_tools().find(name)
        checked = tool.validate(args)
        context.selection = (await tool.measure(context, checked)).selection
        await tool.run(context, checked)
        workers.close()

    def step(changes: Changes, workspaces: Workspaces) -> None:
        with zipfile.ZipFile(Path(workspaces.roots[0].path) / "in.zip", "w") as archive:
            for member in ("one.txt", "deep/two.txt", "deep/empty/"):
                archive.writestr(member, "" if member.endswith("/") else member)
        os.utime(Path(workspaces.roots[0].path) / "in.zip", (1_000_000, 1_000_000))
        asyncio.run(use(changes, workspaces))

    return step


@pytest.mark.parametrize("what", STEPS)
def test_a_tool_leaves_before_or_after(tmp_path: Path, what: str) -> None:
    disk = ManyMounts if what == "to another disk" else RecordingDisk
    recorded = Recorded(tmp_path, using(*STEPS[what]), is_undone=False, disk=disk)
    if what == "to another disk":
        assert [change.kind for change in recorded.log].count("create") > 1, "it was renamed, not copied"
    before = {name: value for name, value in recorded.before.items() if name != "in.zip"}
    after = {name: value for name, value in recorded.after.items() if name != "in.zip"}
    folder = tmp_path / "states"
    reached = set()
    for crash in crashes(recorded.start, recorded.log, first=0, seed=1, sample=SAMPLE):
        space, _, settled = recorded.recovered(crash, folder)
        now = {name: value for name, value in state_of(space, exactly=False).items() if name != "in.zip"}
        assert now in (before, after), f"after {crash.at} of {len(recorded.log)}: {settled}"
        assert EntryState.STUCK not in settled
        if now == before:
            assert left_over(space) == []
        reached.add(now == after)
        shutil.rmtree(folder)
    assert reached == {False, True}
