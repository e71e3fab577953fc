"""Findings: their order, their weight, and that each counts once."""

from __future__ import annotations

from jarvisd.codecheck.finding import Findings, Severity, asking, refusing


def test_those_that_refuse_come_first_and_each_counts_once() -> None:
    """Of one rule the first reason is kept, as the person hears it."""
    findings = Findings()
    findings.add(
        asking("opaque", "a"), None, refusing("network", "b"), refusing("network", "c"), asking("network", "d")
    )
    assert [finding.reason for finding in findings.all()] == ["network: b", "opaque: a", "network: d"]


def test_the_weight_says_whether_anybody_may_approve() -> None:
    assert refusing("network", "a").severity is Severity.HIGH
    assert asking("network", "a").severity is Severity.MEDIUM
