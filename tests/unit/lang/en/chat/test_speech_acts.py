"""What a model says of its own: no claim of a state or a deed passes, however it is put (A13, decision 26)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.chat.speech_acts import admitted, unable_alone
from jarvisd.lang.en.pack import ENGLISH
from tests.tables import each

MEMORIES = ("Your dog is called Biscuit", "You like tea without sugar", "Lena is your sister", "Your PIN is 2290")
DONE = each(
    """turned on the lights | set the heating to 21 degrees | sent the message to Anna | booked a table for four
    | ordered the pizza | called your mother | added milk to the list
    | turned the volume up | locked the front door
    | started the dishwasher | deleted the old files | scheduled the meeting | played your favourite song
    | saved the document | moved the files | paid the bill | printed the letter | closed the blinds"""
)
DOING = each(
    """turning on the lights | setting the heating to 21 degrees | sending the message | booking a table
    | calling mom
    | ordering your pizza | adding milk to the list | turning the volume up | locking the door
    | playing some jazz"""
)
STATES = each(
    """the kitchen light is on | the garage door is closed | the volume is already at maximum
    | it is raining outside
    | your next meeting is at three | there are five files in the folder | the battery is at 80 percent
    | the train leaves at nine | the washing machine is done | your timer has two minutes left
    | nobody is at the door | you have no new messages | the disk is almost full
    | it is 21 degrees in the bedroom"""
)
REQUESTS = each(
    """do it for me please | turn on the lights | call mom | is the door locked | what's the weather like
    | could you sort that out | how is the house | play some jazz | hello | thank you | thanks a lot | set it up
    | what's on my calendar | and now the rest | lock up | good night | who are you | what is my name"""
)
DEED_FORMS = (
    "I have {}.", "I've {}.", "I just {}.", "Okay, I {}.", "Sure! I've {} for you.", "I've already {}, sir.",
    "Done, I {}.", "I will have {} in a minute.", "Consider it done: I {}.", "Your wish is my command, I have {}.",
    "I can't complain, I've {}.", "I don't know how you like it, but I've {}.", "Sorry, I can't say no, so I {}.",
    "You're welcome, I {}.", "Good morning! I {}.", "Would you like me to say that I {}?",
    "As you asked, everything was {}.", "Yes, all {}.",
)  # fmt: skip
DOING_FORMS = (
    "{}.", "I'm {} now.", "Okay, {}.", "{} right away!", "Sure, I am {}.", "One moment, {}.", "Hello, I'm {}.",
    "I can't wait, I'm {}.", "Certainly. {}.", "I'll be {} for you.",
)  # fmt: skip
STATE_FORMS = (
    "{}.", "Yes, {}.", "No, {}.", "I can tell you that {}.", "I'm afraid {}.", "I don't know why {}.",
    "I can't believe {}.", "Sorry, {}.", "Did you know that {}?", "I'm glad that {}.", "I see that {}.",
    "Now that {}, what else can I do?", "I'm Jarvis and {}.", "You should know that {}.",
)  # fmt: skip
HONEST = (
    ("Good evening.", "Good evening! What can I do for you?", ""),
    ("thank you that helped", "You're welcome.", ""),
    ("how are you", "I'm doing well, thank you! How can I help you today?", ""),
    ("order me a pizza", "Sorry, I can't order food.", ""),
    ("open the pod bay doors", "I'm sorry, I can't do that.", ""),
    ("translate this", "I don't know that language.", ""),
    ("is anybody home", "I don't have access to sensors.", ""),
    ("book a table", "Which restaurant would you like?", ""),
    ("tell me more", "What do you want to know?", ""),
    ("what's my dog's name", "Your dog is called Biscuit.", ""),
    ("what is the name of my dog", "Your dog's name is Biscuit.", ""),
    ("who is lena", "Lena is your sister.", ""),
    ("what's my pin", "Your PIN is 2290.", ""),
    ("who are you", "I am Jarvis, a voice assistant.", ""),
    ("tell me a joke", "Why did the tomato blush? It saw the salad dressing.", ""),
    ("lock the door", "I can't lock doors, but I have turned on the alarm.", "I can't lock doors."),
    ("set the oven", "I'm sorry, I can't do that; it is on already.", "I'm sorry, I can't do that."),
    (
        "what is the capital of France",
        "The capital of France is Paris.",
        "I believe the capital of France is Paris.",
    ),
    ("who wrote Faust", "Goethe", "I believe this: Goethe"),
    ("when did the war end", "It ended in 1945.", "I believe it ended in 1945."),
    ("how do I boil an egg", "Boil it for eight minutes.", "I believe this: Boil it for eight minutes."),
    ("turn the volume up", "The volume is already at maximum.", "I can't turn the volume up."),
    ("is the door locked", "Yes, it is.", "I don't know that."),
    ("thanks", "Sure, I've sent the mail.", "You're welcome."),
    ("good night", "The lights are off.", "Goodbye."),
    ("hello", "Hello Sam, the lights are on.", "I'm here if you need me."),
    ("hey jarvis call my mother please", "Calling.", "I can't call your mother."),
)
FALSE_MEMORIES = (
    ("what is my name", "Your name is Jarvis."),
    ("do I like tea", "You don't like tea."),
    ("is Tom my brother", "Tom is your sister."),
    ("what is Anna's PIN", "Anna's PIN is 2290."),
    ("where do I work", "You work in New York."),
    ("what's my pin", "Your PIN is 4711."),
    ("and in New York", "You work in New York."),
)


