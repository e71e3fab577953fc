"""The signals of ``org.jarvisd.Brain1``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.bus.signals.form import U32, U64, Signal


@dataclass(frozen=True, slots=True)
class StateChanged(Signal):
    """A turn moved along a named edge; names as in :mod:`jarvisd.core.states`."""

    turn_id: str
    at_us: U64
    source: str
    target: str
    edge: str


@dataclass(frozen=True, slots=True)
class TurnStarted(Signal):
    """A turn began; ``channel`` is "voice" or "dbus"."""

    turn_id: str
    at_us: U64
    channel: str


@dataclass(frozen=True, slots=True)
class ReplyPart(Signal):
    """A part of a turn's reply, given out as soon as it was certain. ``index`` counts from 0; one after the other,
    as they are, the parts are the reply.
    """

    turn_id: str
    at_us: U64
    index: U32
    text: str


@dataclass(frozen=True, slots=True)
class TurnFinished(Signal):
    """A turn ended; ``code`` is an error's code when ``outcome`` is "failed"."""

    turn_id: str
    at_us: U64
    outcome: str
    code: str


@dataclass(frozen=True, slots=True)
class ReplySpoken(Signal):
    """The reply to a request from the room was spoken to its end. ``is_question``: it asks for what the request
    lacks, so that what is said next may be the answer.
    """

    turn_id: str
    at_us: U64
    is_question: bool


SIGNALS: tuple[type[Signal], ...] = (StateChanged, TurnStarted, ReplyPart, ReplySpoken, TurnFinished)
