"""Every voice detector tells speech from silence; its sensitive opinion misses nothing the strict one hears."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.ports import VoiceDetector
from jarvisd.audio.speech.noise_floor import OverNoise
from jarvisd.audio.speech.utterance import FRAME_BYTES
from jarvisd.core.pcm import bytes_for_ms
from tests.fakes.audio import ScriptedVad, silence, spoken
from tests.ports.speech import VOICES, say, sox

DETECTORS: dict[str, Callable[[], VoiceDetector]] = {
    "scripted": ScriptedVad,
    "webrtcvad": lambda: WebRtcVad(3),
    "webrtcvad over noise": lambda: OverNoise(WebRtcVad(3)),
}


@pytest.fixture(params=DETECTORS)
def vad(request: pytest.FixtureRequest) -> VoiceDetector:
    detector = DETECTORS[request.param]()
    detector.load()
    return detector


def opinions(vad: VoiceDetector, pcm: bytes) -> tuple[list[bool], list[bool]]:
    frames = [pcm[i : i + FRAME_BYTES] for i in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]
    return [vad.is_speech(frame) for frame in frames], [vad.may_be_speech(frame) for frame in frames]


def test_scripted_speech_is_speech_and_silence_is_none(vad: VoiceDetector) -> None:
    quiet, quiet_maybe = opinions(vad, silence(3000))
    assert not any(quiet[50:])
    assert not any(quiet_maybe[50:])
    loud, loud_maybe = opinions(vad, spoken("hello", 1000))
    assert sum(loud) >= 0.9 * len(loud)
    assert sum(loud_maybe) >= sum(loud)


@pytest.mark.real
@pytest.mark.parametrize("name", ["webrtcvad", "webrtcvad over noise"])
@pytest.mark.parametrize("voice", VOICES)
def test_real_speech_is_found_and_its_sides_are_not(voice: str, name: str) -> None:
    detector = DETECTORS[name]()
    detector.load()
    strict, maybe = opinions(detector, silence(2000) + say("what time is it", voice) + silence(1000))
    first, last = strict.index(True), len(strict) - strict[::-1].index(True)
    assert first * 20 >= 2000 - 20
    assert last * 20 <= len(strict) * 20 - 600
    assert sum(strict) * 20 >= 500
    assert all(maybe[n] for n in range(len(strict)) if strict[n])


@pytest.mark.real
def test_steady_noise_is_soon_no_speech() -> None:
    detector = WebRtcVad(3)
    detector.load()
    strict, _ = opinions(detector, sox("-n", "synth", "6", "pinknoise", "vol", "0.05"))
    assert sum(strict[150:]) < 0.1 * len(strict[150:])


@pytest.mark.real
def test_loud_noise_that_goes_on_is_no_speech_and_speech_over_it_is() -> None:
    """By the level of the room: the spectrum alone takes this noise for speech."""
    noise = sox("-n", "synth", "20", "pinknoise", "vol", "0.5")
    speech = say("what time is it").rjust(bytes_for_ms(6000), b"\0").ljust(len(noise), b"\0")
    mixed = np.clip(np.frombuffer(noise, "<i2") / 4.0 + np.frombuffer(speech, "<i2"), -32_768, 32_767)
    detector = OverNoise(WebRtcVad(3))
    detector.load()
    strict, _ = opinions(detector, mixed.astype("<i2").tobytes())
    assert sum(strict[200:220]) <= 2
    assert sum(strict[220:300]) >= 25
    assert sum(strict[-500:]) < 0.02 * 500


def test_a_frame_is_20_ms() -> None:
    assert bytes_for_ms(20) == FRAME_BYTES
