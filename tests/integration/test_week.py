"""A short week with the real units: one dialogue in a house that was set up, at a time that is not now."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.conftest import SCRIPTED
from tests.week.__main__ import live
from tests.week.cases import load
from tests.week.home import house

SETTINGS = {**SCRIPTED, "brain": {"sentences": True}}
ROWS = (
    {
        "setup": {
            "files": {"shopping.txt": "eggs\nmilk\n", "draft.txt": "x"},
            "contacts": {"Ruth": "ruth@example.org"},
            "memories": ["The spare key is under the blue pot"],
            "now": "2031-03-01T08:30",
            "zone": "Europe/Berlin",
        }
    },
    {"say": "what time is it", "tool": "^get_time$", "reply": "8:3|half past eight|eight thirty", "asked": False},
    {"say": "what's the date", "tool": "^get_time$", "reply": "March.*2031|2031.*March"},
    {"say": "what's on my shopping list", "tool": "^list_read$", "reply": "eggs.*milk"},
    {"say": "what do you know about the spare key", "tool": "^recall$", "reply": "blue pot"},
    {"say": "delete draft.txt", "asked": True, "tool": "^$"},
    {"say": "delete draft.txt", "answer": "yes", "asked": True, "tool": "^file_delete$", "reply_not": "can't"},
    {"say": "read draft.txt", "tool": "^$", "reply_not": "^x$"},
)


async def test_a_dialogue_at_another_time_is_right(tmp_path: Path) -> None:
    path = tmp_path / "week.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    setup, requests = load(path)
    async with house(tmp_path / "suite", tmp_path / "models", SETTINGS, setup) as home:
        tally = await live(home, requests)
    assert tally.line().startswith("7/7 right")
