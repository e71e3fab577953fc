"""What filters print when their input is known; whatever they do not cover is unknown, never a wrong text."""

from __future__ import annotations

import shlex

import pytest

from jarvisd.codecheck.bash.filters import OUTPUT_LIMIT, decodes, printed
from jarvisd.codecheck.paths import UNKNOWN

PRINTED = [
    (f"printf %d-%s 1 {UNKNOWN}", None, f"1-{UNKNOWN}"),
    (f"printf %d {UNKNOWN}", None, UNKNOWN),
    ("sed -E 's/(a+)+/x/'", "aa", UNKNOWN),
    ("echo a b", "abc,d\nab\n", "a b\n"),
    ("echo -n a", "abc,d\nab\n", "a"),
    ("echo -e 'a\\tb'", "abc,d\nab\n", "a\tb\n"),
    ("echo -ne 'a\\n'", "abc,d\nab\n", "a\n"),
    ("printf '%s-%s\\n' a b c", "abc,d\nab\n", "a-b\nc-\n"),
    ("printf '%d %x %o %X' 10 255 8 255", "abc,d\nab\n", "10 ff 10 FF"),
    ("printf '%d' 0x10", "abc,d\nab\n", "16"),
    ("printf '%d' x", "abc,d\nab\n", UNKNOWN),
    ("printf '%c' abc", "abc,d\nab\n", "a"),
    ("printf '%f' 1", "abc,d\nab\n", UNKNOWN),
    ("printf '%%'", "abc,d\nab\n", "%"),
    ("printf -v x '%s' a", "abc,d\nab\n", "a"),
    ("printf -- '-%s' a", "abc,d\nab\n", "-a"),
    ("printf", "abc,d\nab\n", ""),
    ("printf '%b' '\\101'", "abc,d\nab\n", "A"),
    ("printf '\\x41'", "abc,d\nab\n", "A"),
    ("true", "abc,d\nab\n", ""),
    ("base64", "ls", "bHM=\n"),
    ("base64 -d", "bHM=", "ls"),
    ("base64 file", "ls", UNKNOWN),
    ("base32", "ls", "NRZQ====\n"),
    ("base32 -d", "NRZQ====", "ls"),
    ("xxd -r -p", "6c 73", "ls"),
    ("xxd -r", "00000000: 6c73 0a                                  ls.\n", "ls\n"),
    ("xxd", "ls", UNKNOWN),
    ("tr a-c A-C", "abc,d\nab\n", "ABC,d\nAB\n"),
    ("tr -d a", "abc,d\nab\n", "bc,d\nb\n"),
    ("tr -s a", "abc,d\nab\n", UNKNOWN),
    ("tr -c a b", "abc,d\nab\n", UNKNOWN),
    ("tr '[:lower:]' '[:upper:]'", "abc,d\nab\n", "ABC,D\nAB\n"),
    ("tr ab x", "abc,d\nab\n", "xxc,d\nxx\n"),
    ("rev", "abc,d\nab\n", "d,cba\nba\n"),
    ("sed s/a/b/", "abc,d\nab\n", "bbc,d\nbb\n"),
    ("sed s/a/b/g", "abc,d\nab\n", "bbc,d\nbb\n"),
    ("sed -E 's/(a)b/\\1c/'", "abc,d\nab\n", "acc,d\nac\n"),
    ("sed 's/a/[&]/'", "abc,d\nab\n", "[a]bc,d\n[a]b\n"),
    ("sed -i s/a/b/", "abc,d\nab\n", UNKNOWN),
    ("sed -n 1p", "abc,d\nab\n", UNKNOWN),
    ("sed 's/(a+)+b/x/'", "abc,d\nab\n", "abc,d\nab\n"),
    ("head", "abc,d\nab\n", "abc,d\nab\n"),
    ("head -1", "abc,d\nab\n", "abc,d\n"),
    ("head -n 1", "abc,d\nab\n", "abc,d\n"),
    ("head -c 2", "abc,d\nab\n", "ab"),
    ("tail", "abc,d\nab\n", UNKNOWN),
    ("cut -c2", "abc,d\nab\n", "b\nb\n"),
    ("cut -c2-3", "abc,d\nab\n", "bc\nb\n"),
    ("cut -c2-", "abc,d\nab\n", "bc,d\nb\n"),
    ("cut -d , -f 2", "abc,d\nab\n", "d\nab\n"),
    ("cut -f 2 -d ,", "abc,d\nab\n", "d\nab\n"),
    ("cut -b 1", "abc,d\nab\n", UNKNOWN),
    ("cat", "abc,d\nab\n", "abc,d\nab\n"),
    ("cat x", "abc,d\nab\n", UNKNOWN),
    ("tac", "abc,d\nab\n", "ab\nabc,d\n"),
    ("tee x", "abc,d\nab\n", "abc,d\nab\n"),
    ("sort", "abc,d\nab\n", UNKNOWN),
    ("wc -l", "abc,d\nab\n", UNKNOWN),
    ("base64 -d", "A", UNKNOWN),
    ("cat", None, UNKNOWN),
    ("rev", "a\ue000", UNKNOWN),
    ("xxd -r -p", "6", UNKNOWN),
    ("sed s/[/x/", "a", UNKNOWN),
    ("tr -d a\ue000", "a", UNKNOWN),
]
DECODES = [
    ("base64 -d", True),
    ("base64 --decode", True),
    ("base64 -di", True),
    ("base64", False),
    ("openssl enc -d -a", True),
    ("gpg -d x", True),
    ("gpg x", False),
    ("uudecode x", True),
    ("xxd -r", True),
    ("xxd x", False),
    ("cat -d", False),
]


@pytest.mark.parametrize(("command", "stdin", "output"), PRINTED)
def test_filters_print_what_they_would_print(command: str, stdin: str | None, output: str) -> None:
    assert printed(shlex.split(command), stdin) == output


@pytest.mark.parametrize(("command", "does"), DECODES)
def test_decoders_are_known(command: str, does: bool) -> None:
    assert decodes(shlex.split(command)) is does


def test_output_is_bounded() -> None:
    assert len(printed(["printf", "%s" * 100, *(["a" * 1000] * 1000)], None)) == OUTPUT_LIMIT
