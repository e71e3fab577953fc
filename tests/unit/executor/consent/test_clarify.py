"""Which of several things is meant is asked back; an answer picks one of them and agrees to nothing (issue 12)."""

from __future__ import annotations

import asyncio

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested, ConfirmResolved
from jarvisd.core.errors import ErrorCode, NotPermitted, RequestError, Unavailable
from jarvisd.core.planning.plan import Consent
from jarvisd.executor.consent.asker import CHOICE_LIMIT, Question, Windows
from jarvisd.executor.plan.clarifications import Clarifications
from jarvisd.executor.plan.heard_requests import HeardRequests
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Preview, Reversal, Tool, ToolResult, ToolSpec
from tests.fakes.executor import Answer, heard
from tests.unit.executor.conftest import OLD, Bench, old_files

CANCEL = ("cancel_timer", {"which": "timer"})
BOTH = ["eggs", "rice"]


@pytest.fixture
async def two(bench: Bench) -> Bench:
    """Two timers, of which a request means one."""
    for when, label in (("ten minutes", "eggs"), ("twenty minutes", "rice")):
        await bench.use("set_timer", when=when, label=label)
    return bench


def left(bench: Bench) -> list[str]:
    return [timer.label for timer in bench.timers.all()]


async def test_it_is_asked_aloud_and_the_answer_is_no_consent(two: Bench) -> None:
    two.answers("the rice")
    [step] = await two.run(CANCEL)
    assert (step["outcome"], step["consent"], left(two)) == ("done", "not_asked", ["eggs"])
    [spoken] = two.speech.questions
    assert spoken.startswith("Which one do you mean: the timer for 10 minutes (eggs) with 10 minutes left or the")
    [asked] = [event for event in two.events if isinstance(event, ConfirmRequested)]
    assert (asked.kind, len(asked.choices), asked.question) == ("clarify", 2, spoken)
    assert [event.answer for event in two.events if isinstance(event, ConfirmResolved)] == ["answered"]
    assert (two.speech.invitations, two.ears.windows) == ([True], [5.0])
    assert two.ears.released == two.ears.reserved
    assert two.speech.released == two.ears.reserved


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "yes",
        "no",
        "both of them",
        "fish",
        heard("the rice", 0),
        heard("the rice", 10**12, live=False),
        heard("", 0, outcome="cancelled"),
        Unavailable("no microphone", code=ErrorCode.MICROPHONE_GONE),
    ],
    ids=str,
)
async def test_anything_but_one_of_them_leaves_all_as_it_is(two: Bench, answer: object) -> None:
    """Silence, what was said too early, what a recording says, and what names none of them."""
    two.answers(answer)  # type: ignore[arg-type] # the table holds every kind of answer
    [step] = await two.run(CANCEL)
    assert (step["outcome"], left(two)) == ("declined", BOTH)
    assert "I did not cancel a timer" in str(step["spoken"])


async def test_what_is_said_among_other_voices_names_nothing(two: Bench) -> None:
    answer = heard("the rice", 10**12)
    two.answers(type(answer)(**{**answer.to_plain(), "quiet_before": False}))
    [step] = await two.run(CANCEL)
    assert (step["outcome"], left(two)) == ("declined", BOTH)


async def test_it_is_answered_over_the_bus_by_whoever_may_and_in_its_own_way(two: Bench) -> None:
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    asked = await two.question()
    for wrong in (":1.8", ":1.5", ":1.404"):
        with pytest.raises(NotPermitted):
            await two.asker.choose(asked.request_id, wrong, "the rice")
    with pytest.raises(RequestError, match="asks for which one is meant"):
        await two.asker.answer(asked.request_id, ":1.9", is_yes=True)
    for text in ("", "  ", "x" * (CHOICE_LIMIT + 1)):
        with pytest.raises(RequestError, match="an answer has"):
            await two.asker.choose(asked.request_id, ":1.9", text)
    assert left(two) == BOTH
    await two.asker.choose(asked.request_id, ":1.9", "the rice")
    [step] = await two.ended(plan_id)
    assert (step["outcome"], step["consent"], left(two)) == ("done", "not_asked", ["eggs"])
    with pytest.raises(RequestError):
        await two.asker.choose(asked.request_id, ":1.9", "the eggs")


@pytest.mark.parametrize("channel", ["dbus", "voice"])
async def test_the_verdict_of_an_answer_is_never_a_yes(bench: Bench, channel: str) -> None:
    """Even where somebody took it for consent: "yes" and "go ahead" included."""
    bench.answers("yes, go ahead")
    asked = Question("t1", channel, 1000, Preview(phrase="do it to one", choices=("this", "that")))
    answered = bench.tasks.start("question", bench.asker.clarify(asked))
    if channel == "dbus":
        await bench.asker.choose((await bench.question()).request_id, ":1.9", "yes, go ahead")
    verdict = await answered
    assert (verdict.is_yes, verdict.consent, verdict.choice) == (False, Consent.NO, "yes, go ahead")


async def test_a_no_closes_it(two: Bench) -> None:
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    await two.asker.answer((await two.question()).request_id, ":1.9", is_yes=False)
    [step] = await two.ended(plan_id)
    assert (step["outcome"], step["spoken"]) == ("declined", "Okay, I did not cancel a timer.")
    assert left(two) == BOTH


async def test_a_question_before_a_step_takes_no_name(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD, channel="dbus", origin=":1.9")
    asked = await bench.question()
    assert (asked.kind, asked.choices) == ("consent", ())
    for text in ("yes", "yes please", "1"):
        with pytest.raises(RequestError, match="asks for a yes or a no"):
            await bench.asker.choose(asked.request_id, ":1.9", text)
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=False)
    [step] = await bench.ended(plan_id)
    assert (step["consent"], len(bench.names("tmp"))) == ("no", 4)


