"""Recordings of people: read, continued with the tone of their own room, and interrupted between two words."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jarvisd.audio.adapters.media import read_media
from jarvisd.core.errors import JarvisError
from jarvisd.core.pcm import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.int16]
FRAME = SAMPLE_RATE_HZ // 50
TONE_FRAMES = 12
"""240 ms: as long a rest as most speech has somewhere."""
FADE = SAMPLE_RATE_HZ // 200
"""5 ms, so that no click is heard where sound is joined."""
AROUND_S = 0.12
"""How far a transcriber's word limits may be off; the quietest place so near is the gap."""


@dataclass(frozen=True)
class Clip:
    """One recording and where one of its words ends and the next begins (samples)."""

    name: str
    samples: Samples
    gaps: tuple[int, ...]

    @property
    def half(self) -> str:
        """Thresholds are chosen on one half and reported on the other; the name decides."""
        return "development" if hashlib.sha256(self.name.encode()).digest()[0] % 2 else "held out"


def clips(folder: Path, model: Path, limit: int | None, seed: int) -> list[Clip]:
    """``limit`` recordings of ``folder``, drawn by ``seed``, with words by the Whisper model in ``model``."""
    from faster_whisper import WhisperModel

    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    found: list[Clip] = []
    paths = sorted(folder.iterdir())
    if limit is not None:
        random.Random(seed).shuffle(paths)
    for path in paths:
        if limit is not None and len(found) >= limit:
            break
        try:
            samples = np.frombuffer(b"".join(read_media(path)), "<i2")
        except JarvisError:
            # Licences and lists lie beside recordings.
            continue
        found.append(Clip(path.name, samples, _gaps(samples, whisper)))
    return found


def _gaps(samples: Samples, whisper: Any) -> tuple[int, ...]:
    sound = samples.astype(np.float32) / 32768.0
    segments, _ = whisper.transcribe(
        sound, language="en", beam_size=1, temperature=0.0, word_timestamps=True, condition_on_previous_text=False
    )
    words = [word for segment in segments for word in segment.words]
    limits_s = [(one.end - AROUND_S, other.start + AROUND_S) for one, other in pairwise(words)]
    rate = SAMPLE_RATE_HZ
    return tuple(_quietest(samples, round(low_s * rate), round(high_s * rate)) for low_s, high_s in limits_s)


def _quietest(samples: Samples, low: int, high: int) -> int:
    low, high = max(0, low), min(len(samples), max(high, low + 2 * FRAME))
    starts = range(low, max(low + 1, high - FRAME), FRAME // 2)
    return min(starts, key=lambda start: power(samples[start : start + FRAME])) + FRAME // 2


def power(samples: Samples) -> float:
    """Mean square."""
    return float(np.mean(samples.astype(np.float64) ** 2)) if len(samples) else 0.0


def room_tone(samples: Samples, length: int) -> Samples:
    """``length`` samples of the quietest stretch that is no digital silence, to and fro without a seam."""
    width = TONE_FRAMES * FRAME
    starts = range(0, max(1, len(samples) - width), FRAME)
    levels = {start: power(samples[start : start + width]) for start in starts}
    lively = {start: level for start, level in levels.items() if level > 1.0} or levels
    tone = samples[(best := min(lively, key=lively.__getitem__)) : best + width]
    both = np.concatenate([tone, tone[::-1]])
    return np.tile(both, length // len(both) + 1)[:length]


def joined(*pieces: Samples) -> Samples:
    """Pieces one after the other, each fading into the next."""
    whole = pieces[0].astype(np.float32)
    ramp = np.linspace(0.0, 1.0, FADE, dtype=np.float32)
    for piece in pieces[1:]:
        after = piece.astype(np.float32)
        if min(len(whole), len(after)) >= FADE:
            overlap = whole[-FADE:] * (1 - ramp) + after[:FADE] * ramp
            whole = np.concatenate([whole[:-FADE], overlap, after[FADE:]])
        else:
            whole = np.concatenate([whole, after])
    return np.rint(whole).astype(np.int16)
