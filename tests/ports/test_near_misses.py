"""The sound of near-misses: for the unit alone, no longer and no more than is wanted, and gone without a rest."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.audio.adapters.near_miss_files import NearMissFiles
from jarvisd.audio.recordings.wav import read_header
from jarvisd.audio.wake.doubt import Detection
from jarvisd.audio.wake.near_miss_log import NearMissLog, RetentionRules
from jarvisd.audio.wake.wake_verification import NearMiss
from jarvisd.core.errors import EngineError
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.unit.audio.conftest import SoundClock

PCM = b"\x51\x17" * 800


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.close()


async def test_it_is_a_recording_that_only_its_owner_reads(tmp_path: Path, workers: Workers) -> None:
    os.umask(0o022)
    store = NearMissFiles(tmp_path / "audio" / "near", workers)
    await store.keep("one", PCM)
    path = tmp_path / "audio" / "near" / "one.wav"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    data = path.read_bytes()
    layout = read_header(data, len(data))
    assert (layout.rate_hz, layout.channels, layout.bits) == (16_000, 1, 16)
    assert data[layout.data_start :] == PCM


async def test_what_is_too_old_or_too_much_goes_the_oldest_first(tmp_path: Path, workers: Workers) -> None:
    store = NearMissFiles(tmp_path, workers)
    for number in range(5):
        await store.keep(f"2026-{number}", PCM)
        os.utime(tmp_path / f"2026-{number}.wav", (1000 + number, 1000 + number))
    (tmp_path / "2026-0.partial").write_bytes(PCM)
    os.utime(tmp_path / "2026-0.partial", (1000, 1000))
    await store.prune(1000.5, 10_000_000)
    assert sorted(os.listdir(tmp_path)) == [f"2026-{number}.wav" for number in range(1, 5)]
    await store.prune(0, 2 * (len(PCM) + 44))
    assert sorted(os.listdir(tmp_path)) == ["2026-3.wav", "2026-4.wav"]


async def test_after_a_wipe_no_byte_is_left(tmp_path: Path, workers: Workers) -> None:
    store = NearMissFiles(tmp_path, workers)
    assert await NearMissFiles(tmp_path / "never", workers).wipe() == 0
    await store.keep("one", PCM)
    (tmp_path / "two.partial").write_bytes(PCM)
    assert await store.wipe() == 1
    assert os.listdir(tmp_path) == []


async def test_a_disk_that_does_not_take_it_keeps_nothing_of_it(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "one.wav").mkdir()
    with pytest.raises(EngineError):
        await NearMissFiles(tmp_path, workers).keep("one", PCM)
    assert os.listdir(tmp_path) == ["one.wav"]


async def test_only_where_it_is_wanted_and_never_from_before_a_wipe(tmp_path: Path, workers: Workers) -> None:
    tasks, clock = Tasks(), SoundClock()
    is_kept = False
    log = NearMissLog(
        NearMissFiles(tmp_path, workers), lambda: RetentionRules(is_kept, 1e9, 10_000_000), tasks, clock
    )
    case = NearMiss(Detection(clock.now_us, 0.412, is_verified=False), PCM)

    async def told() -> list[str]:
        if (task := log.take(case)) is not None:
            await task
        return os.listdir(tmp_path)

    assert await told() == []
    is_kept = True
    [name] = await told()
    assert name.endswith("-0.412.wav")
    clock.now_us += 1
    assert await log.wipe() == 1
    # It was in doubt when everything was wiped.
    assert await told() == []
