"""What of a machine decides where models compute and how quick they are. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

_GB_BYTES = 1_000_000_000
"""A gigabyte as it is printed on what is sold: the driver of an 8 GB card shows 7.6 to 8.0 GB of 2^30."""
MOST_MB = 100_000_000
"""Chosen: 100 TB. More is a slip of the keyboard."""
MOST_CORES = 4096
"""Chosen: no machine has more (Linux for x86 is built for 8192 at most)."""


def mb_of_gb(gigabytes: float) -> int:
    """Gigabytes as they are sold (10^9 bytes) in MB as drivers show them (2^20 bytes), rounded down."""
    return int(gigabytes * _GB_BYTES) >> 20


@dataclass(frozen=True, slots=True)
class MachineSize:
    """MB are 2^20 bytes, as drivers and the kernel show them."""

    vram_mb: int
    """Memory of its largest graphics card; 0 without one."""
    ram_mb: int
    cores: int
    """As many as the kernel schedules on."""


class GraphicsState(str, Enum):
    """What became of the question how much memory a graphics card has."""

    ABSENT = "absent"
    """No driver that knows of any."""
    ZERO = "zero"
    """A driver answers, and has no card, or one without memory."""
    FAILED = "failed"
    """A driver answers that it cannot tell."""
    HUNG = "hung"
    """A driver does not answer."""
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Graphics:
    """The answer to that question."""

    state: GraphicsState
    vram_mb: int = 0
    """Of the largest card; 0 unless ready."""
    detail: str = ""
    """What card it is, or what the driver said."""


_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "vram": "memory of the graphics card in MB, such as vram=6000",
        "cores": "processor cores, such as cores=8",
        "ram": "memory in GB, such as ram=16",
    }
)


def parse_machine(text: str) -> MachineSize:
    """The machine that ``vram=6000,cores=8,ram=16`` describes; ValueError says what is wrong with other text."""
    given: dict[str, str] = {}
    for piece in text.split(","):
        key, equals, value = (part.strip() for part in piece.partition("="))
        if key not in _KEYS or not equals:
            raise ValueError(f"{piece.strip()!r} is none of {', '.join(f'{known}=' for known in _KEYS)}")
        if key in given:
            raise ValueError(f"{key} is given twice")
        given[key] = value
    for key, what in _KEYS.items():
        if key not in given:
            raise ValueError(f"{key} is missing: {what}")
    vram_mb = _whole("vram", given["vram"], 0, MOST_MB)
    cores = _whole("cores", given["cores"], 1, MOST_CORES)
    return MachineSize(vram_mb, _gigabytes(given["ram"]), cores)


def _whole(key: str, text: str, least: int, most: int) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    if not is_number or not least <= int(text) <= most:
        raise ValueError(f"{key}={text} is no whole number from {least} to {most}: {_KEYS[key]}")
    return int(text)


def _gigabytes(text: str) -> int:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= MOST_MB / 1000:
        raise ValueError(f"ram={text} is no number above 0 and up to {MOST_MB // 1000}: {_KEYS['ram']}")
    return mb_of_gb(value)
