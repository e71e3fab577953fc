"""Programs in the arguments of commands that only look harmless."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, bash

EMBEDDED: list[Row] = [
    ("sqlite3 x.db '.shell rm -rf /'", "encoded_payload!", "sqlite3 x.db .tables", ""),
    ("make --eval='x: ; -rm -rf /'", "encoded_payload!", "make x", ""),
    (
        "split --filter='rm -rf /' x",
        "destructive! system_path! encoded_payload! recursive?",
        "split --lines=3 x",
        "",
    ),
    ("sort --compress-program=/bin/sh x", "opaque! encoded_payload!", "sort -r x", ""),
    ("foo --pager '/bin/sh -c id'", "encoded_payload!", "foo --page 1", ""),
    ("mysql -e '\\! /bin/sh'", "encoded_payload!", "mysql -e 'select 1'", ""),
    ("tmux -c 'rm -rf x'", "encoded_payload!", "grep 'rm -rf x' a", ""),
    ("cpulimit -l 100 /bin/sh", "opaque!", "ls -l /bin/sh", ""),
    ("foo /bin/rm -rf /", "destructive! system_path! recursive?", "stat /bin/rm", ""),
    ("shuf -e a -o /etc/x", "system_path!", "shuf -e a -o x", ""),
    (
        "curl -o ~/.bashrc http://example.com/",
        "system_path! persistence! network?",
        "curl -o x http://example.com/",
        "network?",
    ),
    ("vim -c ':py3 print()' x", "encoded_payload!", "vim -c ':wq' x", ""),
    ("gcc -wrapper /bin/sh,-s .", "encoded_payload!", "gcc -o x a.c", ""),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), EMBEDDED)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin
