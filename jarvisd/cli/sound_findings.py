"""What ``jarvisctl doctor`` finds of microphones and loudspeakers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from jarvisd.cli import audio
from jarvisd.cli.diagnosis import Diagnosis
from jarvisd.config.schema import Config
from jarvisd.core.errors import ErrorCode, JarvisError


def sound_finding(engine: str, what: str) -> Diagnosis:
    """Whether there is a card for it, and what the cards offer."""
    if engine != "alsa":
        return Diagnosis(what, f"not a device: {engine}")
    cards = Path("/proc/asound/cards")
    text = cards.read_text("utf-8") if cards.exists() else ""
    if "[" in text or os.environ.get("ALSA_CONFIG_PATH") or Path("/etc/asound.conf").exists():
        return Diagnosis(what, f"a sound card or an ALSA configuration is there{_cards_told(what)}")
    code = ErrorCode.MICROPHONE_GONE if what == "microphone" else ErrorCode.SPEAKER_GONE
    return Diagnosis(what, "no sound card", code)


def _cards_told(what: str) -> str:
    """The cards that can be it, with what they offer."""
    hears = what == "microphone"
    named = [name for name, _, can_hear, can_play in audio.known_cards() if (can_hear if hears else can_play)]
    return "".join(f"; {name}: {audio.offer(name, hears=hears)}" for name in named)


async def sound_trials(config: Config) -> Sequence[Diagnosis]:
    """What each microphone hears of a tone, up to the one that hears it."""
    found: list[Diagnosis] = []
    hearing = [name for name, _, hears, _ in audio.known_cards() if hears]
    for name in audio.candidates(config.audio.device, hearing):
        try:
            trial = await audio.try_microphone(name, config.tts.device)
        except JarvisError as error:
            return [*found, Diagnosis("sound test", error.message, error.code)]
        if trial.hears and name != config.audio.device:
            told = f"{trial.told}; it is not the one that is set"
            return [*found, Diagnosis("sound test", told, is_note=True, mends="sudo jarvisctl audio test --write")]
        fault = trial.stuck.code if trial.stuck else ErrorCode.MICROPHONE_SILENT
        found.append(Diagnosis("sound test", trial.told, None if trial.hears else fault))
        if trial.hears:
            break
    return found
