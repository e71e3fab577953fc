"""Requests in which one step takes what another one brings, and those that only look like them."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.intents import recognise

FOUND = {"step": 0, "take": "file"}
TEXT = {"step": 0, "take": "text"}
READ_IT = ("file_read", {"path": FOUND})


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("find the longest report and read it", [("search_files", {"name": "report"}), READ_IT]),
        (
            "Jarvis, please find the newest letter and read it to me.",
            [("search_files", {"name": "letter"}), READ_IT],
        ),
        (
            "find invoice files in documents and read it",
            [("search_files", {"name": "invoice", "folder": "documents"}), READ_IT],
        ),
        ("read the newest file in documents", [("search_files", {"folder": "documents"}), READ_IT]),
        ("read me the most recent text file", [("search_files", {"name": "*.txt"}), READ_IT]),
        ("open the latest report", [("search_files", {"name": "report"}), READ_IT]),
        ("what does the oldest letter say", [("search_files", {"name": "letter"}), READ_IT]),
        ("what is the largest file in downloads", [("search_files", {"folder": "downloads"})]),
        ("which file is the largest", [("search_files", {})]),
        ("what's the newest photo", [("search_files", {"kind": "image"})]),
        ("how large is the smallest video", [("search_files", {"kind": "video"})]),
        (
            "mail Mark what is in notes",
            [("file_read", {"path": "notes"}), ("send_email", {"to": "Mark", "body": TEXT})],
        ),
        (
            "send the contents of plan.md to my sister",
            [("file_read", {"path": "plan.md"}), ("send_email", {"to": "my sister", "body": TEXT})],
        ),
        (
            "e-mail Ruth what's on the shopping list",
            [("list_read", {"list": "shopping"}), ("send_email", {"to": "Ruth", "body": TEXT})],
        ),
        ("when was notes.txt changed", [("search_files", {"name": "notes.txt"})]),
        ("how big is the rental contract", [("search_files", {"name": "rental contract"})]),
    ],
)
def test_one_step_takes_what_another_brings(said: str, steps: list[tuple[str, object]]) -> None:
    intent = recognise(said)
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, dict(action.args)) for action in intent.plan.actions] == steps
    assert intent.sentence


@pytest.mark.parametrize(
    "said",
    [
        "what is the latest news",
        "read the latest news",
        "what's the smallest number",
        "who is the oldest person",
        "find the longest and the shortest report",
        "read the newest or the oldest letter",
        "mail Mark what is on my mind",
        "mail everybody what is in notes",
        "mail Mark what is in notes and delete it",
        "find the tickets and delete the newest",
        "read it",
        "what is the longest river",
    ],
)
def test_what_is_not_sure_is_thought_about(said: str) -> None:
    assert recognise(said) is None
