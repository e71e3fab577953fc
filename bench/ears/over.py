"""Whether who talks over an answer is noticed, and how often our own voice is taken for somebody.

Our own voice comes by a simulated room, people's recordings are laid over it at several levels. The level is that
of the person's sound against our echo at the microphone; nothing is taken out of the sound.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.ears.figures import delays, share
from bench.ears.sound import FRAME, Clip, Samples, power
from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.own_voice.talk_over import TalkOver
from jarvisd.audio.speech.noise_floor import OverNoise
from jarvisd.audio.speech.utterance import classify
from jarvisd.config.schema import Endpoint
from jarvisd.config.voice import Tts
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.piper import PiperSynthesizer

TEXT = (
    "You have three appointments today. The first one is at nine with the dentist, and then you are free until "
    "noon. I found four files about the lease. The newest is from Monday and has two pages. The backup has "
    "finished without an error. It took forty minutes, and the disk is a little more than half full. Rain is "
    "expected in the afternoon, with winds from the west and highs around twelve degrees."
)
LEVELS_DB = (-5, 0, 5, 10, 15, 20)
DUCK_DB = Tts().duck_db
REACTION_CHUNKS = 4
"""Until the voice is quieter: the signal, two blocks, and what waits in the loudspeaker."""
ECHO_LEVEL = 1500.0
"""Of our voice at the microphone, as root mean square where it sounds."""
CHUNK = CHUNK_BYTES // 2
BEGINS = (40, 120)
"""Chunks of our voice before a person begins."""


async def our_voice(models: Path) -> Samples:
    """Half a minute of the suite's own voice at the ear's rate."""
    workers = Workers()
    engine = PiperSynthesizer(Tts(), models, workers)
    await engine.load()
    speech = await engine.synthesize(TEXT)
    await engine.close()
    workers.close()
    found = np.frombuffer(speech.pcm, "<i2").astype(np.float64)
    at = np.arange(0, len(found) - 1, speech.rate_hz / SAMPLE_RATE_HZ)
    return _as_samples(np.interp(at, np.arange(len(found)), found))


def in_room(sound: Samples, rng: np.random.Generator) -> Samples:
    """``sound`` as a microphone in a living room hears it (0.3 s of reverberation), with its noise."""
    length = round(0.3 * SAMPLE_RATE_HZ)
    response = rng.standard_normal(length) * 10 ** (-3 * np.arange(length) / length) * 0.1
    response[0] = 1.0
    echo = np.convolve(sound.astype(np.float64), response)[: len(sound)]
    return _as_samples(echo * (ECHO_LEVEL / _active_level(echo)) + rng.standard_normal(len(echo)) * 20)


def _as_samples(sound: npt.NDArray[np.floating[Any]]) -> Samples:
    samples: Samples = np.rint(sound).clip(-32768, 32767).astype(np.int16)
    return samples


def _active_level(sound: Any) -> float:
    """Root mean square of the louder half of the 20 ms frames."""
    frame = SAMPLE_RATE_HZ // 50
    powers = sorted(float(np.mean(sound[at : at + frame] ** 2)) for at in range(0, len(sound) - frame, frame))
    return float(np.sqrt(np.mean(powers[len(powers) // 2 :])))


def moments(echo: Samples, person: Samples, from_chunk: int) -> list[int]:
    """In which chunks it began to hold that somebody speaks; our echo is quieter while it does."""
    rule, vad = TalkOver(), OverNoise(WebRtcVad(Endpoint().vad_mode))
    vad.load()
    found: list[int] = []
    size, ducked = CHUNK, [1.0] * REACTION_CHUNKS
    for number in range(len(echo) // size):
        heard = echo[number * size : (number + 1) * size].astype(np.float64) * ducked.pop(0)
        after = (number - from_chunk) * size
        if 0 <= after < len(person):
            spoken = person[after : after + size]
            heard[: len(spoken)] += spoken
        chunk = classify(AudioChunk(_as_samples(heard).tobytes(), number * CHUNK_MS * 1000), vad)
        if rule.hear(chunk, own_sounds=True) and rule.is_speaking:
            found.append(number)
        ducked.append(10 ** (-DUCK_DB / 20) if rule.is_speaking else 1.0)
    return found


def measure(models: Path, clips: Sequence[Clip], seed: int, told: Callable[[str], None]) -> dict[str, Any]:
    """Every recording at every level, over our voice from a place of its own on; and our voice alone."""
    voice = asyncio.run(our_voice(models))
    rng, chance = np.random.default_rng(seed), random.Random(seed)
    alone, minutes = 0, 0.0
    rows: dict[str, Any] = {}
    rooms = [in_room(voice, rng) for _ in range(max(8, len(clips) // 4))]
    for room in rooms:
        alone += len(moments(room, np.zeros(0, np.int16), 0))
        minutes += len(room) / SAMPLE_RATE_HZ / 60
    for level_db in LEVELS_DB:
        late: list[float] = []
        for number, clip in enumerate(clips):
            level = ECHO_LEVEL * 10 ** (level_db / 20)
            sound = _as_samples(clip.samples * (level / _active_level(clip.samples.astype(np.float64))))
            frames = range(0, len(sound), FRAME)
            onset = next(at for at in frames if power(sound[at : at + FRAME]) > (level / 10) ** 2)
            begins = chance.randint(*BEGINS)
            first = begins + onset // CHUNK
            last = begins + len(sound) // CHUNK
            hits = [at for at in moments(rooms[number % len(rooms)], sound, begins) if first <= at <= last]
            late += [(hits[0] - first + 1) * CHUNK_MS] if hits else []
        rows[f"{level_db} dB"] = {"noticed": share(len(late), len(clips)), "after": delays(late)}
        told(f"talked over at {level_db} dB")
    rows["our voice alone"] = {
        "moments": alone,
        "minutes": round(minutes, 1),
        "a minute": round(alone / minutes, 2),
    }
    return {"rules": rows}
