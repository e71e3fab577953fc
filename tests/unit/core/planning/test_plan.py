"""Plans: read strictly, identified by content, never trusted about confirmation (A7, decision 1)."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import JarvisError
from jarvisd.core.planning.plan import Action, Plan, parse_plan


def plan_of(*actions: object) -> dict[str, object]:
    return {"thought": "t", "confidence": 0.5, "actions": list(actions)}


def test_a_plan_survives_the_round_trip() -> None:
    plan = Plan("t", 0.5, (Action("a", {"x": 1}), Action("b", {}, depends_on=(0,))))
    assert parse_plan(plan.to_json()) == plan


def test_the_shown_form_always_has_the_keys_of_the_requirement() -> None:
    shown = parse_plan({"actions": [{"tool": "a"}]}).to_json()
    assert set(shown) == {"thought", "confidence", "actions"}
    assert shown["actions"] == [{"tool": "a", "args": {}, "requires_confirmation": False, "depends_on": []}]


def test_confirmation_is_never_taken_from_the_input() -> None:
    plan = parse_plan(plan_of({"tool": "a", "args": {}, "requires_confirmation": True}))
    assert plan.actions[0].requires_confirmation is False
    assert plan.confirming([0]).actions[0].requires_confirmation is True


def test_a_single_dependency_may_be_a_bare_number() -> None:
    assert parse_plan(plan_of({"tool": "a"}, {"tool": "b", "depends_on": 0})).actions[1].depends_on == (0,)


def nested(levels: int) -> object:
    value: object = {}
    for _ in range(levels):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"steps": []},
        {"actions": {}},
        {"actions": ["a"]},
        {"thought": 3, "actions": []},
        {"confidence": 2, "actions": []},
        {"confidence": True, "actions": []},
        plan_of({"tool": 1}),
        plan_of({"tool": "a", "args": []}),
        plan_of({"tool": "a", "extra": 1}),
        plan_of({"tool": "a", "args": nested(400)}),
        plan_of({"tool": "a", "depends_on": [0]}),
        plan_of({"tool": "a"}, {"tool": "b", "depends_on": [2]}),
        plan_of({"tool": "a"}, {"tool": "b", "depends_on": ["0"]}),
        plan_of(*({"tool": "a"} for _ in range(51))),
    ],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(JarvisError):
        parse_plan(value)


def test_the_hash_covers_every_action_and_nothing_else() -> None:
    """Consent is bound to this hash."""
    one = Plan("t", 0.5, (Action("a", {"x": 1, "y": 2}),))
    same = Plan("other words", 0.9, (Action("a", {"y": 2, "x": 1}),))
    other = Plan("t", 0.5, (Action("a", {"x": 1, "y": 3}),))
    assert one.plan_hash == same.plan_hash
    assert one.plan_hash != other.plan_hash
