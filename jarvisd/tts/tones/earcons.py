"""Short signs of life, and what each sounds like. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from jarvisd.tts.ports import Speech
from jarvisd.tts.tones.waveform import Note, rendered


class Earcon(str, Enum):
    """What is told without words; each has a key of its name in the section ``earcons`` of the configuration."""

    AWAKE = "awake"
    HEARD = "heard"
    """Somebody has finished speaking to us."""
    THINKING = "thinking"
    REPLY = "reply"
    """A reply is listened for without the wake word."""
    NOTHING = "nothing"
    """We were woken and heard nothing."""
    DONE = "done"
    """A request was done and nothing was said of it."""
    ERROR = "error"
    MUTE = "mute"
    UNMUTE = "unmute"
    TIMER = "timer"


_QUIET, _SOFT = 0.3, 0.15
"""Chosen: signs are for who listens for them, and thinking for who waits."""
_NOTES: Mapping[Earcon, tuple[Note, ...]] = MappingProxyType(
    {
        # Up is for what begins, down for what ends, and the same twice for what did not work.
        Earcon.AWAKE: (Note(659.3, 60, _QUIET, 60), Note(987.8, 90, _QUIET, 70)),
        Earcon.HEARD: (Note(987.8, 60, _QUIET, 60), Note(659.3, 90, _QUIET, 70)),
        Earcon.THINKING: (Note(523.3, 50, _SOFT, 40),),
        Earcon.REPLY: (Note(880.0, 50, _QUIET, 40), Note(1174.7, 70, _QUIET, 50)),
        Earcon.NOTHING: (Note(440.0, 80, _QUIET, 60), Note(0, 40), Note(440.0, 110, _QUIET, 70)),
        Earcon.DONE: (Note(784.0, 70, _QUIET, 60), Note(1046.5, 140, _QUIET, 90)),
        Earcon.ERROR: (Note(329.6, 110, _QUIET, 90), Note(0, 40), Note(246.9, 200, _QUIET, 120)),
        Earcon.MUTE: (Note(587.3, 80, _QUIET, 60), Note(392.0, 160, _QUIET, 90)),
        Earcon.UNMUTE: (Note(392.0, 80, _QUIET, 60), Note(587.3, 160, _QUIET, 90)),
        Earcon.TIMER: (Note(1046.5, 120, 0.6), Note(784.0, 240, 0.6)),
    }
)


@lru_cache(maxsize=len(Earcon))
def sound_of(earcon: Earcon) -> Speech:
    """The sound of a sign, made once: a fifth of a second or less, a tenth of which is its making."""
    return rendered(_NOTES[earcon])
