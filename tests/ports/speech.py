"""Speech for port tests, by Debian's flite, and where the real models are."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from jarvisd.audio.recordings.wav import read_header
from jarvisd.core.pcm import bytes_for_ms

MODELS = Path(os.environ.get("JARVISD_MODELS", "build/cache/models"))
VOICES = ("slt", "rms", "awb")


@cache
def say(text: str, voice: str = "slt") -> bytes:
    """``text`` spoken by a voice of flite."""
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "spoken.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(raw)], check=True)
        return sox(str(raw))


def sox(*arguments: str) -> bytes:
    """What sox makes of ``arguments``, as 16 kHz 16-bit mono."""
    output = ["-r", "16000", "-c", "1", "-b", "16", "-e", "signed-integer", "-t", "wav", "-"]
    source, effects = arguments[:1], arguments[1:]
    made = subprocess.run(["sox", "-q", "-R", *source, *output, *effects], check=True, capture_output=True)
    layout = read_header(made.stdout, len(made.stdout))
    return made.stdout[layout.data_start : layout.data_start + layout.data_bytes]


def noises() -> dict[str, bytes]:
    """Sound in which nobody speaks."""
    melody = b"".join(
        sox("-n", "synth", "0.5", "pluck", note, "vol", "0.5") for note in ("C4", "E4", "G4", "C5", "A3", "F4") * 2
    )
    return {
        "silence": bytes(bytes_for_ms(6000)),
        "white": sox("-n", "synth", "6", "whitenoise", "vol", "0.2"),
        "pink": sox("-n", "synth", "6", "pinknoise", "vol", "0.4"),
        "brown": sox("-n", "synth", "6", "brownnoise", "vol", "0.4"),
        "tone": sox("-n", "synth", "6", "sine", "440", "vol", "0.4"),
        "melody": melody,
    }
