"""Findings of rules: why a step is refused, or why it is at least asked about. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How much a finding weighs."""

    MEDIUM = "medium"
    """Unusual: a person is asked."""
    HIGH = "high"
    """Refused, or asked for the rules that only ask (requirement D7)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that spoke. ``rule`` is a stable name; ``detail`` continues "refused because ..."."""

    rule: str
    detail: str
    refuses: bool = True

    @property
    def severity(self) -> Severity:
        """The weight of a finding about one step."""
        return Severity.HIGH if self.refuses else Severity.MEDIUM

    @property
    def reason(self) -> str:
        """As a verdict lists it."""
        return f"{self.rule}: {self.detail}"


def refusing(rule: str, detail: str) -> Finding:
    """A finding that nothing and nobody can approve."""
    return Finding(rule, detail)


def asking(rule: str, detail: str) -> Finding:
    """A finding that makes a person decide."""
    return Finding(rule, detail, refuses=False)


class Findings:
    """Findings in the order in which they were made, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, bool], Finding] = {}

    def add(self, *found: Finding | None) -> None:
        """Take findings in; of one rule the first is kept."""
        for finding in found:
            if finding is not None:
                self._found.setdefault((finding.rule, finding.refuses), finding)

    def all(self) -> tuple[Finding, ...]:
        """Those that refuse first."""
        return tuple(sorted(self._found.values(), key=lambda finding: not finding.refuses))
