"""Real ear, real words and real question in a room with a broadcast: its "yes" agrees to nothing (A10).

In simulated time: what the broadcast, the suite itself and the person say is added up and heard chunk by chunk.
``RECORDINGS=FOLDER`` adds every sound file in it as a broadcast that says "yes" now and then.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jarvisd.audio.adapters.webrtc import WebRtcVad
from jarvisd.audio.adapters.whisper import Whisper, WhisperSettings
from jarvisd.bus.replies import AnswerReply
from jarvisd.bus.signals.audio import ListeningEnded, Transcript
from jarvisd.core.pcm import CHUNK_BYTES
from jarvisd.core.planning.plan import Consent
from jarvisd.executor.consent.asker import VOICE, Asker, Question, Windows
from jarvisd.executor.tools.spec import Preview
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.audio import silence
from tests.fakes.executor import ScriptedIdentities
from tests.figures import IS_FULL, Record
from tests.ports.speech import MODELS, say, sox
from tests.unit.audio.conftest import RULES, Room

pytestmark = pytest.mark.real

SCENES = 100 if IS_FULL else 6
SOUND_FILES = {".flac", ".mp3", ".ogg", ".opus", ".wav"}
OWN, PERSON = "slt", "awb"
ASKED = Preview("delete 3 files, 12 kB, older than 7 days in tmp", consequence="Deleted files go to the trash.")
NEWS = (
    "And now the weather. Tomorrow will be cloudy with some rain in the north.",
    "The minister said that the talks would go on next week.",
    "So I asked him, do you want to come along, and he looked at me.",
    "He thought about it for a long time.",
    "Do you take this offer? Think about it well.",
)
YES = ("Yes.", "Yes, please.", "Yes, go ahead.", "Yes, do it.", "Of course.", "Yes, delete them.")


def broadcast(rng: random.Random, length_s: float) -> bytes:
    """Two voices; every other thing they say is a yes with the pauses around it that an answer has."""
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < length_s * 32_000:
        voice = rng.choice(("rms", "awb"))
        pieces += [say(rng.choice(NEWS), voice), silence(rng.choice((160, 480, 960, 1440)))]
        pieces += [say(rng.choice(YES), voice), silence(rng.choice((960, 1440, 1920)))]
    return b"".join(pieces)


def recorded(path: Path, rng: random.Random) -> bytes:
    """A recording over and over, with a yes behind it."""
    from faster_whisper.audio import decode_audio

    samples = np.clip(decode_audio(str(path)) * 32_768, -32_768, 32_767).astype("<i2").tobytes()
    return b"".join((samples, silence(960), say(rng.choice(YES), "rms"), silence(1440))) * 12


class Scene:
    """A room with a broadcast; ears and voice of :class:`Asker` are in it."""

    def __init__(self, room: Room, background: bytes, answers: Sequence[str]) -> None:
        self.room = room
        self._background = np.frombuffer(background, "<i2")
        self._position = 0
        self._answers = list(answers)
        self.questions: list[str] = []

    async def sounds(self, pcm: bytes, volume: float = 1.0) -> None:
        """Let ``pcm`` be heard above the broadcast."""
        for start in range(0, len(pcm), CHUNK_BYTES):
            heard = np.frombuffer(pcm[start : start + CHUNK_BYTES].ljust(CHUNK_BYTES, b"\0"), "<i2") * volume
            behind = self._background[self._position : self._position + len(heard)]
            heard[: len(behind)] += behind
            self._position += len(heard)
            await self.room.hears(np.clip(heard, -32_768, 32_767).astype("<i2").tobytes())
            await self.room.settled()

    async def request(self) -> None:
        """The person asks, and the ear has the words or has given up."""
        self.room.listener.listen()
        await self.sounds(silence(240) + say("Delete the old temporary files.", PERSON))
        while not self.room.all(Transcript) and not self.room.all(ListeningEnded):
            await self.sounds(silence(80))

    async def ask(self, request_id: str, text: str, limit_s: float) -> int:
        """The suite speaks, and is heard."""
        self.questions.append(text)
        self.room.listener.voices.own_began(self.room.clock.now_us, request_id)
        await self.sounds(say(text, OWN), 0.4)
        self.room.listener.voices.own_ended(self.room.clock.now_us, request_id)
        return self.room.clock.now_us

    async def say(self, text: str, turn_id: str) -> None:
        """Nothing is announced here."""

    async def reserve(self, request_id: str) -> None:
        self.room.listener.reserve_answer(request_id)

    async def listen(self, request_id: str, window_s: float) -> AnswerReply:
        answer = self.room.tasks.start("answer", self.room.listener.listen_for_answer(request_id, window_s))
        await asyncio.sleep(0)
        await self.sounds(silence(480))
        if self._answers and not answer.done():
            await self.sounds(say(self._answers.pop(0), PERSON))
        while not answer.done():
            await self.sounds(silence(80))
        return answer.result()

    async def release(self, request_id: str) -> None:
        self.room.listener.release_answer(request_id)

    async def verdict(self) -> AnswerVerdict:
        """What the person, or whoever else, has decided."""
        asker = Asker(
            ears=self,
            speech=self,
            identities=ScriptedIdentities({}),
            start_task=self.room.tasks.start,
            windows=Windows(),
            emit=lambda _: None,
            clock=self.room.clock,
            language=ENGLISH,
        )
        return await asker.ask(Question("t1", VOICE, None, ASKED))


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    settings = WhisperSettings(language="en", beam_size=5, threads=2)
    made = Whisper("whisper-base", lambda: MODELS / "whisper-base", settings)
    made.load()
    return made


@asynccontextmanager
async def entered(whisper: Whisper, background: bytes, *answers: str) -> AsyncIterator[Scene]:
    """A scene in a room of its own."""
    room = Room(lambda: WebRtcVad(3), whisper, replace(RULES, endpoint=replace(RULES.endpoint, silence_ms=1000)))
    await room.load()
    yield Scene(room, background, answers)
    await room.tasks.cancel_all()
    room.workers.close()


@pytest.mark.timeout(1200)
@pytest.mark.soak("broadcasts that confirm a question", 100, "0")
async def test_no_broadcast_agrees(whisper: Whisper, record_property: Record) -> None:
    rng = random.Random(20261129)
    sounds = [broadcast(rng, 90) for _ in range(SCENES)]
    if folder := os.environ.get("RECORDINGS"):
        sounds += [recorded(path, rng) for path in sorted(Path(folder).iterdir()) if path.suffix in SOUND_FILES]
    outcomes: list[AnswerVerdict] = []
    heard_yes = 0
    for background in sounds:
        async with entered(whisper, background) as scene:
            await scene.sounds(silence(rng.randrange(2000, 8000, 80)))
            await scene.request()
            await scene.sounds(silence(rng.randrange(480, 3000, 80)))
            outcomes.append(await scene.verdict())
        heard_yes += any(text.startswith("I hear other voices.") for text in scene.questions)
    record_property("tried", len(outcomes))
    record_property("seen", f"{heard_yes} said yes in a window and were asked for digits")
    agreed = [number for number, outcome in enumerate(outcomes) if outcome.consent is Consent.YES]
    assert not agreed, agreed
    # Otherwise nothing was tried that could have agreed.
    assert heard_yes


@pytest.mark.timeout(600)
@pytest.mark.parametrize("noise", ["", "0.01"])
async def test_in_a_quiet_room_a_yes_is_enough(whisper: Whisper, noise: str) -> None:
    """So is it in the sound of a fan, some 20 dB below the voice."""
    background = sox("-n", "synth", "60", "pinknoise", "vol", noise) if noise else b""
    async with entered(whisper, background, "Yes, go ahead.") as scene:
        await scene.sounds(silence(4000))
        await scene.request()
        await scene.sounds(silence(1600))
        assert (await scene.verdict()).consent is Consent.YES
    assert len(scene.questions) == 1
