"""What a program is about: findings and a few words, for either language. Pure.

Code is read to describe it and to raise its risk, never to allow it: what holds is the sandbox (decision 3).
"""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.codecheck import text
from jarvisd.codecheck.bash import evaluator
from jarvisd.codecheck.finding import Finding, Findings, refusing
from jarvisd.codecheck.python import visitor

LENGTH_LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """What was found, and what the program does in words that follow "it"."""

    findings: tuple[Finding, ...]
    does: tuple[str, ...] = ()


def read(language: str, code: str, workspaces: tuple[str, ...] = ()) -> ProgramReport:
    """Read a ``python`` or ``bash`` program. ``workspaces`` are paths that it may be given."""
    findings = Findings()
    if len(code) > LENGTH_LIMIT:
        return ProgramReport((refusing("opaque", "it is too long to be read"),))
    findings.add(*text.deceptive(code), *text.hidden_programs(code))
    found, does = _follow(language, code, workspaces, 0)
    findings.add(*found.all())
    return ProgramReport(findings.all(), tuple(sorted(does)))


def _follow(language: str, code: str, workspaces: tuple[str, ...], depth: int) -> tuple[Findings, set[str]]:
    def inspect_python(inner: str, inner_depth: int) -> Findings:
        return _follow("python", inner, workspaces, inner_depth)[0]

    def inspect_shell(inner: str, inner_depth: int) -> Findings:
        return _follow("bash", inner.replace("\ue000", "\ue000"), workspaces, inner_depth)[0]

    if language == "python":
        reader = visitor.inspect(code, inspect_shell, workspaces, depth)
        return reader.findings, reader.does
    follower = evaluator.inspect(code, inspect_python, workspaces, depth)
    return follower.findings, follower.does
