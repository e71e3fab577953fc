"""``jarvisctl understand`` tells what a request is taken for, without units and without doing it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jarvisd.cli.main import main

AT = ("--now", "2026-11-28T16:00", "--zone", "Europe/Berlin", "--json")


def understood(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main(["understand", *arguments, *AT])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(found) == ["route", "tool", "args", "values", "refused"]
    return status, found


def test_a_request_by_sentence_has_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = understood(capsys, "Hey Jarvis, set a timer for an hour and a half, please.")
    assert (status, found["route"], found["tool"], found["refused"]) == (0, "sentence", "set_timer", None)
    assert found["values"]["when"] == {"kind": "duration", "value": 5400}
    _, found = understood(capsys, "wake", "me", "at", "seven")
    assert found["values"]["when"] == {"kind": "instant", "value": "2026-11-28T19:00:00+01:00"}


def test_a_request_by_template_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understand", "find the invoice files in documents", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["route"], found["tool"]) == ("sentence", "search_files")
    assert found["args"] == {"name": "invoice", "folder": "documents"}
    assert "{theme:name} files" in found["sentence"]
    assert main(["understand", "zip the notes folder and tell me the time", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [step["tool"] for step in found["steps"]] == ["archive", "get_time"]
    assert main(["understand", "zip the notes folder and tell me the time"]) == 0
    assert any(line.startswith("  fits: ") for line in capsys.readouterr().out.splitlines())


def test_what_the_clock_is_asked_for_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, found = understood(capsys, "what time is it in Mumbai")
    assert found["values"] == {"place": {"kind": "place", "value": "Asia/Kolkata"}}
    _, found = understood(capsys, "what's the date in 3 days")
    assert found["values"] == {"day": {"kind": "instant", "value": "2026-12-01T00:00:00+01:00"}}
    status, found = understood(capsys, "what time is it in Narnia")
    assert (status, found["tool"], found["values"]) == (65, "get_time", {})
    assert "narnia" in found["refused"].casefold()


def test_controls_and_plans_have_their_routes(capsys: pytest.CaptureFixture[str]) -> None:
    _, found = understood(capsys, "undo the last three changes")
    assert (found["route"], found["tool"], found["args"]) == ("control", "undo", {"count": 3})
    status, found = understood(capsys, "tell Mark what is in the second letter")
    assert (status, found) == (0, {"route": "plan", "tool": None, "args": {}, "values": {}, "refused": None})


def test_a_bare_value_is_read_or_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = understood(capsys, "½ hour", "--kind", "duration")
    assert (status, found["values"]) == (0, {"duration": {"kind": "duration", "value": 1800}})
    status, found = understood(capsys, "ten blorps", "--kind", "duration")
    assert (status, found["values"]) == (65, {})
    assert "blorps" in found["refused"]


def test_a_wrong_time_or_zone_is_an_error_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understand", "x", "--now", "soon"]) != 0
    assert "'soon' is no time" in capsys.readouterr().err
    assert main(["understand", "x", "--zone", "Nowhere/Land"]) != 0
    assert "'Nowhere/Land' is no time zone" in capsys.readouterr().err


def test_people_read_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["understand", "set a timer for ten minutes"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "sentence: set_timer"
