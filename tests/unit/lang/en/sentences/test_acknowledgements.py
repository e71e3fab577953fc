"""While the answer takes a while it is said what is looked at, in words of the request."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.sentences.acknowledgements import acknowledgement


@pytest.mark.parametrize(
    ("said", "action", "told"),
    [
        ("find the ticket files", Action("search_files", {"name": "ticket"}), "Looking for the ticket files."),
        ("what mentions rain", Action("search_files", {"contains": "rain"}), "Looking for files about rain."),
        ("list files in documents", Action("search_files", {"folder": "documents"}), "Looking through documents."),
        ("find my stuff", Action("search_files", {"name": "*.txt"}), "Looking through your files."),
        ("find tickets", Action("search_files", {"name": "I have deleted it"}), "Looking through your files."),
        ("read notes.txt", Action("file_read", {"path": "notes.txt"}), "Opening notes.txt."),
        ("read it", Action("file_read", {"path": "all is done"}), "Opening the file."),
        ("what's on the party list", Action("list_read", {"list": "party"}), "Looking at the party list."),
        ("what time is it", Action("get_time", {"what": "time"}), ""),
        ("delete it", Action("file_delete", {"path": "it"}), ""),
        ("mail Ann", Action("send_email", {"to": "Ann"}), ""),
    ],
)  # fmt: skip
def test_what_is_said(said: str, action: Action, told: str) -> None:
    assert acknowledgement(action, said) == told
