"""What the suite as a whole may do now, from the health of all parts (requirements D2-D4, decision 11). Pure.

A fault lowers the level at once; it rises again only after a time without the fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode
from jarvisd.core.states import PartState, PartStatus, ServiceLevel
from jarvisd.executor.ports.health import PartStates

RISE_AFTER_S = 3.0
"""How long every part must be well before the level rises."""

_ORDER = (ServiceLevel.FULL, ServiceLevel.REDUCED, ServiceLevel.SAFE, ServiceLevel.REFUSING)
UNITS = ("audio", "brain", "executor", "tts")

FAULTS: Mapping[tuple[str, str], tuple[ServiceLevel, str]] = MappingProxyType(
    {
        ("brain", "llm"): (ServiceLevel.REDUCED, "no language model: simple requests only"),
        ("brain", "memory"): (ServiceLevel.REDUCED, "no memory: nothing is remembered or recalled"),
        ("audio", "microphone"): (ServiceLevel.REDUCED, "no microphone: command line only"),
        ("tts", "speaker"): (ServiceLevel.REDUCED, "no loudspeaker: command line only"),
        ("executor", "sandbox"): (ServiceLevel.REDUCED, "no sandbox: code is refused"),
        ("executor", "workspaces"): (ServiceLevel.REDUCED, "no safe path resolution: files are refused"),
        ("executor", "audit"): (ServiceLevel.SAFE, "the audit log cannot be written"),
        ("executor", "audit-chain"): (
            ServiceLevel.SAFE,
            "the audit log was altered; see: sudo jarvisctl audit verify",
        ),
        ("executor", "journal"): (ServiceLevel.SAFE, "the undo journal cannot be written"),
        ("executor", "policy"): (ServiceLevel.REFUSING, "the self-test of the policy failed"),
        ("executor", "disk"): (ServiceLevel.SAFE, "a disk is almost full"),
        ("executor", "ram"): (ServiceLevel.SAFE, "the working memory is almost full"),
        ("executor", "processor"): (ServiceLevel.REDUCED, "other programs keep the processor busy"),
        ("executor", "configuration"): (
            ServiceLevel.SAFE,
            "the configuration was changed on disk; see: sudo systemctl reload jarvisd-executor",
        ),
    }
)
"""Which fault leads where (D4). Any other part that is not well leads to ``reduced``."""


@dataclass(frozen=True, slots=True)
class LevelStatus:
    """A level and why."""

    level: ServiceLevel
    reasons: tuple[str, ...] = ()


def assess(parts: PartStates) -> LevelStatus:
    """The level that the parts allow; a unit that is not there counts as a fault of its own."""
    level = ServiceLevel.FULL
    reasons = []
    for unit in UNITS:
        if unit not in parts:
            level = _lower(level, ServiceLevel.REDUCED)
            reasons.append(f"{unit} is not running")
            continue
        for part, status in parts[unit].items():
            if status.state not in (PartState.READY, PartState.MUTED):
                allowed, reason = _fault(unit, part, status)
                level = _lower(level, allowed)
                reasons.append(reason)
    return LevelStatus(level, tuple(reasons))


def is_worse(one: ServiceLevel, other: ServiceLevel) -> bool:
    """Whether ``one`` allows less than ``other``."""
    return _ORDER.index(one) > _ORDER.index(other)


class LevelHysteresis:
    """Falls at once and rises slowly."""

    def __init__(self, rise_after_s: float = RISE_AFTER_S) -> None:
        self._rise_after_us = round(rise_after_s * 1e6)
        self._better_since_us: int | None = None
        self.level_status = LevelStatus(ServiceLevel.REDUCED, ("starting",))

    def update(self, wanted: LevelStatus, now_us: int) -> bool:
        """Take a new assessment into account; whether the standing has changed."""
        before = self.level_status
        if is_worse(before.level, wanted.level):
            if self._better_since_us is None:
                self._better_since_us = now_us
            if now_us - self._better_since_us >= self._rise_after_us:
                self.level_status = wanted
                self._better_since_us = None
        else:
            self._better_since_us = None
            self.level_status = wanted
        return self.level_status != before


def _fault(unit: str, part: str, status: PartStatus) -> tuple[ServiceLevel, str]:
    """Only a part that has failed can lead to safe mode: one that loads or works badly may still be used."""
    if status.state is PartState.LOADING:
        return ServiceLevel.REDUCED, f"{unit} {part} is still loading"
    if status.state is PartState.DEGRADED:
        return ServiceLevel.REDUCED, f"{unit} {part} works badly: {status.detail}"
    plain = (ServiceLevel.REDUCED, f"{unit} {part} does not work: {status.detail}")
    level, reason = FAULTS.get((unit, part), plain)
    # What was written by a newer version is neither altered nor unwritable.
    return (level, plain[1]) if status.code == ErrorCode.FORMAT_NEWER.value else (level, reason)


def _lower(one: ServiceLevel, other: ServiceLevel) -> ServiceLevel:
    return other if is_worse(other, one) else one
