"""Notes to sound, made here so that no recording of anybody's is needed. Pure."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.tts.ports import Speech

RATE_HZ = 22_050
"""Of all tones: that of Piper's medium voices, so that a device stays at one rate."""
ATTACK_MS = 6
"""Chosen: shorter clicks, longer sounds blown rather than struck."""
RELEASE_MS = 12
"""Chosen: the end of a note fades for so long, whatever its decay has left of it; else it clicks."""
PEAK = 0.6
"""Of full scale for a note at loudness 1. Chosen: beside speech, which Piper normalises to full scale, as loud."""
OVERTONES = ((1.0, 1.0), (2.0, 0.35), (3.0, 0.12))
"""Multiple of the pitch, and part of the amplitude. Chosen: a struck bar without its bite."""
_FULL_SCALE = 32_767
_OVERTONE_SUM = sum(part for _, part in OVERTONES)


@dataclass(frozen=True, slots=True)
class Note:
    """One struck note; a pitch of 0 is silence."""

    pitch_hz: float
    length_ms: int
    loudness: float = 1.0
    """Part of the peak, 0 to 1."""
    decay_ms: float = 180.0
    """After so long it is down to a third (1/e)."""


def rendered(notes: Sequence[Note], rate_hz: int = RATE_HZ) -> Speech:
    """The sound of ``notes`` one after the other."""
    samples = array("h")
    for note in notes:
        samples.extend(_struck(note, rate_hz))
    if sys.byteorder == "big":
        samples.byteswap()
    return Speech(samples.tobytes(), rate_hz)


def _struck(note: Note, rate_hz: int) -> array[int]:
    count = note.length_ms * rate_hz // 1000
    if note.pitch_hz <= 0:
        return array("h", bytes(2 * count))
    attack, release = max(1, ATTACK_MS * rate_hz // 1000), max(1, RELEASE_MS * rate_hz // 1000)
    fall = math.exp(-1000 / (note.decay_ms * rate_hz))
    turn = 2 * math.pi * note.pitch_hz / rate_hz
    peak = PEAK * note.loudness * _FULL_SCALE / _OVERTONE_SUM
    samples = array("h")
    for at in range(count):
        shape = min(1.0, at / attack, (count - at) / release)
        wave = sum(part * math.sin(multiple * turn * at) for multiple, part in OVERTONES)
        samples.append(round(peak * shape * wave))
        peak *= fall
    return samples
