"""Chance decides, and what it brought is told: each value of a range, and none beyond it."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.builtin.pick_random import COUNT_LIMIT, drawing
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import ToolResult
from tests.unit.executor.conftest import Bench

SEED = 20
DRAWS = 1200


async def draw(bench: Bench, args: JsonObject, *values: int) -> ToolResult:
    """The tool with numbers that are told to it instead of drawn."""
    told = iter(values)
    return await drawing(lambda _: next(told)).run(ToolContext(kit=bench.kit, tool="pick_random"), args)


@pytest.mark.parametrize(
    ("args", "values", "spoken"),
    [
        ({"what": "coin"}, (0,), "It is heads."),
        ({"what": "coin"}, (1,), "It is tails."),
        ({"what": "coin", "count": 3}, (0, 1, 0), "Heads, tails and heads: 2 heads and 1 tails."),
        ({"what": "dice"}, (3,), "The die shows 4."),
        ({"what": "dice", "count": 2}, (5, 2), "The dice show 6 and 3, 9 in all."),
        ({"what": "dice", "high": 20}, (19,), "The 20-sided die shows 20."),
        ({"what": "number", "low": 1, "high": 10}, (6,), "From 1 to 10 I picked 7."),
        ({"what": "number", "low": -5, "high": 5}, (0,), "From minus 5 to 5 I picked minus 5."),
        ({"what": "number"}, (41,), "From 1 to 100 I picked 42."),
        ({"what": "number", "high": 1000, "count": 2}, (0, 1000), "From 0 to 1,000 I picked 0 and 1,000."),
    ],
)
async def test_what_came_is_told(bench: Bench, args: JsonObject, values: tuple[int, ...], spoken: str) -> None:
    assert (await draw(bench, args, *values)).spoken == spoken


@pytest.mark.parametrize(
    ("args", "key", "values"),
    [
        ({"what": "coin", "count": 12}, "coins", ["heads", "tails"]),
        ({"what": "dice", "count": 12}, "dice", list(range(1, 7))),
        ({"what": "dice", "count": 12, "high": 4}, "dice", list(range(1, 5))),
        ({"what": "number", "count": 12, "low": 7, "high": 11}, "numbers", list(range(7, 12))),
    ],
)
async def test_each_value_comes_about_as_often_as_any_other(
    bench: Bench, args: JsonObject, key: str, values: list[object]
) -> None:
    tool = drawing(random.Random(SEED).randrange)
    context = ToolContext(kit=bench.kit, tool="pick_random")
    seen: Counter[object] = Counter()
    for _ in range(DRAWS // 12):
        found = (await tool.run(context, args)).data[key]
        assert isinstance(found, list)
        seen.update(found)
    assert set(seen) == set(values)
    # Five standard deviations of a fair draw.
    share = 1 / len(values)
    most = 5 * (DRAWS * share * (1 - share)) ** 0.5
    assert all(abs(count - DRAWS * share) < most for count in seen.values())


@pytest.mark.parametrize(
    "args",
    [
        {"what": "coin", "count": 0},
        {"what": "dice", "count": COUNT_LIMIT + 1},
        {"what": "dice", "high": 1},
        {"what": "number", "low": 5, "high": 5},
        {"what": "number", "low": 10, "high": 1},
        {"what": "number", "low": 1, "high": 10**16},
    ],
)
async def test_what_cannot_be_drawn_is_refused(bench: Bench, args: JsonObject) -> None:
    with pytest.raises(RequestError):
        await draw(bench, args)


async def test_it_asks_nothing_and_is_told_as_it_came(bench: Bench) -> None:
    [step] = await bench.run(("pick_random", {"what": "coin"}), utterance="flip a coin")
    assert (step["outcome"], step["tier"]) == ("done", 1)
    assert step["spoken"] in ("It is heads.", "It is tails.")
