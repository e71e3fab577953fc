"""``jarvisctl chat``: a dialogue in a terminal, and line by line from a pipe."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.suite import Suite
from tests.integration.conftest import SCRIPTED, WAIT_S, Home
from tests.integration.test_terminal import Terminal

SETTINGS = {
    **SCRIPTED,
    "brain": {"sentences": True},
    "consent": {**SCRIPTED["consent"], "remote_window_s": WAIT_S},
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """What is asked here goes by sentence, but for what the scripted model is to think about for ever."""
    folder = tmp_path_factory.mktemp("suite")
    with Suite(folder, folder / "models", SETTINGS) as running:
        yield running


@pytest.fixture
def draft(home: Home) -> Path:
    path = home.workspace("documents") / "draft.txt"
    path.write_text("x")
    return path


def test_lines_of_a_pipe_are_requests_one_after_another(home: Home) -> None:
    done = home.jarvisctl("chat", stdin="what is 6 times 7\n\nhello there\nwhat is 15 percent of 80")
    replies = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert ("42" in replies[0], "12" in replies[2], len(replies)) == (True, True, 3)


@pytest.mark.parametrize(
    ("lines", "is_gone"), [("yes\nwhat is 6 times 7\n", True), ("what is 6 times 7\n", False)]
)
def test_a_question_takes_the_next_line_of_a_pipe_only_as_an_answer(
    home: Home, draft: Path, lines: str, is_gone: bool
) -> None:
    done = home.jarvisctl("chat", stdin=f"delete draft.txt\n{lines}")
    assert draft.exists() == (not is_gone)
    assert "42" in done.stdout.splitlines()[-1]
    assert (done.returncode == 0) == is_gone
    assert "Proceed?" in done.stderr


@pytest.fixture
def terminal(home: Home) -> Iterator[Terminal]:
    chat = Terminal(home, "chat", shows_output=True)
    yield chat
    chat.close()


async def test_a_terminal_asks_what_is_asked_back_and_leaves(terminal: Terminal, draft: Path) -> None:
    await terminal.shows("> ")
    terminal.type("delete draft.txt\n")
    await terminal.shows("Proceed? [y/N]")
    terminal.type("y\n")
    await terminal.shows("\r\n> ")
    assert not draft.exists()
    terminal.type("what is 6 times 7\n")
    await terminal.shows("42.\r\n> ")
    terminal.type("\x04")
    assert (await terminal.end())[0] == 0


async def test_an_interrupt_ends_the_request_and_not_the_dialogue(terminal: Terminal, home: Home) -> None:
    await terminal.shows("> ")
    terminal.process.send_signal(signal.SIGINT)
    # One that comes between the prompt and the wait for keys is seen at the next key (CPython's readline).
    terminal.type("\n")
    await terminal.shows("\r\n> ")
    home.forget()
    terminal.type("hang on for ever\n")
    await home.event("TurnStarted")
    terminal.process.send_signal(signal.SIGINT)
    await terminal.shows("Okay, stopped.\r\n> ")
    assert (await home.event("TurnFinished"))[2] == "cancelled"
    terminal.type("what is 6 times 7\n")
    await terminal.shows("42.\r\n> ")
    terminal.type("\x04")
    assert (await terminal.end())[0] != 0
