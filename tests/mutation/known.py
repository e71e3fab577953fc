"""Which tests can notice a mutant, by what the run without a change has told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # It needs cosmic-ray, which the tests of this module do without.
    from tests.mutation.mutants import Mutant

ELSEWHERE = {
    "jarvisd/bus/service/": ("tests/integration/test_access.py", "tests/integration/test_authority.py"),
    "jarvisd/courier/": ("tests/ports/test_courier.py", "tests/ports/test_mail.py"),
    "jarvisd/executor/undo/": ("tests/ports/test_kill.py",),
}
"""Tests that run modules in a process of their own, where no lines are seen."""
QUICK_S, QUICK_COUNT = 0.2, 300
"""Tests of the first round: how long each may take, and how many they are."""


@dataclass
class Known:
    """What the run without a change has told."""

    seconds: Mapping[str, float]
    by_line: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    by_module: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def tests_for(self, mutant: Mutant, importers: Sequence[str]) -> list[str]:
        """Tests that can notice a change, the fastest first.

        A change that takes effect when a module is loaded is there for whoever loads it: lines say nothing of it.
        So it may be noticed by a test that only reads a constant, beside others in its file that run the module.
        """
        numbers = range(mutant.first_line, mutant.last_line + 1)
        first = {test for number in numbers for test in self.by_line[mutant.module, number]}
        later: set[str] = set()
        if mutant.is_at_load or not first:
            first |= self.by_module[mutant.module]
            beside = {test.partition("::")[0] for test in first}
            first |= {test for test in self.seconds if test.partition("::")[0] in beside}
            later = {test for module in importers for test in self.by_module[module]}
        for folder, files in ELSEWHERE.items():
            if mutant.module.startswith(folder):
                later |= {test for test in self.seconds if test.startswith(files)}
        return [*self._sorted(first), *self._sorted(later - first)]

    def rounds(self, tests: Sequence[str]) -> list[Sequence[str]]:
        """The quick tests of the file that has most of them, and then all the others."""
        quick = [test for test in tests if self.seconds[test] <= QUICK_S]
        counts = Counter(test.partition("::")[0] for test in quick)
        likely = max(counts, key=lambda file: (counts[file], file), default="")
        chosen = [test for test in quick if test.partition("::")[0] == likely][:QUICK_COUNT]
        rest = [test for test in tests if test not in set(chosen)]
        return [part for part in (chosen, rest) if part]

    def _sorted(self, tests: set[str]) -> list[str]:
        return sorted(tests, key=lambda test: (self.seconds[test], test))
