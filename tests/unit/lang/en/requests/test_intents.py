"""Requests that need no model (decision 8): what matches, and above all what must not."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.intent import Control, Intent

CONTROLS = [
    ("Stop.", Control.STOP),
    ("Hey Jarvis, stop!", Control.STOP),
    ("Please stop talking.", Control.STOP),
    ("Never mind.", Control.STOP),
    ("No, never mind", Control.STOP),
    ("Cancel that, please.", Control.STOP),
    ("Jarvis, be quiet", Control.STOP),
    ("Mute yourself.", Control.MUTE),
    ("stop listening", Control.MUTE),
    ("Could you turn off your microphone?", Control.MUTE),
    ("Don't listen now.", Control.MUTE),
    ("Unmute.", Control.UNMUTE),
    ("Are you okay?", Control.STATUS),
    ("What can you do?", Control.HELP),
    ("help me please", Control.HELP),
    ("Who are you?", Control.INTRODUCE),
    ("Good morning, Jarvis!", Control.GREET),
    ("hello there", Control.GREET),
    ("Thank you very much.", Control.THANK),
    ("thanks", Control.THANK),
    ("Good night.", Control.GOOD_NIGHT),
    ("bye", Control.PART),
    ("No, thanks.", Control.DECLINE),
    ("Hold on a second!", Control.STOP),
    ("wait", Control.STOP),
    ("Thank you, that's all.", Control.DECLINE),
    ("nothing else", Control.DECLINE),
    ("not now", Control.DECLINE),
    ("how are you today", Control.STATUS),
    ("Status report", Control.STATUS),
    ("Undo that.", Control.UNDO),
    ("Undo the last action", Control.UNDO),
    ("Say that again, please.", Control.REPEAT),
    ("What did you say?", Control.REPEAT),
    ("What did you just do?", Control.RECOUNT),
    ("Tell me what you have done.", Control.RECOUNT),
    ("What's the last thing you did?", Control.RECOUNT),
    ("What have you changed?", Control.RECOUNT),
    ("What have you done today?", Control.RECOUNT),
    ("What did I ask you before?", Control.RECOUNT),
    ("Turn the volume up.", Control.VOLUME),
    ("Can you spell that for me?", Control.SPELL),
    ("Speak slower, please.", Control.SLOWER),
    ("A bit faster", Control.FASTER),
    ("Speak normally again.", Control.NORMAL_SPEED),
    ("Go back to your usual pace", Control.NORMAL_SPEED),
    ("Are you listening to me all the time?", Control.PRIVACY),
    ("Do you record what I say?", Control.PRIVACY),
    ("Who else can hear us?", Control.PRIVACY),
    ("Is anything wrong with you?", Control.STATUS),
    ("Pause.", Control.PAUSE),
    ("Go on.", Control.GO_ON),
    ("Continue reading.", Control.GO_ON),
]
FOR_THE_PLANNER = [
    "Stop the timer from ringing so loudly.",
    "Cancel my subscription email.",
    "Cancel the meeting with Ana.",
    "What time is my dentist appointment?",
    "What's the time of the first train to Tokyo?",
    "What date is my exam?",
    "What day is it that I see the doctor?",
    "When is the next meeting",
    "What day is Easter",
    "What's the time left on the timer in the kitchen of the house",
    "Don't stop.",
    "Find the status report.",
    "What is the status of my order?",
    "Undo the last line in notes.txt.",
    "Undo the last two lines.",
    "Undo the last half.",
    "Repeat after me.",
    "What did you do with the invoices?",
    "What have you done to my computer?",
    "What happened in 1969?",
    "Mute the television.",
    "Mute the television for an hour.",
    "Stop listening for the door.",
    "Mute yourself until six.",
    "Mute yourself for a while.",
    "Don't listen to him.",
    "Forget it was me who told you.",
    "Remember the quiet room upstairs.",
    "Delete the file called stop.",
    "Jarvis.",
    "",
    "?!",
]


@pytest.mark.parametrize(("text", "control"), CONTROLS)
def test_controls_are_recognised(text: str, control: Control) -> None:
    intent = recognise(text)
    assert intent is not None
    assert (intent.control, intent.plan) == (control, None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("What time is it?", "time"),
        ("Hey Jarvis, what's the time?", "time"),
        ("Tell me the time, please.", "time"),
        ("What’s the time right now?", "time"),
        ("Do you know what time it is?", "time"),
        ("What's the date?", "date"),
        ("What day is it today?", "date"),
        ("Which day of the week is it?", "date"),
    ],
)
def test_clock_questions_become_a_plan_without_a_model(text: str, what: str) -> None:
    """The plan has the shape of every plan (A7)."""
    intent = recognise(text)
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, action.args) for action in intent.plan.actions] == [("get_time", {"what": what})]
    assert intent.plan.confidence == 1.0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("What's the time in Tokyo?", "time"),
        ("What time is it in São Paulo, please?", "time"),
        ("What's the date in 3 days?", "date"),
        ("What day is it tomorrow", "date"),
        ("which day of the week is March 3rd", "date"),
        ("What day is Christmas?", "date"),
        ("When is Christmas", "date"),
        ("what's the date in New York", "date"),
    ],
)
def test_the_clock_elsewhere_and_the_calendar_of_another_day_need_no_model(text: str, what: str) -> None:
    """The tool reads which place and day; one that it does not know it refuses by name."""
    intent = recognise(text)
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, action.args) for action in intent.plan.actions] == [("get_time", {"what": what})]


@pytest.mark.parametrize("text", FOR_THE_PLANNER)
def test_anything_more_goes_to_the_planner(text: str) -> None:
    """An intent is the whole utterance, never a part of it."""
    intent = recognise(text)
    assert intent is None or intent.sentence


@pytest.mark.parametrize(
    ("text", "count"),
    [("Undo the last two changes.", 2), ("revert your last 3 steps", 3), ("Undo the last twenty one things", 21)],
)
def test_several_changes_can_be_undone_at_once(text: str, count: int) -> None:
    assert recognise(text) == Intent(control=Control.UNDO, count=count)


@pytest.mark.parametrize(
    ("text", "length_s"),
    [
        ("Mute yourself for an hour.", 3600),
        ("mute for ten minutes please", 600),
        ("Hey Jarvis, stop listening for half an hour", 1800),
        ("Turn off your microphone for 90 minutes.", 5400),
        ("For the next two hours don't listen.", 7200),
    ],
)
def test_for_how_long_it_is_muted(text: str, length_s: float) -> None:
    assert recognise(text) == Intent(control=Control.MUTE, length_s=length_s)


SPELLED = {
    "Spell rhythm.": "rhythm",
    "How do you spell the word necessary?": "necessary",
    "Could you please spell out Anna Karenina": "anna karenina",
    "How is receive spelled?": "receive",
    "Spell that.": "",
    "Spell it out for me": "",
}
NOT_SPELLED = ["Spell check my letter to Mark.", "Spell out my name", "spell the first six words of my notes"]


@pytest.mark.parametrize(("text", "wanted"), SPELLED.items())
def test_what_is_to_be_spelled(text: str, wanted: str) -> None:
    found = recognise(text)
    assert found is not None
    assert (found.control, found.to_spell) == (Control.SPELL, wanted)


@pytest.mark.parametrize("text", NOT_SPELLED)
def test_what_only_sounds_like_spelling_is_thought_about(text: str) -> None:
    assert recognise(text) is None


def test_every_control_can_be_said() -> None:
    assert {control for _, control in CONTROLS} == set(Control)
