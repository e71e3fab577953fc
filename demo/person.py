"""The person in the room: speaks sentences with a synthetic voice, or a recording, into the file microphone."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path

VOICES = ("slt", "rms", "awb")
WAKE = "hey jarvis"
GAP_MS = 300


def speak(text: str, voice: str) -> bytes:
    """``text`` in one of flite's voices as raw 16 kHz 16-bit mono."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(wav)], check=True, capture_output=True)
        return recording(wav)


def recording(path: Path) -> bytes:
    """A sound file of any format that sox reads, as raw 16 kHz 16-bit mono."""
    command = ["sox", str(path), "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed-integer", "-"]
    done = subprocess.run(command, capture_output=True)
    if done.returncode != 0 or not done.stdout:
        raise ValueError(f"{path}: {done.stderr.decode(errors='replace').strip() or 'no sound in it'}")
    return done.stdout


def silence(length_ms: int) -> bytes:
    """Digital silence."""
    return bytes(32 * length_ms)


async def say(pcm: bytes, pipe: Path) -> None:
    """Write ``pcm`` into the microphone's pipe, which takes it in real time."""

    def write() -> None:
        with pipe.open("wb", buffering=0) as microphone:
            view = memoryview(pcm)
            while view:
                view = view[os.write(microphone.fileno(), view) :]

    await asyncio.to_thread(write)
