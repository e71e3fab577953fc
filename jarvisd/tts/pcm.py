"""Arithmetic on synthesised sound. Pure."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from typing import Final

from jarvisd.core.pcm import bytes_for_ms

AUDIBLE: Final = 328
"""Samples below this, 1 % of full scale, are no speech."""
KEPT_TAIL_MS: Final = 40
"""Silence that is left after the last audible sample, so that a fading sound is not cut."""


def without_tail(pcm: bytes, rate_hz: int) -> bytes:
    """``pcm`` without the silence at its end.

    Engines append up to a quarter of a second of it. At the end of a question that would count as still speaking,
    and an answer begun in it as too early.
    """
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    end = len(samples)
    while end and abs(samples[end - 1]) < AUDIBLE:
        end -= 1
    return pcm[: 2 * end + bytes_for_ms(KEPT_TAIL_MS, rate_hz)]


def scaled(pcm: bytes, gain: float) -> bytes:
    """``pcm`` with every sample multiplied by ``gain``, 0 to 1."""
    if gain >= 1:
        return pcm
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    quiet = array("h", [round(sample * gain) for sample in samples])
    if sys.byteorder == "big":
        quiet.byteswap()
    return quiet.tobytes()


def ramped(pcm: bytes, start: float, end: float) -> bytes:
    """``pcm`` with a factor that goes from ``start`` to ``end`` in a straight line, so that nothing clicks."""
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    slope = (end - start) / max(1, len(samples))
    changing = array("h", [round(sample * (start + slope * at)) for at, sample in enumerate(samples)])
    if sys.byteorder == "big":
        changing.byteswap()
    return changing.tobytes()


def blocks(pcm: bytes, rate_hz: int, length_ms: int) -> Iterator[bytes]:
    """``pcm`` in pieces of ``length_ms``; the last may be shorter."""
    size = bytes_for_ms(length_ms, rate_hz)
    return (pcm[start : start + size] for start in range(0, len(pcm), size))
