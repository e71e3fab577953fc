"""Questions are put with measured facts, and only a yes of whom they were put to is one (A10)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested, ConfirmResolved
from jarvisd.core.errors import ErrorCode, NotPermitted, RequestError, Unavailable
from jarvisd.executor.consent.asker import Question, Windows
from jarvisd.executor.consent.heard_answer import SURE_YES
from jarvisd.executor.tools.spec import Preview
from tests.fakes.executor import ScriptedIdentities, heard
from tests.unit.executor.conftest import OLD, Bench, old_files


async def test_a_deletion_is_asked_with_measured_facts_and_done_on_yes(bench: Bench) -> None:
    """A10: files, bytes and reversal are in the question; yes moves exactly them to the trash."""
    old_files(bench)
    bench.answers("Yes, go ahead.")
    [step] = await bench.run(OLD)
    assert bench.speech.questions == [
        "I'm about to delete 3 files, 3 kB, older than 7 days in tmp. Deleted files go to the trash. "
        "This can be undone. Say yes to proceed or no to cancel."
    ]
    assert (step["outcome"], step["tier"], step["consent"]) == ("done", 3, "yes")
    assert step["spoken"] == "I deleted 3 files, 3 kB. They are in the trash."
    assert bench.names("tmp") == ["fresh.tmp"]
    assert bench.trashed() == ["old-0.tmp", "old-1.tmp", "old-2.tmp"]
    assert bench.ears.windows == [15.0]


@pytest.mark.parametrize(
    ("answer", "consent", "spoken"),
    [
        ("no", "no", "Okay, I did not delete"),
        ("okay wait", "no", "Okay, I did not delete"),
        ("", "silence", "I heard no answer, so I did not delete"),
        (heard("yes, go ahead", 0, outcome="cancelled"), "no", "Okay, I did not delete"),
        (Unavailable("no microphone", code=ErrorCode.MICROPHONE_GONE), "unavailable", "I could not ask you"),
    ],
)
async def test_anything_but_yes_changes_nothing(bench: Bench, answer: object, consent: str, spoken: str) -> None:
    """Silence, denial, a cancelled window and a missing microphone are a no that says why."""
    old_files(bench)
    bench.answers(answer)  # type: ignore[arg-type] # the table holds every kind of answer
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", consent)
    assert str(step["spoken"]).startswith(spoken)
    assert len(bench.names("tmp")) == 4
    assert bench.journal.entries == {}
    assert bench.ears.released == bench.ears.reserved
    assert bench.speech.released == bench.ears.reserved


async def test_an_unclear_answer_is_asked_about_once_more(bench: Bench) -> None:
    """Two windows at most: unclear then yes is a yes."""
    old_files(bench)
    bench.answers("mumble mumble", "yes, go ahead")
    [step] = await bench.run(OLD)
    assert step["outcome"] == "done"
    assert len(bench.speech.questions) == 2
    assert bench.speech.questions[1].startswith("Sorry, I need a clear answer.")


async def test_two_unclear_answers_are_a_no(bench: Bench) -> None:
    old_files(bench)
    bench.answers("mumble", "mumble", "yes, go ahead")
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.ears.windows)) == ("declined", "no", 2)


async def test_speech_that_began_before_the_question_ended_is_never_an_answer(bench: Bench) -> None:
    """Decision 2: an early yes does not count, not even twice."""
    old_files(bench)
    bench.answers(heard("yes, go ahead", 10), heard("yes, go ahead", 10))
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.ears.windows)) == ("declined", "no", 2)


async def test_who_spoke_too_early_is_asked_once_more(bench: Bench) -> None:
    old_files(bench)
    bench.answers(heard("yes, go ahead", 10), "yes, go ahead")
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.ears.windows)) == ("done", "yes", 2)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("yes, go ahead", {"consent": "yes", "by": "voice", "reason": "plain assent"}),
        ("", {"consent": "silence", "by": "voice", "reason": "silence"}),
        (
            Unavailable("no microphone", code=ErrorCode.MICROPHONE_GONE),
            {"consent": "unavailable", "by": "", "reason": "no microphone"},
        ),
    ],
)
async def test_the_audit_says_who_answered_which_question_and_why_it_counts_so(
    bench: Bench, answer: str | Unavailable, told: dict[str, str]
) -> None:
    old_files(bench)
    bench.answers(answer)
    await bench.run(OLD)
    [record] = [record for record in bench.audit.records if record["event"] == "answered"]
    [asked] = [event for event in bench.events if isinstance(event, ConfirmRequested)]
    assert {key: record[key] for key in told} == told
    assert record["request"] == asked.request_id


@pytest.mark.parametrize(
    ("again", "confidence"),
    [
        ("Pass.", 0.95),
        ("", 0.0),
        ("", 0.95),
        ("No.", 0.95),
        ("Yes. Go ahead.", SURE_YES - 0.01),
        ("Yes. Go ahead.", 0.0),
    ],
)
async def test_a_yes_that_was_not_surely_heard_is_asked_for_once_more(
    bench: Bench, again: str, confidence: float
) -> None:
    """Short words are easily taken for each other; both readings must agree, and the second be sure of it."""
    doubted = replace(heard("yes, go ahead", 10**12), heard_again=again, confidence_again=confidence)
    for second, outcome in (
        (doubted, "declined"),
        (replace(doubted, heard_again="Yes. Go ahead.", confidence_again=SURE_YES), "done"),
    ):
        old_files(bench)
        bench.answers(doubted, second)
        [step] = await bench.run(OLD)
        assert (step["outcome"], len(bench.ears.windows)) == (outcome, 2)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("Yes.", "declined"),
        ("Okay, yes, please.", "declined"),
        # Each of two words would have to be misheard as one that fits.
        ("Yes, go ahead.", "done"),
        ("Absolutely.", "done"),
        ("No.", "declined"),
    ],
)
async def test_a_short_word_alone_is_asked_for_with_more_where_that_is_wanted(
    bench: Bench, answer: str, outcome: str
) -> None:
    """ "Pass" and "guess" are heard as "yes", in both readings and surely."""
    old_files(bench)
    bench.windows = Windows(short_yes_is_yes=False)
    bench.answers("Yes.", answer)
    [step] = await bench.run(OLD)
    assert (step["outcome"], len(bench.ears.windows)) == (outcome, 2)
    assert bench.speech.questions[-1].endswith("Please say: yes, go ahead. Or say no.")


@pytest.mark.parametrize("answer", ["Yes.", "Yes, please.", "Sure.", "Go ahead.", "Do it."])
async def test_plain_assent_works(bench: Bench, answer: str) -> None:
    """A10: the question says "say yes to proceed"."""
    old_files(bench)
    bench.answers(answer)
    [step] = await bench.run(OLD)
    assert (step["outcome"], len(bench.ears.windows)) == ("done", 1)


async def test_a_no_needs_no_second_reading(bench: Bench) -> None:
    old_files(bench)
    bench.answers(replace(heard("no", 10**12), heard_again="Yes.", confidence_again=1.0))
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.ears.windows)) == ("declined", "no", 1)


async def test_speech_that_is_not_live_is_never_an_answer(bench: Bench) -> None:
    """Decision 2: a file or a test feed cannot consent."""
    old_files(bench)
    bench.answers(heard("yes, go ahead", 10**12, live=False))
    [step] = await bench.run(OLD)
    assert step["outcome"] == "declined"


async def test_a_missing_speaker_means_not_done_and_says_so(bench: Bench) -> None:
    old_files(bench)
    bench.speech.error = Unavailable("no loudspeaker", code=ErrorCode.SPEAKER_GONE)
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", "unavailable")
    assert "no loudspeaker" in str(step["spoken"])


async def test_a_turn_from_dbus_is_answered_by_the_user_who_started_it(bench: Bench) -> None:
    """Decision 2: the room is not asked; another user may not answer; the one who asked may."""
    old_files(bench)
    plan_id = await bench.start(OLD, channel="dbus", origin=":1.9")
    asked = await bench.question()
    assert asked.channel == "dbus"
    for wrong in (":1.8", ":1.5", ":1.404"):
        with pytest.raises(NotPermitted):
            await bench.asker.answer(asked.request_id, wrong, is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("done", "yes")
    assert bench.speech.questions == []
    with pytest.raises(RequestError):
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)


async def test_deny_over_dbus_is_a_no(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD, channel="dbus", origin=":1.9")
    await bench.asker.answer((await bench.question()).request_id, ":1.7", is_yes=False)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("declined", "no")


async def test_a_question_over_dbus_closes_as_silence(bench: Bench) -> None:
    """Nobody answers within consent.remote_window_s: no."""
    old_files(bench)
    bench.windows = Windows(remote_s=0.01)
    bench.set_up()
    [step] = await bench.run(OLD, channel="dbus", origin=":1.9")
    assert (step["outcome"], step["consent"]) == ("declined", "silence")


async def test_root_may_answer_a_spoken_turn_and_the_room_is_released(bench: Bench) -> None:
    """A voice turn waits for the room; root over D-Bus is quicker."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    await bench.ears.listening.wait()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.7", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert step["outcome"] == "done"
    assert bench.ears.released == [asked.request_id]


