"""What ``make eval-plans`` counts, and the form of its cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.core.json_types import JsonObject
from tests.plans.__main__ import evaluate
from tests.plans.cases import OWN, Case, load
from tests.plans.evaluation import Tally
from tests.scope.answers import Answers, KeptModel
from tests.scope.house import Rehearsal

LINES = """// mine
{"say": "find the lease", "tools": [{"name": "search_files|file_read", "args": {"name|path": "^lease$"}}]}
{"say": "eggs and ham", "tools": [{"name": "list_change", "args": {"items": "eggs.*ham", "~": "add"}}]}
{"say": "louder", "tools": [{"name": "volume"}]}
{"say": "is it warm", "tools": [], "claim": "degrees", "before": ["hello"], "sentence": false}
"""


def cases(folder: Path) -> list[Case]:
    path = folder / "cases.jsonl"
    path.write_text(LINES)
    return load(path)


def seen(*steps: tuple[str, JsonObject], reply: str = "", code: str = "", **more: object) -> Rehearsal:
    actions = [{"tool": tool, "args": args} for tool, args in steps]
    return Rehearsal(reply, (), (), plan={"actions": actions}, code=code, **more)  # type: ignore[arg-type]


def test_shares_are_counted_each_over_its_own_requests(tmp_path: Path) -> None:
    lease, eggs, louder, warm = cases(tmp_path)
    tally = Tally()
    assert not tally.add(lease, seen(("search_files", {"name": "Lease"}), is_by_sentence=True))
    assert not tally.add(lease, seen(("file_read", {"path": "lease"})))
    assert not tally.add(eggs, seen(("list_change", {"what": "add", "items": ["eggs", "ham"]})))
    assert not tally.add(louder, seen(control="volume", is_by_sentence=True))
    assert not tally.add(warm, seen(reply="I can't tell whether it is warm."))
    for case, rehearsal, wrong in (
        (lease, seen(("search_files", {"name": "leases"})), "arguments"),
        (lease, seen(("search_files", {"name": "lease"}), ("get_time", {})), "tool"),
        (lease, seen(code="PLAN_UNREADABLE", reply="I could not work out how to do that."), "tool, schema"),
        (eggs, seen(("list_change", {"what": "eat", "items": ["eggs", "ham"]})), "arguments, schema"),
        (louder, seen(("get_time", {}), is_by_sentence=True), "tool, by sentence"),
        (warm, seen(("get_time", {})), "no tool"),
        (warm, seen(reply="It has 20 degrees."), "claim"),
        (warm, seen(reply="Okay, I turned it on."), "claim"),
    ):
        assert [note.partition(":")[0] for note in tally.add(case, rehearsal)] == [f"wrong {wrong}"]
    assert tally.lines() == [
        "tool accuracy 66.7 %",
        "argument accuracy 44.4 %",
        "no-tool accuracy 75.0 %",
        "schema-valid 84.6 %",
        "by sentence 33.3 %",
        "wrong by sentence 1",
        "false claims 2 of 4",
    ]


def test_what_is_left_to_a_model_that_is_not_there_is_neither_claimed_nor_invalid(tmp_path: Path) -> None:
    lease, *_, warm = cases(tmp_path)
    tally = Tally()
    for case in (lease, warm):
        tally.add(case, seen(reply="I can't do that.", is_missing=True))
    assert (tally.missing, str(tally.tools), str(tally.no_tool), tally.claims.of) == (2, "0.0 %", "100.0 %", 0)


@pytest.mark.parametrize(
    "line",
    [
        '{"say": "x"}',
        '{"say": " ", "tools": []}',
        '{"say": "x", "tools": [{"name": "a", "args": {"b": "("}}]}',
        "1",
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"// mine\n\n{line}\n")
    with pytest.raises(ValueError, match=r"cases\.jsonl:3 is no case"):
        load(path)


def test_there_are_enough_cases_of_every_tool() -> None:
    own = [case for path in OWN for case in load(path)]
    assert len({case.say for case in own}) >= 400
    named = {tool for case in own for wanted in case.tools for tool in wanted.tools}
    assert {tool.name for tool in Tally().registry.all()} - named == set()


async def test_requests_are_asked_one_after_another(tmp_path: Path) -> None:
    """The way from a request to a count: by sentence, by a kept answer, and by neither."""
    answers = Answers(tmp_path / "answers.jsonl")
    answers.add(
        "hunt around and retrieve the lease", {"intent": "search_files", "args": {"name": "lease"}}, "scripted"
    )
    path = tmp_path / "cases.jsonl"
    tools = '"tools": [{"name": "search_files", "args": {"name": "^lease$"}}]'
    said = ("find the lease", "hunt around and retrieve the lease", "would the lease turn up by chance")
    path.write_text("\n".join(f'{{"say": "{say}", {tools}, "before": ["hello"]}}' for say in said))
    tally = await evaluate(load(path), KeptModel(answers))
    assert (tally.tools.count, tally.by_sentence.count, tally.missing) == (2, 1, 1)
