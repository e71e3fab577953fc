"""What the ear needs from outside: sound, a wake-word model, a voice detector, a turn model, a transcriber.

All sound is 16 kHz 16-bit mono. The model ports block; whoever uses them calls them in an offload lane, one thread
at a time for each object. Errors are :class:`~jarvisd.core.errors.JarvisError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jarvisd.audio.button.press import KeyMove
from jarvisd.audio.turn.mute import Mute
from jarvisd.core.pcm import AudioChunk

FRAME_MS = 20
"""What the voice detector judges at once."""


class Microphone(Protocol):
    """A source of live sound."""

    @property
    def engine(self) -> str:
        """Name and device, for reports: ``"alsa default"``."""
        ...

    @property
    def gives_zeros(self) -> bool:
        """Whether silence is nothing but zeros here, as in a pipe; of a device they mean that it is dead."""
        ...

    def chunks(self) -> AsyncGenerator[AudioChunk, None]:
        """Open the device and yield 80 ms at a time, in real time, for ever; closing the generator closes it.

        Raises Unavailable: MICROPHONE_GONE when there is no device, it has no such sound, or it went away;
        MICROPHONE_BUSY when another program has it.
        ``began_us`` never runs backwards.
        """
        ...


class MuteStore(Protocol):
    """Keeps over restarts, upgrades and crashes whether the microphone is muted."""

    async def load(self) -> Mute | None:
        """What was kept; ``None`` where nothing was. What cannot be read counts as muted without an end."""
        ...

    async def save(self, mute: Mute) -> None:
        """Keep it durably; raises JarvisError when that fails."""
        ...


class Button(Protocol):
    """A button for a hand. :meth:`moved` may be cancelled at any time, and nothing is lost by that."""

    @property
    def engine(self) -> str:
        """Kind and device."""
        ...

    async def open(self) -> None:
        """Open the device, also again; Unavailable(BUTTON_GONE) when that cannot be."""
        ...

    async def close(self) -> None:
        """Close the device; safe at any time."""
        ...

    async def moved(self) -> None:
        """Return once :meth:`take` may have something, or raises."""
        ...

    def take(self) -> KeyMove | None:
        """The next move, if there is one; Unavailable(BUTTON_GONE) when the device has gone."""
        ...


class NearMissStore(Protocol):
    """Keeps pieces of sound in which somebody almost called; names sort by time."""

    async def keep(self, name: str, pcm: bytes) -> None:
        """Keep one; EngineError when that fails, and then nothing of it is left."""
        ...

    async def prune(self, before_unix_s: float, most_bytes: int) -> None:
        """Remove what is older, and of the rest the oldest until there are at most so many bytes."""
        ...

    async def wipe(self) -> int:
        """Remove everything, whatever it is; how many pieces that were."""
        ...


class WakeDetector(Protocol):
    """A wake-word model. It has a memory of about two seconds, so one object follows one stream."""

    @property
    def needs_verification(self) -> bool:
        """Whether none of its scores is sure enough to wake without the transcriber."""
        ...

    @property
    def engine(self) -> str:
        """Name, version and model."""
        ...

    def load(self) -> None:
        """Load the model: MODEL_MISSING, MODEL_CORRUPT or LICENCE_NOT_ACCEPTED when that cannot be."""
        ...

    def score(self, pcm: bytes) -> float:
        """How sure it is, 0 to 1, that the wake word ended in these 80 ms."""
        ...

    def reset(self) -> None:
        """Forget what was heard, so that one phrase is not found twice."""
        ...


class VoiceDetector(Protocol):
    """Tells speech from other sound, frame by frame. Never blocks for longer than a few milliseconds."""

    @property
    def engine(self) -> str:
        """Name, version and mode."""
        ...

    def load(self) -> None:
        """Get ready."""
        ...

    def is_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame surely is speech; decides beginnings and ends."""
        ...

    def may_be_speech(self, frame: bytes) -> bool:
        """Whether a 20 ms frame could be speech; decides whether the wake model looks at all."""
        ...


