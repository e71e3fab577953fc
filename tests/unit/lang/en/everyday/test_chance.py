"""What chance is asked for, with its numbers, and what only sounds like it."""

from __future__ import annotations

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.lang.en.requests.intents import recognise
from tests.tables import each

ASKED: list[tuple[str, JsonObject]] = [
    *((say, {"what": "coin"}) for say in each("""flip a coin | Toss a coin for me, please. | heads or tails?
      | do a coin flip | let's flip a coin | Hey Jarvis, can you flip a coin""")),
    ("flip three coins", {"what": "coin", "count": 3}),
    ("flip a coin five times", {"what": "coin", "count": 5}),
    *((say, {"what": "dice"}) for say in each("""roll a die | roll the dice | throw a dice | roll dice
      | roll a six sided die | roll a d6""")),
    ("roll two dice", {"what": "dice", "count": 2}),
    ("roll a pair of dice", {"what": "dice", "count": 2}),
    ("roll 3 six-sided dice", {"what": "dice", "count": 3}),
    ("roll a die twice", {"what": "dice", "count": 2}),
    ("roll a twenty-sided die", {"what": "dice", "high": 20}),
    ("roll a d20", {"what": "dice", "high": 20}),
    ("roll two d10", {"what": "dice", "count": 2, "high": 10}),
    ("roll a die with 12 sides", {"what": "dice", "high": 12}),
    *((say, {"what": "number", "low": 1, "high": 10}) for say in each("""pick a number between 1 and 10
      | choose a random number from one to ten | give me a number between 10 and 1
      | what's a random number between 1 and 10 | a random number up to 10""")),
    ("pick a number between minus five and 5", {"what": "number", "low": -5, "high": 5}),
    ("pick a random number", {"what": "number"}),
]  # fmt: skip
NOT_ASKED = each(
    """roll the logs | flip the pancakes | toss the salad | roll back the change | flip through the photos
    | throw the dice away | toss a coin into the fountain | think of a number between 1 and 10
    | pick a number from my contacts | give me a number | give me Mark's number | pick a file
    | what is the number between 1 and 3 | pick a number between 1 and 1 | pick a number between cats and dogs
    | pick a number between 1 and 10 and add 5 | roll out the carpet | roll a joint | dice the onions
    | flip a coin file | throw a party | roll over | draw a coin | pick two | choose a random song
    | find the coin collection | roll a one sided die | what are the odds of heads or tails"""
)


@pytest.mark.parametrize(("say", "args"), ASKED)
def test_chance_decides_what_it_was_asked_for(say: str, args: JsonObject) -> None:
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, dict(action.args)) for action in intent.plan.actions] == [("pick_random", args)]


@pytest.mark.parametrize("say", NOT_ASKED)
def test_what_only_sounds_like_chance_is_left_alone(say: str) -> None:
    intent = recognise(say)
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    assert "pick_random" not in [action.tool for action in actions]
