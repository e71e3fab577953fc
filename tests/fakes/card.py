"""A sound card behind ALSA in the hands of a test: its rate, what it hears, who has it, whether it works."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
_NUMBERS = struct.Struct("=2i")
DEFAULTS = "</usr/share/alsa/alsa.conf>\n"


class Card:
    """What ``card.c`` is told; every change holds at once for whoever has it open.

    Kept in ``folder``, which processes may know under the name ``inside``. ``sound`` is the pipe that it hears,
    in its own format.
    """

    def __init__(self, folder: Path, inside: str = "") -> None:
        self._inside = inside or str(folder)
        self.sound = folder / "sound"
        self._library, self._state = folder / "card.so", folder / "card.state"
        command = ["gcc", "-shared", "-fPIC", "-DPIC", "-O2", "-Wall", "-Werror", "-o", str(self._library)]
        subprocess.run([*command, str(SOURCE), "-lasound"], check=True, timeout=60)
        os.mkfifo(self.sound)
        # Whoever may open the device has to read these.
        self.sound.chmod(0o644)
        self._noise, self._is_stuck = 1, False
        self._tell()
        self._state.chmod(0o644)

    def devices(self, **kinds: tuple[int, int]) -> str:
        """ALSA's settings for devices by these names, each with a rate in Hz and a number of channels."""
        paths = (self._library, self._state, self.sound)
        library, state, sound = (f"{self._inside}/{path.name}" for path in paths)
        lines = [f'pcm_type.card {{ lib "{library}" }}']
        lines += [
            f'pcm.{name} {{ type card sound "{sound}" state "{state}" rate {rate} channels {channels} }}'
            for name, (rate, channels) in kinds.items()
        ]
        return "\n".join(lines) + "\n"

    def hear(self, noise: int) -> None:
        """What it hears while nobody speaks, as a level; 0 is digital silence, as of a switch that is off."""
        self._noise = noise
        self._tell()

    def block(self, is_stuck: bool) -> None:
        """Take no more sound to play, or take it again."""
        self._is_stuck = is_stuck
        self._tell()

    def _tell(self) -> None:
        # In its place: it is mapped by those who look at it.
        with self._state.open("r+b" if self._state.exists() else "wb") as file:
            file.write(_NUMBERS.pack(self._noise, self._is_stuck))
