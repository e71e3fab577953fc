"""What fakes keep for tests to look at, when they serve in a daemon, where nobody can look."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Nothing(list[T]):
    """A list that stays empty, so that a daemon does not grow with what its fakes remember."""

    def append(self, item: T) -> None:
        """Forget it."""
