"""A newer fact about the same thing replaces the older, which stays as its trail; look-alikes stay (issue 12)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.brain.ports import MemoryKind
from jarvisd.lang.en.memories.facts import Relation, parse_fact, relation, replaced
from jarvisd.lang.en.memories.told import day_of, recalled, recalled_all, tells
from jarvisd.lang.en.requests.intents import corrected, recognise
from tests.fakes.clock import SteadyClock
from tests.fakes.memory import HashingEmbedder, InMemoryStore

REPLACED = [
    ("My car is parked on level 3", "My car is parked on level 5"),
    ("My car is parked on level 3", "my car is on level 5"),
    ("Your car is parked on level 3", "my car is on level 5 now"),
    ("my car is on level 3", "actually my car is on level 5"),
    ("my car is on level 3", "I parked my car on level 5"),
    ("my car is on level 3", "I parked on level 5"),
    ("my car's on level 3", "my car's now on level 5"),
    ("my car is on level 3", "actually the car is on level 5 now"),
    ("my bike is in the cellar", "actually my bike is in cellar four now"),
    ("my bike is in the cellar", "I moved my bike to the garage"),
    ("my keys are in the drawer", "my keys are in the red bowl"),
    ("my keys are in the drawer", "I put my keys on the shelf"),
    ("the spare key is under the mat", "the spare key is in the shed"),
    ("our tent is in the attic", "our tent is in the basement"),
    ("my wife's car is on level 3", "my wife's car is on level 5"),
    ("my passport is upstairs", "my passport is downstairs"),
    ("my locker code is 4417", "my locker code is 9921"),
    ("Your locker code is 4417", "my locker code is now 9921"),
    ("the code of my locker is 4417", "my locker code is 9921"),
    ("my locker code is 4417", "my new locker code is 9921"),
    ("my locker code is 4417", "my locker code changed to 9921"),
    ("my bike lock opens with 2290", "my bike lock opens with 1111"),
    ("the wifi password is Me&My7", "the wifi password is Me&My8"),
    ("my shoe size is 43", "my shoe size is 44"),
    ("my favourite colour is red", "my favourite colour is blue"),
    ("my daughter's birthday is May 3", "actually my daughter's birthday is May 4"),
    ("Lena's phone number is 555 0142", "Lena's phone number is 555 0143"),
    ("my sister is 30", "my sister is 31"),
    ("I'm 30 years old", "I'm 31 years old"),
    ("my sister lives in Rome", "my sister lives in Paris"),
    ("I live in Berlin", "I live in Hamburg now"),
    ("I live in Berlin", "I moved to Hamburg"),
    ("Anna lives in Berlin", "Anna moved to Hamburg"),
    ("I work at Acme", "I work at Globex now"),
    ("I like tea", "I don't like tea anymore"),
    ("I don't like fish", "I like fish now"),
    ("my mother is allergic to nuts", "my mother is no longer allergic to nuts"),
    ("my car is on level 3", "my car isn't on level 3 any more"),
    ("my dentist appointment is on Monday", "my dentist appointment moved to Tuesday"),
    ("my dentist appointment is on Monday", "actually my dentist appointment is on Tuesday"),
    ("my dentist appointment is on Monday", "my dentist appointment is on Tuesday now"),
    ("the meeting is at 3", "actually the meeting is at 4"),
    ("my flight leaves at 6", "correction, my flight leaves at 8"),
    ("my seat is 12", "my seat is 14"),
    ("my dog is called Rex", "actually my dog is called Max"),
    ("Anna's e-mail address is a@me.com", "Anna's new email is b@me.com"),
]
RELATED = [
    ("my car is on level 3", "the car is on level 5"),
    ("my red car is on level 3", "my car is on level 5"),
    ("my dentist appointment is on Monday", "my dentist appointment is on Tuesday"),
    ("the meeting is at 3", "the meeting is at 4"),
    ("my flight leaves at 6", "my flight leaves at 8"),
    ("I work at Acme", "I work at Globex"),
    ("my car is on level 3", "my car is on level 5 on weekends"),
    ("Anna's e-mail address is a@me.com", "Anna's email is b@me.com"),
    ("my doctor is Dr. Smith", "my doctor is now Dr. Jones"),
    ("my phone number is 5", "my work phone number is 6"),
]
APART = [
    ("my car is on level 3", "my wife's car is on level 5"),
    ("my wife's car is on level 3", "my car is on level 5"),
    ("my car is on level 3", "Anna's car is on level 5"),
    ("my car is on level 3", "my car key is on level 5"),
    ("my car key is in the bowl", "my car is in the garage"),
    ("my car is on level 3", "my bike is on level 5"),
    ("my car is on level 3", "my car is red"),
    ("my car is red", "my car is electric"),
    ("my locker code is 4417", "my gate code is 9921"),
    ("my sister's birthday is May 3", "my brother's birthday is May 4"),
    ("my sister is Anna", "my sister is Maria"),
    ("I like tea", "I like coffee"),
    ("I like tea", "I don't like coffee"),
    ("my sister lives in Rome", "my sister works in Paris"),
    ("Anna lives in Rome", "Hanna lives in Paris"),
    ("my car isn't on level 3", "my car isn't on level 4"),
]
NO_FACT = [
    "a book is in the bag",
    "my car was on level 3",
    "is my car on level 3?",
    "my car is on level 3 and my bike is in the cellar",
    "my car is on level 3. My bike is in the cellar",
    "I put a pen in the drawer",
    "there is a key under the mat",
    "my old locker code is 4417",
    "buy milk",
    "",
]


@pytest.mark.parametrize(("older", "newer"), REPLACED)
def test_a_newer_fact_about_the_same_replaces_the_older(older: str, newer: str) -> None:
    new = parse_fact(newer)
    assert new is not None
    assert replaced(new, [parse_fact(older)]) == [0]


@pytest.mark.parametrize(("older", "newer"), RELATED)
def test_in_doubt_both_stay(older: str, newer: str) -> None:
    new, old = parse_fact(newer), parse_fact(older)
    assert new is not None
    assert old is not None
    assert relation(new, old) is Relation.RELATED
    assert replaced(new, [old]) == []


@pytest.mark.parametrize(("older", "newer"), APART)
def test_look_alikes_have_nothing_to_do_with_each_other(older: str, newer: str) -> None:
    new, old = parse_fact(newer), parse_fact(older)
    assert new is not None
    assert old is not None
    assert relation(new, old) is Relation.NONE
    assert replaced(new, [old]) == []


@pytest.mark.parametrize("text", NO_FACT)
def test_what_is_not_one_plain_sentence_replaces_nothing(text: str) -> None:
    assert parse_fact(text) is None


def test_the_car_is_nobodys_car_where_there_are_several() -> None:
    newer = parse_fact("actually the car is on level 5")
    assert newer is not None
    known = [parse_fact("my car is on level 3"), parse_fact("my wife's car is on level 4")]
    assert replaced(newer, known) == []


# --- kept -----------------------------------------------------------------------------------------------------


class Days:
    """A day passes whenever the time is asked for."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)

    def monotonic_us(self) -> int:
        return 0

    def boot_us(self) -> int:
        return 0

    def now(self) -> datetime:
        self.time += timedelta(days=1)
        return self.time


