"""Ordinary use stays quiet: what people ask for every day runs without a question (requirement A9).

Deletions, letters and programs that see a folder are asked about by design and do not count.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from jarvisd.core.network.courier_protocol import Page
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.lang.en.contacts import Contact
from tests.fakes.executor import ScriptedAssessor
from tests.figures import Record
from tests.unit.executor.conftest import Bench

EVERYDAY = Path(__file__).parents[3] / "data" / "everyday.jsonl"
AGES_DAYS = {"tmp/old.tmp": 60.0, "docs/downloads/song.mp3": 90.0, "docs/downloads/invoice-may.pdf": 200.0}
FILES = (
    "shopping.txt", "budget.csv", "poem.txt", "agenda.md", "todo.md", "diary.txt", "ideas.md", "lease.txt",
    "draft.txt", "notes/garden.md", "notes/lisbon.md", "recipes/soup.md", "photos/a.jpg", "photos/b.jpg",
    "music/one.mp3", "taxes/return-2024.pdf", "home/keys.txt", "backup/old.txt", "work/plan-2025.md",
    "downloads/song.mp3", "downloads/invoice-may.pdf", "downloads/beach.jpg", "downloads/clip.mp4",
    "projects/robot/main.py", "projects/robot/Makefile", "projects/robot/README.md",
    "projects/robot/.git/config", "projects/robot/.gitignore", ".bashrc", ".ssh/id_rsa", ".config/app.toml",
)  # fmt: skip
BY_DESIGN = frozenset({"file_delete", "send_email"})
ASKS = frozenset(
    {
        # What is in a file is replaced.
        "write done into todo.md",
        "replace the shopping list with just milk",
        "update the agenda to say cancelled",
        # The planner knows more of the name than was said.
        "move the invoice to taxes",
        "move the old tax return to backup",
    }
)
"""Requests of the list that are asked about all the same, each with its reason."""


def laid_out(bench: Bench) -> None:
    for name in FILES:
        bench.file(f"docs/{name}", "text\n", age_days=AGES_DAYS.get(f"docs/{name}", 1.0))
    with zipfile.ZipFile(bench.docs / "downloads/parcel.zip", "w") as parcel:
        parcel.writestr("map.txt", "left, then right")
    bench.file("tmp/old.tmp", "x", age_days=AGES_DAYS["tmp/old.tmp"])
    bench.memory.people = [Contact("Mark", "mark@example.org")]
    for address in ("", "weather", "sports"):
        url = f"https://news.example.org/{address}"
        bench.courier.pages[url] = Page(url, "News", "Rain.", False)
    bench.assessor = ScriptedAssessor(RiskOpinion(0.2, "harmless"))
    bench.set_up()


async def questions(folder: Path, say: str, steps: list[tuple[str, dict[str, object]]]) -> list[str]:
    """What is asked that is not asked by design, and what fails; everything else is done."""
    folder.mkdir()
    bench = Bench(folder)
    laid_out(bench)
    bench.answers(*["no"] * 10)
    reports = await bench.run(*steps, utterance=say)  # type: ignore[arg-type] # JSON as it was read
    found = []
    for (tool, args), report in zip(steps, reports, strict=True):
        is_by_design = tool in BY_DESIGN or (tool == "execute_code" and "workspace" in args)
        if report["outcome"] in ("refused", "declined") and not is_by_design:
            found.append(str(report["question"] or report["spoken"]))
    await bench.tasks.cancel_all()
    bench.workers.close()
    return found


@pytest.mark.soak("everyday requests", 200, "5 % at most asked beyond deletions, letters, programs with folders")
async def test_what_people_ask_for_every_day_runs_without_a_question(
    tmp_path: Path, record_property: Record
) -> None:
    lines = [line for line in EVERYDAY.read_text("utf-8").splitlines() if not line.startswith("//")]
    requests = [json.loads(line) for line in lines]
    asked = {}
    for number, request in enumerate(requests):
        steps = [(tool, args) for tool, args in request["steps"]]
        if told := await questions(tmp_path / str(number), request["say"], steps):
            asked[request["say"]] = told
    assert len({request["say"] for request in requests}) >= 200
    assert asked.keys() == ASKS, {
        say: told for say, told in asked.items() if say not in ASKS
    } or ASKS - asked.keys()
    assert len(asked) <= 0.05 * len(requests)
    record_property("tried", len(requests))
    record_property("seen", f"{100 * len(asked) / len(requests):.1f} % asked")
