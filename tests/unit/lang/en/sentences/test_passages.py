"""What a file says is read out with its lines."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.sentences.passages import passage


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello  there\n", "a.txt says: hello  there"),
        ("- milk\n- eggs\n", "a.txt says:\n- milk\n- eggs"),
        ("one\n\n\n\ntwo", "a.txt says:\none\n\ntwo"),
        ("word " * 30, "a.txt begins: word word word word. It goes on."),
        ("line\n" * 30, "a.txt begins:\nline\nline\nline\nline.\nIt goes on."),
    ],
)
def test_what_a_file_says_keeps_its_lines(text: str, told: str) -> None:
    assert passage("a.txt", text, limit=22, is_cut=False) == told
