"""Every signal of the suite as one class, which its sender emits and its receivers are given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.bus.names import UnitName
from jarvisd.bus.signals import audio, brain, executor, tts
from jarvisd.bus.signals.form import Signal

SIGNALS: Mapping[UnitName, tuple[type[Signal], ...]] = MappingProxyType(
    {
        UnitName.AUDIO: audio.SIGNALS,
        UnitName.BRAIN: brain.SIGNALS,
        UnitName.EXECUTOR: executor.SIGNALS,
        UnitName.TTS: tts.SIGNALS,
    }
)
"""Unit to the signals of its interface, in the order of ``dbus/*.xml``."""
