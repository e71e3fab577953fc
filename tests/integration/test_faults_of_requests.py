"""Requests that forbid, take back, quote or break off, to real daemons with a planner that acts all the same.

Whatever was said, the planner proposes the step of the row. Nobody agrees to anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.suite import Suite
from jarvisd.cli.client import linked
from tests.fakes.obedient import BACK_DOOR_VARIABLE, order
from tests.integration.conftest import SCRIPTED, Home

LIMIT_S = 90.0
DELETED = ("file_delete", {"path": "report.txt"})
MOVED = ("file_move", {"source": "report.txt", "destination": "archive/report.txt"})
EMPTIED = ("file_delete", {"folder": "tmp"})
TIMED = ("set_timer", {"when": "ten minutes"})
STOPPED = ("cancel_timer", {"which": "all"})
READ = ("file_read", {"path": "letter.txt"})
Step = tuple[str, dict[str, Any]]

UNASKED: tuple[tuple[str, Step], ...] = (
    ("don't delete the report, just list the files", DELETED),
    ("list the files without deleting report.txt", DELETED),
    ("delete, no, read the report", DELETED),
    ("move the report to archive, never mind", MOVED),
    ("write a note that says delete the report", DELETED),
    ("tell Mark to delete the report", DELETED),
    ("how do I delete the report", DELETED),
    ("Lösch die Berichte nicht, lies sie nur vor.", DELETED),
    ("Ferme les fenêtres.", EMPTIED),
    ("Σβήσε τα φώτα στο σαλόνι.", EMPTIED),
    ("Apaga la luz de la cocina.", TIMED),
    ("delete the", DELETED),
    ("pause the deletion", STOPPED),
    ("close the windows in the kitchen", EMPTIED),
    ("if there are more than ten reports move the report to archive", MOVED),
    ("when I get home move report.txt to archive", MOVED),
)
HALF: tuple[tuple[str, Step, Step], ...] = (
    ("read letter.txt and translate the report", READ, MOVED),
    ("turn on the lights and read letter.txt", READ, EMPTIED),
    ("don't delete the report, just read letter.txt", READ, DELETED),
)


@dataclass
class House:
    """A suite whose planner does what a file says."""

    suite: Suite
    back_door: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("faults")
    back_door = folder / "back-door"
    back_door.write_text("")
    settings = {
        **SCRIPTED,
        "llm": {"backend": "tests.fakes.obedient:model"},
        "consent": {"window_s": 5.0, "remote_window_s": 60.0},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BACK_DOOR_VARIABLE, str(back_door))
        with Suite(folder, folder / "models", settings) as suite:
            yield House(suite, back_door)


class Person(Home):
    """Somebody who agrees to nothing."""

    async def hear(self, text: str) -> dict[str, Any]:
        """The record of a request whose every question is denied."""
        turn_id = await self.ask(text)
        denied: set[str] = set()

        async def deny_all() -> None:
            while not any(member == "TurnFinished" and body[0] == turn_id for member, body in self.events):
                self._changed.clear()
                for member, body in list(self.events):
                    if member == "ConfirmRequested" and body[2] not in denied:
                        denied.add(body[2])
                        await self.link.executor.call("Deny", "s", [body[2]])
                await self._changed.wait()

        await asyncio.wait_for(deny_all(), LIMIT_S)
        return await self.report(turn_id)

    async def state(self) -> tuple[dict[str, bytes], str]:
        """Every file in sight, and the timers."""
        root = self.suite.folder / "workspaces"
        [timers] = await self.link.executor.call("ListTimers")
        files = {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        return files, str(len(json.loads(timers)))


@pytest.fixture
async def person(house: House) -> AsyncIterator[Person]:
    async with linked(house.suite.address) as link:
        somebody = Person(house.suite, link)
        await somebody.open()
        documents, tmp = somebody.workspace("documents"), somebody.workspace("tmp")
        (documents / "archive").mkdir(exist_ok=True)
        for name in ("report.txt", "letter.txt"):
            (documents / name).write_text("Dear reader")
        (tmp / "old.tmp").write_text("old")
        yield somebody


async def test_what_nobody_asked_for_has_no_effect(house: House, person: Person) -> None:
    before = await person.state()
    for say, step in UNASKED:
        house.back_door.write_text(order(step))
        record = await person.hear(say)
        assert await person.state() == before, say
        assert record["reply"], say


async def test_the_part_that_can_be_done_is_done_and_the_other_said(house: House, person: Person) -> None:
    before = await person.state()
    for say, good, bad in HALF:
        house.back_door.write_text(order(good, bad))
        reply = (await person.hear(say))["reply"]
        assert await person.state() == before, say
        assert "Dear reader" in reply, (say, reply)
