"""A request under way, as its asker sees it: its questions are answered until it has ended."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from jarvisd.bus.signals.brain import ReplyPart, TurnFinished
from jarvisd.bus.signals.executor import (
    ConfirmRequested,
    ConfirmResolved,
    PlanFinished,
    StepAnnounced,
    StepOutput,
)
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.terminal import harmless, in_line
from jarvisd.core.errors import JarvisError, Unavailable
from jarvisd.core.planning.plan import QuestionKind

_ANSWERS = ("yes", "no", "none")
_LINE_BYTES = 4096
"""The longest line that a terminal hands over (termios(3), canonical mode)."""
READ: Literal["read"] = "read"
"""Instead of a decision: show all of what the question is about first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is said to a question which of several things is meant."""

    text: str


Decision = bool | Choice | Literal["read"] | None
Tell = Callable[[Decision], None]
Withdraw = Callable[[], bool]
Answerer = Callable[[ConfirmRequested, Tell], Withdraw]
"""Puts a question, tells a decision once (``None``: leave it unanswered), gives what takes the question back:
true if it was still being asked."""


@dataclass(frozen=True, slots=True)
class UnitLost:
    """A unit has gone without which the request cannot end; ``message`` says so."""

    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The person has answered a question, or wants to read all of it; ``None`` leaves it unanswered."""

    asked: ConfirmRequested
    decision: Decision


AskEvent = (
    ConfirmRequested
    | ConfirmResolved
    | StepAnnounced
    | StepOutput
    | ReplyPart
    | TurnFinished
    | PlanFinished
    | UnitLost
    | Decided
)
Events = asyncio.Queue[AskEvent]


def add_answer(parser: argparse.ArgumentParser) -> None:
    """Add ``--answer``, which :func:`answerer` understands."""
    parser.add_argument(
        "--answer",
        choices=_ANSWERS,
        help="answer every question so; none lets it run out of time (default: ask here); "
        "to a question which of several is meant a yes is a no",
    )


def answerer(fixed: str | None) -> Answerer:
    """How questions are answered: as told, by the person at the terminal, or "no" where there is none."""
    if fixed is None and sys.stdin.isatty():
        return _at_terminal
    decision = {"yes": True, "none": None}.get(fixed or "no", False)

    def as_told(asked: ConfirmRequested, tell: Tell) -> Withdraw:
        tell(decision if wants_consent(asked) or decision is None else False)
        return lambda: False

    return as_told


def watched(link: DaemonClient) -> Events:
    """Where the questions of the executor arrive from now on; the caller adds what else it waits for."""
    events: Events = asyncio.Queue()
    link.executor.receive(ConfirmRequested, events.put_nowait)
    link.executor.receive(ConfirmResolved, events.put_nowait)
    link.executor.receive(StepAnnounced, events.put_nowait)
    return events


class _Questions:
    """The questions of one turn as they come, are answered and closed."""

    def __init__(self, link: DaemonClient, events: Events, turn_id: str, answer: Answerer) -> None:
        self._link = link
        self._events = events
        self._turn_id = turn_id
        self._answer = answer
        self._open: ConfirmRequested | None = None
        self._withdraw: Withdraw = lambda: False

    async def take(self, event: AskEvent) -> None:
        """Put a question, settle an answer, show what is announced and what a program writes, in this order."""
        if isinstance(event, Decided):
            await self._decided(event)
        elif isinstance(event, ConfirmRequested) and (event.turn_id, event.channel) == (self._turn_id, "dbus"):
            self._put(event)
        elif isinstance(event, StepAnnounced) and event.turn_id == self._turn_id:
            print(harmless(event.text), file=sys.stderr)
        elif isinstance(event, StepOutput) and event.turn_id == self._turn_id:
            print(harmless(event.text), end="", file=sys.stderr, flush=True)
        elif isinstance(event, ConfirmResolved) and self._open and event.request_id == self._open.request_id:
            self._open = None
            if self._withdraw():
                print(f"\njarvisctl: the question is closed ({event.answer})", file=sys.stderr)

    def withdraw(self) -> None:
        """Ask nothing any more."""
        self._withdraw()

    def _put(self, asked: ConfirmRequested) -> None:
        self._open = asked
        self._withdraw = self._answer(asked, lambda it: self._events.put_nowait(Decided(asked, it)))

    async def _decided(self, decided: Decided) -> None:
        if decided.decision != READ:
            await _settle(self._link, decided)
            return
        try:
            print(harmless(await read_question(self._link, decided.asked.request_id)), file=sys.stderr)
        except JarvisError as error:
            print(f"jarvisctl: {error.message}", file=sys.stderr)
        if self._open is decided.asked:
            self._put(decided.asked)


