"""The voice by itself: what the ear lacks is said once with what helps, after the night, and not if unwanted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.states import PartStatus
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.tasks import Tasks
from jarvisd.tts.notices.notices import LOOK_AGAIN_S, Notices
from jarvisd.tts.queue import Chunk, Priority
from jarvisd.tts.voice import Sounding
from tests.fakes.clock import LoopTime

DEAF = {"microphone": PartStatus.parse("failed: MicrophoneGone: unplugged")}
HEARS = {"microphone": PartStatus.parse("ready")}
MISSING = (
    "I can't hear anything: my microphone is missing. Plug it in, or choose another with jarvisctl audio test."
)


@dataclass
class Mouth:
    """Remembers what was said; ``failure`` is raised while set."""

    said: list[str] = field(default_factory=list)
    failure: JarvisError | None = None

    async def sound(self, chunks: tuple[Chunk, ...], priority: Priority) -> Sounding:
        if self.failure is not None:
            raise self.failure
        self.said += [str(chunk) for chunk in chunks]
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        ended.set_result(1)
        return Sounding("u1", ended)


class Home:
    """Notices that run."""

    def __init__(self) -> None:
        self.time, self.mouth, self.tasks = LoopTime(), Mouth(), Tasks()
        self.is_wanted, self.is_night = True, False
        self.notices = Notices(
            self.mouth,
            sentences=ENGLISH.replies,
            said=lambda text: (text,),
            is_wanted=lambda: self.is_wanted,
            is_quiet=lambda: self.is_night,
        )
        self.tasks.loop("notices", self.notices.next)

    async def said_after(self, seconds: float) -> list[str]:
        await self.time.advance(0)
        await self.time.advance(seconds)
        found, self.mouth.said = self.mouth.said, []
        return found


async def test_it_is_said_once_with_what_helps_and_once_when_it_is_over() -> None:
    home = Home()
    home.notices.ear_parts(DEAF)
    assert await home.said_after(4) == []
    assert await home.said_after(2) == [MISSING]
    home.notices.ear_parts(DEAF)
    assert await home.said_after(9999) == []
    home.notices.ear_parts(HEARS)
    assert await home.said_after(6) == ["I can hear you again."]
    assert await home.said_after(9999) == []


async def test_at_night_it_waits_and_a_press_is_answered_all_the_same() -> None:
    home = Home()
    home.is_night = True
    home.notices.ear_parts(DEAF)
    assert await home.said_after(3600) == []
    home.notices.press_failed(ErrorCode.MUTED)
    assert await home.said_after(0) == ["I'm muted. Hold the button to unmute me."]
    home.is_night = False
    assert await home.said_after(LOOK_AGAIN_S) == [MISSING]


async def test_what_could_not_be_said_is_said_later() -> None:
    home = Home()
    home.mouth.failure = Unavailable("unplugged", code=ErrorCode.SPEAKER_GONE)
    home.notices.ear_parts(DEAF)
    assert await home.said_after(6) == []
    home.mouth.failure = None
    assert await home.said_after(LOOK_AGAIN_S) == [MISSING]


async def test_what_a_turn_tells_and_what_nobody_wants_is_not_said() -> None:
    home = Home()
    home.notices.ear_parts(DEAF)
    home.notices.told_in_turn(ErrorCode.MICROPHONE_GONE)
    assert await home.said_after(9999) == []
    unwanted = Home()
    unwanted.is_wanted = False
    unwanted.notices.ear_parts(DEAF)
    assert await unwanted.said_after(9999) == []
