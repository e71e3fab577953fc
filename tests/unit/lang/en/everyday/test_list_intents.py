"""Lists by surely understood words, without a model; everything that is not sure goes to the planner."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.intents import recognise
from tests.tables import each

CHANGED = [
    ("Add milk and eggs to the shopping list.", "add", "milk|eggs", "shopping"),
    (
        "Hey Jarvis, could you add milk, eggs and flour to my shopping list, please?",
        "add",
        "milk|eggs|flour",
        "shopping",
    ),
    ("put bread on the list", "add", "bread", ""),
    (
        "Put 2 litres of milk and a loaf of bread on our grocery list",
        "add",
        "2 litres of milk|a loaf of bread",
        "grocery",
    ),
    ("add mac and cheese, half and half and salt to the list", "add", "mac and cheese|half and half|salt", ""),
    ("Add Earl Grey to my shopping list", "add", "Earl Grey", "shopping"),
    ("jot down tomatoes on the shopping list", "add", "tomatoes", "shopping"),
    ("add to my shopping list: butter", "add", "butter", "shopping"),
    ("Shopping list: eggs", "add", "eggs", "Shopping"),
    ("put call the dentist and pay the rent on my to-do list", "add", "call the dentist|pay the rent", "to-do"),
    ("put call mum and dad on my to do list", "add", "call mum and dad", "to do"),
    ("add buy milk, eggs and flour to my todo list", "add", "buy milk, eggs and flour", "todo"),
    ("add laundry, homework and dishes to my to-dos", "add", "laundry|homework|dishes", "to-do"),
    ("write letter to mom on my to-do list", "add", "letter to mom", "to-do"),
    ("create a packing list", "add", "", "packing"),
    ("make a list called party", "add", "", "party"),
    ("create a packing list with socks, shirts and a toothbrush", "add", "socks|shirts|toothbrush", "packing"),
    ("take milk off the shopping list", "remove", "milk", "shopping"),
    ("remove the bread and the eggs from my shopping list", "remove", "bread|eggs", "shopping"),
    ("get milk off the list please", "remove", "milk", ""),
    ("tick milk off the shopping list", "done", "milk", "shopping"),
    ("check off milk on my shopping list", "done", "milk", "shopping"),
    ("cross olives off my list", "done", "olives", ""),
    ("tick milk off", "done", "milk", ""),
    ("check off the eggs", "done", "eggs", ""),
    ("mark the rent as done on my to-do list", "done", "rent", "to-do"),
    ("mark the tax return as done", "done", "tax return", ""),
    ("add call the plumber to my tasks", "add", "call the plumber", "tasks"),
    ("put milk and eggs on the groceries", "add", "milk|eggs", "groceries"),
    ("clear the shopping list", "clear", "", "shopping"),
    ("empty my to-do list", "clear", "", "to-do"),
    ("delete everything on the shopping list", "clear", "", "shopping"),
    ("take everything off the shopping list", "clear", "", "shopping"),
    ("remove the ticked items from the shopping list", "clear_done", "", "shopping"),
    ("clear everything that's done from my to-do list", "clear_done", "", "to-do"),
]
TOLD = [
    ("What's on my shopping list?", {"list": "shopping"}),
    ("what is on the list", {}),
    ("what's left on my to-do list", {"list": "to-do"}),
    ("what do I have on my to do list", {"list": "to do"}),
    ("read me the packing list", {"list": "packing"}),
    ("show me my shopping list", {"list": "shopping"}),
    ("read my to-dos", {"list": "to-do"}),
    ("how many things are on my shopping list", {"list": "shopping"}),
    ("is milk on my shopping list?", {"list": "shopping", "item": "milk"}),
    ("are there eggs on the shopping list", {"list": "shopping", "item": "eggs"}),
    ("do I have oat milk on my shopping list", {"list": "shopping", "item": "oat milk"}),
    ("is there anything on the packing list", {"list": "packing"}),
    ("did I already put onions on the list", {"item": "onions"}),
    ("what do I still need from the shops", {"list": "shopping"}),
    ("which lists do I have", {}),
    ("what do I need to buy", {"list": "shopping"}),
]
FOR_THE_PLANNER = each(
    """what's on my calendar | what's on the process list | show me the file list | add the file list to my notes
    | take me off the mailing list | put the shopping list in the documents folder | delete shopping.txt
    | add milk to the shopping list and read it to me | add milk to the basket and put eggs on the shopping list
    | put milk on the list and bread on the other list | don't add milk to my shopping list
    | add it to my shopping list
    | add what's in notes to my shopping list | add notes.txt to my shopping list | add the rest to the list
    | if it rains add an umbrella to the packing list | add milk to the shopping list if we are out of it
    | turn off the lights and add milk to the shopping list | add olives to the guest list for the party
    | check the oven is off | check if the oven is off | tick that off | remove milk from my fridge
    | add the contents of notes to my shopping list | what's on the list of files
    | is everything on my shopping list
    | Set a timer for ten minutes and put tea on the list | delete the shopping list file | add milk
    | what's on my timer list"""
)


@pytest.mark.parametrize(("say", "what", "items", "name"), CHANGED)
def test_a_list_is_changed(say: str, what: str, items: str, name: str) -> None:
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    listed = {"items": items.split("|")} if items else {}
    wanted = {"what": what, **listed, **({"list": name} if name else {})}
    assert (action.tool, action.args) == ("list_change", wanted)


@pytest.mark.parametrize(("say", "args"), TOLD)
def test_a_list_is_told(say: str, args: dict[str, str]) -> None:
    intent = recognise(say)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert (action.tool, action.args) == ("list_read", args)


def test_all_else_is_left_to_the_planner() -> None:
    found = {say: recognise(say) for say in FOR_THE_PLANNER}
    taken = [
        say
        for say, intent in found.items()
        if intent is not None and intent.plan is not None and "list" in str(intent.plan) and not intent.sentence
    ]
    assert taken == []
