"""How a timer rings: which notes, how their loudness grows, and what is said in between. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from jarvisd.tts.pcm import scaled
from jarvisd.tts.ports import Speech
from jarvisd.tts.tones.waveform import Note, rendered

GROWS_S = 45.0
"""Chosen: who sits beside it is not startled, who sleeps next door has the most of it after three quarters of a
minute."""
FIRST_LOUDNESS = 0.3
"""Of the loudness as it is heard at the end. Chosen: heard across a quiet room."""
LOUDNESS_EXPONENT = 0.6
"""Of amplitude, by Stevens's power law (:mod:`jarvisd.tts.volume`)."""
ROUNDS = 3
"""Chosen: after so many rounds of tones, 8 seconds, it is said again what rings."""
_HIGH_HZ, _LOW_HZ = 1046.5, 784.0
"""C6 and G5: a falling fourth, and both above most of speech and of what a kitchen hums."""
_ROUND = (
    *(Note(_HIGH_HZ, 160), Note(_LOW_HZ, 160), Note(_HIGH_HZ, 160), Note(_LOW_HZ, 420, decay_ms=260)),
    Note(0, 900),
    *(Note(_HIGH_HZ, 160), Note(_LOW_HZ, 420, decay_ms=260)),
    Note(0, 320),
)


@dataclass(frozen=True, slots=True)
class Ring:
    """Something that rings."""

    id: str
    text: str
    """What is said between the tones."""
    began_us: int
    ends_us: int
    """When nobody is likely to come any more."""


def peal(words: tuple[str, ...], elapsed_s: float) -> tuple[str | Speech, ...]:
    """What is put out at once: tones, ``words``, and tones again."""
    return (tones(elapsed_s), *words, *[tones(elapsed_s)] * (ROUNDS - 1))


def tones(elapsed_s: float) -> Speech:
    """One round of tones, 2.7 seconds, as loud as it is after so long."""
    grown = min(1.0, max(0.0, elapsed_s) / GROWS_S)
    heard = FIRST_LOUDNESS + (1 - FIRST_LOUDNESS) * grown
    whole = _round()
    return Speech(scaled(whole.pcm, heard ** (1 / LOUDNESS_EXPONENT)), whole.rate_hz)


@lru_cache(maxsize=1)
def _round() -> Speech:
    return rendered(_ROUND)
