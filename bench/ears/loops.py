"""Our own voice through rooms and back into the ear: acted on, consents, how much is left, and "stop" over it.

Each loop is a simulated room of its own: reverberation, level, delay and its jumps, drift of the clocks, noise.
Our voice is one of flite's, those who say "stop" are the others. What hears is the live ear in a time of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.ears.condition import Asked, Condition
from bench.ears.figures import delays, share
from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import HearingOptions
from jarvisd.config.schema import Config, Paths, Stt
from jarvisd.config.wake import Wake
from jarvisd.core.pcm import SAMPLE_RATE_HZ
from jarvisd.core.planning.plan import Consent
from jarvisd.lang.en.pack import ENGLISH
from tests.ports.speech import say

FULL = 1000
OWN, OTHERS = "rms", ("slt", "awb")
QUESTION = "Shall I delete the report?"
TEXTS = (
    "I found three files. The largest is the tax report of last year, with two hundred pages. Shall I delete the "
    "report? Say yes to proceed or no to cancel.",
    "Hey Jarvis is what you call me with. You can say stop, or hold on, or wait a minute, and I will be silent. "
    "What else would you like to know?",
    "The weather today is mostly sunny with a high of twenty two degrees. Tomorrow it is going to rain. I have "
    "set a timer for ten minutes, and added milk, eggs and bread to your shopping list.",
    "You have three meetings tomorrow. The first one begins at nine in the morning with Mark. Yes, go ahead, he "
    "wrote. The second one was cancelled, and the bus stop is next to the door.",
)
STOPS = ("stop", "stop", "okay stop", "wait", "hold on")
LEVELS_DB, REVERBERATION_S = (-20.0, 0.0), (0.15, 0.6)
DELAY_S, TOLD_ERROR_S = (0.0, 0.5), 0.05
DRIFT, JUMP_SHARE = 100e-6, 0.2
NOISE_DB = (-60.0, -35.0)
LOUD = 12_000.0
STOP_DB, STOP_FROM_S, STOP_LIMIT_S = -5.0, 5.0, 0.7
REDUCTION_DB, STOPS_HEARD = 15.0, 0.95
Sound = npt.NDArray[np.float64]
KINDS = ("wake word", "listening", "stop")
"""The ear waits for the wake word, listens from the end of our voice on as for an answer, hears stops."""


@dataclass(frozen=True)
class Room:
    """How our voice comes back."""

    reverberation_s: float
    level_db: float
    delay_s: float
    told_delay_s: float
    jump_s: float
    drift: float
    noise_db: float
    is_linear: bool


@dataclass(frozen=True)
class Loop:
    """One loop, and what the ear made of it."""

    kind: str
    text: int
    room: Room
    report: Mapping[str, Any]
    stop: str = ""
    stop_ended_s: float = 0.0

    @property
    def acts(self) -> int:
        """What the ear would have acted on and nobody has said."""
        wrong = [stop for stop in self.report["stops"] if not self.is_meant(stop["t"])]
        return len(wrong) + len(self.report["wakes"]) + sum(bool(it["text"]) for it in self.report["segments"])

    @property
    def consents(self) -> int:
        """What would have been a yes to the question."""
        texts = [segment["text"] for segment in self.report["segments"]]
        return sum(ENGLISH.answers.judge_to(QUESTION, text).consent is Consent.YES for text in texts if text)

    @property
    def stop_delay_s(self) -> float | None:
        """How long after the word the ear knew of it."""
        found = [stop["t"] for stop in self.report["stops"] if self.is_meant(stop["t"])]
        return found[0] - self.stop_ended_s if found else None

    def is_meant(self, at_s: float) -> bool:
        """Whether that may have been the stop that somebody said."""
        return bool(self.stop) and -0.3 <= at_s - self.stop_ended_s <= 2.0


def measure(asked: Asked) -> dict[str, Any]:
    """Loops of all kinds by turns."""
    config = Config(
        paths=replace(Paths(), models_dir=asked.models),
        wake=Wake(engine="bench.ears.engines:wake"),
        stt=Stt(engine="bench.ears.engines:transcriber"),
    )
    loops: list[Loop] = []
    count = asked.limit or FULL
    for number in range(count):
        loops.append(_loop(config, number, np.random.default_rng([asked.seed, number])))
        asked.told(f"loop {number + 1}/{count} {_line(loops[-1])}")
    return {
        "rules": {"shipped": figures(loops)},
        "samples": [{**asdict(loop), "stop_delay_s": loop.stop_delay_s, "acts": loop.acts} for loop in loops],
    }


def figures(loops: Sequence[Loop]) -> dict[str, Any]:
    """The figures of the issue."""
    stops = [loop for loop in loops if loop.kind == "stop"]
    found = [loop.stop_delay_s for loop in stops if loop.stop_delay_s is not None]
    reductions = [loop.report["echo_reduction_db"] for loop in loops if loop.kind != "stop"]
    known = sorted(value for value in reductions if value is not None)
    return {
        "acted on": share(sum(loop.acts > 0 for loop in loops), len(loops)),
        "consents": share(sum(loop.consents > 0 for loop in loops), len(loops)),
        "stops heard": share(len(found), len(stops)),
        "stops heard in time": share(sum(delay <= STOP_LIMIT_S for delay in found), len(stops)),
        "stop known after": delays([1000 * delay for delay in found]),
        "reduction": {
            "n": len(known),
            "median_db": known[len(known) // 2] if known else None,
            "least_db": known[0] if known else None,
            **share(sum(value >= REDUCTION_DB for value in known), len(known)),
        },
    }


def missed(condition: Mapping[str, Any]) -> Iterator[str]:
    """The figures of the issue that are missed."""
    for name, row in condition.get("rules", {}).items():
        for what in ("acted on", "consents"):
            if row[what]["hits"]:
                yield f"loops {name}: {what} {row[what]['hits']} of {row[what]['n']}"
        if row["stops heard in time"]["n"] and row["stops heard in time"]["share"] < STOPS_HEARD:
            yield f"loops {name}: stops heard in time {row['stops heard in time']['share']} < {STOPS_HEARD}"
        if row["reduction"]["n"] and row["reduction"]["median_db"] < REDUCTION_DB:
            yield f"loops {name}: reduction {row['reduction']['median_db']} dB < {REDUCTION_DB}"


def _loop(config: Config, number: int, chance: np.random.Generator) -> Loop:
    kind = KINDS[number % len(KINDS)]
    text = int(chance.integers(len(TEXTS)))
    # Somebody has to be heard beyond the learning, and one text may be too short for that.
    own = _loud(say(TEXTS[text], OWN) + (say(TEXTS[(text + 1) % len(TEXTS)], OWN) if kind == "stop" else b""))
    room = _room(chance, kind)
    taken = _echo(own, room, chance)
    stop, ended_s = "", 0.0
    if kind == "stop":
        stop = str(chance.choice(STOPS))
        voice = str(chance.choice(OTHERS))
        ended_s = _say_over(taken, say(stop, voice), chance)
    taken = np.concatenate([taken, np.zeros(SAMPLE_RATE_HZ)])
    taken += chance.normal(0, LOUD / 4 * 10 ** (room.noise_db / 20), len(taken))
    options = HearingOptions(kind != "listening", True, _pcm(own), 1000 * room.told_delay_s)
    return Loop(kind, text, room, hear_offline(config, [_pcm(taken)], options), stop, round(ended_s, 3))


def _room(chance: np.random.Generator, kind: str) -> Room:
    delay_s = float(chance.uniform(*DELAY_S))
    jumps = kind != "stop" and chance.uniform() < JUMP_SHARE
    return Room(
        reverberation_s=float(chance.uniform(*REVERBERATION_S)),
        level_db=float(chance.uniform(*LEVELS_DB)),
        delay_s=delay_s,
        told_delay_s=max(0.0, delay_s + float(chance.uniform(-TOLD_ERROR_S, TOLD_ERROR_S))),
        jump_s=float(chance.uniform(*DELAY_S)) if jumps else delay_s,
        drift=float(chance.uniform(-DRIFT, DRIFT)),
        noise_db=float(chance.uniform(*NOISE_DB)),
        is_linear=True,
    )


def _echo(own: Sound, room: Room, chance: np.random.Generator) -> Sound:
    """What the microphone takes of ``own``; a jump comes in the middle."""
    count = round(1.2 * room.reverberation_s * SAMPLE_RATE_HZ)
    response = chance.normal(size=count) * 10 ** (-3 * np.arange(count) / (room.reverberation_s * SAMPLE_RATE_HZ))
    response *= 0.15
    response[0] = 1.0
    response /= math.sqrt(float((response**2).sum()))
    longest = round(DELAY_S[1] * SAMPLE_RATE_HZ)
    size = 1 << (len(own) + count).bit_length()
    echo = np.fft.irfft(np.fft.rfft(own, size) * np.fft.rfft(response, size), size)[: len(own) + count]
    echo = np.concatenate([echo, np.zeros(longest)]) * 10 ** (room.level_db / 20)
    at = np.arange(len(echo))
    echo = np.interp(at * (1 - room.drift), at, echo)
    before, after = (_late(echo, delay_s) for delay_s in (room.delay_s, room.jump_s))
    middle = len(echo) // 2
    whole: Sound = np.concatenate([before[:middle], after[middle:]])
    return whole


def _late(sound: Sound, delay_s: float) -> Sound:
    late: Sound = np.concatenate([np.zeros(round(delay_s * SAMPLE_RATE_HZ)), sound])[: len(sound)]
    return late


def _say_over(taken: Sound, word: bytes, chance: np.random.Generator) -> float:
    """Add ``word`` to ``taken``, so much weaker than what is there; when its last loud sound ends."""
    sound = np.frombuffer(word, "<i2").astype(float)
    loud = np.flatnonzero(np.abs(sound) > 0.05 * np.abs(sound).max())
    sound = sound[loud[0] : loud[-1] + 1]
    first = round(STOP_FROM_S * SAMPLE_RATE_HZ)
    start = int(chance.integers(first, max(first + 1, len(taken) - 3 * SAMPLE_RATE_HZ)))
    speech = taken[first : len(taken) - 2 * SAMPLE_RATE_HZ]
    ratio = math.sqrt(float((speech**2).mean() / (sound**2).mean()))
    taken[start : start + len(sound)] += sound * ratio * 10 ** (STOP_DB / 20)
    return (start + len(sound)) / SAMPLE_RATE_HZ


def _loud(pcm: bytes) -> Sound:
    sound = np.frombuffer(pcm, "<i2").astype(float)
    loud: Sound = sound * (LOUD / float(np.abs(sound).max()))
    return loud


def _pcm(sound: Sound) -> bytes:
    return bytes(np.clip(np.rint(sound), -32768, 32767).astype("<i2").tobytes())


def _line(loop: Loop) -> str:
    return f"{loop.kind}: acts {loop.acts}, {loop.report['echo_reduction_db']} dB, stop after {loop.stop_delay_s}"


CONDITION = Condition(measure, missed)
