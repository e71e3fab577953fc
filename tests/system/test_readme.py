"""Every command of README.md, run in the guest exactly as it is shown there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.people import HOME, as_alice
from tests.system.readme import commands
from tests.system.speech import utterance
from tests.system.suite import Suite

MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"
ENDLESS_S = 5
"""How long a command that watches for ever is watched."""
TIMED_OUT = 124
LETTER = f"{HOME}/Documents/letter.txt"


@dataclass(frozen=True)
class Expected:
    """What a command does besides ending well."""

    says: str = ""
    """A pattern in its output."""
    endless: bool = False
    """It runs until it is interrupted."""


EXPECTED: Mapping[str, Expected] = {
    "jarvisctl doctor": Expected(r"(?s)^(?!.*FAIL)"),
    "jarvisctl workspace list": Expected(r"(?s)documents-2 .*mounted.*pictures .*mounted, read-only"),
    "jarvisctl status": Expected(r"(?s)service level: full(.*: ready){4}"),
    "jarvisctl ask 'find": Expected(r"invoice-(march|april)"),
    "jarvisctl hear": Expected(r'"wakes": \[\s*\{'),
    "jarvisctl undo": Expected(r"."),
    "jarvisctl events": Expected(endless=True),
    "jarvisctl models list": Expected(r"whisper-base .*present"),
    "jarvisctl tools list": Expected(r"organize_files"),
    "jarvisctl policy check": Expected(r"refuse"),
    "sudo jarvisctl audit show": Expected(r"."),
    "sudo jarvisctl redteam run": Expected(r"\d"),
    "systemctl status": Expected(r"active"),
    "sudo journalctl": Expected(r"jarvisd-\w+\[\d+\]"),
    "busctl introspect": Expected(r"\.Submit +method +sa\{sv\} +s "),
    "busctl get-property": Expected(r'^s "full"'),
    "busctl call org.jarvisd.Brain1": Expected(r'^s "\w+'),
    "sudo busctl monitor": Expected(endless=True),
}
"""How a command begins to what is expected of it; the others only have to end with status 0."""

SHOWN = [each for each in commands() if not each.is_of_the_checkout]


def test_every_make_target_that_is_shown_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", MAKEFILE.read_text("utf-8"), re.MULTILINE)
    assert {each.words.split()[1] for each in commands() if each.is_of_the_checkout} <= set(targets)


def test_every_expectation_is_of_a_command_that_is_shown() -> None:
    for start in EXPECTED:
        assert len([each for each in SHOWN if each.words.startswith(start)]) == 1, start


@pytest.mark.parametrize("section", list(dict.fromkeys(each.section for each in SHOWN)))
def test_the_commands_of_a_section_do_what_it_says(section: str, ready: Suite, tmp_path: Path) -> None:
    """In their order, each in a fresh login shell of a member of group jarvisd."""
    wav = utterance(tmp_path, "hey jarvis", "what time is it")
    (ready.guest.root / f"{HOME}/recording.wav".lstrip("/")).write_bytes(wav.read_bytes())
    assert ready.submit("file_write", path=LETTER, content="Dear Bob")["outcome"] == "done"
    for each in [each for each in SHOWN if each.section == section]:
        if ready.is_whole():
            ready.settle()
        expected = next((one for start, one in EXPECTED.items() if each.words.startswith(start)), Expected())
        line = f"timeout {ENDLESS_S} {each.line}" if expected.endless else each.line
        done = as_alice(ready.guest, line, stdin="y\n", check=False, deadline_s=600)
        said = f"{each.words}\n{done.stdout}{done.stderr}"
        assert done.returncode == (TIMED_OUT if expected.endless else 0), said
        assert re.search(expected.says, done.stdout, re.MULTILINE), said
    is_taken_back = any(each.words == "jarvisctl undo" for each in SHOWN if each.section == section)
    assert ready.guest.run("rm", LETTER, check=False).returncode == is_taken_back
