"""What a person says to the guest."""

from __future__ import annotations

import subprocess
from pathlib import Path

VOICE = "slt"


def utterance(folder: Path, *phrases: str) -> Path:
    """A recording of the phrases, one after the other, then silence for the end of speech."""
    parts = []
    for number, words in enumerate(phrases):
        part = folder / f"{number}.wav"
        subprocess.run(["flite", "-voice", VOICE, "-t", words, "-o", str(part)], check=True, capture_output=True)
        parts.append(str(part))
    wav = folder / "request.wav"
    subprocess.run(["sox", *parts, "-r", "16000", "-c", "1", str(wav), "pad", "0.5", "3"], check=True)
    return wav