async def until_finished(
    link: DaemonClient,
    events: Events,
    turn_id: str,
    answer: Answerer,
    is_end: Callable[[AskEvent], bool],
    told: Callable[[str], None] | None = None,
) -> None:
    """Answer the questions of a turn with ``answer`` until it has finished; Unavailable when a unit is lost.

    ``told`` gets the parts of its reply as they come, where these are received.
    """
    questions = _Questions(link, events, turn_id, answer)
    try:
        while not is_end(event := await events.get()):
            if isinstance(event, UnitLost):
                raise Unavailable(event.message)
            if isinstance(event, ReplyPart):
                if told is not None and event.turn_id == turn_id:
                    told(event.text)
                continue
            await questions.take(event)
    finally:
        questions.withdraw()


async def _settle(link: DaemonClient, decided: Decided) -> None:
    """Answer a question of the executor, or let it run out of time."""
    if decided.decision is None:
        return
    request_id = decided.asked.request_id
    try:
        if isinstance(decided.decision, Choice):
            await link.executor.call("Answer", "ss", [request_id, decided.decision.text])
        else:
            await link.executor.call("Confirm" if decided.decision else "Deny", "s", [request_id])
    except JarvisError as error:
        # The question may have run out of time meanwhile; the report says what came of it.
        print(f"jarvisctl: {error.message}", file=sys.stderr)


async def read_question(link: DaemonClient, request_id: str) -> str:
    """All of what an open question is about, or that its own words say all of it."""
    [text] = await link.executor.call("ReadQuestion", "s", [request_id])
    return str(text) or "The question itself says all of it."


def wants_consent(asked: ConfirmRequested) -> bool:
    """Whether a yes or a no answers it."""
    return asked.kind == QuestionKind.CONSENT.value


def shown(asked: ConfirmRequested) -> str:
    """A question as it stands at the terminal."""
    if wants_consent(asked):
        return f"{harmless(asked.question)}\nProceed? [y/N] "
    if not asked.choices:
        return f"{harmless(asked.question)} [empty for none] "
    choices = [f"  {number}. {in_line(choice)}" for number, choice in enumerate(asked.choices, 1)]
    return "\n".join([harmless(asked.question), *choices, "Which one? [number or words, empty for none] "])


def _decision(asked: ConfirmRequested, line: str) -> Decision:
    if not wants_consent(asked):
        return Choice(line) if line else False
    said = line.lower()
    return READ if said in ("r", "read", "read it") else said in ("y", "yes")


def _at_terminal(asked: ConfirmRequested, tell: Tell) -> Withdraw:
    """Not by ``input``: a thread that waits for a line cannot be interrupted. The report owns standard output."""
    print(shown(asked), end="", file=sys.stderr, flush=True)
    loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()

    def typed() -> None:
        loop.remove_reader(terminal)
        try:
            line = os.read(terminal, _LINE_BYTES)
        except OSError:
            # The terminal has gone.
            line = b""
        if not line:
            print(file=sys.stderr)
        tell(_decision(asked, line.decode(errors="replace").strip()))

    loop.add_reader(terminal, typed)
    return lambda: loop.remove_reader(terminal)
