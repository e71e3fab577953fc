"""How loud sound is, what is wrong with a microphone, and a tone that is heard in noise but not made up."""

from __future__ import annotations

import random
from array import array

import pytest

from jarvisd.audio.adapters.alsa import DeviceOffer
from jarvisd.cli.audio import candidates, cards
from jarvisd.cli.sound_levels import complaints, has_tone, level, tone

RATE_HZ = 16_000
PIECE = 2560


def noise(peak: int, seconds: float = 1.0, seed: int = 1) -> bytes:
    dice = random.Random(seed)
    return array("h", (dice.randint(-peak, peak) for _ in range(round(seconds * RATE_HZ)))).tobytes()


def pieces(pcm: bytes) -> list[bytes]:
    return [pcm[start : start + PIECE] for start in range(0, len(pcm) - PIECE + 1, PIECE)]


def mixed(one: bytes, other: bytes) -> bytes:
    return array("h", (a + b for a, b in zip(array("h", one), array("h", other), strict=True))).tobytes()


def test_levels_are_those_of_the_definition() -> None:
    half = level(array("h", [16_384, -16_384] * 100).tobytes())
    assert (round(half.peak_dbfs, 2), round(half.rms_dbfs, 2), half.clipped) == (-6.02, -6.02, 0)
    assert level(array("h", [32_767, -32_768]).tobytes()).clipped == 1
    assert level(bytes(100)).is_zero
    assert (level(bytes(100)).rms_dbfs, level(b"\1\0").is_zero) == (-96.0, False)


@pytest.mark.parametrize(
    ("before", "said", "word"),
    [
        (noise(30), noise(3000, seed=2), ""),
        (noise(30), bytes(32_000), "zeros"),
        (noise(30), array("h", [32_767] * 100 + [9000] * 15_900).tobytes(), "distorts"),
        (noise(3), noise(120, seed=2), "too quiet"),
        (noise(2000), noise(3000, seed=2), "stands out"),
    ],
)
def test_what_is_wrong_is_told(before: bytes, said: bytes, word: str) -> None:
    found = complaints(level(before), level(said))
    assert (len(found) == 1 and word in found[0]) if word else found == []


@pytest.mark.parametrize("peak", [0, 3000, 20_000])
def test_the_tone_is_heard_in_noise(peak: int) -> None:
    quiet = array("h", (sample // 4 for sample in array("h", tone(1.0, RATE_HZ)))).tobytes()
    assert has_tone(pieces(mixed(quiet, noise(min(peak, 3000)))))
    assert not has_tone(pieces(noise(peak)))


def test_cards_are_read_as_the_kernel_lists_them() -> None:
    text = "00-00: ALC236 Analog : ALC236 Analog : playback 1 : capture 1\n01-03: HDMI 0 : HDMI 0 : playback 1\n"
    assert cards(text) == [("hw:0,0", "ALC236 Analog", True, True), ("hw:1,3", "HDMI 0", False, True)]
    assert candidates("hw:1,0", ["hw:0,0", "hw:1,0"]) == ["hw:1,0", "hw:0,0"]


@pytest.mark.parametrize(
    ("offer", "told"),
    [
        (DeviceOffer((44_100, 192_000), (2, 8)), "44100 to 192000 Hz, 2 to 8 channels"),
        (DeviceOffer((48_000,), (2,)), "48000 Hz, 2 channels"),
        (DeviceOffer((48_000, 8_000, 16_000), (1, 2)), "8000 to 48000 Hz, 1 to 2 channels"),
    ],
)
def test_what_a_card_offers_is_told_in_a_line(offer: DeviceOffer, told: str) -> None:
    assert str(offer) == told
