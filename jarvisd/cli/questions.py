"""A request under way, as its asker sees it: its questions are answered until it has ended."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from jarvisd.bus.signals.brain import TurnFinished
from jarvisd.bus.signals.executor import ConfirmRequested, ConfirmResolved, PlanFinished, StepAnnounced
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.terminal import harmless
from jarvisd.core.errors import JarvisError, Unavailable

_ANSWERS = ("yes", "no", "none")
_LINE_BYTES = 4096
"""The longest line that a terminal hands over (termios(3), canonical mode)."""
Tell = Callable[["bool | None"], None]
Withdraw = Callable[[], bool]
Answerer = Callable[[str, Tell], Withdraw]
"""Puts a question, tells the decision once (``None``: leave it unanswered), gives what takes the question back:
true if it was still being asked."""


@dataclass(frozen=True, slots=True)
class UnitLost:
    """A unit has gone without which the request cannot end; ``message`` says so."""

    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The person has answered a question; ``None`` leaves it unanswered."""

    request_id: str
    decision: bool | None


AskEvent = ConfirmRequested | ConfirmResolved | StepAnnounced | TurnFinished | PlanFinished | UnitLost | Decided
Events = asyncio.Queue[AskEvent]


def add_answer(parser: argparse.ArgumentParser) -> None:
    """Add ``--answer``, which :func:`answerer` understands."""
    parser.add_argument(
        "--answer",
        choices=_ANSWERS,
        help="answer every question so; none lets it run out of time (default: ask here)",
    )


def answerer(fixed: str | None) -> Answerer:
    """How questions are answered: as told, by the person at the terminal, or "no" where there is none."""
    if fixed is None and sys.stdin.isatty():
        return _at_terminal
    decision = {"yes": True, "none": None}.get(fixed or "no", False)

    def as_told(_: str, tell: Tell) -> Withdraw:
        tell(decision)
        return lambda: False

    return as_told


def watched(link: DaemonClient) -> Events:
    """Where the questions of the executor arrive from now on; the caller adds what else it waits for."""
    events: Events = asyncio.Queue()
    link.executor.receive(ConfirmRequested, events.put_nowait)
    link.executor.receive(ConfirmResolved, events.put_nowait)
    link.executor.receive(StepAnnounced, events.put_nowait)
    return events


async def until_finished(
    link: DaemonClient, events: Events, turn_id: str, answer: Answerer, is_end: Callable[[AskEvent], bool]
) -> None:
    """Answer the questions of a turn with ``answer`` until it has finished; Unavailable when a unit is lost."""
    asked = ""
    withdraw: Withdraw | None = None

    def decided(decision: bool | None) -> None:
        events.put_nowait(Decided(asked, decision))

    try:
        while True:
            event = await events.get()
            if is_end(event):
                return
            if isinstance(event, UnitLost):
                raise Unavailable(event.message)
            if isinstance(event, Decided):
                await _settle(link, event)
            elif isinstance(event, ConfirmRequested) and (event.turn_id, event.channel) == (turn_id, "dbus"):
                asked = event.request_id
                withdraw = answer(event.question, decided)
            elif isinstance(event, StepAnnounced) and event.turn_id == turn_id:
                print(harmless(event.text), file=sys.stderr)
            elif isinstance(event, ConfirmResolved) and event.request_id == asked and withdraw and withdraw():
                print(f"\njarvisctl: the question is closed ({event.answer})", file=sys.stderr)
    finally:
        if withdraw is not None:
            withdraw()


async def _settle(link: DaemonClient, decided: Decided) -> None:
    """Answer a question of the executor, or let it run out of time."""
    if decided.decision is None:
        return
    try:
        await link.executor.call("Confirm" if decided.decision else "Deny", "s", [decided.request_id])
    except JarvisError as error:
        # The question may have run out of time meanwhile; the report says what came of it.
        print(f"jarvisctl: {error.message}", file=sys.stderr)


def _at_terminal(question: str, tell: Tell) -> Withdraw:
    """Not by ``input``: a thread that waits for a line cannot be interrupted. The report owns standard output."""
    print(f"{harmless(question)}\nProceed? [y/N] ", end="", file=sys.stderr, flush=True)
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
        tell(line.decode(errors="replace").strip().lower() in ("y", "yes"))

    loop.add_reader(terminal, typed)
    return lambda: loop.remove_reader(terminal)
