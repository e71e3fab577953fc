"""Forgotten means gone: no byte of it is left below the store's folder, also after a crash at any step."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.ports import Memory, MemoryKind
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.workers import Workers
from tests.figures import IS_FULL, Record

pytestmark = pytest.mark.real

SECRET = "the zqxlocker opens with wvkj4417"
SECRET_VECTOR = [0.8131, 0.3717, *([0.0721] * 382)]
SECRET_ID = "d0a1f5secret"
TRIGRAMS = ("zqx", "wvk", "441")


def memory(id_: str, text: str) -> Memory:
    return Memory(id_, MemoryKind.FACT, text, 0.5, "2026-02-03T04:05:06+00:00")


def others() -> Iterator[tuple[Memory, list[float]]]:
    for number in range(30):
        yield memory(f"other{number}", f"thing {number} is blue"), [1.0, number / 7, *([0.0] * 382)]


async def filled(folder: Path, workers: Workers) -> None:
    """Thirty memories and the secret, told three times in different words and once more."""
    store = ChromaStore(folder, workers)
    await store.start()
    for number, (other, vector) in enumerate(others()):
        await store.add(other, vector)
        if number % 10 == 0:
            await store.add(memory(SECRET_ID, f"{SECRET} {number}"), SECRET_VECTOR)
    await store.close()


def traces(folder: Path) -> list[str]:
    """Files below ``folder`` that hold something of the secret, in any of its forms."""
    vector = struct.pack("<4f", *SECRET_VECTOR[:4])
    words = [part for word in (*SECRET.split()[1:2], *SECRET.split()[-1:], SECRET_ID)
             for part in (word.encode(), word.encode("utf-16-le"))]  # fmt: skip
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [f"{path.relative_to(folder)}: {sign!r}" for sign in (vector, *words) if sign in data]
    return found + [f"full-text index: {term}" for term in _terms(folder / "chroma" / "chroma.sqlite3")]


def _terms(database: Path) -> list[str]:
    # Its terms share their beginnings, so they are not there to be searched for as bytes.
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, embedding_fulltext_search, row)")
        return [row[0] for row in connection.execute("SELECT term FROM temp.v") if row[0] in TRIGRAMS]


def index_bytes(folder: Path) -> int:
    """Size of the index files: Chroma fills them with whatever memory the process has used before."""
    return sum(path.stat().st_size for path in (folder / "chroma").glob("*/*"))


async def whole(store: ChromaStore) -> bool:
    """Whether each of the others is there and found; the secret may be, too."""
    texts = {item.id: item.text for item in await store.everything()}
    for other, vector in others():
        near = [item.memory.id for item in await store.nearest(vector, 3) if item.distance < 1e-5]
        if texts.get(other.id) != other.text or other.id not in near:
            return False
    return len(texts) == 30 + (SECRET_ID in texts)


async def test_no_byte_is_left_when_forgetting_has_returned(workers: Workers, tmp_path: Path) -> None:
    """The figure "bytes left after forgetting": before the store is closed, after, and after a start."""
    folder = tmp_path / "m"
    await filled(folder, workers)
    assert any("chroma.sqlite3" in line for line in traces(folder)), "the search finds what is there"
    assert any("full-text" in line for line in traces(folder)), "and in the index"
    store = ChromaStore(folder, workers)
    await store.start()
    assert await store.delete([SECRET_ID]) == 1
    assert (traces(folder), index_bytes(folder)) == ([], 0)
    assert await whole(store)
    await store.close()
    assert traces(folder) == []
    await store.start()
    assert (traces(folder), store.notice) == ([], "")
    assert await whole(store)
    assert sorted(path.name for path in folder.iterdir()) == ["chroma", "lock"]
    await store.close()


async def test_the_index_files_hold_nothing_of_the_memory_of_the_process(workers: Workers, tmp_path: Path) -> None:
    """Neither after the first memory, nor after a start, nor in a store that takes another's place."""
    folder = tmp_path / "m"
    store = ChromaStore(folder, workers)
    for _ in range(2):
        await store.start()
        assert index_bytes(folder) == 0
        for id_ in "abc":
            await store.add(memory(id_, "tea"), [1.0, float(ord(id_)), *([0.0] * 382)])
            assert index_bytes(folder) == 0
        assert await store.delete(["a"]) == 1
        assert index_bytes(folder) == 0
        assert len(await store.nearest([1.0, *([0.0] * 383)], 9)) == 2
        await store.close()
        assert index_bytes(folder) == 0
    assert any((folder / "chroma").glob("*/*")), "Chroma has index files"


