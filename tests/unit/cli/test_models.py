"""``jarvisctl models``: output, exit status and consent, without a registry."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from jarvisd.cli.main import main
from jarvisd.cli.progress import ProgressPrinter
from jarvisd.core.error_texts import EX_NOINPUT, EX_NOPERM, EX_UNAVAILABLE
from jarvisd.models.fetch import FetchProgress
from jarvisd.models.store import load_manifest

WAKE = load_manifest().get("hey-jarvis")


class Terminal(io.StringIO):
    """A terminal with somebody's answer in it."""

    def isatty(self) -> bool:
        return True


def run(command: str, root: Path, *options: str) -> int:
    return main(["models", command, "--root", str(root), *options])


def test_list_as_json_gives_every_model_with_its_state_and_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list", tmp_path, "--json") == 0
    listed = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert set(listed) == {model.id for model in load_manifest().models}
    assert listed["hey-jarvis"]["state"] == "licence pending"
    assert listed["piper-joe"]["state"] == "missing"
    assert listed["piper-joe"]["path"] == str(tmp_path / "piper-joe")


def test_the_root_comes_from_the_environment_unless_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JARVISD_MODELS", str(tmp_path / "there"))
    main(["models", "list"])
    assert f"folder: {tmp_path / 'there'}" in capsys.readouterr().out


def test_without_a_terminal_the_licence_is_shown_and_the_command_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert run("fetch", tmp_path, "hey-jarvis", "--from", "/nowhere") == EX_NOPERM
    shown = capsys.readouterr()
    assert "CC-BY-NC-SA-4.0" in shown.out
    assert "not for commercial purposes" in " ".join(shown.out.split())
    assert "--accept-licence hey-jarvis" in shown.err


@pytest.mark.parametrize(
    ("answer", "status"), [("y\n", 0), ("YES\n", 0), ("\n", EX_NOPERM), ("no\n", EX_NOPERM), ("", EX_NOPERM)]
)
def test_on_a_terminal_only_a_yes_accepts_the_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    """The end of the input (Ctrl-D) is no yes."""
    fill(tmp_path)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert run("fetch", tmp_path, "hey-jarvis") == status


def test_an_accepted_licence_is_not_shown_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(tmp_path)
    assert run("fetch", tmp_path, "hey-jarvis", "--accept-licence", "hey-jarvis") == 0
    capsys.readouterr()
    assert run("fetch", tmp_path, "hey-jarvis", "--accept-licence", "hey-jarvis") == 0
    assert "CC-BY" not in capsys.readouterr().out


def test_accepting_one_licence_does_not_accept_an_unknown_model(tmp_path: Path) -> None:
    assert run("fetch", tmp_path, "hey-jarvis", "--accept-licence", "hey-jarvi") == EX_NOINPUT


def test_verify_names_the_damaged_file_and_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(tmp_path)
    assert run("fetch", tmp_path, "hey-jarvis", "--accept-licence", "hey-jarvis") == 0
    assert run("verify", tmp_path, "hey-jarvis") == EX_UNAVAILABLE
    shown = capsys.readouterr()
    assert "melspectrogram.onnx: corrupt" in shown.out
    assert "jarvisctl models fetch" in shown.err
    assert "--repair" in shown.err


def test_an_unknown_model_is_an_error_that_names_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fetch", tmp_path, "hey-alexa") == EX_NOINPUT
    assert "known are hey-jarvis" in capsys.readouterr().err


def fill(root: Path) -> None:
    """Files of the right size but with other bytes."""
    (root / WAKE.id).mkdir()
    for file in WAKE.files:
        (root / WAKE.id / file.name).write_bytes(bytes(file.size))


def test_plain_progress_is_a_line_every_ten_percent_for_a_large_file() -> None:
    out = io.StringIO()
    printer = ProgressPrinter(out)
    for done in range(0, 101):
        printer.report(FetchProgress("m", "a.bin", done * 1_000_000, 100_000_000))
    assert [line.split()[2] for line in out.getvalue().splitlines()] == [str(step) for step in range(10, 101, 10)]


def test_plain_progress_is_one_line_for_a_small_file() -> None:
    out = io.StringIO()
    printer = ProgressPrinter(out)
    for done in (1000, 500_000, 1_000_000):
        printer.report(FetchProgress("m", "a.bin", done, 1_000_000))
    assert out.getvalue() == "m a.bin: 100 % of 1.0 MB\n"


def test_on_a_terminal_a_bar_moves_in_place() -> None:
    out = Terminal()
    printer = ProgressPrinter(out)
    printer.report(FetchProgress("m", "a.bin", 50, 100))
    printer.report(FetchProgress("m", "a.bin", 100, 100))
    printer.close()
    assert out.getvalue().count("\r") == 2
    assert out.getvalue().count("\n") == 1
    assert "[############............]  50 %" in out.getvalue()