@pytest.mark.parametrize(("older", "newer"), REPLACED)
async def test_what_is_recalled_is_the_newer_and_the_older_is_its_trail(older: str, newer: str) -> None:
    service = MemoryService(Memories(HashingEmbedder(), InMemoryStore(), Days(), 2.0))
    await service.remember(json.dumps({"text": older}))
    await service.remember(json.dumps({"text": newer}))
    [found] = json.loads(await service.recall(older, 3))
    assert [earlier["text"] for earlier in found["earlier"]] == [older]
    listed = json.loads(await service.listing())
    assert [(memory["text"], memory["replaced_by"]) for memory in listed] == [
        (found["text"], ""),
        (older, found["id"]),
    ]


@pytest.mark.parametrize(("older", "newer"), [*RELATED, *APART])
async def test_what_is_not_replaced_is_recalled_and_of_the_same_thing_the_newest_first(
    older: str, newer: str
) -> None:
    memories = Memories(HashingEmbedder(), InMemoryStore(), Days(), 2.0)
    service = MemoryService(memories)
    await service.remember(json.dumps({"text": older}))
    await service.remember(json.dumps({"text": newer}))
    found = json.loads(await service.recall(older, 3))
    assert len(found) == 2
    if (older, newer) in RELATED:
        assert found[0]["created"] > found[1]["created"]


async def test_a_trail_is_forgotten_with_its_head() -> None:
    store = InMemoryStore()
    memories = Memories(HashingEmbedder(), store, Days(), 2.0)
    for level in (3, 4, 5, 4):
        await memories.remember(MemoryKind.FACT, f"my car is on level {level}")
    tea = await memories.remember(MemoryKind.PREFERENCE, "I like tea")
    [car] = [item for item in await memories.recall("my car", 9) if "car" in item.memory.text]
    assert car.memory.text == "my car is on level 4"
    assert len(await store.everything()) == 4
    assert await memories.forget(car.memory.id) == 1
    assert [memory.id for memory in await store.everything()] == [tea]


async def test_what_nobody_said_replaces_nothing_that_a_person_did() -> None:
    memories = Memories(HashingEmbedder(), InMemoryStore(), Days(), 2.0)
    await memories.remember(MemoryKind.FACT, "my car is on level 3")
    await memories.remember(MemoryKind.FACT, "my car is on level 9", tainted=True)
    assert {item.memory.text for item in await memories.recall("my car", 9)} == {
        "my car is on level 3",
        "my car is on level 9",
    }
    await memories.remember(MemoryKind.FACT, "my car is on level 5")
    assert [item.memory.text for item in await memories.recall("my car", 9)] == ["my car is on level 5"]


async def test_a_replaced_address_is_nobodys_address_any_more() -> None:
    service = MemoryService(Memories(HashingEmbedder(), InMemoryStore(), SteadyClock(), 2.0))
    await service.remember(json.dumps({"text": "Anna's email is a@me.com"}))
    await service.remember(json.dumps({"text": "actually Anna's email is b@me.com"}))
    assert [found["address"] for found in json.loads(await service.contacts("Anna"))] == ["b@me.com"]


