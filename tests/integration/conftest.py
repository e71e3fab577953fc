"""Four real daemons with scripted engines on a private bus: one suite for each module of tests."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from demo import person
from demo.suite import Suite
from jarvisd.bus.service.service import variants
from jarvisd.cli.client import DaemonClient, linked
from tests.fakes.audio import silence, spoken

WAIT_S = 90.0
REACTION_MS = 240
SCRIPTED: dict[str, dict[str, Any]] = {
    "general": {"log_content": False},
    "wake": {"engine": "tests.fakes.audio:wake", "refractory_ms": 100},
    "stt": {"engine": "tests.fakes.audio:transcriber"},
    "endpoint": {
        # Scripted speech sounds like nothing that a model of turns knows.
        "turn_engine": "none",
        "silence_ms": 600,
        "answer_silence_ms": 400,
        "speculate_after_ms": 300,
        "lead_silence_ms": 1500,
        "preroll_ms": 500,
    },
    # It would change the lowest bits, which spell what is said; tests/integration/test_echo.py is about it.
    "echo": {"engine": "none"},
    "llm": {"backend": "tests.fakes.language_model:model"},
    # The model of a test is asked; tests/integration/test_sentences.py is about what needs none.
    "brain": {"sentences": False},
    "memory": {"store": "tests.fakes.memory:store", "embedder": "tests.fakes.memory:embedder"},
    "sandbox": {"engine": "tests.fakes.executor:sandbox"},
    "tts": {"engine": "tests.fakes.tts:synthesizer", "speaker": "tests.fakes.tts:speaker"},
    "consent": {"window_s": 10.0, "remote_window_s": 8.0},
    # Who answers has to be scheduled first, on a machine that is busy with other tests.
    "follow_up": {"question_s": 10.0},
}


def python(module: str, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a module as a program, with ``stdin`` and no terminal."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        input=stdin,
        env={**os.environ, **environment},
    )


class Home:
    """A running suite and a person in front of it."""

    def __init__(self, suite: Suite, link: DaemonClient) -> None:
        self.suite = suite
        self.link = link
        self.events: list[tuple[str, list[Any]]] = []
        self._changed = asyncio.Event()

    async def open(self) -> None:
        """Listen to every unit and wait until all of them are ready."""
        await self.follow()
        await self.suite.until(self.is_ready, "the suite being ready", WAIT_S)

    async def follow(self) -> None:
        """Listen to every unit."""
        for unit, members in (
            (
                self.link.audio,
                (
                    "WakeDetected",
                    "PartialTranscript",
                    "Transcript",
                    "ListeningEnded",
                    "AnswerWindow",
                    "FollowUpWindow",
                ),
            ),
            (self.link.brain, ("TurnStarted", "StateChanged", "ReplyPart", "ReplySpoken", "TurnFinished")),
            (self.link.executor, ("ConfirmRequested", "ConfirmResolved", "StepFinished", "PlanFinished")),
            (self.link.tts, ("SpeakingStarted", "ClauseStarted", "SpeakingFinished")),
        ):
            await unit.follow()
            for member in members:
                unit.on(member, self._noting(member))

    async def is_ready(self) -> bool:
        states = [await self.link.properties(unit) for unit in self.link.units]
        return all(state and state["Ready"] for state in states)

    def _noting(self, member: str) -> Callable[[Sequence[Any]], None]:
        def note(body: Sequence[Any]) -> None:
            self.events.append((member, list(body)))
            self._changed.set()

        return note

    async def event(self, member: str, matches: Callable[[list[Any]], bool] = lambda _: True) -> list[Any]:
        """The body of the first such event since ``forget``, awaited if need be."""

        async def find() -> list[Any]:
            while True:
                self._changed.clear()
                for name, body in self.events:
                    if name == member and matches(body):
                        return body
                await self._changed.wait()

        return await asyncio.wait_for(find(), WAIT_S)

    def forget(self) -> None:
        """Begin a new story."""
        self.events.clear()

    async def say(self, *words: str) -> None:
        """Speak into the microphone, one breath, after the moment that anyone takes to begin."""
        breath = b"".join(spoken(text) for text in words)
        await person.say(silence(REACTION_MS) + breath, self.suite.pipe)

    async def request(self, text: str) -> str:
        """Wake the assistant and ask; returns the turn id."""
        self.forget()
        await person.say(spoken("hey jarvis") + silence(160) + spoken(text, 1600), self.suite.pipe)
        turn_id: str = (await self.event("WakeDetected"))[0]
        return turn_id

    async def ask(self, text: str, **options: bool) -> str:
        """Ask over the bus; returns the turn id."""
        self.forget()
        [turn_id] = await self.link.brain.call("Ask", "sa{sv}", [text, variants(**options)])
        return str(turn_id)

    async def report(self, turn_id: str) -> dict[str, Any]:
        """The record of a turn once it has ended."""
        await self.event("TurnFinished", lambda body: body[0] == turn_id)
        [text] = await self.link.brain.call("Report", "s", [turn_id])
        record: dict[str, Any] = json.loads(text)
        return record

    async def answered(self, turn_id: str, answer: str) -> dict[str, Any]:
        """The record of a turn whose every question is answered aloud with ``answer`` (empty: silence)."""

        async def answer_all() -> None:
            seen = 0
            while not any(name == "TurnFinished" and body[0] == turn_id for name, body in self.events):
                self._changed.clear()
                for name, body in self.events[seen:]:
                    if name == "AnswerWindow" and body[2] and answer:
                        await self.say(answer)
                    seen += 1
                await self._changed.wait()

        await asyncio.wait_for(answer_all(), WAIT_S)
        return await self.report(turn_id)

    def path(self, turn_id: str) -> list[str]:
        """The states that a turn went through."""
        return [body[3] for name, body in self.events if name == "StateChanged" and body[0] in (turn_id, "")]

    def jarvisctl(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line against this suite."""
        return python("jarvisd.cli.main", "--bus", self.suite.address, *arguments, stdin=stdin)

    def workspace(self, name: str) -> Path:
        """Folder of a workspace."""
        return self.suite.folder / "workspaces" / name


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """Four daemons that live as long as the module's tests."""
    folder = tmp_path_factory.mktemp("suite")
    with Suite(folder, folder / "models", SCRIPTED) as running:
        yield running


@pytest.fixture
async def home(suite: Suite) -> AsyncIterator[Home]:
    """The suite of the module, ready, with a person in front of it."""
    async with at_home(suite) as house:
        yield house


@asynccontextmanager
async def at_home(suite: Suite) -> AsyncIterator[Home]:
    """A person in front of a suite that runs, when it is ready."""
    async with linked(suite.address) as link:
        house = Home(suite, link)
        await house.open()
        yield house


@asynccontextmanager
async def housed(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> AsyncIterator[Home]:
    """A suite of its own in ``folder``, with a person in front of it."""
    with Suite(folder, folder / "models", settings) as running:
        async with at_home(running) as house:
            yield house