async def test_damaged_stores_go_with_what_is_forgotten(workers: Workers, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    await filled(folder, workers)
    (folder / "chroma").rename(folder / "damaged-20260203T040506.000000Z")
    store = ChromaStore(folder, workers)
    await store.start()
    await store.add(memory("a", "tea"), [1.0, *([0.0] * 383)])
    assert await store.delete(["nobody"]) == 0
    assert traces(folder), "nothing was forgotten, so what may be repaired stays"
    assert await store.delete(["a"]) == 1
    assert traces(folder) == []
    await store.close()


async def test_wiping_takes_damaged_stores_of_an_empty_one(workers: Workers, tmp_path: Path) -> None:
    folder = tmp_path / "m"
    await filled(folder, workers)
    shutil.copytree(folder / "chroma", folder / "damaged-20260203T040506.000000Z")
    store = ChromaStore(folder, workers)
    await store.start()
    assert (await store.wipe(), traces(folder)) == (31, [])
    await store.close()


async def test_what_an_earlier_version_forgot_is_erased_at_the_first_start(
    workers: Workers, tmp_path: Path
) -> None:
    folder = tmp_path / "m"
    await filled(folder, workers)
    (folder / "chroma" / "generation").unlink()
    store = ChromaStore(folder, workers)
    await store.start()
    assert await whole(store)
    assert (folder / "chroma" / "generation").is_file()
    # Only the newest of the three that were told under one name is left.
    data = (folder / "chroma" / "chroma.sqlite3").read_bytes()
    assert f"{SECRET} 20".encode() in data
    assert f"{SECRET} 10".encode() not in data
    await store.close()


async def test_where_the_disk_refuses_it_is_not_said_to_be_done(workers: Workers, tmp_path: Path) -> None:
    """It is found no more, the error says that it is not over, and the next start ends it."""
    folder = tmp_path / "m"
    await filled(folder, workers)
    store = ChromaStore(folder, workers)
    await store.start()
    # A file where the new store is to be.
    (folder / "chroma.new").write_text("")
    with pytest.raises(JarvisError) as caught:
        await store.delete([SECRET_ID])
    assert caught.value.code is ErrorCode.MEMORY_GONE
    assert SECRET_ID not in {item.id for item in await store.everything()}
    assert await whole(store)
    await store.close()
    (folder / "chroma.new").unlink()
    await store.start()
    assert (traces(folder), store.notice) == ([], "")
    assert await whole(store)
    await store.close()


DYING = """
import asyncio, os, shutil, signal, sys
from pathlib import Path
import chromadb, chromadb.api.shared_system_client
from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.runtime.workers import Workers

template, root, secret, stride = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}
left = 0

def killer(event, args):
    global left
    is_write = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    # What has no event of its own, like the exchange, is between two that have one.
    if event in CHANGES or is_write or event == "open" and str(root) in str(args[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

async def forget(folder, number):
    global left
    workers = Workers()
    store = ChromaStore(folder, workers)
    await store.start()
    left = number
    sys.addaudithook(killer)
    await store.delete([secret])
    left = 1 << 30
    (folder.parent / f"{folder.name}.done").touch()
    os._exit(0)

number = 0
while True:
    folder = root / f"{number:03}"
    shutil.copytree(template, folder)
    if not (child := os.fork()):
        asyncio.run(forget(folder, number))
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
    number += stride
"""


@pytest.mark.soak("steps of forgetting cut off by a crash", 30, "old or new whole, 0 bytes left")
async def test_a_crash_at_any_step_is_finished_at_the_next_start(
    workers: Workers, tmp_path: Path, record_property: Record
) -> None:
    """A child is killed at each of its calls that change the folder; every third unless JARVISD_SOAK=1."""
    template, root = tmp_path / "template", tmp_path / "runs"
    root.mkdir()
    await filled(template, workers)
    command = [sys.executable, "-c", DYING, str(template), str(root), SECRET_ID, "1" if IS_FULL else "3"]
    done = await workers.run("child", lambda: subprocess.run(command, timeout=900, check=False))
    assert done.returncode == 0
    folders = sorted(path for path in root.iterdir() if path.is_dir())
    assert len(folders) > (30 if IS_FULL else 8)
    assert (root / f"{folders[-1].name}.done").exists()
    was_kept = []
    for folder in folders:
        store = ChromaStore(folder, workers)
        await store.start()
        assert store.notice == ""
        assert await whole(store), folder.name
        kept = SECRET_ID in {item.id for item in await store.everything()}
        was_kept.append(kept)
        assert kept or traces(folder) == [], folder.name
        assert {path.name for path in folder.iterdir()} == {"chroma", "lock"}, folder.name
        await store.close()
    # Once it is gone it stays gone, and a call that returned meant it.
    assert was_kept == sorted(was_kept, reverse=True)
    assert not was_kept[-1]
    record_property("tried", len(folders))
    record_property("seen", f"{was_kept.count(True)} old, {was_kept.count(False)} new")
