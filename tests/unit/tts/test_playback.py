"""A device that blocks is opened anew without a restart, and one that sleeps is woken before the first word."""

from __future__ import annotations

import asyncio
from array import array

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.pcm import bytes_for_ms
from jarvisd.core.states import PartState
from jarvisd.runtime.component import Component
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.tts.playback import IDLE_US, Playback
from jarvisd.tts.ports import Speaker, Speech
from tests.fakes.clock import MovedByHand
from tests.fakes.tts import LOUD, RATE_HZ, ScriptedSpeaker, sound_of

WORD = Speech(sound_of("word"), RATE_HZ)


class Output:
    """A playback on a scripted speaker."""

    def __init__(self, lead_in_ms: int = 0) -> None:
        self.now_us = MovedByHand()
        self.speaker, self.parts = ScriptedSpeaker(), Parts()
        self.part: Component[Speaker] = Component(
            "speaker", lambda: self.speaker, self.parts, open_=lambda device: device.check()
        )
        heartbeat = HeartbeatMonitor(self.now_us).register("playback", 5)
        self.playback = Playback(
            self.speaker, self.part, heartbeat, lead_in_ms=lambda: lead_in_ms, now_us=self.now_us
        )

    async def say(self, name: str) -> bytes:
        await self.playback.begin(name, RATE_HZ)
        await self.playback.play(WORD, lambda: 1.0)
        await self.playback.finish()
        return self.speaker.heard[name]


@pytest.fixture
def output() -> Output:
    return Output()


async def test_a_device_that_blocks_fails_soon_and_is_opened_anew(
    output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvisd.tts.playback.BLOCK_S", 0.05)
    output.speaker.gate.clear()
    with pytest.raises(JarvisError) as caught:
        await asyncio.wait_for(output.say("u1"), 60)
    assert caught.value.code is ErrorCode.SPEAKER_GONE
    assert (output.speaker.abandoned, output.parts.state("speaker")) == (1, PartState.FAILED)
    await output.part.need()
    assert await output.say("u2") == WORD.pcm
    assert output.parts.state("speaker") is PartState.READY


async def test_a_device_that_does_not_fall_silent_is_left_alone(
    output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a stop returns: whoever asked for silence must not wait for a driver."""
    monkeypatch.setattr("jarvisd.tts.playback.BLOCK_S", 0.05)
    output.speaker.never_stops = True
    await asyncio.wait_for(output.playback.stop(), 60)
    assert output.speaker.abandoned == 1


async def test_a_slow_output_is_woken_by_silence_after_a_pause_only() -> None:
    output = Output(lead_in_ms=300)
    silence = bytes(bytes_for_ms(300, RATE_HZ))
    assert await output.say("first") == silence + WORD.pcm
    output.now_us.now_us += IDLE_US
    assert await output.say("soon after") == WORD.pcm
    output.now_us.now_us += IDLE_US + 1
    assert await output.say("later") == silence + WORD.pcm


async def test_without_the_setting_nothing_comes_first(output: Output) -> None:
    assert await output.say("first") == WORD.pcm


async def test_another_level_is_reached_within_two_blocks(output: Output) -> None:
    """Also from an utterance's first block on, which begins at the level that is right then."""
    gains = iter([1.0, 0.25, 0.25, 0.25, 1.0, 1.0])
    await output.playback.begin("u1", RATE_HZ)
    await output.playback.play(Speech(sound_of("one two three"), RATE_HZ), lambda: next(gains))
    levels = array("h", output.speaker.heard["u1"])
    block = bytes_for_ms(40, RATE_HZ) // 2
    assert abs(levels[block]) == LOUD
    assert [max(map(abs, levels[block * at : block * (at + 1)])) for at in (0, 2, 3, 5)] == [
        LOUD,
        LOUD / 4,
        LOUD / 4,
        LOUD,
    ]
    await output.playback.begin("u2", RATE_HZ)
    await output.playback.play(WORD, lambda: 0.25)
    assert max(map(abs, array("h", output.speaker.heard["u2"]))) == LOUD / 4
