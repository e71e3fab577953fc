"""The section of the button."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.config import keys


@dataclass(frozen=True, slots=True)
class ButtonSettings:
    """A button of an input device: pressed to talk or to stop, held to mute or unmute."""

    device: str = keys.key("", "Path of the device, such as one in /dev/input/by-id, or its name; empty: none.")
    key: int = keys.key(
        0, "Code of its key in linux/input-event-codes.h, such as 248 for KEY_MICMUTE; 0: any.", low=0, high=767
    )
    hold_ms: int = keys.key(800, "How long it is held to mute or unmute.", low=300, high=5000)
