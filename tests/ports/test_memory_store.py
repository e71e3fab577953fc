"""What every memory store keeps to, held against the scripted one and Chroma; and what Chroma's damage may do."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.ports import Memory, MemoryKind, MemoryStore
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.workers import Workers
from tests.fakes.memory import InMemoryStore


@pytest.fixture(params=["scripted", pytest.param("chroma", marks=pytest.mark.real)])
async def store(request: pytest.FixtureRequest, workers: Workers, tmp_path: Path) -> AsyncIterator[MemoryStore]:
    made: MemoryStore = InMemoryStore() if request.param == "scripted" else ChromaStore(tmp_path / "m", workers)
    await made.start()
    yield made
    await made.close()


def vector(*start: float) -> list[float]:
    return [*start, *([0.0] * (384 - len(start)))]


def memory(id_: str, text: str = "text", *, minute: int = 0) -> Memory:
    return Memory(id_, MemoryKind.PREFERENCE, text, 0.7, f"2026-02-03T04:{minute:02}:00+00:00", tainted=True)


async def test_what_is_added_comes_back_whole(store: MemoryStore) -> None:
    await store.check()
    kept = memory("a", 'Zoë likes 🍰\n\0 and "quotes"')
    await store.add(kept, vector(1.0))
    (found,) = await store.nearest(vector(1.0), 5)
    assert found.memory == kept
    assert abs(found.distance) < 1e-5
    assert await store.everything() == [kept]


async def test_nearest_first_by_cosine_distance(store: MemoryStore) -> None:
    for id_, direction in (("same", (2.0,)), ("near", (1.0, 1.0)), ("square", (0.0, 1.0)), ("opposite", (-1.0,))):
        await store.add(memory(id_), vector(*direction))
    found = await store.nearest(vector(1.0), 9)
    assert [item.memory.id for item in found] == ["same", "near", "square", "opposite"]
    assert [round(item.distance, 3) for item in found] == [0.0, 0.293, 1.0, 2.0]
    assert len(await store.nearest(vector(1.0), 2)) == 2
    assert await store.nearest(vector(1.0), 0) == []


async def test_what_has_replaced_a_memory_comes_back_with_it(store: MemoryStore) -> None:
    kept = replace(memory("a"), replaced_by="b")
    await store.add(kept, vector(1.0))
    assert await store.everything() == [kept]
    await store.add(memory("a"), vector(1.0))
    assert await store.everything() == [memory("a")]


async def test_an_existing_id_is_replaced(store: MemoryStore) -> None:
    await store.add(memory("a", "old"), vector(1.0))
    await store.add(memory("a", "new"), vector(0.0, 1.0))
    (found,) = await store.nearest(vector(0.0, 1.0), 5)
    assert (found.memory.text, round(found.distance, 3)) == ("new", 0.0)


async def test_forgetting_says_how_many_there_were(store: MemoryStore) -> None:
    for id_ in "abc":
        await store.add(memory(id_), vector(1.0, float(ord(id_))))
    assert await store.delete(["a", "c", "nothing"]) == 2
    assert await store.delete(["a"]) == 0
    assert await store.delete([]) == 0
    assert [item.memory.id for item in await store.nearest(vector(1.0), 5)] == ["b"]


async def test_forgetting_leaves_the_others_as_they_were_and_room_for_new_ones(store: MemoryStore) -> None:
    for id_ in "abc":
        await store.add(memory(id_, f"text of {id_}"), vector(1.0, float(ord(id_) - 97)))
    assert await store.delete(["b"]) == 1
    await store.add(memory("d"), vector(0.0, 0.0, 1.0))
    assert [item.id for item in await store.everything()] == ["a", "c", "d"]
    [nearest] = await store.nearest(vector(1.0, 2.0), 1)
    assert (nearest.memory, round(nearest.distance, 5)) == (memory("c", "text of c"), 0.0)


async def test_wiping_leaves_nothing_and_a_store_that_can_be_used(store: MemoryStore) -> None:
    assert await store.wipe() == 0
    for id_ in "abc":
        await store.add(memory(id_), vector(1.0))
    assert await store.wipe() == 3
    assert await store.everything() == []
    assert await store.nearest(vector(1.0), 5) == []
    await store.add(memory("d"), vector(1.0))
    assert [item.memory.id for item in await store.nearest(vector(1.0), 5)] == ["d"]


async def test_everything_is_listed_oldest_first(store: MemoryStore) -> None:
    for id_, minute in (("b", 2), ("c", 3), ("a", 1)):
        await store.add(memory(id_, minute=minute), vector(1.0))
    assert [item.id for item in await store.everything()] == ["a", "b", "c"]


async def test_an_empty_store_answers_with_nothing(store: MemoryStore) -> None:
    assert await store.nearest(vector(1.0), 5) == []
    assert await store.everything() == []


async def test_closing_twice_is_fine(store: MemoryStore) -> None:
    await store.close()
    await store.close()


@pytest.mark.real
async def test_memories_outlive_the_process_that_was_killed(workers: Workers, tmp_path: Path) -> None:
    program = f"""
import asyncio, os, signal
from pathlib import Path
from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.ports import Memory, MemoryKind
from jarvisd.runtime.workers import Workers

