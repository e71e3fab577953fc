"""``jarvisctl say --dry-run`` shows what the engine would get, and needs no unit."""

from __future__ import annotations

import json

import pytest

from jarvisd.cli.main import main


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("2**10", ["2 to the power of 10"]),
        ("-5 °C", ["minus 5 degrees Celsius"]),
        ("-$5", ["minus 5 dollars"]),
        ("- [x] pay rent", ["done: pay rent"]),
        ("# Title\ntext", ["Title.", "text"]),
        ("...", []),
    ],
)
def test_the_chunks_are_printed(capsys: pytest.CaptureFixture[str], text: str, chunks: list[str]) -> None:
    assert main(["say", text, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"chunks": chunks}


def test_without_json_each_chunk_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "--dry-run", "One.", "Two."]) == 0
    assert capsys.readouterr().out == "One.\nTwo.\n"


def test_what_is_too_long_to_be_said_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["say", "--dry-run", "--json", "x" * 4001]) != 0
    assert "4001 characters" in capsys.readouterr().err
