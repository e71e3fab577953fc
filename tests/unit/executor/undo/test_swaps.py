"""New content takes the place of old in one call, and only of the very file that was measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.files.disk import Disk
from jarvisd.executor.files.paths import WorkspacePath, Workspaces
from jarvisd.executor.undo.operations import OperationRunner, Swap
from tests.unit.executor.conftest import Bench


def swap_of(bench: Bench) -> Swap:
    """Of documents/a, which holds "old", for what is staged and holds "new"."""
    bench.file("docs/a", "old")
    root = bench.workspaces.roots[0]
    staged = bench.changes.stage_file(root, b"new")
    place = WorkspacePath(root, ("a",))
    old = bench.workspaces.identify(place)
    assert old is not None
    return Swap(place, staged.place, old, staged.identity)


def held(bench: Bench, swap: Swap) -> tuple[str | None, str | None]:
    """What is at the place and aside of it."""
    found = [bench.docs.joinpath(*place.parts) for place in (swap.place, swap.aside)]
    one, other = (path.read_text() if path.exists() else None for path in found)
    return one, other


def changed(path: Path) -> None:
    path.write_text("newer")


def replaced(path: Path) -> None:
    path.unlink()
    path.write_text("old")


@pytest.mark.parametrize(
    ("happens", "there"),
    [(changed, "newer"), (replaced, "old"), (Path.unlink, None)],
    ids=["edited", "other", "gone"],
)
def test_what_is_not_what_was_measured_stays(
    bench: Bench, happens: Callable[[Path], None], there: str | None
) -> None:
    swap = swap_of(bench)
    happens(bench.docs / "a")
    with pytest.raises(JarvisError, match="a has changed meanwhile") as caught:
        OperationRunner(bench.workspaces).do(swap)
    assert caught.value.code is ErrorCode.TOOL_FAILED
    assert held(bench, swap) == (there, "new")


@pytest.mark.parametrize(
    ("happens", "there"),
    [(changed, "newer"), (replaced, "old"), (Path.unlink, None)],
    ids=["edited", "other", "gone"],
)
def test_what_was_changed_since_is_not_taken_back(
    bench: Bench, happens: Callable[[Path], None], there: str | None
) -> None:
    swap = swap_of(bench)
    hand = OperationRunner(bench.workspaces)
    hand.do(swap)
    assert held(bench, swap) == ("new", "old")
    happens(bench.docs / "a")
    with pytest.raises(JarvisError, match="a has changed meanwhile") as caught:
        hand.undo(swap)
    assert caught.value.code is ErrorCode.UNDO_CONFLICT
    assert held(bench, swap) == (there, "old")


def test_where_nothing_is_staged_nothing_is_swapped(bench: Bench) -> None:
    swap = swap_of(bench)
    bench.docs.joinpath(*swap.aside.parts).unlink()
    with pytest.raises(JarvisError, match="there is no documents/a") as caught:
        OperationRunner(bench.workspaces).do(swap)
    assert caught.value.code is ErrorCode.NOT_FOUND
    assert held(bench, swap) == ("old", None)


class Racing(Disk):
    """Something happens to the place between the look and the call, once."""

    def __init__(self, path: Path, happens: Callable[[Path], None]) -> None:
        super().__init__()
        self._path = path
        self._happens: list[Callable[[Path], None]] = [happens]

    def exchange(self, one_fd: int, one: str, other_fd: int, other: str) -> None:
        while self._happens:
            self._happens.pop()(self._path)
        super().exchange(one_fd, one, other_fd, other)


def moved_here(path: Path) -> None:
    other = path.with_name("b")
    other.write_text("newer")
    other.rename(path)


@pytest.mark.parametrize("happens", [changed, replaced, moved_here])
def test_what_came_between_the_look_and_the_call_is_put_back(
    bench: Bench, happens: Callable[[Path], None]
) -> None:
    """Another file may have got the very number that the measured one had."""
    swap = swap_of(bench)
    hand = OperationRunner(Workspaces(bench.workspaces.roots, Racing(bench.docs / "a", happens)))
    with pytest.raises(JarvisError, match="a has changed meanwhile") as caught:
        hand.do(swap)
    assert caught.value.code is ErrorCode.TOOL_FAILED
    assert held(bench, swap) == ("old" if happens is replaced else "newer", "new")
