"""What bash's own commands change: variables, arguments, the current folder, aliases, traps."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, bash

BUILTINS_TOLD: list[Row] = [
    ("eval rm -rf /", "destructive! system_path! recursive?", "eval rm -rf build", "recursive?"),
    ('eval "$(cat x)"', "encoded_payload!", "eval 'cat x'", ""),
    (". ./x", "opaque?", "cat ./x", ""),
    ("source /dev/stdin <<< 'rm -rf /'", "destructive! system_path! recursive?", "source /dev/stdin <<< ls", ""),
    ("echo 'rm -rf /' > x; . ./x", "destructive! system_path! recursive?", "echo ls > x; . ./x", ""),
    ("declare r=rm; $r -rf /", "destructive! system_path! recursive?", "declare r=ls; $r -l", ""),
    ("export R=rm; $R -rf /", "destructive! system_path! recursive?", "export R=ls; $R -l", ""),
    (
        'declare -a a=(rm -rf /); "${a[@]}"',
        "destructive! system_path! recursive?",
        'declare -a a=(ls -l); "${a[@]}"',
        "",
    ),
    ("declare -n r=x", "opaque?", "declare -i r=1", ""),
    ("declare -n r=x; x='rm -rf /'; $r", "encoded_payload! opaque?", "export -n r; x='rm -rf /'; echo $r", ""),
    ('set -- rm -rf /; "$@"', "destructive! system_path! recursive?", 'set -- ls -l; "$@"', ""),
    ('set rm -rf /; "$@"', "destructive! system_path! recursive?", 'set -e; "$@"', ""),
    (
        'set -- x rm -rf /; shift; "$@"',
        "destructive! system_path! recursive?",
        'set -- rm -rf / ls; shift 3; "$@"',
        "",
    ),
    ("read -r c <<< 'rm -rf /'; $c", "destructive! system_path! recursive?", "read -r c <<< 'ls -l'; $c", ""),
    (
        "read a b <<< 'rm -rf'; $a $b /",
        "destructive! system_path! recursive?",
        "read a b <<< 'ls -l'; $a $b /",
        "",
    ),
    (
        "read -ra c <<< 'rm -rf /'; \"${c[@]}\"",
        "destructive! system_path! recursive?",
        "read -ra c <<< 'ls -l'; \"${c[@]}\"",
        "",
    ),
    ("read c < file; $c", "encoded_payload!", "read c < file; echo $c", ""),
    (
        'find /etc -type f | while read f; do rm "$f"; done',
        "system_path!",
        'find . -type f | while read f; do rm "$f"; done',
        "",
    ),
    (
        "alias ls='rm -rf /'; ls",
        "destructive! system_path! recursive? opaque?",
        "alias ll='ls -l'; echo",
        "opaque?",
    ),
    ("alias ll='ls -l'", "opaque?", "type ll", ""),
    ("trap 'rm -rf /' EXIT", "destructive! system_path! recursive?", "trap - EXIT", ""),
    ("cd /etc; cat shadow", "secret!", "cd lists; cat shadows", ""),
    ("cd /; rm -rf *", "system_path! recursive?", "cd build; rm -rf *", "recursive?"),
    ("pushd /; rm -rf etc", "system_path! recursive?", "pushd build; rm -rf etc", "recursive?"),
    ("rm -rf $(pwd)/../..", "path_traversal! recursive?", "rm -rf $(pwd)/build", "recursive?"),
    ("printf -v c %s rm; $c -rf /", "destructive! system_path! recursive?", "printf -v c %s ls; $c -l", ""),
    (
        "mapfile -t a <<< rm; ${a[0]} -rf /",
        "destructive! system_path! recursive?",
        "mapfile -t a <<< ls; ${a[0]} -l",
        "",
    ),
    ("mapfile -t a < x; ${a[0]}", "encoded_payload!", "mapfile -t a < x; echo ${a[0]}", ""),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), BUILTINS_TOLD)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin
