"""Words of bash: quoting, expansions, here-documents; text to parts, and what is not understood."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.bash.lexer import unescaped
from jarvisd.codecheck.bash.parser import parse
from jarvisd.codecheck.bash.tree import NotUnderstood, Simple
from tests.unit.codecheck.bash import rendered

WORDS = [
    (r"${x:-\}}", r"$x{:-\}}"),
    ("plain", "plain"),
    ("a\\ b", "a' 'b"),
    ("'a b'", "'a b'"),
    ('"a b"', "'a b'"),
    ('"a\\"b\\n"', "'a\"b\\n'"),
    ("$'a\\x41\\t\\'\\u00e4\\101\\cA'", "'aA\t'\xe4A\x01'"),
    ('$"a$b"', "'a'\"$b\""),
    ("'a'\"b\"c\\d", "'ab'c'd'"),
    ("$x", "$x"),
    ("${x}", "$x"),
    ('"$x"', "''\"$x\""),
    ("$1$@$#", "$1$@$#"),
    ("${x:-y}", "$x{:-y}"),
    ('"${x:-a b}"', "''\"$x{:-a b}\""),
    ("${x:-'}'}", "$x{:-'}'}"),
    ("${x:-${y}}", "$x{:-${y}}"),
    ("${#x}", "$#x"),
    ("${!x}", "$!x"),
    ("${x[1]}", "$x[1]"),
    ("${x[@]}", "$x[@]"),
    ("$x$", "$x'$'"),
    ('"a$ b"', "'a$ b'"),
    ("$(ls -l)", "$([ls -l])"),
    ('"$(ls "a b")"', "''\"$([ls 'a b'])\""),
    ("`ls \\`pwd\\``", "$([ls $([pwd])])"),
    ('"`ls`"', "''\"$([ls])\""),
    ("$((1 + 2))", "$((1 + 2))"),
    ("$((1 + (2)))", "$((1 + (2)))"),
    ("$[1+2]", "$(())"),
    ("$((ls); pwd)", "$(({[ls]}; [pwd])"),
    ("<(ls)", "<([ls])"),
    (">(ls)", ">([ls])"),
    ("a{b,c}", "a{b,c}"),
    ("~/x", "~/x"),
    ("*.txt", "*.txt"),
    ("a#b", "a#b"),
]
NOT_UNDERSTOOD = [
    ("`ls )`", "backquotes around no program"),
    ("'open", "a quotation that does not end"),
    ('"open', "a quotation that does not end"),
    ("$'open", "a quotation that does not end"),
    ("${x", "a variable that does not end"),
    ("$((1", "a calculation that does not end"),
    ("$(ls", ") is missing"),
    ("`ls", "backquotes that do not end"),
    ("$((`ls`))", "a command inside of a calculation"),
    ("$((a[$(ls)]))", "a command inside of a calculation"),
    ("${x[$(ls)]}", "a variable with an unusual name"),
    ("${}", "a variable with an unusual name"),
    ("${(x)}", "a variable with an unusual name"),
    ("@(a|b)", "an extended pattern"),
    ("(", "')' is missing"),
    ("a(b", "a parenthesis inside of a command"),
    ("$($($($($($($($($($($($($($($($($($($($($($($($($($($($($($(", "nested too deeply"),
]


@pytest.mark.parametrize(("text", "parts"), WORDS)
def test_a_word_is_read_into_its_parts(text: str, parts: str) -> None:
    [pipeline] = parse(f"x {text}").pipelines
    [command] = pipeline.commands
    assert isinstance(command, Simple)
    assert rendered.word(command.words[1]) == parts


@pytest.mark.parametrize(("text", "complaint"), NOT_UNDERSTOOD)
def test_what_is_no_word_is_not_understood(text: str, complaint: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse(f"x {text}")
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\x72\155", "rm"),
        (r"\u00e4\U0001F600", "\u00e4\U0001f600"),
        (r"\n\t\e", "\n\t\x1b"),
        (r"\cA\\\q", "\x01\\q"),
        (r"\Uffffffff", ""),
        ("plain", "plain"),
    ],
)
def test_escapes_are_carried_out(text: str, plain: str) -> None:
    assert unescaped(text) == plain
