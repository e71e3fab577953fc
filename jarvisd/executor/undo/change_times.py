"""When we ourselves changed files, so that a change by somebody else shows even where size and time are as before.

Whatever is done to a file, its renaming included, sets the time of its last status change (ctime), and nobody
can set that to a time of their choice. A ctime outside of every span in which we worked is somebody else's doing.
Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from jarvisd.executor.ports.journal import Span

NEAR_NS = 1_000_000_000
"""What is closer than this, in one piece of work, is one span."""


class Spans:
    """All spans that are known."""

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[Span] = []
        for began, ended in sorted(spans):
            if merged and began <= merged[-1][1]:
                began, ended = merged[-1][0], max(ended, merged.pop()[1])
            merged.append((began, ended))
        self._began = [began for began, _ in merged]
        self._ended = [ended for _, ended in merged]

    def hold(self, ctime_ns: int) -> bool:
        """Whether we worked then."""
        index = bisect_right(self._began, ctime_ns) - 1
        return index >= 0 and ctime_ns <= self._ended[index]


class OpenSpans:
    """The spans of work that has not been written down yet."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def note(self, ctime_ns: int) -> None:
        """We have just changed something, which has this ctime now."""
        if self._spans:
            began, ended = self._spans[-1]
            if began - NEAR_NS <= ctime_ns <= ended + NEAR_NS:
                self._spans[-1] = (min(began, ctime_ns), max(ended, ctime_ns))
                return
        self._spans.append((ctime_ns, ctime_ns))

    def spans(self) -> Sequence[Span]:
        """What is to be written down."""
        return tuple(self._spans)

    def written(self) -> None:
        """It has been written down."""
        self._spans.clear()
