"""Synthetic people: flite's voices, the Piper voices that are here, and apart from them espeak-ng's.

None of them but Piper's default voice is the assistant's own. espeak voices are bad for every model, so their rows
count for nothing.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from bench.ears.sound import Samples
from jarvisd.config.voice import Tts
from jarvisd.core.pcm import SAMPLE_RATE_HZ
from jarvisd.models.manifest import Purpose
from jarvisd.models.store import ModelState, ModelStore, load_manifest
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.piper import PiperSynthesizer
from tests.ports.speech import say as say_by_flite

FLITE = ("slt", "rms", "awb", "kal16")
ESPEAK = ("en-us", "en-gb", "en-us+f3", "en-us+m3", "en-gb-scotland")
REST_S, QUIET_LEVEL = 0.4, 8.0
RAW = ("-t", "raw", "-c", "1", "-b", "16", "-e", "signed-integer")


@dataclass(frozen=True)
class SyntheticSpeaker:
    """Somebody who says what is wanted."""

    name: str
    counts: bool
    """Whether the figures hold for this voice."""
    say: Callable[[str], Samples]


def speakers(models: Path) -> list[SyntheticSpeaker]:
    """All that can speak on this machine."""
    found = [SyntheticSpeaker(f"flite {voice}", True, partial(_flite, voice)) for voice in FLITE]
    store = ModelStore(models, load_manifest())
    for voice in store.manifest.models:
        if voice.purpose is Purpose.TTS and store.state(voice) is ModelState.PRESENT:
            found.append(SyntheticSpeaker(voice.id, True, partial(_piper, models, voice.id)))
    if shutil.which("espeak-ng"):
        found += [SyntheticSpeaker(f"espeak {voice}", False, partial(_espeak, voice)) for voice in ESPEAK]
    return found


def in_quiet_room(samples: Samples) -> Samples:
    """With the faint noise of a microphone, also before and after: synthetic voices leave zeros there."""
    rest = np.zeros(round(REST_S * SAMPLE_RATE_HZ), np.int16)
    sound = np.concatenate([rest, samples, rest]).astype(np.float64)
    return np.rint(sound + np.random.default_rng(len(samples)).normal(0.0, QUIET_LEVEL, len(sound))).astype(
        np.int16
    )


def at_16_khz(pcm: bytes, rate_hz: int, *effects: str) -> Samples:
    """Mono sound of another rate, after sox's ``effects``."""
    command = ["sox", "-q", "-R", *RAW, "-r", str(rate_hz), "-", *RAW, "-r", str(SAMPLE_RATE_HZ), "-", *effects]
    made = subprocess.run(command, input=pcm, check=True, capture_output=True)
    return np.frombuffer(made.stdout, "<i2")


def _flite(voice: str, text: str) -> Samples:
    return np.frombuffer(say_by_flite(text, voice), "<i2")


@cache
def _loaded(models: Path, voice: str) -> PiperSynthesizer:
    return PiperSynthesizer(Tts(model=voice), models, Workers())


def _piper(models: Path, voice: str, text: str) -> Samples:
    speech = asyncio.run(_loaded(models, voice).synthesize(text))
    return at_16_khz(speech.pcm, speech.rate_hz)


def _espeak(voice: str, text: str) -> Samples:
    made = subprocess.run(["espeak-ng", "-v", voice, "--stdout", text], check=True, capture_output=True)
    # A header of 44 bytes whose length field says nothing, since it was written into a pipe.
    return at_16_khz(made.stdout[44:], 22_050)
