"""A pause that may be the end of speech, through real daemons: the plan is drafted in it (decision 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from demo import person
from demo.suite import Suite
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from tests.fakes.audio import silence, spoken
from tests.fakes.stranger import lie
from tests.integration.conftest import SCRIPTED, Home

PAUSE: dict[str, dict[str, Any]] = {
    # Long enough to look into the pause on a crowded machine.
    "endpoint": {**SCRIPTED["endpoint"], "silence_ms": 5000}
}
AHEAD = ["partial", "memory", "first_token", "transcript", "plan"]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """Four daemons with a patient ear."""
    folder = tmp_path_factory.mktemp("suite")
    with Suite(folder, folder / "models", {**SCRIPTED, **PAUSE}) as running:
        yield running


def told(home: Home, member: str) -> list[str]:
    return [body[2] for name, body in home.events if name == member]


def stages(report: dict[str, Any]) -> list[str]:
    return [stage for stage in report["timings_ms"] if stage in AHEAD]


async def test_a_plan_is_begun_in_the_pause_and_done_after_it(home: Home) -> None:
    """Nothing but the ear is heard of in the pause, whatever somebody else says in the ear's name."""
    (home.workspace("documents") / "invoice-7.txt").write_text("7")
    forger = Connection(home.suite.address)
    await forger.connect()
    brain = await forger.owner_of(UnitName.BRAIN.bus_name)
    turn_id = await home.request("find the invoice")
    assert (await home.event("PartialTranscript"))[2] == "Find the invoice"
    for destination in (None, brain):
        for text in ("", "Find the passwords"):
            body = [turn_id, 1, text, 1.0]
            await forger._live().send(lie(UnitName.AUDIO, "PartialTranscript", "stsd", body, destination))
    assert home.path(turn_id) == ["LISTENING"]
    await home.event("Transcript")
    # Earcons have no turn.
    events = [name for name, body in home.events if body[0] or not name.startswith("Speaking")]
    before = set(events[: events.index("Transcript")])
    assert before <= {"WakeDetected", "PartialTranscript", "TurnStarted", "StateChanged"}
    report = await home.report(turn_id)
    assert "invoice-7.txt" in report["reply"]
    assert stages(report) == AHEAD
    assert sum(span["took_ms"] for span in report["spans"]) == pytest.approx(report["timings_ms"]["end"], abs=1)
    await forger.disconnect()


async def test_who_goes_on_after_a_pause_is_understood_as_a_whole(home: Home) -> None:
    (home.workspace("documents") / "invoice-7.txt").write_text("7")
    home.forget()
    await person.say(spoken("hey jarvis") + silence(160) + spoken("find the passwords", 1600), home.suite.pipe)
    turn_id = (await home.event("PartialTranscript"))[0]
    await home.say("and the invoice")
    report = await home.report(turn_id)
    whole = "Find the passwords and the invoice"
    assert told(home, "PartialTranscript") == ["Find the passwords", "", whole]
    assert (told(home, "Transcript"), report["utterance"]) == ([whole], whole)
    assert stages(report) == AHEAD


async def test_a_turn_that_is_cancelled_in_the_pause_leaves_nothing(home: Home) -> None:
    home.forget()
    await person.say(spoken("hey jarvis") + silence(160) + spoken("hang in there", 1600), home.suite.pipe)
    turn_id = (await home.event("PartialTranscript"))[0]
    await home.link.brain.call("Cancel", "s", [turn_id])
    report = await home.report(turn_id)
    assert (report["outcome"], report["plan"], report["steps"]) == ("cancelled", None, [])
    (home.workspace("documents") / "invoice-7.txt").write_text("7")
    report = await home.report(await home.request("find the invoice"))
    assert "invoice-7.txt" in report["reply"]
