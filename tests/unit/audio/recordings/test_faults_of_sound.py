"""Sound that is none to be understood: the ear ends what it began and hears the next call (issue 14, faults)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import HearingOptions
from jarvisd.config.schema import Config, Endpoint, Stt, Wake
from jarvisd.core.pcm import CHUNK_BYTES, SAMPLE_RATE_HZ
from jarvisd.runtime.service import Runtime
from tests.fakes.audio import ScriptedWake, silence, spoken, words_in

FAST = HearingOptions(is_fast=True)
CALL = "hey jarvis what time is it"


class WakeOfTheMoment(ScriptedWake):
    """Looks at a quarter of a second alone: ten minutes are many looks."""

    def __init__(self) -> None:
        super().__init__()
        self._recent = b""

    def score(self, pcm: bytes) -> float:
        before = len(words_in(self._recent))
        self._recent = (self._recent + pcm)[-3 * CHUNK_BYTES :]
        return 0.97 if len(words_in(self._recent)) > before else 0.02

    def reset(self) -> None:
        self._recent = b""


def wake(_: Runtime) -> ScriptedWake:
    return WakeOfTheMoment()


CONFIG = Config(
    wake=Wake(engine=f"{__name__}:wake"),
    stt=Stt(engine="tests.fakes.audio:transcriber"),
    endpoint=Endpoint(turn_engine="none"),
)


def even(samples: NDArray[Any]) -> NDArray[Any]:
    """Sound that leaves the lowest bit, which holds the words, to whoever speaks over it."""
    kept: NDArray[Any] = samples.astype("<i2") & ~1
    return kept


def white_noise(seconds: int) -> NDArray[Any]:
    return even(np.random.default_rng(1).normal(0, 3000, seconds * SAMPLE_RATE_HZ))


def music(seconds: int) -> NDArray[Any]:
    """Chords of three voices, another one every half second, each struck and fading."""
    time_s = np.arange(seconds * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    beat = (time_s * 2).astype(int)
    root_hz = 220 * 2 ** (np.array([0, 5, 7, 9])[beat % 4] / 12)
    struck = np.exp(-3 * (time_s * 2 % 1))
    voices = sum(np.sin(2 * np.pi * np.cumsum(root_hz * each) / SAMPLE_RATE_HZ) for each in (1, 1.26, 1.5))
    return even(2500 * struck * voices)


def somebody_else(seconds: int) -> NDArray[Any]:
    """One who talks all the time, breathing now and then."""
    said = b"".join(spoken("", 2600) + silence(400) for _ in range(seconds // 3 + 1))
    return even(np.frombuffer(said, "<i2")[: seconds * SAMPLE_RATE_HZ] // 3)


def over(sound: bytes, ground: NDArray[Any], at_s: int) -> bytes:
    """``sound`` while ``ground`` goes on."""
    mixed = ground.astype(int)
    start = at_s * SAMPLE_RATE_HZ
    mixed[start : start + len(sound) // 2] += np.frombuffer(sound, "<i2")
    assert np.abs(mixed).max() < 32_768
    return mixed.astype("<i2").tobytes()


def heard(*sounds: bytes) -> dict[str, Any]:
    return dict(hear_offline(CONFIG, sounds, FAST))


@pytest.mark.parametrize("ground", [white_noise, music, somebody_else], ids=lambda ground: ground.__name__)
def test_a_call_over_what_goes_on_ends_and_the_next_one_is_heard(ground: Callable[[int], NDArray[Any]]) -> None:
    report = heard(over(spoken(CALL, 2000), ground(45), at_s=8), silence(3000), spoken("hey jarvis stop", 1200))
    assert [round(each["t"]) in (8, 9, 48, 49) for each in report["wakes"]] == [True, True]
    first, last = report["segments"]
    # No longer than a request may be, with what it costs to be sure.
    assert first["end"] < 8 + CONFIG.endpoint.max_utterance_s + 2
    assert last["text"] == "Stop"


def test_ten_minutes_of_talk_are_nobodys_request_and_the_next_one_is_heard() -> None:
    """Somebody is called and does not stop talking: the request is cut, and all the rest is not ours."""
    talk = spoken("", 2600) + silence(400)
    report = heard(spoken(CALL, 2000), *[talk] * 200, silence(3000), spoken("hey jarvis stop", 1200))
    assert [segment["end_reason"] for segment in report["segments"]] == ["limit", "silence"]
    assert report["segments"][1]["text"] == "Stop"
    assert len(report["wakes"]) == 2