async def test_a_step_that_is_asked_about_is_asked_about_all_the_same(two: Bench) -> None:
    """A name is no consent: a tainted plan gets its own question, with what was named in it."""
    two.answers("the rice", "no")
    [step] = await two.run(CANCEL, tainted=True)
    assert (step["outcome"], step["consent"], left(two)) == ("declined", "no", BOTH)
    assert [event.kind for event in two.events if isinstance(event, ConfirmRequested)] == ["clarify", "consent"]
    assert "I'm about to cancel the timer for 20 minutes (rice)." in two.speech.questions[1]


async def test_nothing_is_asked_back_in_a_dry_run(two: Bench) -> None:
    [step] = await two.run(CANCEL, dry_run=True)
    assert (step["outcome"], str(step["question"])[:9], left(two)) == ("dry_run", "Which one", BOTH)
    assert two.speech.questions == []


async def test_the_audit_tells_both_kinds_apart_and_holds_no_words(two: Bench) -> None:
    two.answers("the rice")
    await two.run(CANCEL)
    asked, answered = [r for r in two.audit.records if r["event"] in ("asked", "answered")]
    assert (asked["kind"], answered["is_named"], answered["by"]) == ("clarify", True, "voice")
    assert "consent" not in answered
    assert "rice" not in str(two.audit.records)


async def test_an_alarm_is_not_announced_into_it(two: Bench) -> None:
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    asked = await two.question()
    assert two.asker.is_asking
    await two.asker.choose(asked.request_id, ":1.9", "the rice")
    await two.ended(plan_id)
    assert not two.asker.is_asking


async def test_a_machine_that_slept_is_not_answered(two: Bench) -> None:
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    asked = await two.question()
    two.clock.sleep(60)
    with pytest.raises(RequestError):
        await two.asker.choose(asked.request_id, ":1.9", "the rice")
    two.asker.resumed()
    [step] = await two.ended(plan_id)
    assert (step["outcome"], left(two)) == ("declined", BOTH)


async def test_what_is_cancelled_meanwhile_is_not_chosen(two: Bench) -> None:
    """It is measured anew: what is no longer there cannot be meant."""
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    asked = await two.question()
    await two.timers.remove([timer.id for timer in two.timers.all() if timer.label == "rice"])
    await two.timers.add("an hour", "cake")
    await two.asker.choose(asked.request_id, ":1.9", "the rice")
    [step] = await two.ended(plan_id)
    assert (step["outcome"], left(two)) == ("declined", ["eggs", "cake"])


async def test_any_tool_may_ask_back(bench: Bench) -> None:
    def measure(context: ToolContext, *, lamp: str) -> Preview[str]:
        named = [each for each in ("desk lamp", "bed lamp") if context.answer and context.answer in each]
        if len(named) == 1:
            return Preview(phrase=f"switch on the {named[0]}", reversal=Reversal.HARMLESS, selection=named[0])
        return Preview(phrase="switch on a lamp", choices=("the desk lamp", "the bed lamp"))

    def run(context: ToolContext[str], *, lamp: str) -> ToolResult:
        return ToolResult({}, f"The {context.measured} is on.")

    bench.registry.register(Tool(ToolSpec("switch_on", "Lamps.", (Effect.MEMORY,)), run, measure))
    bench.answers("bed")
    [step] = await bench.run(("switch_on", {"lamp": "lamp"}))
    assert step["spoken"] == "The bed lamp is on."
    bench.answers("attic")
    [step] = await bench.run(("switch_on", {"lamp": "lamp"}))
    assert step["spoken"] == "I don't know which one you mean, so I did not switch on a lamp."


async def test_a_cancelled_plan_closes_it(two: Bench) -> None:
    plan_id = await two.start(CANCEL, channel="dbus", origin=":1.9")
    await two.question()
    await two.dispatcher.cancel(plan_id)
    [step] = await two.ended(plan_id)
    assert (step["outcome"], left(two)) == ("cancelled", BOTH)
    assert [event.answer for event in two.events if isinstance(event, ConfirmResolved)] == ["cancelled"]
    await asyncio.sleep(0)


async def test_what_a_request_from_the_room_lacks_is_asked_for_aloud(bench: Bench) -> None:
    """Issue 14: without an origin, and what was answered counts as said."""
    said = HeardRequests()

    async def asked(answer: Answer) -> str:
        bench.answers(answer)
        asking = Clarifications(bench.asker, bench.identities, said, bench.tasks.start)
        try:
            return await asking.ask("t1", "", "For how long?", ())
        finally:
            assert bench.ears.released == bench.ears.reserved

    assert await asked("twenty minutes") == "twenty minutes"
    assert said.words_of("t1", "set a timer") == "set a timer\ntwenty minutes"
    assert await asked("") == ""
    with pytest.raises(RequestError) as early:
        await asked(heard("ten", 0))
    assert early.value.code is ErrorCode.NOT_UNDERSTOOD
    with pytest.raises(Unavailable):
        await asked(Unavailable("muted", code=ErrorCode.MUTED))
    assert said.words_of("t1", "") == "twenty minutes"
    assert set(bench.speech.invitations) == {True}


async def test_without_a_window_the_question_is_the_reply(two: Bench) -> None:
    two.asker.reconfigure(Windows(reply_s=0))
    [step] = await two.run(CANCEL)
    assert (step["outcome"], left(two), two.speech.questions) == ("declined", BOTH, [])
    assert str(step["spoken"]).startswith("Which one do you mean")
