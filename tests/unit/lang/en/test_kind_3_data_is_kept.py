"""What is stored is what was heard: grammar leaves addresses, quotes, titles, codes and names (issue 12)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.lang.en.addresses import from_speech, is_said, spelled
from jarvisd.lang.en.contacts import parse_contact
from jarvisd.lang.en.memories.person import as_heard, speaks_of_self, to_listener
from jarvisd.lang.en.requests.intents import recognise
from tests.fakes.clock import SteadyClock
from tests.fakes.memory import HashingEmbedder, InMemoryStore


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Anna's address is anna@me.com", "Anna's address is anna@me.com"),
        ("my site is me.com", "your site is me.com"),
        ("I use i.me/my/page", "You use i.me/my/page"),
        ("write to my@mine.org about my bike", "write to my@mine.org about your bike"),
        ("the password is Me&My7", "the password is Me&My7"),
        ("my password is Me&My7", "your password is Me&My7"),
        ("my file is called my-file.txt", "your file is called my-file.txt"),
        ("it is in /home/me/my/i", "it is in /home/me/my/i"),
        ("the hashtag is #me", "the hashtag is #me"),
        ("run `my script` on my machine", "run `my script` on your machine"),
        ("the key is in my_box", "the key is in my_box"),
        ("watch My Fair Lady", "watch My Fair Lady"),
        ("watch My Fair Lady with my sister", "watch My Fair Lady with your sister"),
        ("I like My Girl and Stand by Me", "You like My Girl and Stand by Me"),
        ("My Fair Lady is my favourite film", "My Fair Lady is your favourite film"),
        ("play My Way by my brother", "play My Way by your brother"),
        ("My Linh lives in Rome", "My Linh lives in Rome"),
        ("call My Linh about my car", "call My Linh about your car"),
        ("watch I Robot with my sister", "watch I Robot with my sister"),
        ("watch I, Robot tonight", "watch I, Robot tonight"),
        ("I Am Legend is on at 8", "I Am Legend is on at 8"),
        ("see The King and I at 8", "see The King and I at 8"),
        ("read about Elizabeth I of England", "read about Elizabeth I of England"),
        ("read about King Charles I.", "read about King Charles I."),
        ("the essay is on World War I", "the essay is on World War I"),
        ('the song is called "my way" and I like it', 'the song is called "my way" and you like it'),
        ("the song “I will survive” is my favourite", "the song “I will survive” is your favourite"),
        ("the sign says 'mind my step' in my street", "the sign says 'mind my step' in your street"),
        ("the code is a b i 5", "the code is a b i 5"),
        ("the plate is m y i 7", "the plate is m y i 7"),
        ("the letter i is broken on my keyboard", "the letter i is broken on my keyboard"),
        ("the old gold mine is closed", "the old gold mine is closed"),
        ("MY CODE IS 5", "MY CODE IS 5"),
        ("the state is ME", "the state is ME"),
        ("Mr. Me lives next to my house", "Mr. Me lives next to your house"),
        ("I told you my code", "I told you my code"),
        ("you call me at my desk", "you call me at my desk"),
        ('he said 5" is my size', 'he said 5" is my size'),
        ("the O’Neils are my neighbours", "the O’Neils are your neighbours"),
        ("run `echo ’` on my machine", "run `echo ’` on your machine"),
    ],
)
def test_only_plain_pronouns_of_plain_sentences_are_said_back(heard: str, said: str) -> None:
    assert to_listener(heard) == said


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("My gate code is 8812", "Your gate code is 8812"),
        ("I prefer tea and I’m allergic to nuts", "You prefer tea and you're allergic to nuts"),
        ("I am at home, so call me", "You are at home, so call you"),
        ("I was in Rome; what am I doing here", "You were in Rome; what are you doing here"),
        ("I still am a member of my club", "You still are a member of your club"),
        ("the red one is mine (not my wife's)", "the red one is yours (not your wife's)"),
        ("I like tea. My sister likes coffee", "You like tea. Your sister likes coffee"),
        ("Tom and I were at my house", "Tom and you were at your house"),
        ("I wasn't at work, I cut myself", "You weren't at work, you cut yourself"),
        ("Mia's number is 5", "Mia's number is 5"),
        ("Your code is 5", "Your code is 5"),
    ],
)
def test_what_is_plain_is_still_said_back(heard: str, said: str) -> None:
    assert to_listener(heard) == said


KEPT = [
    "My gate code is 8812",
    "watch My Fair Lady",
    "the wifi password is Me&My7",
    "I parked my car on level 3",
    'my favourite line is "I am your father"',
    "my site is me.com/my?i=me",
    "Lena’s phone number is 555 0142",
    "ask Mr. My about I Robot",
]


@pytest.mark.parametrize("text", KEPT)
async def test_what_is_kept_is_what_was_heard(text: str) -> None:
    service = MemoryService(Memories(HashingEmbedder(), InMemoryStore(), SteadyClock(), 2.0))
    await service.remember(json.dumps({"kind": "FACT", "text": text}))
    assert [found["text"] for found in json.loads(await service.recall(text, 3))] == [text]


@pytest.mark.parametrize(
    ("heard", "name", "address", "kept"),
    [
        ("Anna's address is anna@me.com", "Anna", "anna@me.com", "Anna's e-mail address is anna@me.com"),
        ("anna's address is anna at me dot com", "anna", "anna@me.com", "Anna's e-mail address is anna@me.com"),
        ("my email is i.me@my.org", "you", "i.me@my.org", "My e-mail address is i.me@my.org"),
        (
            "my sister's mail is me@mine.com",
            "your sister",
            "me@mine.com",
            "My sister's e-mail address is me@mine.com",
        ),
        ("My Mom's mail is mom@me.com", "your Mom", "mom@me.com", "My Mom's e-mail address is mom@me.com"),
        ("My Linh's email is linh@me.com", "My Linh", "linh@me.com", "My Linh's e-mail address is linh@me.com"),
        (
            "Mark O'Neil's email is m.o'neil@example.com",
            "Mark O'Neil",
            "m.o'neil@example.com",
            "Mark O'Neil's e-mail address is m.o'neil@example.com",
        ),
        (
            "Mark O’Neil’s email is m.o’neil@example.com",
            "Mark O’Neil",
            "m.o'neil@example.com",
            "Mark O’Neil's e-mail address is m.o'neil@example.com",
        ),
        (
            "Your sister's e-mail address is a@b.org",
            "your sister",
            "a@b.org",
            "Your sister's e-mail address is a@b.org",
        ),
    ],
)
def test_contacts_keep_name_and_address(heard: str, name: str, address: str, kept: str) -> None:
    contact = parse_contact(heard)
    assert contact is not None
    assert (contact.said_name, contact.address, contact.text) == (name, address, kept)
    again = parse_contact(contact.text)
    assert again is not None
    assert (again.address, again.text) == (address, kept)
    assert again.said_name.casefold() == name.casefold()


def test_an_apostrophe_is_a_part_of_an_address() -> None:
    assert from_speech("m.o'neil@example.com") == "m.o'neil@example.com"
    assert from_speech("m dot o apostrophe neil at example dot com") == "m.o'neil@example.com"
    assert from_speech("'m', 'a', 'x' at example dot org") == "max@example.org"
    assert is_said("m.o'neil@example.com", "write to m.o’neil@example.com")
    assert not is_said("m.oneil@example.com", "write to m.o'neil@example.com")
    assert not is_said("neil@example.com", "write to m.o'neil@example.com")
    assert spelled("o'n@a.org") == "o, apostrophe, n, at, a, dot, o, r, g"


@pytest.mark.parametrize(
    ("planned", "utterance", "kept"),
    [
        (
            "Your bike lock opens with 2290",
            "Note that my bike lock opens with 2290.",
            "my bike lock opens with 2290",
        ),
        ("You are allergic to peanuts", "I'm allergic to peanuts, keep that in mind.", "I'm allergic to peanuts"),
        ("watch your fair lady", "remember to watch My Fair Lady", "watch My Fair Lady"),
        ('the song is "Your Way"', 'Remember the song is "My Way".', 'the song is "My Way"'),
        ("your car is on level 4", "remember my car is on level 3", "your car is on level 4"),
        ("", "remember my car", ""),
        ("your code", "my code-word is 5", "your code"),
    ],
)
def test_what_a_planner_repeats_is_kept_as_heard(planned: str, utterance: str, kept: str) -> None:
    assert as_heard(planned, utterance) == kept


@pytest.mark.parametrize(
    ("request_text", "label"),
    [
        ("Remind me at 8 to watch My Fair Lady", "watch My Fair Lady"),
        ("Remind me in 10 minutes to write to anna@me.com", "write to anna@me.com"),
        ("Remind me in ten minutes to call my sister", "call my sister"),
        ("Remind me in 10 minutes to feed Tom.", "feed Tom"),
        ("Remind me about My Way in 10 minutes", "My Way"),
        ("Remind me about the laundry in 10 minutes", "laundry"),
        ("Set a timer for ten minutes called O’Neil", "O’Neil"),
    ],
)
def test_labels_of_timers_are_kept_as_heard(request_text: str, label: str) -> None:
    intent = recognise(request_text)
    assert intent is not None
    assert intent.plan is not None
    assert intent.plan.actions[0].args["label"] == label


def test_it_is_known_whether_something_was_left_in_the_words_of_its_speaker() -> None:
    assert speaks_of_self("My Linh lives in Rome")
    assert not speaks_of_self("Your code is Me&My7")


@given(st.text(alphabet="my MYiI'’\".@ameA1&\n", max_size=40))
def test_every_word_that_is_no_pronoun_is_in_what_is_said(text: str) -> None:
    said = to_listener(text).split()
    assert [word for word in text.split() if "@" in word or "&" in word] == [
        word for word in said if "@" in word or "&" in word
    ]
