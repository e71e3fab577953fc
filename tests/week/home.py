"""The real units in a house with files, people and memories, asked over the bus as ``jarvisctl chat`` asks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from demo.suite import Suite
from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.cli.ask import Requests
from jarvisd.cli.client import DaemonClient, linked
from jarvisd.cli.questions import Choice, Tell, Withdraw
from jarvisd.core.planning.plan import Outcome, QuestionKind
from tests.week.cases import NO, YES, Request, Seen, Setup
from tests.week.unit import AHEAD

WORKSPACES = ("documents", "tmp")
START_S = 3600.0
"""Chosen: the first evaluation ever of the prompt, on a machine that does many other things."""


class ShiftedSuite(Suite):
    """The suite at another time of day."""

    module = "tests.week.unit"


class Home:
    """Somebody who asks one thing after another, and answers what is asked back."""

    def __init__(self, link: DaemonClient) -> None:
        self._link = link
        self._requests = Requests(link, self._answered)
        self._request = Request("")
        self._was_asked = False

    async def open(self) -> None:
        """Follow the units."""
        await self._requests.open()

    async def remember(self, setup: Setup) -> None:
        """Have the brain keep what is known before."""
        people = [f"{name}'s e-mail address is {address}" for name, address in setup.contacts.items()]
        told = [("CONTACT", text) for text in people] + [("FACT", text) for text in setup.memories]
        for kind, text in told:
            memory = {"kind": kind, "text": text, "importance": 0.5, "tainted": False}
            await self._link.brain.call("Remember", "s", [json.dumps(memory)])

    async def ask(self, request: Request) -> Seen:
        """What comes of a request."""
        self._request, self._was_asked = request, False
        began_s = time.monotonic()
        # What a request lacks is answered by the next one, unless the case itself holds the answer.
        report = await self._requests.report(request.say, ask_in_reply=request.answer in (YES, NO))
        took_s = time.monotonic() - began_s
        done = [step["tool"] for step in report["steps"] if step["outcome"] == Outcome.DONE.value]
        return Seen(report["reply"], tuple(done), self._was_asked, took_s, report.get("route", ""))

    def _answered(self, asked: ConfirmRequested, tell: Tell) -> Withdraw:
        answer = self._request.answer
        if asked.kind == QuestionKind.CONSENT.value:
            self._was_asked = True
            tell(answer == YES)
        else:
            tell(False if answer in (YES, NO) else Choice(answer))
        return lambda: False


def laid_out(folder: Path, setup: Setup) -> None:
    """Write the files of ``setup``, as old as its ``now`` has it."""
    at = (setup.now or datetime.now(timezone.utc)).timestamp()
    for name, text in setup.files.items():
        path = folder / name if name.split("/")[0] in WORKSPACES else folder / WORKSPACES[0] / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"files: {name} leads out of the workspaces")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        os.utime(path, (at, at))


@contextmanager
def environment(setup: Setup) -> Iterator[None]:
    """The zone of ``setup`` and how far its clock is ahead, for what is started meanwhile."""
    kept = {name: os.environ.get(name) for name in ("TZ", AHEAD)}
    if setup.zone:
        os.environ["TZ"] = setup.zone
    if setup.now is not None:
        os.environ[AHEAD] = str((setup.now - datetime.now(timezone.utc)).total_seconds())
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@asynccontextmanager
async def house(
    folder: Path, models: Path, settings: Mapping[str, Mapping[str, Any]], setup: Setup
) -> AsyncIterator[Home]:
    """The units with everything that ``setup`` names, ready."""
    laid_out(folder / "workspaces", setup)
    with environment(setup), ShiftedSuite(folder, models, settings) as suite:
        async with linked(suite.address) as link:

            async def is_ready() -> bool:
                states = [await link.properties(unit) for unit in link.units]
                return all(state and state["Ready"] for state in states)

            await suite.until(is_ready, "the units being ready", START_S)
            home = Home(link)
            await home.open()
            await home.remember(setup)
            yield home
