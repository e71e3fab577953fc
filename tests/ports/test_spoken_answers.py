"""Answers as they are spoken by several voices, clean and in noise, really transcribed, and weighed (A10).

Where more than a short word is wanted no refusal is ever a yes. How many assents are taken at once is a figure;
the others are asked for once more. A plain yes is one by default.
"""

from __future__ import annotations

import json
import random
import wave
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jarvisd.audio.adapters.whisper import Whisper, WhisperSettings
from jarvisd.bus.replies import AnswerReply
from jarvisd.config.schema import Tts
from jarvisd.executor.consent.heard_answer import judge_heard
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.words import words
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.piper import PiperSynthesizer
from tests.fakes.audio import silence
from tests.figures import IS_FULL, Record
from tests.ports.speech import MODELS, VOICES, say, sox

pytestmark = pytest.mark.real

SUITE = "joe"
"""The suite's own voice, by Piper; the others are flite's."""
SPEAKERS = (*VOICES, "kal", SUITE)
SNRS_DB = (None, 20, 10)
ANSWERS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "answers.jsonl").read_text("utf-8").splitlines()
]


REFUSALS_ELSEWHERE = {"nein", "non", "no"}
"""How answers in another language begin that refuse. Whoever says "ja" and is heard to say "yeah" has agreed."""


def can_be_told(answer: dict[str, Any]) -> bool:
    """Whether these voices can say it: letters of English, and no question that is one by its sign alone."""
    spoken = words(answer["heard"])
    if answer["kind"] == "language" and not REFUSALS_ELSEWHERE & set(spoken[:1]):
        return False
    is_yes = ENGLISH.answers.judge_to(answer["question"], " ".join(spoken)).is_yes
    return bool(spoken) and answer["heard"].isascii() and is_yes == answer["yes"]


SPOKEN = [answer for answer in ANSWERS if can_be_told(answer)]


class Speakers:
    """Everybody who answers."""

    def __init__(self, piper: PiperSynthesizer, folder: Path) -> None:
        self._piper = piper
        self._folder = folder
        self._noise = np.frombuffer(sox("-n", "synth", "30", "pinknoise", "vol", "0.5"), "<i2").astype(float)

    async def say(self, text: str, speaker: str, snr_db: int | None) -> bytes:
        """``text`` between silences, in pink noise this far below the speech."""
        pcm = (
            silence(300) + (await self._by_piper(text) if speaker == SUITE else say(text, speaker)) + silence(300)
        )
        if snr_db is None:
            return pcm
        samples = np.frombuffer(pcm, "<i2").astype(float)
        speech, noise = samples[np.abs(samples) > 300], self._noise[: len(samples)]
        ratio = np.mean(speech**2) / np.mean(noise**2) / 10 ** (snr_db / 10)
        return np.clip(samples + np.sqrt(ratio) * noise, -32_768, 32_767).astype("<i2").tobytes()

    async def _by_piper(self, text: str) -> bytes:
        speech = await self._piper.synthesize(text)
        path = str(self._folder / "spoken.wav")
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(speech.rate_hz)
            file.writeframes(speech.pcm)
        return sox(path)


@pytest.fixture
async def speakers(tmp_path: Path) -> AsyncIterator[Speakers]:
    workers = Workers()
    piper = PiperSynthesizer(Tts(), MODELS, workers)
    await piper.load()
    yield Speakers(piper, tmp_path)
    await piper.close()
    workers.close()


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    made = Whisper("whisper-base", lambda: MODELS / "whisper-base", WhisperSettings("en", beam_size=5, threads=2))
    made.load()
    return made


def weighed(whisper: Whisper, pcm: bytes, question: str) -> tuple[AnswerReply, AnswerVerdict]:
    """What the ear would reply, and what consent makes of it where a short word alone is none."""
    said = whisper.transcribe(pcm)
    again = whisper.transcribe(pcm, ENGLISH.answers.example()) if said.text else said
    reply = AnswerReply(
        *("speech", said.text, said.confidence, again.text, again.confidence, 1, 2),
        live=True,
        quiet_before=True,
    )
    return reply, judge_heard(ENGLISH, question, reply, 0, short_yes_is_yes=False)


@pytest.mark.timeout(1200)
@pytest.mark.soak("spoken refusals that confirm, by 5 voices, clean, at 20 and at 10 dB", 400, "0")
async def test_no_spoken_refusal_is_a_yes(speakers: Speakers, whisper: Whisper, record_property: Record) -> None:
    rng = random.Random(20261129)
    chosen = rng.sample(SPOKEN, len(SPOKEN) if IS_FULL else 20)
    conditions = [(speaker, snr_db) for speaker in SPEAKERS for snr_db in SNRS_DB]
    rng.shuffle(conditions)
    wrong: list[tuple[object, ...]] = []
    assents, understood = Counter[str](), Counter[str]()
    for number, answer in enumerate(chosen):
        speaker, snr_db = conditions[number % len(conditions)]
        pcm = await speakers.say(answer["heard"], speaker, snr_db)
        reply, verdict = weighed(whisper, pcm, answer["question"])
        if verdict.is_yes and not answer["yes"]:
            wrong.append((answer["heard"], speaker, snr_db, reply))
        for condition in (speaker, f"{snr_db} dB" if snr_db else "clean") if answer["yes"] else ():
            assents[condition] += 1
            understood[condition] += verdict.is_yes
    record_property("tried", len(chosen))
    shares = [f"{name} {understood[name] / assents[name]:.0%} of {assents[name]}" for name in sorted(assents)]
    record_property("seen", f"assents taken at once: {', '.join(shares)}")
    assert not wrong, "\n".join(map(str, wrong))
    assert sum(understood.values())


@pytest.mark.parametrize("word", ["Pass.", "Nah.", "Nope.", "Not now.", "Nein."])
async def test_what_sounds_like_yes_is_none(speakers: Speakers, whisper: Whisper, word: str) -> None:
    """Heard once, "pass" was "yes" and "nah" was "yeah", and heard twice it may be: with a melody drawn anew."""
    question = SPOKEN[0]["question"]
    for speaker in SPEAKERS:
        pcm = await speakers.say(word, speaker, None)
        assert not weighed(whisper, pcm, question)[1].is_yes, speaker


async def test_a_plain_yes_is_one_unless_more_words_are_wanted(speakers: Speakers, whisper: Whisper) -> None:
    question = SPOKEN[0]["question"]
    for said, is_yes in (("Yes.", False), ("Yes, go ahead.", True)):
        heard = [weighed(whisper, await speakers.say(said, it, None), question) for it in SPEAKERS]
        fair = [verdict.is_yes is is_yes and verdict.is_faint is not is_yes for _, verdict in heard]
        assert sum(fair) >= len(heard) - 1, (said, heard)
        plain = [judge_heard(ENGLISH, question, reply, 0).is_yes for reply, _ in heard]
        assert sum(plain) >= len(heard) - 1, (said, heard)
