"""The section of what the machine must have left."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.config.keys import choice, key


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """What the machine must have left beside other work."""

    reader: str = choice("kernel", "What tells how much of the machine is in use.", "kernel", engine=True)
    ram_percent: float = key(
        90.0,
        "Use of the working memory beyond which safe mode begins; at 100 it never does.",
        low=50,
        high=100,
        live=True,
    )
    processor_percent: float = key(
        95.0,
        "Use of the processor by others that is too much; at 100 none is.",
        low=10,
        high=100,
        live=True,
    )
    processor_for_s: float = key(
        60.0, "How long that must go on before the service level is reduced.", low=1, high=3600, live=True
    )
