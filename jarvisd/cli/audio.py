"""``jarvisctl audio devices|levels|calibrate|test``: which microphone there is, and whether it hears."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.audio.adapters.alsa import device_offer
from jarvisd.cli.options import add_config
from jarvisd.cli.sound_devices import pieces_of, play_tone
from jarvisd.cli.sound_levels import Level, complaints, has_tone, level
from jarvisd.config.loader import load
from jarvisd.config.ownership import demand_config_owned
from jarvisd.core.error_texts import EX_UNAVAILABLE
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted
from jarvisd.core.pcm import CHUNK_MS
from jarvisd.linux.durable import replace_file
from jarvisd.runtime.tasks import Tasks

CARDS = Path("/proc/asound/pcm")
SETTING_FILE = Path("conf.d") / "20-microphone.toml"
HEADER = "# Written by 'jarvisctl audio test --write'. Files with later names win.\n"
QUIET_S, SPEECH_S = 3.0, 5.0
"""Chosen: long enough for a few words, short enough to wait for."""
AFTER_TONE_PIECES = 6
"""Chosen: half a second, in which the last of the tone comes through loudspeaker, room and microphone."""
SHOWN_PIECES = 6
"""Chosen: a line every half second can be read while somebody speaks."""


def add_parser(subparsers: Any) -> None:
    """Add ``audio``."""
    parser = subparsers.add_parser("audio", help="list and try microphones and loudspeakers")
    commands = parser.add_subparsers(dest="audio_command", required=True, metavar="COMMAND")
    commands.add_parser("devices", help="list the sound cards")
    levels = commands.add_parser("levels", help="show how loud the microphone is, until interrupted")
    levels.add_argument("--seconds", type=float, default=0.0, metavar="N", help="end after so long")
    calibrate = commands.add_parser("calibrate", help="measure noise and speech, and say what to change")
    test = commands.add_parser("test", help="play a tone and tell which microphone hears it")
    test.add_argument("--write", action="store_true", help="set that microphone (as root)")
    for each in (levels, calibrate, test):
        each.add_argument("--device", metavar="NAME", default="", help="ALSA name (default: audio.device)")
        add_config(each)


def run(args: argparse.Namespace) -> int:
    """Carry out one of the commands; the exit code."""
    if args.audio_command == "devices":
        return _devices()
    if os.geteuid() == 0:
        demand_config_owned(args.config)
    config = load(args.config, may_be_missing=True)
    device = args.device or config.audio.device
    if args.audio_command == "levels":
        return asyncio.run(_levels(device, args.seconds))
    if args.audio_command == "calibrate":
        return asyncio.run(_calibrate(device))
    names = [args.device] if args.device else candidates(device, _capture_cards())
    return asyncio.run(_test(names, config.tts.device, args.config if args.write else None))


def cards(text: str) -> list[tuple[str, str, bool, bool]]:
    """ALSA name, title, whether it hears and whether it plays, of each device of ``/proc/asound/pcm``."""
    found = []
    for line in text.splitlines():
        place, _, title, *ways = (part.strip() for part in line.split(":"))
        card, _, number = place.partition("-")
        hears, plays = (any(way.startswith(kind) for way in ways) for kind in ("capture", "playback"))
        found.append((f"hw:{int(card)},{int(number)}", title, hears, plays))
    return found


def candidates(configured: str, heard: Sequence[str]) -> list[str]:
    """The microphones to try, the configured one first."""
    return [configured, *(name for name in heard if name != configured)]


def offer(name: str, *, hears: bool) -> str:
    """Rates and channels of a device, or why they are not known."""
    try:
        return str(device_offer(name, hears=hears))
    except JarvisError as error:
        return "in use" if error.code is ErrorCode.MICROPHONE_BUSY else f"not opened: {error.message}"


def known_cards() -> list[tuple[str, str, bool, bool]]:
    """The devices of this machine; empty where the kernel has none."""
    return cards(CARDS.read_text("utf-8")) if CARDS.exists() else []


def _capture_cards() -> list[str]:
    return [name for name, _, hears, _ in known_cards() if hears]


def _devices() -> int:
    found = known_cards()
    for name, title, hears, plays in found:
        ways = " and ".join(way for way, is_so in (("hears", hears), ("plays", plays)) if is_so)
        print(f"{name}  {ways}  {title}  {offer(name, hears=hears)}")
    if not found:
        print("no sound card is plugged in; a sound server may be there all the same: arecord -L")
        return EX_UNAVAILABLE
    return 0


async def _heard(device: str, seconds: float) -> list[bytes]:
    """So much of what the device gives."""
    heard: list[bytes] = []
    async with aclosing(pieces_of(device)) as pieces:
        async for piece in pieces:
            heard.append(piece)
            if len(heard) * CHUNK_MS >= seconds * 1000:
                break
    return heard


async def _levels(device: str, seconds: float) -> int:
    held: list[bytes] = []
    shown = 0
    async with aclosing(pieces_of(device)) as pieces:
        async for piece in pieces:
            held.append(piece)
            if len(held) < SHOWN_PIECES:
                continue
            print(f"{device}: {_told(level(b''.join(held)))}", flush=True)
            held, shown = [], shown + 1
            if 0 < seconds <= shown * SHOWN_PIECES * CHUNK_MS / 1000:
                break
    return 0


async def _calibrate(device: str) -> int:
    print(f"{device}: be quiet for {QUIET_S:g} seconds", flush=True)
    noise = level(b"".join(await _heard(device, QUIET_S)))
    print(f"noise: {_told(noise)}")
    print(f"now speak as you would to the assistant, for {SPEECH_S:g} seconds", flush=True)
    speech = level(b"".join(await _heard(device, SPEECH_S)))
    print(f"speech: {_told(speech)}")
    found = complaints(noise, speech)
    print("\n".join(found) or "all is well")
    return EX_UNAVAILABLE if found else 0


async def _test(names: Sequence[str], speaker: str, write_for: Path | None) -> int:
    stuck: JarvisError | None = None
    for name in names:
        trial = await try_microphone(name, speaker)
        print(trial.told, flush=True)
        if trial.hears:
            return _keep(name, write_for)
        stuck = stuck or trial.stuck
    if stuck is not None:
        raise stuck
    return EX_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether a microphone hears the tone, and what else is known of it."""

    hears: bool
    told: str
    stuck: JarvisError | None = None
    """Why nothing is known: it does not answer."""


