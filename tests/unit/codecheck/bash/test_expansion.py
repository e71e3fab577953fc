"""What words come to: variables, lists, positions, operators, braces, substitutions."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.bash.expansion import FIELD_LIMIT, VALUE_LIMIT, Expander, ShellVariables
from jarvisd.codecheck.bash.parser import parse
from jarvisd.codecheck.bash.tree import Script, Simple
from jarvisd.codecheck.paths import UNKNOWN
from tests.unit.codecheck.bash import rendered

VARIABLES = {
    "x": "abc",
    "dotted": "a.b.c",
    "cross": "aXbX",
    "Mixed": "Ab",
    "empty": "",
    "blank": "a b",
    "name": "x",
}
LISTS = {"list": ["a", "b"], "files": ["a.txt", "b.txt"], "none": [], "one": ["a"]}
ARGUMENTS = ["first", "second one"]


def expander() -> Expander:
    """With a substitution that prints how it is written."""

    def capture(script: Script) -> str:
        return f"<{rendered.script(script)}>\n"

    names = ShellVariables(arguments=list(ARGUMENTS))
    for name, value in VARIABLES.items():
        names.assign(name, value)
    names.assign("mystery", UNKNOWN)
    names.lists.update({name: list(values) for name, values in LISTS.items()})
    return Expander(names, capture, lambda script, written: f"/dev/fd/{'w' if written else 'r'}")


def fields(text: str, with_names: Expander | None = None) -> list[str]:
    """The words that ``text`` becomes."""
    [command] = parse(f"x {text}").pipelines[0].commands
    assert isinstance(command, Simple)
    used = with_names or expander()
    return [value for word in command.words[1:] for value in used.fields(word)]


FIELDS = [
    ("a b", ["a", "b"]),
    ("$x", ["abc"]),
    ('"$x"', ["abc"]),
    ("$blank", ["a", "b"]),
    ('"$blank"', ["a b"]),
    ("$unset", []),
    ('"$unset"', [""]),
    ("$mystery", [UNKNOWN]),
    ("$RANDOM", [UNKNOWN]),
    ("$HOME", ["/home/user"]),
    ("$((1 + 2))", [UNKNOWN]),
    ("${x:-d}", ["abc"]),
    ("${unset:-d}", ["d"]),
    ("${unset-d}", ["d"]),
    ('"${empty-d}"', [""]),
    ('"${empty:-d}"', ["d"]),
    ("${unset:-$(ls)}", ["<[ls]>"]),
    ('"${unset:-a b}"', ["a b"]),
    ("${x:+d}", ["d"]),
    ("a${unset:+d}", ["a"]),
    ("${x?}", ["abc"]),
    ("${x:1}", ["bc"]),
    ("${x:1:1}", ["b"]),
    ("${x:(-2)}", ["bc"]),
    ("${x: -1}", ["c"]),
    ("${dotted#*.}", ["b.c"]),
    ("${dotted##*.}", ["c"]),
    ("${dotted%.*}", ["a.b"]),
    ("${dotted%%.*}", ["a"]),
    ("${dotted#$x}", ["a.b.c"]),
    ("${cross/X/-}", ["a-bX"]),
    ("${cross//X/-}", ["a-b-"]),
    ("${cross//X}", ["ab"]),
    ("${cross/[AX]*/-}", ["a-"]),
    ("${cross/*X*/-}", [UNKNOWN]),
    ("${Mixed,,}", ["ab"]),
    ("${Mixed^^}", ["AB"]),
    ("${Mixed,}", ["ab"]),
    ("${x^}", ["Abc"]),
    ("${x@Q}", [UNKNOWN]),
    ("${#x}", ["3"]),
    ("${#unset}", [UNKNOWN]),
    ("${!name}", ["abc"]),
    ("${!unset}", [UNKNOWN]),
    ("${mystery#a}", [UNKNOWN]),
    ("${x#$mystery}", [UNKNOWN]),
    ("${x/$mystery/b}", [UNKNOWN]),
    ("${list[1]}", ["b"]),
    ("${list[-1]}", ["b"]),
    ("a${list[7]}", ["a"]),
    ("${list[i]}", [UNKNOWN]),
    ("${one[i]}", ["a"]),
    ("$list", ["a"]),
    ("a$none", ["a"]),
    ("${list[@]}", ["a", "b"]),
    ('"${list[@]}"', ["a", "b"]),
    ('"${list[*]}"', ["a b"]),
    ("${#list[@]}", ["2"]),
    ("${!list[@]}", [UNKNOWN]),
    ("${list[@]:1}", ["b"]),
    ("${list[@]:0:1}", ["a"]),
    ("${files[@]%.txt}", ["a", "b"]),
    ("${x[@]}", ["abc"]),
    ("${x[0]}", ["abc"]),
    ("$1", ["first"]),
    ("$2", ["second", "one"]),
    ("$3", []),
    ("$#", ["2"]),
    ('"$@"', ["first", "second one"]),
    ('"$*"', ["first second one"]),
    ("$@", ["first", "second", "one"]),
    ("${@:1}", ["first", "second", "one"]),
    ('"${@:2}"', ["second one"]),
    ('"${@:2:1}"', ["second one"]),
    ("${#@}", ["2"]),
    ('"${!#}"', ["second one"]),
    ("$0", ["bash"]),
    ("a{b,c}d", ["abd", "acd"]),
    ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
    ("{1..3}", ["1", "2", "3"]),
    ("{3..1}", ["3", "2", "1"]),
    ("{a..c}", ["a", "b", "c"]),
    ("{c..a}", ["c", "b", "a"]),
    ("{1..5000}", ["1", UNKNOWN, "5000"]),
    ("a{b}", ["a{b}"]),
    ("'{a,b}'", ["{a,b}"]),
    ("${x}{1,2}", ["abc1", "abc2"]),
    ("$(ls -l)", ["<[ls", "-l]>"]),
    ('"$(ls -l)"', ["<[ls -l]>"]),
    ("`ls`", ["<[ls]>"]),
    ("<(ls)", ["/dev/fd/r"]),
    (">(ls)", ["/dev/fd/w"]),
]


@pytest.mark.parametrize(("text", "words"), FIELDS)
def test_words_come_to_what_bash_would_make_of_them(text: str, words: list[str]) -> None:
    assert fields(text) == words


def test_a_default_that_is_assigned_stays() -> None:
    used = expander()
    assert fields("${new:=3}$new", used) == ["33"]
    assert used.names.value("new") == "3"


@pytest.mark.parametrize(
    ("separators", "words"),
    [(" \t\n", ["a,b", "c"]), (",", ["a", "b c"]), ("", ["a,b c"]), (UNKNOWN, ["a,b", "c"])],
)
def test_values_are_split_at_the_separators(separators: str, words: list[str]) -> None:
    used = expander()
    used.names.assign("IFS", separators)
    used.names.assign("v", "a,b c")
    assert fields("$v", used) == words


def test_a_variable_keeps_the_values_that_branches_gave_it() -> None:
    names = ShellVariables()
    names.assign("v", "a")
    names.assign("v", "b", also=True)
    assert [names.value("v"), names.most] == ["a", 2]
    names.pick = 1
    assert names.value("v") == "b"
    names.assign("v", "c")
    assert names.variables["v"] == ["c"]


def test_growth_is_bounded() -> None:
    """No word becomes more than can be looked at."""
    assert len(fields("{1..150}{1..150}")) <= FIELD_LIMIT + 1
    used = expander()
    used.names.assign("v", "a" * 3 * VALUE_LIMIT)
    assert len(fields("$v$v", used)[0]) <= VALUE_LIMIT


def test_the_number_of_an_argument_may_have_any_number_of_digits() -> None:
    assert fields('"${01}"') == fields(f'"${{{"0" * 5000}1}}"') == ["first"]
    assert fields('"${00}"') == fields('"$0"') == fields(f'"${{{"0" * 5000}}}"')
    assert fields(f"${{{'9' * 5000}}}") == fields("${3}")
