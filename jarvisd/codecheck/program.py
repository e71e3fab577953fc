"""What a program of either language is suspected of: its findings. Pure.

Code is read to raise its risk, never to allow it: what holds is the sandbox (decision 3).
"""

from __future__ import annotations

from jarvisd.codecheck import text
from jarvisd.codecheck.bash import evaluator
from jarvisd.codecheck.finding import Finding, Findings, refusing
from jarvisd.codecheck.python import visitor

LENGTH_LIMIT = 60_000
"""Characters; longer programs are refused unread, so that reading stays within milliseconds."""


def read(language: str, code: str, workspaces: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Findings about a ``python`` or ``bash`` program, those that refuse first. ``workspaces`` are paths that it
    may be given."""
    if len(code) > LENGTH_LIMIT:
        return (refusing("opaque", "it is too long to be read"),)
    findings = Findings()
    findings.add(*text.deceptive(code), *text.hidden_programs(code))
    findings.add(*_follow(language, code, workspaces, 0).all())
    return findings.all()


def _follow(language: str, code: str, workspaces: tuple[str, ...], depth: int) -> Findings:
    def inspect_python(inner: str, inner_depth: int) -> Findings:
        return _follow("python", inner, workspaces, inner_depth)

    def inspect_shell(inner: str, inner_depth: int) -> Findings:
        # What Python computes stays marked as unknown: unlike Python, the shell reader knows that mark.
        return _follow("bash", inner, workspaces, inner_depth)

    if language == "python":
        return visitor.inspect(code, inspect_shell, workspaces, depth).findings
    return evaluator.inspect(code, inspect_python, workspaces, depth).findings