async def test_whom_polkit_lets_may_answer_the_room(bench: Bench) -> None:
    """Decision 2: a voice turn is answered by voice or by the polkit action org.jarvisd.confirm."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], bench.identities.asked) == ("done", [":1.9"])


@pytest.mark.parametrize(("options", "caller"), [({}, ":1.5"), ({"channel": "dbus", "origin": ":1.7"}, ":1.9")])
async def test_polkit_is_not_asked_for_the_brain_or_for_a_written_question(
    bench: Bench, options: dict[str, str], caller: str
) -> None:
    """Not even a rule that allows everybody everything gives the brain a say, or somebody else's question away."""
    old_files(bench)
    bench.identities.authorised.add(caller)
    await bench.start(OLD, **options)
    asked = await bench.question()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, caller, is_yes=True)
    assert bench.identities.asked == []


async def test_a_password_that_comes_too_late_confirms_nothing(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    bench.identities.gate = asyncio.Event()
    answering = asyncio.gather(bench.asker.answer(asked.request_id, ":1.9", is_yes=True), return_exceptions=True)
    await asyncio.sleep(0)
    await bench.dispatcher.cancel("")
    [step] = await bench.ended(plan_id)
    bench.identities.gate.set()
    [error] = await answering
    assert isinstance(error, RequestError)
    assert error.code is ErrorCode.NOT_FOUND
    assert step["outcome"] == "cancelled"


async def test_voice_and_ear_are_free_when_the_answer_came_another_way(bench: Bench) -> None:
    """Before anything else is done, which may speak."""

    async def asked() -> tuple[bool, list[str], list[str]]:
        verdict = await bench.asker.ask(Question("t1", "voice", None, Preview("do it")))
        return verdict.is_yes, list(bench.ears.released), list(bench.speech.released)

    asking = bench.tasks.start("asking", asked())
    question = await bench.question()
    await bench.ears.listening.wait()
    bench.identities.authorised.add(":1.9")
    await bench.asker.answer(question.request_id, ":1.9", is_yes=True)
    assert await asking == (True, [question.request_id], [question.request_id])


async def test_a_question_is_closed_as_soon_as_the_machine_is_awake(bench: Bench) -> None:
    """And not at the end of its window; to be told so twice changes nothing."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    await bench.question()
    bench.asker.resumed()
    for _ in range(100):
        await asyncio.sleep(0)
    assert bench.asker.is_asking, "it has not slept"
    bench.clock.sleep(3600)
    bench.asker.resumed()
    bench.asker.resumed()
    for _ in range(100):
        await asyncio.sleep(0)
    assert not bench.asker.is_asking
    [step] = await bench.ended(plan_id)
    assert step["consent"] == "unavailable"


@pytest.mark.parametrize("when", ["before the answer", "while a password is typed"])
async def test_a_question_does_not_outlive_a_sleep(bench: Bench, when: str) -> None:
    """Its time-outs stood still; who opens the lid need not be who closed it."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    if when == "before the answer":
        bench.clock.sleep(3600)
    else:
        bench.identities.on_asked = lambda: bench.clock.sleep(3600)
    with pytest.raises(RequestError) as late:
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    assert late.value.code is ErrorCode.NOT_FOUND
    bench.asker.resumed()
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("declined", "unavailable")
    assert "the machine slept meanwhile, so I did not delete" in str(step["spoken"])
    assert len(bench.names("tmp")) == 4


async def test_a_yes_that_was_heard_across_a_sleep_is_none(bench: Bench) -> None:
    """Even when the answer comes before anybody has noticed the sleep."""
    old_files(bench)
    bench.answers("Yes, go ahead.")
    bench.ears.before_answer = lambda: bench.clock.sleep(60)
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.names("tmp"))) == ("declined", "unavailable", 4)


