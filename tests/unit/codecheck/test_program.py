"""Programs as a whole: either language, bounded, and each language inside of the other."""

from __future__ import annotations

import pytest

from jarvisd.codecheck import program
from jarvisd.codecheck.program import LENGTH_LIMIT
from tests.unit.codecheck.rows import Row, bash, python, written

WHOLE: list[Row] = [
    ("#" * (LENGTH_LIMIT + 1), "opaque!", "#" * LENGTH_LIMIT, ""),
]
"""Too long to be read."""


@pytest.mark.parametrize(("code", "findings", "twin", "of_twin"), WHOLE, ids=["length"])
def test_findings(code: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(code) == python(code) == findings
    assert bash(twin) == python(twin) == of_twin


def test_each_language_is_followed_into_the_other() -> None:
    inner = "python3 -c 'import os; os.system(\"rm -rf /\")'"
    assert python(f"import os; os.system({inner!r})") == "destructive! system_path! recursive?"
    assert python(f"import os; os.system({inner.replace('/', 'build')!r})") == "recursive?"


@pytest.mark.parametrize(
    ("language", "code"), [("bash", "echo x > /mnt/docs/x"), ("python", "open('/mnt/docs/x', 'w')")]
)
def test_workspaces_are_open(language: str, code: str) -> None:
    assert written(program.read(language, code)) == "system_path!"
    assert program.read(language, code, ("/mnt/docs",)) == ()
