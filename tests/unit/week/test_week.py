"""What ``make eval-week`` reads, and what it finds wrong."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.week.__main__ import Tally
from tests.week.cases import OWN, Request, Seen, Setup, load
from tests.week.home import environment, laid_out
from tests.week.unit import AHEAD, ShiftedClock

SETUP = {
    "files": {"notes.txt": "tap", "tmp/old.tmp": "x", "documents/a/b.txt": "c"},
    "contacts": {"Mark": "mark@example.org", "Anna": {"email": "anna@example.org"}},
    "memories": ["The key is under the pot"],
    "now": "2026-11-28T16:00",
    "zone": "Europe/Berlin",
}


def written(folder: Path, *rows: object) -> Path:
    path = folder / "week.jsonl"
    path.write_text("// mine\n" + "\n".join(map(json.dumps, rows)))
    return path


def request(folder: Path, **row: object) -> Request:
    _, [only] = load(written(folder, {"say": "hello", **row}))
    return only


def test_a_house_is_set_up_before_the_first_request(tmp_path: Path) -> None:
    setup, requests = load(written(tmp_path, {"setup": SETUP}, {"say": "hello", "why": "for people"}))
    assert setup.now == datetime(2026, 11, 28, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert dict(setup.contacts) == {"Mark": "mark@example.org", "Anna": "anna@example.org"}
    assert [each.answer for each in requests] == ["no"]
    laid_out(tmp_path / "w", setup)
    assert (tmp_path / "w/documents/notes.txt").read_text() == "tap"
    assert (tmp_path / "w/documents/a/b.txt").is_file()
    assert (tmp_path / "w/tmp/old.tmp").stat().st_mtime == setup.now.timestamp()
    with pytest.raises(ValueError, match="leads out"):
        laid_out(tmp_path / "w", Setup(files={"../../x": ""}))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"setup": {"weather": "rain"}}, "weather"),
        ({"setup": {"now": "soon"}}, "soon"),
        ({"setup": {"zone": "Mars/North"}}, "Mars"),
        ({"say": " "}, "say"),
        ({"say": "x", "asked": "yes"}, "asked"),
        ({"say": "x", "reply": "("}, "reply|unterminated|missing"),
        ({"setup": {"zone": ""}, "say": 1}, ""),
    ],
)
def test_a_line_that_is_no_request_is_named(tmp_path: Path, row: object, why: str) -> None:
    rows = [row] if why else [{"say": "x"}, row]
    with pytest.raises(ValueError, match=rf"week\.jsonl:{len(rows) + 1} is no request.*({why})"):
        load(written(tmp_path, *rows))


def test_all_that_is_wrong_is_told(tmp_path: Path) -> None:
    seen = Seen("Eggs and milk.", ("list_read", "get_time"), False, 1.0)
    assert not request(tmp_path, tool="^list_read,get_time$", reply="milk", reply_not="bread", asked=False).faults(
        seen
    )
    wrong = request(tmp_path, tool="^list_read$", reply="bread", reply_not="EGGS", asked=True).faults(seen)
    assert len(wrong) == 4
    tally = Tally()
    assert not tally.add(request(tmp_path), seen)
    assert "'bread'" in tally.add(request(tmp_path, reply="bread"), Seen("No.", (), True, 3.0))
    assert tally.line() == "1/2 right, median 2.00 s, p90 3.00 s"


def test_the_clock_of_a_unit_begins_when_the_week_does() -> None:
    ahead = timedelta(days=400)
    clock, before = ShiftedClock(ahead), datetime.now().astimezone()
    assert before + ahead <= clock.now() <= datetime.now().astimezone() + ahead
    setup = Setup(now=before + ahead, zone="Asia/Tokyo")
    with environment(setup):
        assert float(os.environ[AHEAD]) == pytest.approx(ahead.total_seconds(), abs=600)
        assert os.environ["TZ"] == "Asia/Tokyo"
    assert AHEAD not in os.environ


def test_the_own_week_is_long_enough() -> None:
    setup, requests = load(OWN)
    assert len(requests) >= 60
    assert setup.now is not None
