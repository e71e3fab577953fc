"""Lists as people write them: read item by item, changed in their own style, all else kept to the byte."""

from __future__ import annotations

import pytest

from jarvisd.executor.lists.text import ListText


def told(text: str) -> list[str]:
    return [f"{'x ' if item.is_done else ''}{item.text}" for item in ListText(text).items]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("milk\neggs\n", ["milk", "eggs"]),
        ("milk\r\neggs", ["milk", "eggs"]),
        ("\ufeffmilk\n", ["milk"]),
        ("# Shopping\n\n- milk\n* eggs\n", ["milk", "eggs"]),
        ("- [ ] milk\n- [x] eggs\n- [X] rice\n", ["milk", "x eggs", "x rice"]),
        ("[x] milk\n[] eggs\n", ["x milk", "eggs"]),
        ("1. milk\n2) eggs\n", ["milk", "eggs"]),
        ("2 eggs\n1.5 l milk\n", ["2 eggs", "1.5 l milk"]),
        ("Fruit:\n  - pears\nVegetables:\n  - leek\n", ["pears", "leek"]),
        ("milk, eggs, bread\n", ["milk", "eggs", "bread"]),
        ("- tomatoes, peeled\n", ["tomatoes, peeled"]),
        ("tomatoes, peeled\nmilk\n", ["tomatoes, peeled", "milk"]),
        ("Shopping\n========\nmilk\n---\n", ["Shopping", "milk"]),
        ("-\n- \n\n", []),
        ("", []),
    ],
)
def test_items_are_what_people_take_for_them(text: str, items: list[str]) -> None:
    assert told(text) == items


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "- [ ] rice\n"),
        ("# Shopping\n", "# Shopping\n- [ ] rice\n"),
        ("milk\neggs", "milk\neggs\nrice\n"),
        ("milk\r\n", "milk\r\nrice\r\n"),
        ("\ufeffmilk\n", "\ufeffmilk\nrice\n"),
        ("* milk\n\nfor Sunday:\n", "* milk\n* rice\n\nfor Sunday:\n"),
        ("- [x] milk\n", "- [x] milk\n- [ ] rice\n"),
        ("1. milk\n2. eggs\n", "1. milk\n2. eggs\n3. rice\n"),
        ("9) milk\n", "9) milk\n10) rice\n"),
        ("milk, eggs\n", "milk, eggs, rice\n"),
        ("Fruit:\n  - pears\n", "Fruit:\n  - pears\n  - rice\n"),
    ],
)
def test_what_is_added_is_written_as_its_neighbours_are(before: str, after: str) -> None:
    assert ListText(before).added(["rice"]).text == after


@pytest.mark.parametrize(
    ("before", "without", "ticked"),
    [
        ("milk\neggs\nrice\n", "milk\nrice\n", "milk\n[x] eggs\nrice\n"),
        ("- milk\n- eggs\n- rice", "- milk\n- rice", "- milk\n- [x] eggs\n- rice"),
        ("- [ ] milk\n- [ ] eggs\n", "- [ ] milk\n", "- [ ] milk\n- [x] eggs\n"),
        ("milk\r\neggs\r\n", "milk\r\n", "milk\r\n[x] eggs\r\n"),
        ("milk, eggs, rice\n", "milk, rice\n", "milk\n[x] eggs\nrice\n"),
        ("# Mine\nmilk\n\neggs\n", "# Mine\nmilk\n\n", "# Mine\nmilk\n\n[x] eggs\n"),
    ],
)
def test_an_item_is_taken_away_or_ticked_off_alone(before: str, without: str, ticked: str) -> None:
    text = ListText(before)
    eggs = [item for item in text.items if item.text == "eggs"]
    assert text.without(eggs).text == without
    marked = text.marked(eggs, is_done=True)
    assert marked.text == ticked
    assert [item.text for item in marked.items if item.is_done] == ["eggs"]
    again = marked.marked([item for item in marked.items if item.is_done], is_done=False)
    assert [item.text for item in again.items] == [item.text for item in text.items]
    assert not any(item.is_done for item in again.items)


def test_the_last_item_between_commas_leaves_no_line() -> None:
    text = ListText("milk, eggs\n")
    assert text.without(text.items).text == ""
