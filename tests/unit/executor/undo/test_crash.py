"""A power cut at any moment leaves a state that recovery turns into before or after, never between (D5).

The recording disk replays every prefix of what a step does, with unsynced writes dropped and unsynced changes of
names lost or kept in any combination; each state is built on a real file system and recovered by the real code.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.ports.journal import EntryState
from jarvisd.executor.tools.context import ToolContext, ToolServices
from jarvisd.executor.undo.changes import Changes
from jarvisd.executor.undo.operations import Move
from jarvisd.runtime.workers import Workers
from tests.fakes.clock import ScriptedClock
from tests.fakes.crashdisk import Change, Crash, RecordingDisk, RecordingJournal, Tree, crashes, moved
from tests.fakes.executor import ScriptedJournal
from tests.figures import IS_FULL, Record
from tests.sight import state_of

SAMPLE = 60 if IS_FULL else 4
BULK = 20
pytestmark = pytest.mark.timeout(36_000)
"""Many states are built and recovered, and disks differ."""
Step = Callable[[Changes, Workspaces], None]


def context() -> ToolContext:
    # Carrying out needs nothing else of the equipment.
    return ToolContext(kit=cast("ToolServices", SimpleNamespace(workers=Workers())), tool="step")


def at(workspaces: Workspaces, *parts: str) -> WorkspacePath:
    return WorkspacePath(workspaces.roots[0], parts)


def write_new(changes: Changes, workspaces: Workspaces) -> None:
    place = at(workspaces, "new", "deep", "note.txt")
    operations = changes.missing_folders(place)
    operations.append(changes.put(changes.stage_file(place.root, b"a note"), place))
    changes.carry_out(context(), "write", operations)


def replace_one(changes: Changes, workspaces: Workspaces) -> None:
    place = at(workspaces, "a.txt")
    changes.carry_out(context(), "write", [changes.put(changes.stage_file(place.root, b"another"), place)])


def move_one(changes: Changes, workspaces: Workspaces) -> None:
    source, target = workspaces.existing("a.txt"), at(workspaces, "other", "b.txt")
    operations = changes.missing_folders(target)
    changes.carry_out(context(), "move", [*operations, Move(source.place, target, source.identity)])


def delete_few(changes: Changes, workspaces: Workspaces) -> None:
    found = [workspaces.existing(name) for name in ("a.txt", "box")]
    changes.carry_out(context(), "delete", changes.trash.moves(found, ScriptedClock().now()))


def delete_many(changes: Changes, workspaces: Workspaces) -> None:
    found = list(workspaces.walk(at(workspaces, "many")))
    changes.carry_out(
        context(), "delete", changes.trash.moves(found, ScriptedClock().now()), leave_out_changed=True
    )


def organise_many(changes: Changes, workspaces: Workspaces) -> None:
    found = list(workspaces.walk(at(workspaces, "many")))
    targets = [at(workspaces, "many", str(number % 3), item.place.name) for number, item in enumerate(found)]
    operations = changes.missing_folders(*targets)
    operations += [Move(item.place, target, item.identity) for item, target in zip(found, targets, strict=True)]
    changes.carry_out(context(), "organise", operations)


def write_many(changes: Changes, workspaces: Workspaces) -> None:
    root = workspaces.roots[0]
    places = [at(workspaces, "many", f"{number:02}.txt") for number in range(10, BULK + 10)]
    operations = [changes.put(changes.stage_file(root, b"new content", durable=False), place) for place in places]
    changes.carry_out(context(), "write", operations)


STEPS: list[Step] = [write_new, replace_one, move_one, delete_few, delete_many, organise_many, write_many]


def filled(folder: Path) -> Path:
    space = folder / "space"
    for name in ("a.txt", "box/b.txt", "box/deep/c.txt", *(f"many/{number:02}.txt" for number in range(BULK))):
        path = space / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
        os.utime(path, (1_000_000, 1_000_000))
    (space / "a.txt").chmod(0o600)
    os.link(space / "box/b.txt", space / "hard.txt")
    return space


def left_over(space: Path) -> list[str]:
    """What lies in the trash folder, without its folders."""
    return sorted(path.name for path in space.glob(".Trash-*/*/*"))


class Recorded:
    """A step as it was recorded: the disk before it, its log, and what is seen before and after."""

    def __init__(
        self, folder: Path, step: Step, *, is_undone: bool, disk: type[RecordingDisk] = RecordingDisk
    ) -> None:
        self.space = filled(folder)
        self.before = state_of(self.space, exactly=False)
        log: list[Change] = []
        self.workspaces = Workspaces([WorkspaceRoot("space", str(self.space))], disk(log))
        self.journal = RecordingJournal(log)
        changes = Changes(self.journal, self.workspaces, ScriptedClock())
        if is_undone:
            step(changes, self.workspaces)
            log.append(Change("sync_all"))
            self.start = Tree.of(self.space)
            first = Change("journal", entries=tuple(self.journal.entries.values()), is_durable=True)
            log[:] = [first]
            self.after = state_of(self.space, exactly=False)
            changes.undo("last")
        else:
            self.start = Tree.of(self.space)
            step(changes, self.workspaces)
            self.after = state_of(self.space, exactly=False)
        self.log = log

    def recovered(self, crash: Crash, folder: Path) -> tuple[Path, ScriptedJournal, list[EntryState]]:
        """Build a state, recover it, recover it again."""
        space = folder / "space"
        space.mkdir(parents=True)
        real = crash.tree.build(space)
        journal = ScriptedJournal()
        for entry in crash.entries:
            moved_here = moved(entry, str(self.space), str(space), space.stat().st_dev, real)
            journal.entries[entry.id] = moved_here
        changes = Changes(journal, Workspaces([WorkspaceRoot("space", str(space))]), ScriptedClock())
        settled = [entry.state for entry in changes.recover()]
        once = Tree.of(space)
        assert changes.recover() == [], "recovering again finds nothing to do"
        assert Tree.of(space) == once, "and changes nothing"
        return space, journal, settled


@pytest.fixture
def ram() -> Path:
    """States are built in memory where that is possible."""
    return Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path("/tmp")


@pytest.mark.soak("states after a power cut", 2_000, "0 that recovery leaves between before and after")
@pytest.mark.parametrize("is_undone", [False, True], ids=["doing", "undoing"])
@pytest.mark.parametrize("step", STEPS)
def test_every_state_after_a_power_cut_recovers_to_before_or_after(
    tmp_path: Path, ram: Path, step: Step, is_undone: bool, record_property: Record
) -> None:
    recorded = Recorded(tmp_path, step, is_undone=is_undone)
    end = recorded.before if is_undone else recorded.after
    assert recorded.after != recorded.before
    states, unreported = 0, 0
    folder = ram / f"jarvisd-crash-{os.getpid()}"
    try:
        for crash in crashes(recorded.start, recorded.log, first=int(is_undone), seed=1, sample=SAMPLE):
            states += 1
            space, journal, settled = recorded.recovered(crash, folder)
            now = state_of(space, exactly=False)
            told = f"state {states}, after {crash.at} of {len(recorded.log)}: {settled}"
            assert now in (recorded.before, recorded.after), told
            assert EntryState.STUCK not in settled, told
            kept = [entry for entry in journal.entries.values() if entry.state is EntryState.DONE]
            assert bool(kept) == (now == recorded.after), f"what was done can be undone: {told}"
            if now == recorded.before and not is_undone:
                assert left_over(space) == [], told
            if crash.at == len(recorded.log):
                assert now == end, f"what has been reported survives: {told}"
            unreported += now != end
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    STATES[step.__name__, is_undone] = states
    record_property("tried", states)
    assert unreported > 0, "some states must be from before the end, or nothing was tried"


STATES: dict[tuple[str, bool], int] = {}


def test_thousands_of_states_were_tried() -> None:
    """The figure over all steps above; nothing to say when they were not all run."""
    if len(STATES) == 2 * len(STEPS):
        assert sum(STATES.values()) >= 2000, STATES
