"""What happens to speech on its way to a microphone: rooms, noise, hurry. Seeded, so that it repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from bench.ears.sound import Samples, power
from bench.ears.sounds.speakers import at_16_khz
from jarvisd.core.pcm import SAMPLE_RATE_HZ

Response = npt.NDArray[np.float64]
DIRECT_SHARE = 0.5
"""Of the energy, at about the distance at which the room is as loud as the speaker."""
REFLECTIONS = 6
FIRST_ECHOES_S = 0.03
LEAD_S = 0.5
"""Noise is there before somebody speaks."""

Treatment = Callable[[Samples, np.random.Generator], Samples]


def room(rt60_s: float, rng: np.random.Generator) -> Response:
    """The impulse response of a room whose echo falls by 60 dB in ``rt60_s``: direct, first echoes, a tail."""
    length = round(rt60_s * SAMPLE_RATE_HZ)
    tail = rng.normal(0.0, 1.0, length) * 10 ** (-3 * np.arange(length) / length)
    first = rng.integers(SAMPLE_RATE_HZ // 400, round(FIRST_ECHOES_S * SAMPLE_RATE_HZ), REFLECTIONS)
    tail[first] += rng.choice([-1.0, 1.0], REFLECTIONS) * np.abs(tail).max()
    tail[: first.min()] = 0.0
    response = tail * np.sqrt((1 - DIRECT_SHARE) / np.sum(tail**2))
    response[0] = np.sqrt(DIRECT_SHARE)
    return np.asarray(response)


def within(samples: Samples, response: Response) -> Samples:
    """``samples`` as they are heard in a room, as loud as before."""
    size = 1 << (len(samples) + len(response) - 1).bit_length()
    spectrum = np.fft.rfft(samples.astype(np.float64), size) * np.fft.rfft(response, size)
    heard = np.fft.irfft(spectrum, size)[: len(samples) + len(response)]
    return clipped(heard * np.sqrt(power(samples) * len(samples) / max(1.0, float(np.sum(heard**2)))))


def pink(length: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Noise whose power falls by 3 dB an octave, of unit power."""
    spectrum = np.fft.rfft(rng.normal(0.0, 1.0, length))
    spectrum /= np.sqrt(np.maximum(1.0, np.arange(len(spectrum))))
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def noisy(samples: Samples, rng: np.random.Generator, snr_db: float) -> Samples:
    """Pink noise under the speech and around it; the ratio is that of the mean powers while it lasts."""
    lead = np.zeros(round(LEAD_S * SAMPLE_RATE_HZ))
    sound = np.concatenate([lead, samples.astype(np.float64), lead])
    return clipped(sound + pink(len(sound), rng) * np.sqrt(power(samples) / 10 ** (snr_db / 10)))


def clipped(sound: npt.NDArray[np.float64]) -> Samples:
    """As a converter gives it."""
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def _hurried(samples: Samples, rng: np.random.Generator, factor: float) -> Samples:
    return at_16_khz(samples.tobytes(), SAMPLE_RATE_HZ, "tempo", "-s", str(factor))


def _in_room(samples: Samples, rng: np.random.Generator, rt60_s: float) -> Samples:
    return within(samples, room(rt60_s, rng))


def _in_noisy_room(samples: Samples, rng: np.random.Generator) -> Samples:
    return noisy(within(samples, room(0.4, rng)), rng, 10.0)


TREATMENTS: Mapping[str, Treatment] = {
    "clean": lambda samples, rng: samples,
    "speed 0.85": partial(_hurried, factor=0.85),
    "speed 1.2": partial(_hurried, factor=1.2),
    "room 0.3 s": partial(_in_room, rt60_s=0.3),
    "room 0.7 s": partial(_in_room, rt60_s=0.7),
    "noise 20 dB": partial(noisy, snr_db=20.0),
    "noise 10 dB": partial(noisy, snr_db=10.0),
    "noise 5 dB": partial(noisy, snr_db=5.0),
    "room 0.4 s and noise 10 dB": _in_noisy_room,
}
"""What is done to a phrase, by the name of its row."""