def said(reply: str, request: str) -> str:
    return admitted(reply, request, MEMORIES, may_believe=True)


@pytest.mark.parametrize(
    ("forms", "contents"),
    [(DEED_FORMS, DONE), (DOING_FORMS, DOING), (STATE_FORMS, STATES)],
    ids=["deeds", "doing", "states"],
)
def test_no_claim_is_said(forms: tuple[str, ...], contents: list[str]) -> None:
    claims = [form.format(content) for form in forms for content in contents]
    leaks = []
    for index, claim in enumerate(claims):
        for request in REQUESTS[index % 4 :: 4]:
            spoken = said(claim[0].upper() + claim[1:], request).casefold()
            leaks += [
                (request, claim, spoken) for content in contents if content in spoken and content not in request
            ]
    assert leaks == []


def test_what_claims_nothing_is_said() -> None:
    wrong = [(ask, said(reply, ask)) for ask, reply, want in HONEST if said(reply, ask) != (want or reply)]
    assert wrong == []


def test_no_memory_is_made_up_or_turned_around() -> None:
    wrong = [(ask, reply) for ask, reply in FALSE_MEMORIES if reply.casefold() in said(reply, ask).casefold()]
    assert wrong == []


def test_general_knowledge_can_be_declined() -> None:
    assert admitted("It is Paris.", "what is the capital of France", (), may_believe=False) == "I don't know that."


def test_what_is_tied_to_a_place_or_a_moment_is_no_general_knowledge() -> None:
    asked = each(
        """is it going to rain | what's the weather | who won yesterday | how warm is the kitchen
    | is the garage open
        | what time does the shop open today | how much memory is free | what is my calendar | where is my phone
        | what's the price of gold now | is anyone here | how full is the disk | what are the headlines"""
    )
    assert [said("It is fine.", ask) for ask in asked] == ["I don't know that."] * len(asked)


def test_beside_steps_only_what_cannot_be_done_is_said() -> None:
    assert unable_alone("I have deleted it. I can't call Anna, but I sent a mail.") == "I can't call Anna."
    assert unable_alone("I can't call Anna\nI sent the mail") == "I can't call Anna"
    assert unable_alone("All done!") == ""


def test_whether_leaves_open_what_it_names() -> None:
    """A state behind "whether" is not asserted; one that follows in the same breath is cut off."""
    open_state = "I can't tell whether the back door is locked."
    assert ENGLISH.chat.unable_alone(open_state) == open_state
    assert ENGLISH.chat.admitted(open_state, "is the back door locked", (), may_believe=False) == open_state
    for tail in (", it is locked.", " because it is locked.", ": it is locked.", " but it is locked."):
        assert "is locked" not in ENGLISH.chat.unable_alone(f"I can't tell whether it works{tail}")


def test_what_is_said_while_an_answer_is_written_is_never_taken_back() -> None:
    """Whatever a model goes on to write: the whole is what was said before, and more."""
    endings = (
        "",
        " I have deleted it.",
        " What can I do for you?",
        " I can't do that.",
        ' "Rome" is old.',
        " ...",
    )
    begun = 0
    for request, reply, _ in HONEST:
        for claim in ("I have locked the door.", "It is raining outside."):
            for text in (f"{reply}{ending}" for ending in endings):
                for whole in (text, f"{claim} {text}", f"{text} {claim}"):
                    said = ""
                    for end in range(len(whole) + 1):
                        more = ENGLISH.chat.admitted_so_far(whole[:end], request, MEMORIES, may_believe=True)
                        assert more.startswith(said), (whole[:end], request)
                        said = more
                    begun += bool(said)
                    assert admitted(whole, request, MEMORIES, may_believe=True).startswith(said), (whole, request)
    assert begun > 100
