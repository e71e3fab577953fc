"""For how long the microphone is to be closed: "mute yourself for an hour". Pure."""

from __future__ import annotations

from collections.abc import Collection

from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.values import Unreadable


def muted_for_s(spoken: tuple[str, ...], asking: Collection[tuple[str, ...]]) -> float | None:
    """Seconds, of words without courtesy that are one of ``asking`` and a length; ``None`` for anything else."""
    for at, word in enumerate(spoken):
        if word != "for":
            continue
        if spoken[:at] in asking and (length_s := _length_s(spoken[at + 1 :])):
            return length_s
    if spoken[:1] == ("for",):
        for end in range(2, len(spoken)):
            if spoken[end:] in asking and (length_s := _length_s(spoken[1:end])):
                return length_s
    return None


def _length_s(said: tuple[str, ...]) -> float | None:
    try:
        return float(read_duration(" ".join(said)))
    except Unreadable:
        return None
