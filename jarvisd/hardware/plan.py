"""All that is told of a machine: its tier, where each model belongs, and what to expect. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jarvisd.core.json_types import JsonObject
from jarvisd.hardware.machine import MachineSize
from jarvisd.hardware.placement import Device, PartPlacement, place
from jarvisd.hardware.tiers import EXPECTED, Tier, lacks, tier_of

UNTESTED = "untested on hardware"
"""Of everything that computes on a graphics card: nobody has tried it."""


@dataclass(frozen=True, slots=True)
class HardwarePlan:
    """What follows from a machine."""

    machine: MachineSize
    tier: Tier
    placement: Mapping[str, PartPlacement]

    def to_json(self) -> JsonObject:
        """As ``doctor --json`` and ``status --json`` show it."""
        return {
            "tier": self.tier.value,
            "vram_mb": self.machine.vram_mb,
            "ram_mb": self.machine.ram_mb,
            "cores": self.machine.cores,
            "placement": {part: place.to_json() for part, place in self.placement.items()},
            "expected_ms": EXPECTED[self.tier].to_json(),
        }

    @property
    def uses_card(self) -> bool:
        """Whether anything is placed on a graphics card."""
        return any(place.device is Device.GPU for place in self.placement.values())

    def in_words(self) -> str:
        """One line: the tier, what it is by, and where each part belongs."""
        parts = ", ".join(f"{part} {self._where(part)}" for part in self.placement)
        machine = self.machine
        size = f"{machine.cores} cores, {(machine.ram_mb << 20) / 1e9:.1f} GB, {machine.vram_mb} MB on a card"
        return f"tier {self.tier.value} ({size}): {parts}{f'; {UNTESTED}' if self.uses_card else ''}"

    def expectation_in_words(self) -> str:
        """What to expect, and by whom."""
        expected = EXPECTED[self.tier]
        span = expected.stages_ms.get("end_to_end")
        if span is None:
            return f"not known ({expected.source})"
        text = f"{span[0] / 1000:g} to {span[1] / 1000:g} s from the last word to the first ({expected.source})"
        missing = lacks(self.machine, self.tier)
        return f"{text}; slower, as that is with {'; '.join(missing)}" if missing else text

    def _where(self, part: str) -> str:
        where = self.placement[part]
        if where.device is Device.GPU and where.layers_in_all:
            return f"{where.device.value} ({where.model}, {where.layers} of {where.layers_in_all} layers)"
        return f"{where.device.value} ({where.model})" if where.model else where.device.value


def plan_for(machine: MachineSize) -> HardwarePlan:
    """The one way from a machine to what is told of it."""
    return HardwarePlan(machine, tier_of(machine), place(machine))
