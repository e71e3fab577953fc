"""Steady sound is no speech, however long it lasts; speech in it is (A2)."""

from __future__ import annotations

import random

import pytest

from jarvisd.audio.speech.noise_floor import NoiseFloor, OverNoise, power_of
from jarvisd.audio.speech.utterance import FRAME_BYTES
from tests.fakes.audio import LOUD, ScriptedVad, silence, spoken

FRAMES_PER_S = 50


def rises(levels_db: list[float]) -> list[bool]:
    floor = NoiseFloor()
    return [floor.rises(10 ** (level_db / 10)) for level_db in levels_db]


def steady(level_db: float, length_s: float, spread_db: float = 1.5) -> list[float]:
    """The levels of a noise, frame by frame."""
    dice = random.Random(7)
    return [dice.gauss(level_db, spread_db) for _ in range(round(length_s * FRAMES_PER_S))]


@pytest.mark.parametrize("spread_db", [0.0, 0.5, 1.5])
def test_a_noise_that_begins_is_the_room_within_three_seconds(spread_db: float) -> None:
    heard = rises(steady(20, 5) + steady(50, 10, spread_db))
    begun = heard[5 * FRAMES_PER_S :]
    assert all(begun[: FRAMES_PER_S // 2])
    settled = begun[3 * FRAMES_PER_S :]
    assert sum(settled) < 0.03 * len(settled)


def test_a_noise_that_swells_slowly_is_followed() -> None:
    heard = rises(steady(20, 5) + [20 + 40 * at / 3000 for at in range(3000)])
    assert not any(heard[5 * FRAMES_PER_S :])


def test_words_with_gaps_between_them_rise_from_noise_for_as_long_as_they_last() -> None:
    """Half a minute of it: what is loud most of the time is not the room."""
    noise = steady(40, 6)
    speech = [52.0 if at % 25 < 20 else 40.0 for at in range(30 * FRAMES_PER_S)]
    heard = rises(noise + speech)[len(noise) :]
    loud = [rose for rose, level_db in zip(heard, speech, strict=True) if level_db > 50]
    assert all(loud)


def test_before_the_room_is_known_the_detector_decides() -> None:
    assert all(rises(steady(50, 0.9, 0.0)))


def test_power_is_the_mean_square() -> None:
    assert power_of(silence(20)) == 0
    assert power_of((100).to_bytes(2, "little", signed=True) * 160 + bytes(320)) == 5000
    assert power_of((-32768).to_bytes(2, "little", signed=True) * 320) == 32768**2


def test_the_detector_is_asked_about_every_frame_and_believed_where_it_is_loud() -> None:
    detector = OverNoise(ScriptedVad())
    detector.load()
    sound = silence(2000) + spoken("hello", 1000) + silence(1000)
    frames = [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
    assert [detector.is_speech(frame) for frame in frames] == [100 <= at < 150 for at in range(200)]
    assert detector.engine == ScriptedVad.engine


class Taken:
    """A detector that says what it was told."""

    engine = "told"

    def __init__(self, said: list[bool]) -> None:
        self._said = iter(said)

    def load(self) -> None:
        return None

    def is_speech(self, frame: bytes) -> bool:
        return next(self._said)

    def may_be_speech(self, frame: bytes) -> bool:
        return True


@pytest.mark.parametrize("seed", range(5))
def test_levels_that_are_worked_out_late_tell_the_same(seed: int) -> None:
    """Pauses before which the room was quieter or louder, shorter than the window of the floor and longer."""
    dice = random.Random(seed)
    said: list[bool] = []
    frames: list[bytes] = []
    for length in (3, 40, 90, 149, 150, 151, 152, 153, 154, 400, 20, 200):
        level = dice.choice((10, 100, 1000, 4000))
        said += [False] * length + [dice.random() < 0.7 for _ in range(30)]
        for _ in range(length + 30):
            sample = round(level * dice.uniform(0.3, 3.0))
            frames.append(sample.to_bytes(2, "little") * (FRAME_BYTES // 2))
    at_once = NoiseFloor()
    rose = [at_once.rises(power_of(frame)) for frame in frames]
    detector = OverNoise(Taken(said))
    detector.load()
    assert [detector.is_speech(frame) for frame in frames] == [a and b for a, b in zip(rose, said, strict=True)]
    told = [rises for rises, is_said in zip(rose, said, strict=True) if is_said]
    assert 0.1 < sum(told) / len(told) < 0.9


def test_what_could_be_speech_is_told_however_steady_it_is() -> None:
    """The wake model looks at it."""
    detector = OverNoise(ScriptedVad())
    detector.load()
    hum = (2 * LOUD).to_bytes(2, "little") * (FRAME_BYTES // 2)
    surely = [detector.is_speech(hum) for _ in range(200)]
    assert not any(surely[50:])
    assert detector.may_be_speech(hum)


def test_what_it_learned_of_a_room_is_forgotten_when_it_is_loaded_again() -> None:
    detector = OverNoise(ScriptedVad())
    hum = (2 * LOUD).to_bytes(2, "little") * (FRAME_BYTES // 2)
    detector.load()
    assert not [detector.is_speech(hum) for _ in range(100)][-1]
    detector.load()
    assert detector.is_speech(hum)
