"""``jarvisctl ask`` and ``submit`` at a terminal: questions, interruption, and output that goes elsewhere."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.suite import Suite
from tests.integration.conftest import SCRIPTED, WAIT_S, Home

INTERRUPTED = 130


class Terminal:
    """A command whose standard input and error are a terminal; its output goes into a pipe, or is shown, too."""

    def __init__(self, home: Home, *arguments: str, shows_output: bool = False) -> None:
        self._keyboard, screen = pty.openpty()
        # A test run in the background has been told to ignore Ctrl-C, which a terminal does not pass on.
        command = ["env", "--default-signal", sys.executable, "-m", "jarvisd.cli.main"]
        command += ["--bus", home.suite.address, *arguments]
        self.process = subprocess.Popen(
            command, stdin=screen, stdout=screen if shows_output else subprocess.PIPE, stderr=screen
        )
        os.close(screen)
        self.shown = ""

    async def shows(self, text: str) -> None:
        """Return once this stands on the screen."""

        def read() -> None:
            while text not in self.shown:
                self.shown += os.read(self._keyboard, 4096).decode()

        await asyncio.wait_for(asyncio.to_thread(read), WAIT_S)

    def type(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    async def end(self) -> tuple[int, str]:
        """Its exit code and what it printed."""
        printed, _ = await asyncio.wait_for(asyncio.to_thread(self.process.communicate), WAIT_S)
        return self.process.returncode, (printed or b"").decode()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self._keyboard)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """No question here runs out of time, however long another command takes to start."""
    folder = tmp_path_factory.mktemp("suite")
    settings = {**SCRIPTED, "consent": {**SCRIPTED["consent"], "remote_window_s": WAIT_S}}
    with Suite(folder, folder / "models", settings) as running:
        yield running


@pytest.fixture
def doomed(home: Home) -> Iterator[Path]:
    path = home.workspace("documents") / "doomed.txt"
    path.write_text("x")
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.json"
    steps = [{"tool": "file_delete", "args": {"path": "doomed.txt"}}]
    path.write_text(json.dumps({"thought": "", "confidence": 1, "actions": steps}))
    return str(path)


@pytest.fixture
def asked(home: Home, doomed: Path) -> Iterator[Terminal]:
    """Somebody has asked in writing for a deletion, and wants the report as JSON."""
    home.forget()
    terminal = Terminal(home, "ask", "delete doomed.txt", "--json")
    yield terminal
    terminal.close()


@pytest.mark.parametrize(("keys", "is_gone"), [("y\n", True), ("\n", False), ("\x04", False), ("yet\n", False)])
async def test_a_question_at_the_terminal_leaves_the_output_to_the_report(
    asked: Terminal, doomed: Path, keys: str, is_gone: bool
) -> None:
    """Also the end of input (Ctrl-D) is a no."""
    await asked.shows("Proceed? [y/N]")
    assert "documents/doomed.txt" in asked.shown
    asked.type(keys)
    code, printed = await asked.end()
    assert json.loads(printed)["steps"][0]["consent"] == ("yes" if is_gone else "no")
    assert (code == 0, doomed.exists()) == (is_gone, not is_gone)


async def test_who_wants_to_read_all_of_it_is_shown_it_and_asked_again(
    asked: Terminal, doomed: Path, home: Home
) -> None:
    await asked.shows("Proceed? [y/N]")
    request_id = (await home.event("ConfirmRequested"))[2]
    told = await asyncio.to_thread(home.jarvisctl, "confirm", "--read", request_id)
    assert (told.returncode, told.stdout) == (0, "The question itself says all of it.\n")
    asked.shown = ""
    asked.type("read it\n")
    await asked.shows("The question itself says all of it.")
    await asked.shows("Proceed? [y/N]")
    assert doomed.exists()
    asked.type("y\n")
    code, _ = await asked.end()
    assert (code, doomed.exists()) == (0, False)


@pytest.mark.parametrize(("keys", "left"), [("2\n", ["eggs"]), ("the eggs\n", ["cake"]), ("\n", ["eggs", "cake"])])
async def test_which_of_two_is_meant_is_asked_at_the_terminal(home: Home, keys: str, left: list[str]) -> None:
    home.jarvisctl("ask", "set a ten minute timer for the eggs")
    home.jarvisctl("ask", "set a timer for an hour called cake")
    terminal = Terminal(home, "ask", "cancel the timer", "--json")
    try:
        await terminal.shows("Which one? [number or words, empty for none]")
        assert "1. the timer for 10 minutes (eggs)" in terminal.shown
        terminal.type(keys)
        code, printed = await terminal.end()
        assert json.loads(printed)["steps"][0]["consent"] == "not_asked"
        assert (code == 0) == (len(left) == 1)
        shown = json.loads(home.jarvisctl("timers", "--json").stdout)
        assert [each["label"] for each in shown] == left
    finally:
        terminal.close()
        home.jarvisctl("ask", "cancel all timers")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_who_interrupts_a_request_at_its_question_ends_it(
    asked: Terminal, doomed: Path, home: Home, how: signal.Signals
) -> None:
    await asked.shows("Proceed? [y/N]")
    asked.process.send_signal(how)
    code, printed = await asked.end()
    assert (code, printed) == (INTERRUPTED, "")
    assert (await home.event("TurnFinished"))[2] == "cancelled"
    assert (await home.event("ConfirmResolved"))[3] == "cancelled"
    assert doomed.exists()


async def test_a_question_that_is_closed_elsewhere_is_no_longer_waited_for(asked: Terminal, home: Home) -> None:
    await asked.shows("Proceed? [y/N]")
    await home.link.executor.call("Deny", "s", [(await home.event("ConfirmRequested"))[2]])
    code, printed = await asked.end()
    assert (code, json.loads(printed)["steps"][0]["outcome"]) == (65, "declined")


async def test_who_interrupts_a_plan_stops_it(home: Home, doomed: Path, plan: str) -> None:
    home.forget()
    terminal = Terminal(home, "submit", plan)
    try:
        await terminal.shows("Proceed? [y/N]")
        terminal.process.send_signal(signal.SIGINT)
        assert await terminal.end() == (INTERRUPTED, "")
        await home.event("PlanFinished")
    finally:
        terminal.close()
    assert doomed.exists()


@pytest.mark.parametrize(
    ("command", "how", "code"),
    [
        ("submit", signal.SIGINT, INTERRUPTED),
        ("submit", signal.SIGTERM, -signal.SIGTERM),
        ("policy check", signal.SIGINT, INTERRUPTED),
        ("policy consent --offline", signal.SIGINT, INTERRUPTED),
    ],
)
async def test_who_waits_for_input_is_interrupted_at_once(
    home: Home, tmp_path: Path, command: str, how: signal.Signals, code: int
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    async def opened() -> int | None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            # Nobody reads it yet.
            return None

    terminal = Terminal(home, *command.split(), str(pipe))
    try:
        writer = await home.suite.until(opened, "the reading of the input", WAIT_S)
        terminal.process.send_signal(how)
        assert await terminal.end() == (code, "")
        os.close(writer)
    finally:
        terminal.close()


async def test_who_interrupts_what_is_said_ends_it_and_nothing_else(home: Home) -> None:
    home.forget()
    terminal = Terminal(home, "say", "word " * 500)
    try:
        mine = (await home.event("SpeakingStarted"))[2]
        [other] = await home.link.tts.call("Say", "sa{sv}", ["After that.", {}])
        terminal.process.send_signal(signal.SIGINT)
        assert await terminal.end() == (INTERRUPTED, "")
    finally:
        terminal.close()
    assert (await home.event("SpeakingFinished", lambda body: body[2] == mine))[3] is False
    assert (await home.event("SpeakingFinished", lambda body: body[2] == other))[3] is True


async def test_what_is_not_spoken_to_its_end_is_said(home: Home) -> None:
    home.forget()
    terminal = Terminal(home, "say", "word " * 500)
    try:
        await home.event("SpeakingStarted")
        await home.link.tts.call("Stop")
        assert await terminal.end() == (75, "")
        await terminal.shows("it was not spoken to its end (Cancelled)")
    finally:
        terminal.close()


def test_nothing_that_stands_in_a_file_steers_the_terminal(home: Home) -> None:
    path = home.workspace("documents") / "evil.txt"
    path.write_text("calm \x1b]0;title\x07 \x9b31m \u202e words")
    done = home.jarvisctl("ask", "read evil.txt")
    path.unlink()
    assert "calm" in done.stdout
    assert "words" in done.stdout
    assert (done.stdout + done.stderr).replace("\n", "").isprintable()


def test_output_that_cannot_be_written_is_said_in_a_sentence(home: Home) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "jarvisd.cli.main", "--bus", home.suite.address, "status"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=WAIT_S)
    assert (done.returncode, done.stderr) == (74, "jarvisctl: [Errno 28] No space left on device\n")


@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [("<&-", (), 0), (">&-", (), 0), ("2>&-", ("/none",), 66), ("<&- >&- 2>&-", ("/none",), 66)],
)
def test_a_stream_that_is_closed_leads_nowhere(closed: str, arguments: tuple[str, ...], code: int) -> None:
    """Neither to a fault, nor from one stream into another."""
    command = [sys.executable, "-m", "jarvisd.cli.main", "policy", "check", "--offline", *arguments]
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *command]
    done = subprocess.run(shell, input='{"tool": "get_time"}\n', capture_output=True, text=True, timeout=WAIT_S)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
