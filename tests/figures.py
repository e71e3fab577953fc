"""Tests with a full size, and the table that a run at full size ends with (``make soak``).

Such a test is marked ``soak(figure, least, target)`` and reports ``record_property("tried", count)`` and
``record_property("seen", text)``. Tests that share a figure share a row.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

IS_FULL = os.environ.get("JARVISD_SOAK") == "1"
"""Whether sampled tests run at full size."""
Record = Callable[[str, object], None]
"""What pytest gives as ``record_property``."""
DEADLINE_S = 36_000
HEADINGS = ("figure", "size", "target", "result")


@dataclass
class Row:
    """One figure over all the tests that contribute to it."""

    least: int
    target: str
    tried: int = 0
    failed: int = 0
    seen: list[str] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether all of it was tried, and nothing failed."""
        return not self.failed and self.tried >= self.least

    @property
    def result(self) -> str:
        """What to think of it."""
        if self.failed:
            return f"NOT HELD in {self.failed} tests"
        return "held" if self.is_held else f"TOO FEW, at least {self.least:,} are asked for"


def unhurried(items: Iterable[pytest.Item]) -> None:
    """Give tests at full size the time they need."""
    for item in items:
        if IS_FULL and item.get_closest_marker("soak") is not None:
            item.add_marker(pytest.mark.timeout(DEADLINE_S), append=False)


def announced(item: pytest.Item) -> None:
    """Put the figure of a marked test on its report, which knows nothing of the arguments of markers."""
    if (marker := item.get_closest_marker("soak")) is not None:
        item.user_properties.append(("figure", marker.args))


def rows(reports: Iterable[pytest.TestReport]) -> dict[str, Row]:
    """The figures in these reports, in the order in which they were first reported."""
    found: dict[str, Row] = {}
    for report in reports:
        told = dict(report.user_properties)
        if "figure" not in told or (report.when != "call" and report.passed):
            continue
        name, least, target = told["figure"]
        row = found.setdefault(name, Row(least, target))
        row.tried += told.get("tried", 0) if report.when == "call" else 0
        row.failed += not report.passed
        row.seen += [told["seen"]] if told.get("seen") else []
    return found


def lines(found: dict[str, Row]) -> list[str]:
    """The table as Markdown."""
    cells = [HEADINGS, tuple("---" for _ in HEADINGS)]
    for name, row in found.items():
        result = "; ".join([row.result, *dict.fromkeys(row.seen)])
        cells.append((name, f"{row.tried:,}", row.target, result))
    return [f"| {' | '.join(line)} |" for line in cells]
