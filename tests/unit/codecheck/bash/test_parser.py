"""Programs of bash: text to tree, and what is not understood and therefore never harmless."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.bash.parser import parse
from jarvisd.codecheck.bash.tree import NotUnderstood
from tests.unit.codecheck.bash import rendered

PROGRAMS = [
    ("ls", "[ls]"),
    ("ls -l a", "[ls -l a]"),
    ("a; b", "[a]; [b]"),
    ("a && b || c", "[a]; [b]; [c]"),
    ("a | b |& c", "[a] | [b] | [c]"),
    ("a & b", "[a] &; [b]"),
    ("# only a comment", ""),
    ("a # b", "[a]"),
    ("a \\\n b", "[a b]"),
    ("\n\na\n\n", "[a]"),
    ("x=1", "[x=1]"),
    ("x=1 y=2 a", "[x=1 y=2 a]"),
    ("x+=1", "[x+=1]"),
    ("x=(a b)", "[x=(a b)]"),
    ("x+=(c\nd)", "[x+=(c d)]"),
    ("x=", "[x=]"),
    ("x= a", "[x= a]"),
    ("declare -a x=(a b)", "[x=(a b) declare -a x=]"),
    ("a > f 2>&1", "[a >f >&1]"),
    ("> f a", "[a >f]"),
    ("a < f >> g", "[a <f >>g]"),
    ("a <> f", "[a <>f]"),
    ("a &> f", "[a &>f]"),
    ("a >| f", "[a >|f]"),
    ("a 3>f", "[a >f]"),
    ("a <<< b", "[a <<<b]"),
    ("a <<E\nb $c\nE\n", "[a <<'b '\"$c\"'\n']"),
    ("a <<'E'\nb $c\nE\n", "[a <<'b $c\n']"),
    ("a <<-E\n\tb\n\tE\nc", "[a <<'b\n']; [c]"),
    ("a <<E; b\nc\nE", "[a <<'c\n']; [b]"),
    ("a <<E", "[a <<]"),
    ("! a", "[a]"),
    ("time -p a", "[a]"),
    ("(a; b)", "({[a]; [b]}"),
    ("{ a; b; }", "{{[a]; [b]}"),
    ("{ a; } > f", "{{[a]}>f"),
    ("if a; then b; fi", "if{[a]}{[b]}"),
    ("if a; then b; elif c; then d; else e; fi", "if{[a]}{[b]}{[c]}{[d]}{[e]}"),
    ("while a; do b; done", "while{[a]}{[b]}"),
    ("until a; do b; done < f", "until{[a]}{[b]}<f"),
    ("for x in a b; do c; done", "for<x a b>{[c]}"),
    ("for x; do c; done", 'for<x "$@">{[c]}'),
    ("for x in a; { c; }", "for<x a>{[c]}"),
    ("for ((i=0;i<3;i++)); do a; done", "for<'i=0;i<3;i++'>{[a]}"),
    ("select x in a b; do c; done", "select<x a b>{[c]}"),
    ("case $x in a|b) c;; (d) e;; *) f; esac", "case<$x a b d *>{[c]}{[e]}{[f]}"),
    ("case x in a) b;& c) d;;& esac", "case<x a c>{[b]}{[d]}"),
    ("[[ -f a && ( b == c ) ]]", "[[<-f a b == c>"),
    ("[[ $x =~ ^a ]] && b", "[[<$x =~ ^a>; [b]"),
    ("(( x = 5 > 3 ))", "((<' x = 5 > 3 '>"),
    ("f() { a; }", "f()={{[a]}"),
    ("f() ( a )", "f()=({[a]}"),
    ("function f { a; }", "f()={{[a]}"),
    ("function f() { a; }", "f()={{[a]}"),
    ("f() a", "f()=[a]"),
    ("echo if then", "[echo if then]"),
    ("a;", "[a]"),
    ("a |\nb", "[a] | [b]"),
]
NOT_UNDERSTOOD = [
    ("((a) b)", "a calculation that does not end"),
    ("a )", "unexpected ')'"),
    ("| a", "an empty command"),
    ("a &&& b", "an empty command"),
    ("if a; then b", "elif/else/fi is missing"),
    ("while a; b", "do is missing"),
    ("for x in a; b", "a loop without a body"),
    ("for 1 2", "a loop without a body"),
    ("{ a", "} is missing"),
    ("( a", ") is missing"),
    ("case x in a", "unexpected ''"),
    ("[[ a", "]] is missing"),
    ("fi", "unexpected 'fi'"),
    ("done", "unexpected 'done'"),
    ("a ;; b", "two commands without a separator"),
    ("f() {", "} is missing"),
    ("x[$(a)]=1", "a command inside of an index"),
    ('a "b', "a quotation that does not end"),
    ("a <<$x\nE", "a here-document with a computed end"),
    ("a (b)", "')' is missing"),
    ("! ", "an empty command"),
    (">", "unexpected ''"),
    ("coproc", "unexpected 'coproc'"),
    ("(( 1", "a calculation that does not end"),
    ("function", "a name is missing"),
    ("x=(a", "unexpected ''"),
    ("f(a) b", "')' is missing"),
    ("a ;& b", "two commands without a separator"),
    ("{ " * 30 + "a" + "; }" * 30, "nested too deeply"),
]


@pytest.mark.parametrize(("code", "tree"), PROGRAMS)
def test_a_program_is_read_into_its_tree(code: str, tree: str) -> None:
    assert rendered.script(parse(code)) == tree


@pytest.mark.parametrize(("code", "complaint"), NOT_UNDERSTOOD)
def test_what_is_no_program_is_not_understood(code: str, complaint: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        parse(code)
    assert str(caught.value) == complaint
