"""Timers and alarms ring until somebody comes, and what nobody heard is said to whoever speaks next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.executor.timers.model import Timer, TimerState
from jarvisd.executor.timers.timers import RING_S, SAY_AGAIN_S, Timers
from jarvisd.lang.en.requests.intents import recognise
from tests.unit.executor.conftest import Bench

GONE = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)


@dataclass
class ScriptedBell:
    """Remembers what rings and what was said; ``failure`` is raised while set."""

    rings: dict[str, tuple[str, float]] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    failure: JarvisError | None = None

    async def ring(self, timer_id: str, text: str, limit_s: float) -> None:
        if self.failure is not None:
            raise self.failure
        self.rings[timer_id] = (text, limit_s)

    async def stop(self, timer_id: str) -> None:
        self.rings.pop(timer_id, None)
        self.stopped.append(timer_id)


@dataclass
class House:
    """A bench with a bell."""

    bench: Bench
    bell: ScriptedBell = field(default_factory=ScriptedBell)

    def __post_init__(self) -> None:
        self.bench.timers = replace(self.bench.timers, bell=self.bell)
        self.bench.kit = replace(self.bench.kit, timers=self.bench.timers)
        self.bench.set_up()

    @property
    def timers(self) -> Timers:
        return self.bench.timers

    async def restart(self) -> None:
        """The executor starts anew, and with it what rings is forgotten by the voice."""
        self.bell.rings.clear()
        self.bench.timers = replace(self.bench.new_timers(), bell=self.bell)
        await self.timers.open()

    async def after(self, seconds: float) -> None:
        self.bench.clock.advance(seconds)
        await self.timers.tick()

    async def say(self, words: str) -> object:
        intent = recognise(words)
        assert intent is not None, words
        assert intent.plan is not None, words
        [action] = intent.plan.actions
        [step] = await self.bench.run((action.tool, action.args), utterance=words)
        await self.timers.tick()
        return step["spoken"]

    async def due(self, label: str = "pasta") -> Timer:
        """A timer that rings."""
        await self.bench.use("set_timer", when="ten minutes", label=label)
        await self.after(601)
        return next(timer for timer in self.timers.all() if timer.label == label)


@pytest.fixture
def house(bench: Bench) -> House:
    return House(bench)


async def test_it_rings_with_its_name_for_five_minutes(house: House) -> None:
    timer = await house.due()
    assert house.bell.rings == {timer.id: ("Your timer for 10 minutes is done: pasta.", pytest.approx(299, abs=1))}
    assert house.bench.speech.said == []
    await house.after(1)
    assert len(house.bell.rings) == 1


async def test_who_stops_it_dismisses_it(house: House) -> None:
    timer = await house.due()
    await house.timers.rung(timer.id, "stopped")
    assert house.timers.all() == []
    assert house.bench.timer_store.kept == []
    await house.timers.tell_unheard()
    assert house.bench.speech.said == []


async def test_one_that_repeats_comes_again_after_it_was_stopped(house: House) -> None:
    await house.bench.use("set_timer", when="every day at 5 pm", kind="alarm")
    await house.after(56 * 60)
    [timer] = house.timers.all()
    await house.timers.rung(timer.id, "stopped")
    [again] = house.timers.all()
    assert (again.state, again.at[8:16]) == (TimerState.RUNNING, "23T17:00")


async def test_what_rang_unheard_is_said_once_to_who_speaks_next(house: House) -> None:
    pasta = await house.due()
    await house.bench.use("set_timer", when="5 pm", kind="alarm")
    await house.timers.rung(pasta.id, "unheard")
    await house.after(45 * 60)
    [alarm] = [timer for timer in house.timers.all() if timer.at]
    await house.timers.rung(alarm.id, "unheard")
    await house.restart()
    await house.after(1)
    assert house.bench.speech.said == []
    await house.timers.tell_unheard()
    await house.timers.tell_unheard()
    told = "While you were away the pasta timer rang at 4:15 PM and your alarm rang at 5:00 PM."
    assert house.bench.speech.said == [told]
    assert [timer.state for timer in house.timers.all()] == [TimerState.DUE, TimerState.DUE]


async def test_what_rang_on_another_day_is_said_with_it(house: House) -> None:
    timer = await house.due()
    await house.timers.rung(timer.id, "unheard")
    house.bench.clock.advance(86_400)
    await house.timers.tell_unheard()
    assert house.bench.speech.said == ["While you were away the pasta timer rang at 4:15 PM yesterday."]


async def test_what_cannot_be_said_is_said_the_next_time(house: House) -> None:
    timer = await house.due()
    await house.timers.rung(timer.id, "unheard")
    house.bench.speech.error = GONE
    with pytest.raises(Unavailable):
        await house.timers.tell_unheard()
    house.bench.speech.error = None
    await house.timers.tell_unheard()
    assert len(house.bench.speech.said) == 1


async def test_a_voice_that_starts_anew_rings_on_for_what_is_left(house: House) -> None:
    timer = await house.due()
    house.bell.rings.clear()
    house.timers.bell_lost()
    await house.after(100)
    assert house.bell.rings[timer.id][1] == pytest.approx(199, abs=1)
    house.bell.rings.clear()
    house.timers.bell_lost()
    await house.after(RING_S)
    assert house.bell.rings == {}
    await house.timers.tell_unheard()
    assert house.bench.speech.said == ["While you were away the pasta timer rang at 4:15 PM."]


async def test_an_executor_that_starts_anew_rings_on(house: House) -> None:
    timer = await house.due()
    await house.restart()
    await house.after(60)
    assert house.bell.rings[timer.id][1] == pytest.approx(239, abs=1)


async def test_what_came_due_long_ago_does_not_ring_but_is_said(house: House) -> None:
    await house.bench.use("set_timer", when="ten minutes", label="pasta")
    house.bench.clock.advance(3600)
    await house.restart()
    await house.timers.tick()
    assert house.bell.rings == {}
    assert house.bench.speech.said[0].startswith("Your timer for 10 minutes (pasta) ended 50 minutes ago")


async def test_a_loudspeaker_that_is_gone_is_tried_again(house: House) -> None:
    house.bell.failure = GONE
    timer = await house.due()
    house.bell.failure = None
    await house.after(1)
    assert house.bell.rings == {}
    await house.after(SAY_AGAIN_S)
    assert timer.id in house.bell.rings


async def test_nothing_begins_to_ring_into_a_question(house: House) -> None:
    house.bench.is_asking = True
    timer = await house.due()
    assert house.bell.rings == {}
    house.bench.is_asking = False
    await house.after(1)
    assert timer.id in house.bell.rings


async def test_a_reminder_is_said_and_does_not_ring(house: House) -> None:
    await house.bench.use("set_timer", when="ten minutes", label="call Ben", kind="reminder")
    await house.after(601)
    assert (house.bell.rings, house.bench.speech.said) == ({}, ["This is your reminder: call Ben."])


@pytest.mark.parametrize(
    "words", ["snooze", "snooze it", "five more minutes", "another five minutes", "five minutes more"]
)
async def test_snooze_ends_the_bell_and_brings_it_back(house: House, words: str) -> None:
    """Also beside a timer that runs: what rings is meant."""
    await house.bench.use("set_timer", when="two hours", label="bread")
    timer = await house.due()
    await house.say(words)
    assert (house.bell.rings, house.bell.stopped) == ({}, [timer.id])
    await house.timers.rung(timer.id, "stopped")
    [found] = [each for each in house.timers.all() if each.label == "pasta"]
    assert (found.is_snoozed, round(found.remaining_s(house.timers.now()))) == (
        True,
        600 if "snooze" in words else 300,
    )
    await house.after(found.remaining_s(house.timers.now()) + 1)
    assert timer.id in house.bell.rings


async def test_snooze_over_the_bus(house: House) -> None:
    pasta = await house.due("pasta")
    await house.timers.rung(pasta.id, "unheard")
    await house.due("eggs")
    assert await house.timers.snooze("", 120) == 1
    states = {timer.label: timer.is_snoozed for timer in house.timers.all()}
    assert states == {"pasta": False, "eggs": True}, "what rings, not what rang an hour ago"
    assert await house.timers.snooze() == 1
    with pytest.raises(RequestError) as caught:
        await house.timers.snooze()
    assert caught.value.code is ErrorCode.NOT_FOUND


async def test_dismissing_ends_the_bell(house: House) -> None:
    timer = await house.due()
    await house.say("dismiss the timer")
    assert (house.bell.rings, house.bell.stopped, house.timers.all()) == ({}, [timer.id], [])
