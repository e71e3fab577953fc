"""Names on the bus: one source for services, paths, interfaces and errors."""

from __future__ import annotations

from enum import Enum

PREFIX = "org.jarvisd"
ERROR_PREFIX = f"{PREFIX}.Error."

DAEMON_NAME = "org.freedesktop.DBus"
DAEMON_PATH = "/org/freedesktop/DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"


class UnitName(str, Enum):
    """The four units. The digit in the interface name is its version."""

    AUDIO = "audio"
    BRAIN = "brain"
    EXECUTOR = "executor"
    TTS = "tts"

    @property
    def bus_name(self) -> str:
        """Well-known name, which is also the name of the interface."""
        return f"{PREFIX}.{self.value.capitalize()}1"

    @property
    def path(self) -> str:
        """Object path of the unit's only object."""
        return "/" + self.bus_name.replace(".", "/")