class TurnDetector(Protocol):
    """Tells whether somebody who pauses has finished, by how it sounded."""

    @property
    def engine(self) -> str:
        """Runtime, its version and the model."""
        ...

    def load(self) -> None:
        """Load the model: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        ...

    def finished(self, pcm: bytes) -> float:
        """How sure it is, 0 to 1, that nothing more is said after ``pcm``, which ends in the pause.

        However long that is; EngineError when the model breaks.
        """
        ...


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a piece of sound says. ``text`` is empty when it holds no speech."""

    text: str
    confidence: float
    """0 to 1."""
    took_ms: float = 0.0
    """How long the transcriber worked, waiting not counted; filled in by whoever had it work."""


class Transcriber(Protocol):
    """Speech to text."""

    @property
    def engine(self) -> str:
        """Name, version, model and number format."""
        ...

    def load(self) -> None:
        """Load the model: MODEL_MISSING or MODEL_CORRUPT when that cannot be."""
        ...

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        """The words in ``pcm``, which may be up to two minutes long; raises EngineError when the model breaks.

        ``example`` is text that they may resemble, as an aid to spelling; the model must be surer of them then.
        """
        ...


@runtime_checkable
class TranscriberApart(Transcriber, Protocol):
    """A transcriber in a process of its own, which may end at any time. What it is asked then fails."""

    async def attend(self) -> None:
        """Return never while it is loaded; raises EngineError when its process has ended: why."""
        ...

    def give_up(self) -> None:
        """Nobody wants what it transcribes now: that may fail with CANCELLED. From any thread, without waiting."""
        ...

    def close(self) -> None:
        """End the process; safe at any time."""
        ...


class EchoCanceller(Protocol):
    """Takes out of the microphone's sound what the loudspeaker plays; learns the room by doing so."""

    @property
    def engine(self) -> str:
        """Name and length of its filter."""
        ...

    def load(self) -> None:
        """Get ready; EngineError when that cannot be."""
        ...

    def cancel(self, near: bytes, far: bytes) -> bytes:
        """``near``, 80 ms that the microphone took, without what it holds of ``far``, 80 ms that were played."""
        ...

    def reset(self) -> None:
        """Forget the room."""
        ...


@dataclass(frozen=True, slots=True)
class MeasuredLag:
    """One sound is found in another ``samples`` later; the larger ``certainty``, the surer."""

    samples: float
    certainty: float


class StreamAlignment(Protocol):
    """What it takes to lay one sound over another."""

    def lag(self, near: bytes, far: bytes) -> MeasuredLag:
        """Where ``far``, which ends with ``near`` and begins earlier, is in it."""
        ...

    def shifted(self, pcm: bytes, start: float, step: float, count: int) -> bytes:
        """``count`` samples of ``pcm`` at ``start``, ``start + step``, ...; zeros outside of it."""
        ...


class PlayedSound(Protocol):
    """What the loudspeaker was given, 16 kHz; positions count its samples."""

    def position(self, at_us: int) -> float:
        """Which sample was given at that time."""
        ...

    def samples(self, start: int, count: int) -> bytes:
        """So many from ``start`` on, zeros where there are none."""
        ...

    @property
    def breaks(self) -> int:
        """How often a stretch of it began whose time is only about right: its lag may be another one."""
        ...


class Resampler(Protocol):
    """Makes sound of the ear's rate out of that of a stream. Blocks for a fraction of a millisecond."""

    def begin(self, rate_hz: int) -> None:
        """A stream of that rate begins."""
        ...

    def take(self, pcm: bytes) -> bytes:
        """The next of it at 16 kHz; its first sample is the stream's first. A few milliseconds are held back."""
        ...


@runtime_checkable
class TwoModels(Transcriber, Protocol):
    """A transcriber that can go on with a smaller model, and go back."""

    @property
    def has_small_model(self) -> bool:
        """Whether there is a smaller one to take."""
        ...

    def use_small(self, is_small: bool) -> None:
        """Work with the smaller model from now on, or the better one. Blocks, or only says which for ``load``.

        Raises why that cannot be; then all is as before.
        """
        ...
