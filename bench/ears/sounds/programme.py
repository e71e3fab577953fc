"""Sound that calls nobody, without end: distinct sentences, music, and what comes out of a television.

Sentences are the prose of this repository, each spoken once by one voice; music is made of chords, a bass, a
melody and drums in a tempo and a scale of their own for every piece.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.ears.sound import Samples, power
from bench.ears.sounds.rooms import clipped, pink, room, within
from bench.ears.sounds.speakers import SyntheticSpeaker
from jarvisd.core.pcm import SAMPLE_RATE_HZ

ROOT = Path(__file__).resolve().parents[3]
PROSE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "docs/adr/*.md")
WORDS = (4, 30)
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10))
BED_DB = (0.0, 6.0, 12.0)
"""Music beneath the voices of a television is quieter by so much."""

Sound = npt.NDArray[np.float64]


def sentences(seed: int) -> list[str]:
    """Distinct ones in the order of chance, none of which names the assistant."""
    found: dict[str, None] = {}
    for pattern in PROSE:
        for path in sorted(ROOT.glob(pattern)):
            text = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|[*_#|>\[\]]", " ", path.read_text("utf-8"), flags=re.S)
            found |= dict.fromkeys(" ".join(part.split()) for part in re.split(r"(?<=[.:;?!])\s+|\n\s*\n", text))
    kept = [it for it in found if WORDS[0] <= len(it.split()) <= WORDS[1] and "jarvis" not in it.lower()]
    random.Random(seed).shuffle(kept)
    return kept


def talk(
    spoken: Iterator[str], voices: Sequence[SyntheticSpeaker], length_s: float, rng: np.random.Generator
) -> Samples:
    """At least ``length_s`` of the next sentences, each by a voice of chance, with pauses."""
    parts: list[Samples] = []
    while sum(map(len, parts)) < length_s * SAMPLE_RATE_HZ:
        voice = voices[int(rng.integers(len(voices)))]
        pause = np.zeros(round(float(rng.uniform(0.2, 0.9)) * SAMPLE_RATE_HZ), np.int16)
        parts += [voice.say(next(spoken)), pause]
    return np.concatenate(parts)


def music(length_s: float, rng: np.random.Generator) -> Samples:
    """A piece that is like no other."""
    beat_s, base_hz = float(rng.uniform(0.3, 0.7)), float(rng.uniform(90, 180))
    scale = SCALES[int(rng.integers(len(SCALES)))]
    whole = np.zeros(round((length_s + 4 * beat_s) * SAMPLE_RATE_HZ))
    degree = root = 0
    for beat in range(round(length_s / beat_s)):
        at = round(beat * beat_s * SAMPLE_RATE_HZ)
        if beat % 4 == 0:
            root = int(rng.integers(len(scale)))
            for step in (0, 2, 4):
                _add(whole, at, 0.25 * _note(_pitch(base_hz * 2, scale, root + step), 4 * beat_s, rng))
        _add(whole, at, 0.4 * _note(_pitch(base_hz / 2, scale, root), beat_s, rng))
        degree += int(rng.integers(-2, 3))
        _add(whole, at, 0.5 * _note(_pitch(base_hz * 4, scale, degree % 14), beat_s, rng))
        _add(whole, at, _drum(is_low=beat % 2 == 0, rng=rng))
    sound = whole[: round(length_s * SAMPLE_RATE_HZ)]
    return clipped(sound * 3000 / np.sqrt(np.mean(sound**2)))


def television(voices: Samples, others: Samples, rng: np.random.Generator) -> Samples:
    """Voices over music, somebody else further away, a murmuring audience, all of it in a room."""
    length = len(voices)
    bed = music(length / SAMPLE_RATE_HZ + 1, rng)[:length].astype(np.float64)
    behind = np.resize(others, length).astype(np.float64)
    murmur = pink(length, rng) * (1 + np.sin(np.linspace(0, length / SAMPLE_RATE_HZ, length)))
    loud = np.sqrt(power(voices))
    mix = voices + bed * _level(loud, bed, float(rng.choice(BED_DB))) + behind * _level(loud, behind, 12.0)
    mixed = clipped(0.7 * (mix + murmur * _level(loud, murmur, 20.0)))
    return within(mixed, room(float(rng.uniform(0.2, 0.6)), rng))


def _level(loud: float, sound: Sound, below_db: float) -> float:
    return float(loud / max(1e-9, np.sqrt(np.mean(sound**2))) * 10 ** (-below_db / 20))


def _pitch(base_hz: float, scale: Sequence[int], degree: int) -> float:
    octave, step = divmod(degree, len(scale))
    return float(base_hz * 2 ** (octave + scale[step] / 12))


def _note(pitch_hz: float, length_s: float, rng: np.random.Generator) -> Sound:
    """Harmonics that die away, with a little vibrato."""
    at_s = np.arange(round(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    phase = 2 * np.pi * pitch_hz * at_s + float(rng.uniform(0, 0.5)) * np.sin(2 * np.pi * 5 * at_s)
    tone = sum(np.sin(number * phase) / number for number in range(1, 7) if number * pitch_hz < 7000)
    return np.asarray(tone * np.minimum(1, at_s / 0.01) * np.exp(-3 * at_s / length_s))


def _drum(*, is_low: bool, rng: np.random.Generator) -> Sound:
    at_s = np.arange(SAMPLE_RATE_HZ // 8) / SAMPLE_RATE_HZ
    sound = np.sin(2 * np.pi * 60 * at_s) if is_low else 0.4 * rng.normal(0, 1, len(at_s))
    return np.asarray(sound * np.exp(-30 * at_s))


def _add(whole: Sound, at: int, part: Sound) -> None:
    end = min(len(whole), at + len(part))
    whole[at:end] += part[: end - at]
