"""How loudly it speaks: what was set is what is heard, kept and told, and a question is always heard (A10)."""

from __future__ import annotations

from array import array

import pytest

from jarvisd.core.errors import EngineError, RequestError
from jarvisd.tts.pcm import scaled
from jarvisd.tts.volume import Volume
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
