"""Variables that steer other programs, or hide what was done."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, bash

STEERED: list[Row] = [
    ("LD_PRELOAD=./a.so ls", "privilege!", "PRELOAD=./a.so ls", ""),
    ("export BASH_ENV=x", "privilege!", "export BASH_ENVIRONMENT=x", ""),
    ("PATH=/tmp:$PATH ls", "privilege!", "PATH=$PATH:/opt/bin ls", ""),
    ("PATH=.:$PATH ls", "privilege!", "PATH=/usr/bin ls", ""),
    ("PAGER='sh -c id' git log", "privilege!", "PAGER=cat git log", ""),
    ("GIT_EDITOR='rm -rf /' git commit", "privilege!", "GIT_EDITOR=vi git commit", ""),
    ("GIT_SSH_COMMAND=./x git log", "privilege!", "GIT_AUTHOR_NAME=x git log", ""),
    ("PYTHONPATH=. python3 -c 'print()'", "privilege!", "PYTHONUTF8=1 python3 -c 'print()'", ""),
    ("NODE_OPTIONS='--require ./x' node a.js", "privilege!", "NODE_ENV=test node a.js", ""),
    ("TAR_OPTIONS=--checkpoint-action=exec=sh tar cf x.tar y", "privilege!", "TAR=x tar cf x.tar y", ""),
    ("X='() { :; }; ls' bash -c :", "encoded_payload!", "X='( )' bash -c :", ""),
    ("X='(){ :;}' ls", "encoded_payload!", "X='f() { :;}' ls", ""),
    ("export X=' ( ) { ls; }'", "encoded_payload!", "export X='{ ls; }'", ""),
    ("a='() {'; b=' :; }'; X=$a$b bash -c :", "encoded_payload!", "a='()'; b=' :'; X=$a$b bash -c :", ""),
    ("declare -x X='() { :; }'", "encoded_payload!", "declare -x X='() :'", ""),
    ("X() { ls; }; export -f X; bash -c X", "", "X() { ls; }; X", ""),
    ("HISTFILE=/dev/null", "destructive!", "HISTORY=/dev/null", ""),
    ("unset HISTFILE", "destructive!", "unset HISTORY", ""),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), STEERED)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin


@pytest.mark.parametrize(
    "name",
    [
        *("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "ENV", "PROMPT_COMMAND", "PS4", "SHELLOPTS"),
        *("BASHOPTS", "GCONV_PATH", "BROWSER", "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "PYTHONINSPECT"),
        *(
            "PYTHONWARNINGS",
            "PERL5OPT",
            "PERL5LIB",
            "PERL5DB",
            "RUBYOPT",
            "RUBYLIB",
            "NODE_OPTIONS",
            "TAR_OPTIONS",
        ),
        *("LESSOPEN", "LESSCLOSE", "PAGER", "GIT_PAGER", "MANPAGER", "EDITOR", "GIT_EDITOR", "VISUAL"),
        *("SUDO_ASKPASS", "SSH_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF"),
    ],
)
def test_variables_that_steer_other_programs_are_known(name: str) -> None:
    assert bash(f"{name}=./x ls") == "privilege!"
    assert bash(f"MY{name}S=./x ls") == ""
