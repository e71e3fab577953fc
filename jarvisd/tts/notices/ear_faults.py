"""When it is said that the ear cannot hear: once for each fault that lasts, and once that it hears again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode
from jarvisd.core.states import PartState, PartStatus

PARTS = ("microphone", "vad", "wake", "stt")
"""What the ear cannot hear without, the most telling first."""
WORD = "wake-"
"""How parts begin that are wake words beside the first; each hears without the others."""
SETTLED_S = 5.0
"""Chosen: a plug that is put in again, or a sound server that starts, is nothing to talk about."""
AGAIN_S = 300.0
"""Chosen: a loose plug is told of this seldom, and one that came out for good within this time."""
CHOSEN = frozenset({ErrorCode.LICENCE_NOT_ACCEPTED, ErrorCode.MUTED})
"""What somebody wanted so."""


@dataclass(frozen=True, slots=True)
class EarNews:
    """What is to be said."""

    code: ErrorCode | None
    """The fault; ``None`` when it hears again."""


class EarFaults:
    """Takes the states of the ear's parts and tells what of them is to be said. Times are of one clock."""

    def __init__(self) -> None:
        self._fault: ErrorCode | None = None
        self._since_s = 0.0
        self._told: ErrorCode | None = None
        """The fault that people know of."""
        self._told_s: dict[ErrorCode, float] = {}

    def parts_are(self, parts: Mapping[str, PartStatus], now_s: float) -> None:
        """How the parts are now. While one is loading, or closed on request, nothing is known to have changed."""
        found = [parts[name] for name in PARTS if name in parts]
        faults = [each for each in found if each.state is PartState.FAILED]
        # Other parts that work badly work still; a microphone that distorts is not understood.
        faults += [parts[name] for name in PARTS[:1] if name in parts and parts[name].state is PartState.DEGRADED]
        codes = [code for each in faults if (code := ErrorCode.named(each.code)) not in CHOSEN]
        others = [each for name, each in parts.items() if name.startswith(WORD) and each.state is PartState.FAILED]
        if any(ErrorCode.named(each.code) not in CHOSEN for each in others):
            codes.append(ErrorCode.WAKE_WORD_UNUSABLE)
        if not codes and any(each.state is not PartState.READY for each in found):
            codes = [self._told] if self._told is not None else []
        fault = codes[0] if codes else None
        if fault is not self._fault:
            self._fault, self._since_s = fault, now_s

    def told(self, code: ErrorCode | None, now_s: float) -> None:
        """It has been said, by whomever."""
        self._told = code
        if code is not None:
            self._told_s[code] = now_s

    def wait_s(self, now_s: float) -> float | None:
        """How long until there is news, if nothing changes; ``None``: none will come."""
        if self._fault is self._told:
            return None
        due_s = self._since_s + SETTLED_S
        if self._fault is not None and self._fault in self._told_s:
            due_s = max(due_s, self._told_s[self._fault] + AGAIN_S)
        return max(0.0, due_s - now_s)

    def news(self) -> EarNews:
        """What is to be said once :meth:`wait_s` is over."""
        return EarNews(self._fault)
