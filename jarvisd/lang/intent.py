"""What an utterance surely means, whatever the language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from jarvisd.core.planning.plan import Plan


class Control(str, Enum):
    """What the suite does with itself."""

    STOP = "stop"
    MUTE = "mute"
    UNMUTE = "unmute"
    STATUS = "status"
    VOLUME = "volume"
    """Tell how loudly it speaks, or change that."""
    UNDO = "undo"
    REPEAT = "repeat"
    SPELL = "spell"
    """Say the last answer, or a word, letter by letter."""
    SLOWER = "slower"
    FASTER = "faster"
    NORMAL_SPEED = "normal_speed"
    PAUSE = "pause"
    """Be silent, to go on later."""
    GO_ON = "go_on"
    """Say what was broken off."""
    HELP = "help"
    """Say what can be asked for."""
    INTRODUCE = "introduce"
    """Say what it is."""
    GREET = "greet"
    THANK = "thank"
    DECLINE = "decline"
    PART = "part"
    GOOD_NIGHT = "good_night"
    """Answer courtesy with courtesy."""
    PRIVACY = "privacy"
    """Say what is heard, kept and sent."""
    RECOUNT = "recount"
    """Say what was asked last and what came of it."""


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """How loudly is to be spoken from now on; neither of them only asks."""

    to_percent: int | None = None
    """0 to 100; more is for the voice to refuse."""
    by_percent: int = 0


ONLY_TOLD = VolumeChange()
"""Nothing changes."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What an utterance surely means: a control, or else a plan."""

    control: Control | None = None
    plan: Plan | None = None
    count: int = 1
    """How many changes are to be undone."""
    volume: VolumeChange = ONLY_TOLD
    """With the control of that name."""
    length_s: float | None = None
    """For how long to mute; ``None`` is without an end."""
    to_spell: str = ""
    """The words to be spelled; empty for those of the last answer."""
    sentence: str = ""
    """The template that the request fits, several joined by " + ", a tool in brackets where words alone said it.
    Empty for a single request that words alone say."""


class AddedIntents(Protocol):
    """Requests that sentences of an administrator or of plugins fit."""

    def recognise(self, text: str) -> Intent | None:
        """The intent of a transcript that nothing of the suite's own fits; ``None`` when none does for sure."""
        ...


class Wholeness(Enum):
    """What words tell of whether more of them come."""

    GOES_ON = "goes on"
    """Their last wants others: "and", "to the", "um"."""
    BEGUN = "begun"
    """So few that there is hardly a request yet, and no sentence asks for them."""
    UNCLEAR = "unclear"
    """They may be all."""
    WHOLE = "whole"
    """A sentence of the language asks for just that, and not for whatever follows."""


class WholenessRules(Protocol):
    """What words tell of whether more of them come."""

    def wholeness(self, text: str) -> Wholeness:
        """How whole ``text`` is, a request without its wake phrase.

        Nothing raises. The first call loads the sentences, 0.3 s of work; later ones take milliseconds.
        """
        ...
