"""What mutes: whether the microphone is to be closed, until when, and what of that holds after a restart. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from jarvisd.core.errors import RequestError

LONGEST_MUTE_S = 31 * 24 * 3600.0
"""Chosen: who wants longer than a month mutes without an end."""


@dataclass(frozen=True, slots=True)
class Mute:
    """What was asked of the microphone last. Without ``length_s`` it holds until it is taken back."""

    is_muted: bool
    length_s: float | None = None
    ends_unix_s: float = 0.0
    """When a timed mute ends, by the wall clock; 0 without an end."""
    ends_boot_s: float = 0.0
    """The same by CLOCK_BOOTTIME of the boot ``boot_id``."""
    boot_id: str = ""


@dataclass(frozen=True, slots=True)
class MuteMoment:
    """A moment by the clocks that a mute is measured with."""

    unix_s: float
    boot_s: float
    boot_id: str


UNMUTED = Mute(is_muted=False)
MUTED = Mute(is_muted=True)


def mute_for(length_s: float | None, now: MuteMoment) -> Mute:
    """A mute that begins ``now``; INVALID_REQUEST for a length that is none, or more than a month."""
    if length_s is None:
        return MUTED
    if not (math.isfinite(length_s) and 0 < length_s <= LONGEST_MUTE_S):
        raise RequestError(f"a mute lasts more than 0 s and at most {LONGEST_MUTE_S:g} s")
    return Mute(
        is_muted=True,
        length_s=length_s,
        ends_unix_s=now.unix_s + length_s,
        ends_boot_s=now.boot_s + length_s,
        boot_id=now.boot_id,
    )


def remaining_s(mute: Mute, now: MuteMoment) -> float | None:
    """How long a mute still holds; ``None`` without an end, 0 when it is over or there is none.

    Within one boot the clock counts that nobody sets. After another start only the wall clock knows; one that
    was set back, or starts in the past, makes a mute last no longer than it was asked for.
    """
    if not mute.is_muted:
        return 0.0
    if mute.length_s is None:
        return None
    same_boot = bool(mute.boot_id) and mute.boot_id == now.boot_id
    left_s = mute.ends_boot_s - now.boot_s if same_boot else mute.ends_unix_s - now.unix_s
    return min(mute.length_s, max(0.0, left_s))
