"""Abstract interpretation of bash: what a program is found to do, by rule; each with a harmless twin."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, bash

EVALUATED: list[Row] = [
    # spelling
    ("rm -rf /", "destructive! system_path! recursive?", "rm -rf build", "recursive?"),
    ("r''m -rf /", "destructive! system_path! recursive?", "r''m -rf build", "recursive?"),
    ("\\r\\m -rf /", "destructive! system_path! recursive?", "\\r\\m -rf build", "recursive?"),
    ("$'\\x72\\x6d' -rf /", "destructive! system_path! recursive?", "$'\\x72\\x6d' -rf build", "recursive?"),
    ("{rm,-rf,/}", "destructive! system_path! recursive?", "{rm,-rf,build}", "recursive?"),
    ("rm${IFS}-rf${IFS}/", "destructive! system_path! recursive?", "rm${IFS}-rf${IFS}build", "recursive?"),
    ("/bin/r? -rf /", "encoded_payload!", "/bin/ls -rf ?", ""),
    # variables: every value that a branch gives
    ("a=r; b=m; $a$b -rf /", "destructive! system_path! recursive?", "a=r; b=m; echo $a$b -rf /", ""),
    ("c=r; c+=m; $c -rf /", "destructive! system_path! recursive?", "c=r; c+=m; $c -rf build", "recursive?"),
    (
        "if true; then c=rm; else c=ls; fi; $c -rf /",
        "destructive! system_path! recursive?",
        "if true; then c=cat; else c=ls; fi; $c x",
        "",
    ),
    (
        "case $1 in a) c=rm;; *) c=ls;; esac; $c -rf /",
        "destructive! system_path! recursive?",
        "case $1 in a) c=cat;; *) c=ls;; esac; $c x",
        "",
    ),
    (
        "for i in a /; do rm -rf $i; done",
        "destructive! system_path! recursive?",
        "for i in a b; do rm -rf $i; done",
        "recursive?",
    ),
    (
        "for i in a /; do :; done; rm -rf $i",
        "destructive! system_path! recursive?",
        "for i in a b; do :; done; rm -rf $i",
        "recursive?",
    ),
    (
        "f() { for i; do rm -rf $i; done; }; f /",
        "destructive! system_path! recursive?",
        "f() { for i; do rm -rf $i; done; }; f build",
        "recursive?",
    ),
    ('a=(rm -rf /); "${a[@]}"', "destructive! system_path! recursive?", 'a=(ls -l); "${a[@]}"', ""),
    ('a=(rm); a+=(-rf /); "${a[@]}"', "destructive! system_path! recursive?", 'a=(ls); a+=(-l); "${a[@]}"', ""),
    ('rm -rf "$UNSET/"', "destructive! system_path! recursive?", 'x=build; rm -rf "$x/"', "recursive?"),
    # what commands print is what later ones read
    ("$(echo rm) -rf /", "destructive! system_path! recursive?", "echo $(echo rm) -rf /", ""),
    ("`printf r%s m` -rf /", "destructive! system_path! recursive?", "echo `printf r%s m`", ""),
    ("echo 'rm -rf /' | sh", "destructive! system_path! recursive?", "echo 'rm -rf /' | cat", ""),
    ("echo 'rm -rf /' | tee x | sh", "destructive! system_path! recursive?", "echo 'rm -rf /' | tee x", ""),
    ("cat <<E | sh\nrm -rf /\nE", "destructive! system_path! recursive?", "cat <<E\nrm -rf /\nE", ""),
    ("sh <<< 'rm -rf /'", "destructive! system_path! recursive?", "cat <<< 'rm -rf /'", ""),
    ("echo 'rm -rf /' > x; sh x", "destructive! system_path! recursive?", "echo 'rm -rf /' > x; cat x", ""),
    (
        "echo 'rm -rf' > x; echo ' /' >> x; $(cat x)",
        "destructive! system_path! recursive?",
        "echo 'rm -rf' > x; echo ' /' >> x; cat x",
        "",
    ),
    ("sh <(echo 'rm -rf /')", "destructive! system_path! recursive?", "cat <(echo 'rm -rf /')", ""),
    ("tee >(sh) <<< 'rm -rf /'", "encoded_payload!", "tee >(cat) <<< 'rm -rf /'", ""),
    ("x=$(cat list); $x", "encoded_payload!", "x=$(cat list); echo $x", ""),
    ('sh -c "$(cat list)"', "encoded_payload!", 'sh -c "echo $(cat list)"', "opaque?"),
    ('sh -c "echo $(cat list)"', "opaque?", "sh -c 'echo list'", ""),
    # text that was decoded is never run
    ("echo bHM= | base64 -d | sh", "encoded_payload!", "echo bHM= | base64 -d", ""),
    ("$(base64 -d <<< bHM=)", "encoded_payload!", "echo $(base64 -d <<< bHM=)", ""),
    ('python3 -c "$(echo cHJpbnQoKQ== | base64 -d)"', "encoded_payload!", "python3 -c \"$(echo 'print()')\"", ""),
    # programs inside of programs
    ('f() { "$@"; }; f rm -rf /', "destructive! system_path! recursive?", 'f() { "$@"; }; f ls -l', ""),
    (
        'f() { rm -rf "$1"; }; f /',
        "destructive! system_path! recursive?",
        'f() { rm -rf "$1"; }; f build',
        "recursive?",
    ),
    (
        "sh -c 'rm -rf \"$0\"' /",
        "destructive! system_path! recursive?",
        "sh -c 'rm -rf \"$0\"' build",
        "recursive?",
    ),
    ("sh -c '\"$@\"' _ rm -rf /", "destructive! system_path! recursive?", "sh -c '\"$@\"' _ ls", ""),
    (
        "python3 -c 'import shutil; shutil.rmtree(\"/\")'",
        "system_path!",
        "python3 -c 'import shutil; shutil.rmtree(\"build\")'",
        "",
    ),
    ('python3 -c "$(cat x)"', "encoded_payload!", "python3 -c \"print('$(cat x)')\"", ""),
    # conditions, groups, background
    ("(rm -rf /)", "destructive! system_path! recursive?", "(rm -rf build)", "recursive?"),
    ("{ rm -rf /; } > log", "destructive! system_path! recursive?", "{ rm -rf build; } > log", "recursive?"),
    ("! rm -rf /", "destructive! system_path! recursive?", "! rm -rf build", "recursive?"),
    ("[[ $(rm -rf /) ]]", "destructive! system_path! recursive?", "[[ $(ls) ]]", ""),
    ("false || rm -rf /", "destructive! system_path! recursive?", "false || rm -rf build", "recursive?"),
    (
        "while rm -rf /; do break; done",
        "destructive! system_path! recursive?",
        "while rm -rf build; do break; done",
        "recursive?",
    ),
    # redirections are reads and writes
    ("cat < /etc/shadow", "secret!", "cat < shadows.txt", ""),
    ("> /etc/hosts", "system_path!", "> hosts", ""),
    ("exec 3<>/dev/tcp/192.0.2.1/80", "network!", "exec 3<>notes.txt", ""),
    ("while read l; do echo $l; done < /etc/shadow", "secret!", "while read l; do echo $l; done < notes.txt", ""),
    ("{ echo x; } >> ~/.bashrc", "persistence!", "{ echo x; } >> bash.txt", ""),
    ("echo x >& /etc/hosts", "system_path!", "echo x >&2", ""),
    # lists and positions
    ('set -- x rm -rf /; "${@:2}"', "destructive! system_path! recursive?", 'set -- x ls -l; "${@:2}"', ""),
    ("set -- -rf / rm; ${!#} $1 $2", "destructive! system_path! recursive?", "set -- -l ls; ${!#} $1", ""),
    ('a=(x rm -rf /); "${a[@]:1}"', "destructive! system_path! recursive?", 'a=(x ls -l); "${a[@]:1}"', ""),
    ("c=x; c=${c:+rm}; $c -rf /", "destructive! system_path! recursive?", "c=x; c=${c:+ls}; $c -l", ""),
    (
        "$(echo -e 'x\\nxrm' | sed s/^x// | tail -n 1) -rf /",
        "encoded_payload!",
        "echo -e 'x\\nxrm' | sed s/^x//",
        "",
    ),
    (
        "case x in a) ls;& *) rm -rf /;; esac",
        "destructive! system_path! recursive?",
        "case x in a) ls;& *) rm -rf build;; esac",
        "recursive?",
    ),
    # loops
    (":(){ :|:& };:", "resource! encoded_payload!", ": | : &", ""),
    ("f() { f; f; }; f", "resource! encoded_payload!", "f() { ls; ls; }; f", ""),
    ("again() { again; }; again", "resource?", "again() { ls; }; again", ""),
    ("while true; do sleep 9 & done", "resource!", "while true; do sleep 9; break; done", "resource?"),
    ("while :; do date; done", "resource!", "while read l; do date; done", ""),
    ("while true; do date; sleep 1; done", "resource?", "while test -e x; do date; sleep 1; done", ""),
    ("while [ 1 ]; do date; done", "resource!", "while [ $x ]; do date; done", ""),
    ("while ((1)); do date; done", "resource!", "while ((x)); do date; done", ""),
    ("until false; do echo x >> log; done", "resource!", "until test -e x; do echo x >> log; done", ""),
    ("for ((;;)); do date; done", "resource!", "for ((i=0;i<3;i++)); do date; done", ""),
    ("yes > big.txt", "resource! resource?", "yes | head -5", "resource?"),
    # what cannot be followed
    ("echo 'open", "opaque?", "echo 'closed'", ""),
    ("echo 'open; rm -rf /", "encoded_payload! opaque?", "echo 'closed; rm -rf /'", ""),
    ("coproc ls", "opaque?", "ls &", ""),
    ("echo \ue000", "deceptive_text!", "echo \xe4", ""),
]


def nested(depth: int) -> str:
    """``ls`` in shells in shells."""
    names = [f"x{number}='sh -c \"$x{number - 1}\"'" for number in range(1, depth)]
    return "; ".join(["x0=ls", *names, f'sh -c "$x{depth - 1}"'])


def chained(depth: int) -> str:
    """Functions that call each other out of many groups."""
    opening, closing = "{ " * 20, "; }" * 20
    return "; ".join(f"f{number}() {opening} f{number + 1} {closing}" for number in range(depth)) + "; f0"


def called(depth: int) -> str:
    """Functions that call each other, the last one harmless."""
    return (
        "; ".join(f"f{number}() {{ f{number + 1}; }}" for number in range(depth)) + f"; f{depth}() {{ ls; }}; f0"
    )


BOUNDS: list[Row] = [
    (nested(13), "encoded_payload!", nested(3), ""),
    (chained(11), "encoded_payload!", chained(2), ""),
    (called(13), "encoded_payload!", called(9), ""),
    (
        "printf '%s\\n' {1..60} | xargs -I@ ls @\n" * 40,
        "encoded_payload!",
        "printf '%s\\n' {1..60} | xargs -I@ ls @\n" * 9,
        "",
    ),
    ("ls\n" * 1600, "encoded_payload!", "ls\n" * 20, ""),
]
"""What is nested too deeply or too long to follow is refused, so that reading always ends soon."""


@pytest.mark.parametrize(
    ("program", "findings", "twin", "of_twin"), [*EVALUATED, *BOUNDS], ids=lambda text: text[:60]
)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin
