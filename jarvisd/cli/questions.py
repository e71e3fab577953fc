"""A request under way, as its asker sees it: its questions are answered until it has ended."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from jarvisd.cli.client import DaemonClient
from jarvisd.cli.terminal import harmless
from jarvisd.core.errors import JarvisError, Unavailable

_ANSWERS = ("yes", "no", "none")
_LINE_BYTES = 4096
Tell = Callable[["bool | None"], None]
Withdraw = Callable[[], bool]
Answerer = Callable[[str, Tell], Withdraw]
"""Puts a question, tells the decision once (``None``: leave it unanswered), gives what takes the question back:
true if it was still being asked."""
Events = asyncio.Queue[tuple[str, Sequence[Any]]]
"""``question``, ``closed`` and ``finished`` with the body of a signal; ``lost`` with what was lost."""


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
    link.executor.on("ConfirmRequested", lambda body: events.put_nowait(("question", body)))
    link.executor.on("ConfirmResolved", lambda body: events.put_nowait(("closed", body)))
    return events


async def until_finished(
    link: DaemonClient, events: Events, turn: str, answer: Answerer, is_end: Callable[[Sequence[Any]], bool]
) -> None:
    """Answer the questions of a turn with ``answer`` until it has finished; Unavailable when a unit is lost."""
    asked = ""
    withdraw: Withdraw | None = None

    def decided(decision: bool | None) -> None:
        events.put_nowait(("decided", (asked, decision)))

    try:
        while True:
            event, body = await events.get()
            if event == "lost":
                raise Unavailable(str(body[0]))
            if event == "question" and body[0] == turn and body[4] == "dbus":
                asked = body[2]
                withdraw = answer(body[3], decided)
            if event == "decided":
                await _settle(link, *body)
            if event == "closed" and body[2] == asked and withdraw is not None and withdraw():
                print(f"\njarvisctl: the question is closed ({body[3]})", file=sys.stderr)
            if event == "finished" and is_end(body):
                return
    finally:
        if withdraw is not None:
            withdraw()


async def _settle(link: DaemonClient, request_id: str, decision: bool | None) -> None:
    """Answer a question of the executor; ``None`` lets it run out of time."""
    if decision is None:
        return
    try:
        await link.executor.call("Confirm" if decision else "Deny", "s", [request_id])
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
