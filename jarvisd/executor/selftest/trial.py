"""Runs a corpus against the policy that is in force, by text and on a tree that is laid out for it.

Nothing else is changed, and the tree is gone afterwards. Blocking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.policy.on_tree import TreeJudge
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.selftest import tree
from jarvisd.executor.selftest.loader import Case
from jarvisd.lang.pack import AssentRules


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose verdict is not acceptable."""

    case: Case
    verdict: str

    def to_json(self) -> dict[str, JsonValue]:
        """``{"category","line","expected","verdict","request"}``."""
        word = "at least" if self.case.is_attack else "at most"
        return {
            "category": self.case.category,
            "line": self.case.line,
            "expected": f"{word} {self.case.limit}",
            "verdict": self.verdict,
            "request": self.case.request,
        }


@dataclass(frozen=True, slots=True)
class TrialResult:
    """How a trial went."""

    attacks: int
    harmless: int
    failures: tuple[Failure, ...]
    took_ms: float

    @property
    def passed(self) -> bool:
        """Whether every verdict was acceptable and there was something to try."""
        return not self.failures and self.attacks > 0

    def to_json(self) -> dict[str, JsonValue]:
        """``{"passed","attacks","harmless","failures","took_ms"}``."""
        return {
            "passed": self.passed,
            "attacks": self.attacks,
            "harmless": self.harmless,
            "failures": [failure.to_json() for failure in self.failures],
            "took_ms": round(self.took_ms, 1),
        }


def run(cases: Iterable[Case], judge: Judge, answers: AssentRules, monotonic_us: Callable[[], int]) -> TrialResult:
    """Try every case; one that ends in an error instead of a verdict has failed."""
    began_us = monotonic_us()
    failures = []
    attacks = harmless = 0
    with tree.laid_out(judge) as on_tree:
        for case in cases:
            attacks += case.is_attack
            harmless += not case.is_attack
            for verdict in _verdicts(case, judge, on_tree, answers):
                if not case.accepts(verdict):
                    failures.append(Failure(case, verdict))
                    break
    return TrialResult(attacks, harmless, tuple(failures), (monotonic_us() - began_us) / 1000)


def _verdicts(case: Case, judge: Judge, on_tree: TreeJudge, answers: AssentRules) -> Iterator[str]:
    """The verdict on a case; an attack on files is tried on a real tree as well, where names lead somewhere."""
    request = {key: value for key, value in case.request.items() if key != "tree"}
    if "tree" not in case.request:
        yield verdict_on(request, judge, answers)
    if "tree" in case.request or (case.is_attack and judge.works_on_files(request.get("tool"))):
        yield verdict_on(request, on_tree, answers)


def verdict_on(request: JsonObject, judge: Judge | TreeJudge, answers: AssentRules) -> str:
    """The verdict on one request, or the code of the error that came instead."""
    try:
        if "heard" in request:
            return answers.judge_to(str(request.get("question", "")), str(request["heard"])).verdict
        return str(judge.check(request)["verdict"])
    except JarvisError as error:
        return str(error.code)