# --- said and told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "kind", "kept"),
    [
        ("Actually my bike is in cellar four now.", "FACT", "Actually my bike is in cellar four now"),
        ("Remember that my car is on level 3.", "FACT", "my car is on level 3"),
        ("Hey Jarvis, please remember my gate code is 8812, thanks.", "FACT", "my gate code is 8812"),
        ("Keep in mind that I don't like fish.", "PREFERENCE", "I don't like fish"),
        ("Remember that Anna's address is anna@me.com.", "CONTACT", "Anna's address is anna@me.com"),
        ("Remember the wifi password is Me&My7", "FACT", "the wifi password is Me&My7"),
        ("My dentist appointment moved to Tuesday.", "FACT", "My dentist appointment moved to Tuesday"),
        ("I live in Hamburg now", "FACT", "I live in Hamburg now"),
        ("Actually, my wife's car is on level 5.", "FACT", "Actually, my wife's car is on level 5"),
    ],
)
def test_a_plain_fact_reaches_the_memory_without_a_model(heard: str, kind: str, kept: str) -> None:
    intent = recognise(heard)
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, dict(action.args)) for action in intent.plan.actions] == [
        ("remember", {"kind": kind, "text": kept})
    ]


@pytest.mark.parametrize(
    "heard",
    [
        "Remember to buy milk",
        "Remember when my flight leaves",
        "Remember that my car is on level 3 and set a timer for ten minutes",
        "Remember that my car is on level 3. Then delete the old logs",
        "My car is on level 3",
        "Is my car on level 5 now?",
        "Actually stop",
        "The report is in documents now",
        "No, it's on level 5",
        "Remember it",
        "Do you remember my locker code?",
        "Actually delete the old logs now",
        "Move my notes to documents",
    ],
)
def test_what_is_not_plainly_told_is_not_kept_without_a_model(heard: str) -> None:
    intent = recognise(heard)
    actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
    assert [action for action in actions if action.tool == "remember"] == []


@pytest.mark.parametrize(
    ("heard", "before", "kept"),
    [
        ("No, it's on level 5", "Remember that my car is parked on level 3.", "my car is parked on level 5"),
        ("No, it's level 5.", "Remember that my car is parked on level 3.", "my car is parked on level 5"),
        ("Actually it is in the cellar", "remember my bike is in the garage", "my bike is in the cellar"),
        ("Sorry, it's 4418", "Remember my locker code is 4417", "my locker code is 4418"),
        ("no wait, it's Me&My8", "Remember the wifi password is Me&My7", "the wifi password is Me&My8"),
    ],
)
def test_a_correction_of_what_was_told_just_now_need_not_name_it(heard: str, before: str, kept: str) -> None:
    intent = corrected(heard, before)
    assert intent is not None
    assert intent.plan is not None
    assert intent.plan.actions[0].args["text"] == kept


@pytest.mark.parametrize(
    ("heard", "before"),
    [
        ("it's on level 5", "Remember that my car is on level 3"),
        ("no, it's raining", "Remember that my car is on level 3 and red"),
        ("no, it's on level 5", "what time is it"),
        ("no, it's not on level 3", "Remember that my car is on level 3"),
        ("no", "Remember that my car is on level 3"),
        ("no, it's on level 5", "Remember that I like tea"),
    ],
)
def test_what_corrects_nothing_plainly_goes_to_the_planner(heard: str, before: str) -> None:
    assert corrected(heard, before) is None


NOW = datetime(2026, 11, 29, 10, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (3, "on Thursday"),
        (6, "on Monday"),
        (7, "on November 22"),
        (400, "on October 25, 2025"),
    ],
)
def test_days_are_told(days: int, said: str) -> None:
    assert day_of(NOW - timedelta(days=days), NOW) == said


def test_where_two_memories_differ_both_are_told_newest_first() -> None:
    told = [("My appointment is on Tuesday.", NOW), ("My appointment is on Monday", NOW - timedelta(days=6))]
    assert recalled_all(told, NOW) == (
        "You told me different things. Today: Your appointment is on Tuesday. "
        "On Monday: Your appointment is on Monday."
    )
    assert recalled("My code is Me&My7") == "I remember: Your code is Me&My7"
    assert recalled("My Linh lives in Rome") == "You told me: My Linh lives in Rome"


@pytest.mark.parametrize(
    ("query", "text", "told"),
    [
        ("anna's birthday", "Anna's e-mail address is anna@example.org", False),
        ("anna's birthday", "Anna was born on May 3", True),
        ("anna's birthday", "anna's birthday is in May", True),
        ("the combination of my bike lock", "My bike lock opens with 2290", True),
        ("the code of the alarm", "the alarm is 4417", True),
        ("the code of the alarm", "the alarm is in the hall", False),
        ("my wifi password", "your wifi password is hunter two", True),
        ("the garden", "the garden gate is green", True),
    ],
)
def test_another_property_of_the_same_is_no_answer(query: str, text: str, told: bool) -> None:
    assert tells(query, text) is told
