"""The sections of the voice and of its signs of life."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jarvisd.config.keys import choice, key


@dataclass(frozen=True, slots=True)
class Tts:
    """The voice."""

    engine: str = choice("piper", "What speaks.", "piper", engine=True)
    model: str = key("piper-joe", "Voice; 'jarvisctl models list' names others, for tts.")
    speaker: str = choice("alsa", "Where sound goes.", "alsa", "file", engine=True)
    device: str = key("default", "ALSA name of the loudspeaker.")
    file_path: Path = key(Path("/var/lib/jarvisd/tts/spoken"), "Folder of the file speaker.")
    threads: int = key(1, "Processor threads.", low=1, high=64)
    deadline_s: float = key(
        30.0, "A sentence whose synthesis takes longer has failed.", low=1, high=600, live=True
    )
    length_scale: float = key(1.0, "Slowness of speech.", low=0.5, high=2, live=True)
    volume: float = key(1.0, "Loudness.", low=0, high=1, live=True)
    keep_phrases: bool = key(True, "Whether the sound of sentences that never change is kept.")
    duck_db: float = key(
        15.0,
        "How much quieter it speaks while somebody talks over it; 0 is not at all.",
        low=0,
        high=60,
        live=True,
    )
    ear_notices: bool = key(
        True, "Whether it says once that the microphone cannot hear, and that it can again.", live=True
    )
    lead_in_ms: int = key(
        0,
        "Silence before speech after a pause, for slow outputs (HDMI, USB).",
        low=0,
        high=2000,
        live=True,
    )
    quiet_from_hour: int = key(0, "Hour in which quiet hours begin, such as 22.", low=0, high=23, live=True)
    quiet_to_hour: int = key(
        0, "Hour in which they end, such as 7; there are none where both are the same.", low=0, high=23, live=True
    )
    quiet_percent: int = key(
        30, "Highest volume in quiet hours; timers and questions stay audible.", low=0, high=100, live=True
    )


@dataclass(frozen=True, slots=True)
class Earcons:
    """Short tones that tell what goes on, in turns by voice. They never delay speech."""

    awake: bool = key(True, "The wake word was heard.", live=True)
    heard: bool = key(True, "The end of speech was heard.", live=True)
    thinking: bool = key(True, "An answer takes longer.", live=True)
    thinking_after_s: float = key(0.8, "Longer than this.", low=0.2, high=30, live=True)
    reply: bool = key(True, "A reply is listened for without the wake word.", live=True)
    nothing: bool = key(True, "Nothing was heard after the wake word.", live=True)
    done: bool = key(True, "A request was done without a word.", live=True)
    error: bool = key(True, "A request failed.", live=True)
    mute: bool = key(True, "The microphone was closed.", live=True)
    unmute: bool = key(True, "The microphone was opened.", live=True)
    timer: bool = key(True, "A timer or reminder is due.", live=True)
