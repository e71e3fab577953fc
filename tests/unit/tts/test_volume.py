"""How loudly it speaks: what was set is what is heard, kept and told, and a question is always heard (A10)."""

from __future__ import annotations

from array import array

import pytest

from jarvisd.core.errors import EngineError, RequestError
from jarvisd.tts.pcm import scaled
from jarvisd.tts.queue import Priority
from jarvisd.tts.volume import (
    ALERT_PERCENT,
    FASTEST_PERCENT,
    LONGEST_DUCK_US,
    SLOWEST_PERCENT,
    Ducking,
    Speed,
    Volume,
)
from tests.fakes.clock import MovedByHand
from tests.fakes.tts import KeptVolume


@pytest.mark.parametrize(("kept", "percent"), [(None, 100), (40, 40), (0, 0), (100, 100), (101, 100), (-1, 100)])
async def test_it_begins_as_it_was_kept(kept: int | None, percent: int) -> None:
    volume = Volume(KeptVolume(kept))
    await volume.restore()
    assert volume.percent == percent


async def test_it_is_set_changed_within_bounds_and_kept() -> None:
    store = KeptVolume()
    volume = Volume(store)
    assert (await volume.set(40), await volume.change(10), store.percent) == (40, 50, 50)
    assert (await volume.change(500), await volume.change(-101), store.percent) == (100, 0, 0)
    assert await volume.change(0) == 0


@pytest.mark.parametrize("percent", [-1, 101, 10**6])
async def test_what_is_no_volume_changes_nothing(percent: int) -> None:
    volume = Volume(KeptVolume())
    await volume.set(30)
    with pytest.raises(RequestError):
        await volume.set(percent)
    assert volume.percent == 30


async def test_a_full_disk_keeps_nobody_from_turning_it_down() -> None:
    store = KeptVolume()
    store.failure = EngineError("no space")
    volume = Volume(store)
    assert (await volume.set(10), volume.percent, store.percent) == (10, 10, None)


async def test_loudness_grows_as_it_is_heard_and_a_question_is_never_lost() -> None:
    volume = Volume(KeptVolume())
    gains = []
    for percent in range(0, 101, 10):
        await volume.set(percent)
        gains.append(volume.gain())
    assert gains[0] == 0
    assert gains[-1] == 1
    assert gains == sorted(set(gains))
    assert 0.3 < gains[5] < 0.33
    await volume.set(0)
    assert volume.gain(is_question=True) == pytest.approx(0.2 ** (1 / 0.6))
    await volume.set(60)
    assert volume.gain(is_question=True) == volume.gain()


def test_samples_are_scaled_and_full_volume_leaves_them_alone() -> None:
    pcm = array("h", [0, 100, -100, 32767, -32768]).tobytes()
    assert scaled(pcm, 1.0) is pcm
    assert array("h", scaled(pcm, 0.5)).tolist() == [0, 50, -50, 16384, -16384]
    assert array("h", scaled(pcm, 0.0)).tolist() == [0] * 5


@pytest.mark.parametrize(("kept", "percent"), [(None, 100), (85, 85), (10, 100), (900, 100)])
async def test_the_speed_begins_as_it_was_kept(kept: int | None, percent: int) -> None:
    applied: list[int] = []
    speed = Speed(KeptVolume(kept), applied.append)
    await speed.restore()
    assert (speed.percent, applied) == (percent, [85] if percent == 85 else [])


async def test_the_speed_has_bounds_and_is_kept() -> None:
    applied: list[int] = []
    store = KeptVolume()
    speed = Speed(store, applied.append)
    assert [await speed.change(by) for by in (-15, -100, 0, 500)] == [
        85,
        SLOWEST_PERCENT,
        SLOWEST_PERCENT,
        FASTEST_PERCENT,
    ]
    assert (applied, store.percent) == ([85, SLOWEST_PERCENT, FASTEST_PERCENT], FASTEST_PERCENT)
    store.failure = EngineError("no space")
    assert await speed.change(-15) == FASTEST_PERCENT - 15


async def test_at_night_it_is_quieter_but_what_must_be_heard_is() -> None:
    night = 10
    volume = Volume(KeptVolume(80), lambda: night)
    await volume.restore()
    assert volume.percent == 80, "what was set comes back in the morning"
    assert volume.gain() == pytest.approx(0.1 ** (1 / 0.6))
    assert volume.gain(is_question=True) == pytest.approx(0.2 ** (1 / 0.6))
    night = 100
    assert volume.gain() == pytest.approx(0.8 ** (1 / 0.6))


def test_who_talks_over_it_makes_it_quieter_for_a_time() -> None:
    now_us = MovedByHand()
    ducking = Ducking(lambda: 20.0, now_us)
    assert ducking.factor() == 1
    ducking.talked_over(is_speaking=True)
    assert ducking.factor() == pytest.approx(0.1)
    now_us.now_us += LONGEST_DUCK_US
    ducking.talked_over(is_speaking=True)
    assert ducking.factor() == pytest.approx(0.1)
    now_us.now_us += 1
    assert ducking.factor() == 1, "what does not end, as our own echo, ducks nothing for ever"
    ducking.talked_over(is_speaking=False)
    ducking.talked_over(is_speaking=True)
    assert ducking.factor() == pytest.approx(0.1)
    ducking.talked_over(is_speaking=False)
    assert ducking.factor() == 1


async def test_a_question_is_never_ducked_and_a_bell_stays_audible() -> None:
    volume = Volume(KeptVolume(), ducked=lambda: 0.1)
    assert volume.gain() == pytest.approx(0.1)
    assert volume.gain(is_question=True) == 1
    assert volume.gain(Priority.ALERT) == pytest.approx((ALERT_PERCENT / 100) ** (1 / 0.6))
