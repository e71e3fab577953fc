"""Numbers of any length stop no reader of programs."""

from __future__ import annotations

import pytest

from jarvisd.codecheck import program
from jarvisd.codecheck.bash.whole_number import DIGITS, whole_number

LONG = "9" * 5_000
"""Python refuses to read more than 4,300 digits (sys.get_int_max_str_digits)."""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("-7", -7),
        ("+3", 3),
        ("007", 7),
        (LONG, 10**DIGITS),
        (f"-{LONG}", -(10**DIGITS)),
        ("0" * 5_000, 0),
    ],
)
def test_a_number_is_read_however_long_it_is(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-", "x", "1x", "\u00b2", "\u0663", "1 2"])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


@pytest.mark.parametrize(
    "code",
    [
        f"x=abc; echo ${{x:{LONG}}} ${{x:0:{LONG}}}",
        f"a=(1 2); echo ${{a[{LONG}]}} ${{a[\u00b2]}}",
        f"echo {{1..{LONG}}}",
        f"shift {LONG}",
        "shift \u00b2",
        f"echo a | head -n {LONG}",
        f"echo a | cut -c{LONG}-{LONG}",
        f"echo a | cut -d: -f{LONG}",
    ],
)
def test_no_program_with_long_numbers_stops_its_reader(code: str) -> None:
    """It may be refused for what it would take up, and for nothing else."""
    assert {finding.rule for finding in program.read("bash", code, ()) if finding.refuses} <= {"resource"}