async def test_a_question_outlives_a_clock_that_is_set(bench: Bench) -> None:
    old_files(bench)
    bench.answers("Yes, go ahead.")
    bench.ears.before_answer = lambda: bench.clock.set(10 * 365 * 86_400)
    [step] = await bench.run(OLD)
    assert step["outcome"] == "done"


async def test_on_a_private_bus_the_user_of_the_units_stands_for_root(bench: Bench) -> None:
    old_files(bench)
    bench.identities = ScriptedIdentities({":1.9": 1000, ":1.5": 1000}, own_uid=1000, private_bus=True)
    bench.set_up()
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, ":1.5", is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    assert (await bench.ended(plan_id))[0]["outcome"] == "done"


async def test_cancel_during_a_question_closes_it_unanswered(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD)
    await bench.ears.listening.wait()
    await bench.dispatcher.cancel("")
    [step] = await bench.ended(plan_id)
    assert step["outcome"] == "cancelled"
    resolved = [event.answer for event in bench.events if isinstance(event, ConfirmResolved)]
    assert resolved == ["cancelled"]
    assert bench.ears.released == bench.ears.reserved
    assert len(bench.names("tmp")) == 4


def test_windows_are_those_of_the_requirement() -> None:
    """A10: 15 s."""
    assert replace(Windows()).voice_s == 15.0


async def test_a_question_for_the_room_says_which_user_asks(bench: Bench) -> None:
    """Whoever asked over the bus for the room to answer is named; what the room itself asked names nobody."""
    bench.file("tmp/a.tmp", age_days=30)
    for origin, named in ((":1.9", True), ("", False)):
        bench.answers("no")
        [step] = await bench.run(OLD, origin=origin)
        assert step["outcome"] == "declined"
        told = [event.question for event in bench.events if isinstance(event, ConfirmRequested)][-1]
        spoken = bench.speech.questions[-1]
        assert [text.startswith("The user u1000 asks for this.") for text in (told, spoken)] == [named, named]


async def test_after_an_unclear_answer_it_is_said_how_to_agree(bench: Bench) -> None:
    """Requirement A10: the last word says what a yes is, and that there is a command for it."""
    bench.file("tmp/a.tmp", age_days=30)
    bench.answers("the blue one", "the blue one")
    [step] = await bench.run(OLD)
    assert step["outcome"] == "declined"
    assert "say yes, go ahead, or use jarvisctl confirm" in str(step["spoken"])