async def main():
    store = ChromaStore(Path({str(tmp_path / "m")!r}), Workers())
    await store.start()
    for number in range(20):
        kept = Memory(str(number), MemoryKind.FACT, "text", 0.5, "2026-02-03T04:05:06+00:00")
        await store.add(kept, [1.0, float(number)] + [0.0] * 382)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
    done = await workers.run(
        "child", lambda: subprocess.run([sys.executable, "-c", program], timeout=120, check=False)
    )
    assert done.returncode == -9
    store = ChromaStore(tmp_path / "m", workers)
    await store.start()
    assert store.notice == ""
    assert len(await store.everything()) == 20
    assert (await store.nearest(vector(1.0, 7.0), 1))[0].memory.id == "7"
    await store.close()


@pytest.mark.real
async def test_only_the_owner_can_read_it(workers: Workers, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = ChromaStore(tmp_path / "m", workers)
        await store.start()
        await store.add(memory("a"), vector(1.0))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "m").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "m" / "chroma" / "chroma.sqlite3").stat().st_mode) == 0o600
    assert store.engine.startswith("chromadb ")
    await store.close()


@pytest.mark.real
async def test_a_second_writer_is_refused_and_may_come_later(workers: Workers, tmp_path: Path) -> None:
    first, second = ChromaStore(tmp_path / "m", workers), ChromaStore(tmp_path / "m", workers)
    await first.start()
    with pytest.raises(JarvisError) as caught:
        await second.start()
    assert caught.value.code is ErrorCode.MEMORY_GONE
    assert "another process" in caught.value.message
    await first.close()
    await second.start()
    assert await second.everything() == []
    await second.close()


@pytest.mark.real
async def test_a_store_that_is_not_open_says_so(workers: Workers, tmp_path: Path) -> None:
    store = ChromaStore(tmp_path / "m", workers)
    for use in (store.everything, lambda: store.add(memory("a"), vector(1.0)), lambda: store.delete(["a"])):
        with pytest.raises(JarvisError) as caught:
            await use()
        assert caught.value.code is ErrorCode.MEMORY_GONE


async def filled(folder: Path, workers: Workers) -> None:
    store = ChromaStore(folder, workers)
    await store.start()
    source = random.Random(7)
    for number in range(120):
        await store.add(memory(str(number)), [source.uniform(-1, 1) for _ in range(384)])
    await store.close()


def scribble(path: Path, at: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(random.Random(3).randbytes(50_000))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage at the start": scribble,
    "garbage in the middle": lambda path: scribble(path, 60_000),
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "no database": lambda path: path.write_text("hello " * 1000),
}


@pytest.mark.real
@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_store_is_moved_aside_and_said(workers: Workers, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "m"
    await filled(folder, workers)
    DAMAGES[damage](folder / "chroma" / "chroma.sqlite3")
    broken = (folder / "chroma" / "chroma.sqlite3").read_bytes()
    store = ChromaStore(folder, workers)
    await store.start()
    assert await store.everything() == []
    await store.add(memory("a"), vector(1.0))
    (aside,) = folder.glob("damaged-*")
    assert (aside / "chroma.sqlite3").read_bytes() == broken
    assert str(aside) in store.notice
    await store.close()
    again = ChromaStore(folder, workers)
    await again.start()
    assert again.notice == ""
    assert len(await again.everything()) == 1
    await again.close()


@pytest.mark.real
async def test_damage_to_the_index_files_loses_nothing(workers: Workers, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    await filled(folder, workers)
    files = [path for path in (folder / "chroma").glob("*/*") if path.is_file()]
    for path in files:
        path.write_bytes(b"\xff" * 5000)
    store = ChromaStore(folder, workers)
    await store.start()
    assert store.notice == ""
    assert len(await store.everything()) == 120
    assert len(await store.nearest(vector(1.0, 1.0), 120)) == 120
    await store.close()


@pytest.mark.real
async def test_a_folder_that_cannot_be_made_is_memory_gone(workers: Workers, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JarvisError) as caught:
        await ChromaStore(tmp_path / "file" / "m", workers).start()
    assert caught.value.code is ErrorCode.MEMORY_GONE


@pytest.mark.real
async def test_nothing_is_written_when_the_disk_is_nearly_full(workers: Workers, tmp_path: Path) -> None:
    store = ChromaStore(tmp_path / "m", workers)
    await store.start()
    await store.add(memory("a"), vector(1.0))
    await store.close()
    full = ChromaStore(tmp_path / "m", workers, reserve_bytes=1 << 60)
    await full.start()
    with pytest.raises(JarvisError) as caught:
        await full.add(memory("b"), vector(1.0))
    assert caught.value.code is ErrorCode.DISK_FULL
    assert [item.memory.id for item in await full.nearest(vector(1.0), 5)] == ["a"]
    assert await full.delete(["a"]) == 1
    await full.close()


@pytest.mark.real
async def test_whatever_stops_chroma_from_opening_is_told_and_passes(workers: Workers, tmp_path: Path) -> None:
    """Again and again until it opens: an opening that failed leaves nothing behind that stops the next."""
    blocked = tmp_path / "m" / "chroma" / "chroma.sqlite3"
    blocked.mkdir(parents=True)
    store = ChromaStore(tmp_path / "m", workers)
    for _ in range(3):
        with pytest.raises(JarvisError) as caught:
            await store.start()
        assert caught.value.code is ErrorCode.MEMORY_GONE
    blocked.rmdir()
    await store.start()
    await store.add(memory("a"), vector(1.0))
    await store.close()
