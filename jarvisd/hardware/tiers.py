"""Which class of hardware a machine belongs to, and how quick the design expects it to be (C1, §15). Pure.

| tier | by | expected by |
|---|---|---|
| `gpu-large` | 16 GB and more on the graphics card | §15.3 |
| `gpu` | 12 GB and more | §15.2 |
| `gpu-small` | 4 GB and more, from which on §14.4 places the language model there | between §15.2 and §15.1 |
| `cpu` | 8 cores and 16 GB | §15.1 |
| `small` | 2 cores and 4 GB | README.md, where it was measured |
| `below` | less | nobody |

§15.4 is of machines that run no Linux of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.hardware.machine import MachineSize, mb_of_gb
from jarvisd.hardware.placement import LARGE_MODEL_CORES, LARGE_MODEL_RAM_MB, MODEL_ON_CARD_MB

STAGES = ("wake_word", "stt", "llm_first_token", "tts_first_chunk", "end_to_end")
"""What §15 names: a decision; 5 s of speech; the first token; the first chunk of sound; from word to word."""
RangeMs = tuple[int, int]


class Tier(str, Enum):
    """From the quickest to the slowest."""

    GPU_LARGE = "gpu-large"
    GPU = "gpu"
    GPU_SMALL = "gpu-small"
    CPU = "cpu"
    SMALL = "small"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class TierExpectation:
    """What to expect of a tier."""

    source: str
    """Whose figures these are, and of which machine."""
    cores: int = 0
    """Of that machine; fewer make it slower."""
    ram_gb: int = 0
    stages_ms: Mapping[str, RangeMs] = field(default_factory=lambda: MappingProxyType({}))
    """Some of :data:`STAGES` to the least and the most."""

    def to_json(self) -> JsonObject:
        """Every stage, ``null`` where nobody says anything."""
        found: dict[str, JsonValue] = {"source": self.source}
        for stage in STAGES:
            span = self.stages_ms.get(stage)
            found[stage] = list(span) if span else None
        return found


def _stages(*spans: RangeMs) -> Mapping[str, RangeMs]:
    return MappingProxyType(dict(zip(STAGES, spans, strict=True)))


_MINIMUM = _stages((0, 50), (2000, 2000), (8000, 15_000), (500, 500), (12_000, 20_000))
_RECOMMENDED = _stages((0, 30), (300, 300), (1000, 1000), (200, 200), (3000, 5000))
_LARGE = MappingProxyType(
    {"stt": (150, 150), "llm_first_token": (500, 500), "end_to_end": (1500, 3000)},
)
_BETWEEN = MappingProxyType({stage: (_RECOMMENDED[stage][0], _MINIMUM[stage][1]) for stage in STAGES})

EXPECTED: Mapping[Tier, TierExpectation] = MappingProxyType(
    {
        Tier.GPU_LARGE: TierExpectation(
            "design §15.3: 16 cores, 64 GB, a card with 16 or 24 GB; small.en and Llama 3.1 8B Q4", 16, 64, _LARGE
        ),
        Tier.GPU: TierExpectation(
            "design §15.2: 12 cores, 32 GB, a card with 12 GB; base.en and Llama 3.1 8B Q4", 12, 32, _RECOMMENDED
        ),
        Tier.GPU_SMALL: TierExpectation(
            "design §15 names no such machine: between §15.2 (a card with 12 GB) and §15.1 (none)", 8, 16, _BETWEEN
        ),
        Tier.CPU: TierExpectation(
            "design §15.1: 8 cores, 16 GB, no card; base.en and Llama 3.1 8B Q4", 8, 16, _MINIMUM
        ),
        Tier.SMALL: TierExpectation(
            "README.md, measured: 2 cores, 4 GB, no card; Whisper base and Qwen2.5-Coder 1.5B",
            2,
            4,
            MappingProxyType({"end_to_end": (5000, 7000)}),
        ),
        Tier.BELOW: TierExpectation("nobody: the design names no machine as small, and none was measured"),
    }
)
"""§15 of the design, and for what is smaller than it names the measurement of README.md."""


def tier_of(machine: MachineSize) -> Tier:
    """By the card where there is one: nearly all of the time goes where the language model computes."""
    by_card = ((16, Tier.GPU_LARGE), (12, Tier.GPU))
    for gigabytes, tier in by_card:
        if machine.vram_mb >= mb_of_gb(gigabytes):
            return tier
    if machine.vram_mb >= MODEL_ON_CARD_MB:
        return Tier.GPU_SMALL
    if machine.cores >= LARGE_MODEL_CORES and machine.ram_mb >= LARGE_MODEL_RAM_MB:
        return Tier.CPU
    small = EXPECTED[Tier.SMALL]
    is_small = machine.cores >= small.cores and machine.ram_mb >= mb_of_gb(small.ram_gb)
    return Tier.SMALL if is_small else Tier.BELOW


def lacks(machine: MachineSize, tier: Tier) -> Sequence[str]:
    """What ``machine`` has less of than the one whose figures are expected."""
    wanted = EXPECTED[tier]
    found = []
    if machine.cores < wanted.cores:
        found.append(f"{wanted.cores} cores, and this has {machine.cores}")
    if machine.ram_mb < mb_of_gb(wanted.ram_gb):
        found.append(f"{wanted.ram_gb} GB, and this has {(machine.ram_mb << 20) / 1e9:.1f}")
    return found
