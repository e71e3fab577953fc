"""How loud sound is, whether a voice stands out of the noise, and whether a tone is in it. Pure.

Levels are in dBFS: 0 is the loudest sample that 16 bits hold, twice the amplitude is 6 more.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.core.pcm import SAMPLE_RATE_HZ

FULL_SCALE = 32_768
SILENT_DBFS = -96.0
"""Of 16 bits: what is nothing but zeros counts as the least that they can tell."""
CLIPPED = 32_760
"""Chosen: eight steps below the largest sample, which converters of rates do not reach exactly."""
CLIPPED_SHARE = 0.001
"""Chosen: of what is said, one sample in a thousand at full scale is heard as distortion."""
LOW_SPEECH_DBFS = -45.0
"""Chosen: far below the -26 dB that telephony aims at, and near the noise of cheap cards."""
LEAST_ABOVE_NOISE_DB = 10.0
"""Chosen: of 47 synthetic requests the strictest voice detector found the end of 46 at 10 dB, of 19 at 5 dB."""
TONE_S = 2.0
"""Chosen: long enough to be heard, short enough to wait for."""
TONE_RATE_HZ = 22_050
TONE_HZ = 1000.0
TONE_SHARE = 0.1
"""Chosen: of noise, a hundredth of the power lies so near to the tone; of the tone in a quiet room, nearly all."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a piece of sound is."""

    peak_dbfs: float
    rms_dbfs: float
    clipped: float
    """Share of the samples at full scale, 0 to 1."""
    is_zero: bool
    """Nothing but zeros."""


def level(pcm: bytes) -> Level:
    """The level of 16-bit mono sound, of a sample at least."""
    samples = array("h", pcm)
    peak = max(max(samples), -min(samples))
    power = sum(sample * sample for sample in samples) / len(samples)
    clipped = sum(abs(sample) >= CLIPPED for sample in samples) / len(samples)
    return Level(_dbfs(peak), _dbfs(math.sqrt(power)), clipped, peak == 0)


def complaints(noise: Level, speech: Level) -> list[str]:
    """What is wrong with a microphone that gives ``noise`` in a quiet room and ``speech`` when somebody speaks."""
    if speech.is_zero:
        return ["it gives nothing but zeros: switched off, muted in the mixer, or another device is meant"]
    found = []
    if speech.clipped > CLIPPED_SHARE:
        found.append("it distorts: lower its gain (alsamixer -V capture), or go further away")
    if speech.rms_dbfs < LOW_SPEECH_DBFS:
        found.append("it is too quiet: raise its gain (alsamixer -V capture), or come nearer")
    if speech.rms_dbfs - noise.rms_dbfs < LEAST_ABOVE_NOISE_DB:
        found.append("speech hardly stands out of the noise")
    return found


def tone(length_s: float, rate_hz: int) -> bytes:
    """The tone of the test at a quarter of full scale, 16-bit mono."""
    step = 2 * math.pi * TONE_HZ / rate_hz
    return array("h", (round(8192 * math.sin(step * n)) for n in range(round(length_s * rate_hz)))).tobytes()


def has_tone(pcms: Sequence[bytes]) -> bool:
    """Whether the tone is heard in at least three pieces of 80 ms, so that a click is none."""
    return sum(tone_share(pcm) >= TONE_SHARE for pcm in pcms) >= 3


def tone_share(pcm: bytes) -> float:
    """How much of the power lies at the tone, 0 to 1: Goertzel's algorithm over all of ``pcm``."""
    samples = array("h", pcm)
    power = sum(sample * sample for sample in samples)
    if not power:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * TONE_HZ / SAMPLE_RATE_HZ)
    one = two = 0.0
    for sample in samples:
        one, two = sample + turn * one - two, one
    at_tone = one * one + two * two - turn * one * two
    return min(1.0, 2 * at_tone / (len(samples) * power))


def _dbfs(amplitude: float) -> float:
    return max(SILENT_DBFS, 20 * math.log10(amplitude / FULL_SCALE)) if amplitude else SILENT_DBFS
