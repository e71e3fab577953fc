"""A calendar in a running suite: its sentences come with its configuration, and an appointment is asked about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.conftest import SCRIPTED, WAIT_S, Home, housed
from tests.unit.executor.calendars.test_calendar_files import calendar

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}, "calendar": {"folders": ["documents/calendar"]}}
FAIR = "SUMMARY:fair\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY"
"""Every day has it, so that no clock matters."""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A suite with a calendar."""
    async with housed(tmp_path, SETTINGS) as house:
        yield house


async def test_the_calendar_is_told_and_kept_by_sentence(home: Home) -> None:
    folder = home.workspace("documents") / "calendar"
    folder.mkdir()
    (folder / "home.ics").write_bytes(calendar(FAIR))

    async def is_known() -> bool:
        report = await home.report(await home.ask("what's on my calendar tomorrow"))
        return bool(report["route"] == "sentence")

    await home.suite.until(is_known, "the sentences of the calendar", WAIT_S)
    report = await home.report(await home.ask("what's on my calendar tomorrow"))
    assert report["reply"] == '1 appointment tomorrow: "fair" all day.'
    report = await home.report(await home.ask("am I free tomorrow at three"))
    assert report["reply"].startswith("Yes, nothing is on your calendar tomorrow at 3:00 PM.")
    report = await home.report(await home.ask("add dentist to my calendar tomorrow at 3 pm", dry_run=True))
    assert report["steps"][0]["verdict"]["verdict"] == "ask"
    assert [path.name for path in folder.iterdir()] == ["home.ics"]
