"""A real store of memories is saved while it is open, and found again after a restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.backup import archive
from jarvisd.backup.contents import Machine
from jarvisd.backup.restore import begin, restore
from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.ports import Memory, MemoryKind
from jarvisd.config.schema import Paths
from jarvisd.runtime.workers import Workers

pytestmark = pytest.mark.real
NOW = "2026-02-03T04:05:06+00:00"


def memory(number: int) -> tuple[Memory, list[float]]:
    kept = Memory(str(number), MemoryKind.FACT, f"text {number}", 0.5, NOW, tainted=False)
    return kept, [1.0, float(number), *([0.0] * 382)]


async def test_memories_come_back_with_what_finds_them(tmp_path: Path, workers: Workers) -> None:
    machine = Machine(tmp_path / "none.toml", Paths(state_dir=tmp_path, log_dir=tmp_path / "log"))
    store = ChromaStore(tmp_path / "brain" / "memories", workers)
    await store.start()
    for number in range(3):
        await store.add(*memory(number))
    # The store is open, and has more in its log than in its file.
    archive.create(machine, tmp_path / "backup", NOW)
    await store.add(*memory(3))
    await store.delete(["1"])
    await store.close()
    with archive.opened(tmp_path / "backup") as (manifest, members):
        begin(machine)
        assert restore(machine, manifest, members, "replaced", lambda _: None) is False
    again = ChromaStore(tmp_path / "brain" / "memories", workers)
    await again.start()
    assert [item.id for item in await again.everything()] == ["0", "1", "2"]
    [found] = await again.nearest(memory(1)[1], 1)
    assert (found.memory.id, round(found.distance, 5), again.notice) == ("1", 0.0, "")
    await again.close()