async def try_microphone(name: str, speaker: str) -> Trial:
    """Play the tone and listen; raises when there is no loudspeaker, or it does not answer."""
    try:
        pieces, fault = await _heard_while_playing(name, speaker)
    except JarvisError as error:
        return Trial(False, f"{name}: {error.message}", error if error.code is ErrorCode.SOUND_STUCK else None)
    if fault is not None:
        raise fault
    how = "hears" if (hears := has_tone(pieces)) else "does not hear"
    return Trial(hears, f"{name} {how} the tone: {_told(level(b''.join(pieces)))}")


async def _heard_while_playing(device: str, speaker: str) -> tuple[list[bytes], JarvisError | None]:
    """What was heard until the tone was over, and what is wrong with the loudspeaker; raises as the microphone."""
    tasks = Tasks()
    heard: list[bytes] = []
    playing: asyncio.Task[JarvisError | None] | None = None
    left = AFTER_TONE_PIECES
    try:
        async with aclosing(pieces_of(device)) as pieces:
            async for piece in pieces:
                # A microphone gives sound some time after it was opened; the tone waits for that.
                playing = playing or tasks.start("tone", _fault_while_playing(speaker))
                heard.append(piece)
                left -= playing.done()
                if not left:
                    return heard, playing.result()
        raise AssertionError("a microphone ends only by an error")
    finally:
        await tasks.cancel_all()


async def _fault_while_playing(speaker: str) -> JarvisError | None:
    try:
        await play_tone(speaker)
    except JarvisError as error:
        return error
    return None


def _keep(name: str, write_for: Path | None) -> int:
    setting = f'[audio]\ndevice = "{name}"\n'
    if write_for is None:
        print(f'to use it: device = "{name}" in [audio], or sudo jarvisctl audio test --write')
        return 0
    path = write_for.parent / SETTING_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, HEADER + setting, 0o644)
    except PermissionError as error:
        raise NotPermitted(f"cannot write {path}") from error
    print(f"{path}; to apply it: sudo systemctl restart jarvisd-audio")
    return 0


def _told(found: Level) -> str:
    clipped = f", {found.clipped:.1%} clipped" if found.clipped else ""
    zeros = ", nothing but zeros" if found.is_zero else ""
    return f"peak {found.peak_dbfs:.0f} dBFS, mean {found.rms_dbfs:.0f} dBFS{clipped}{zeros}"
