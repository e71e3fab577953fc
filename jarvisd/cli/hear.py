"""``jarvisctl hear``: a recording through the ear, by the unit or without one."""

from __future__ import annotations

import argparse
import json
import os
import wave
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from jarvisd.audio.adapters.media import read_media
from jarvisd.audio.app import hear_offline
from jarvisd.audio.recordings.hearing import LONGEST_DELAY_MS, HearingOptions
from jarvisd.bus.service.service import variants
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.options import add_config
from jarvisd.cli.terminal import harmless
from jarvisd.config.loader import load
from jarvisd.core.errors import RequestError
from jarvisd.core.pcm import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

HEAR_TIMEOUT_S = 600.0
"""Chosen: the longest recording on a slow machine."""


def add_parser(subparsers: Any) -> None:
    """Add ``hear``."""
    parser = subparsers.add_parser("hear", help="run a recording through the ear")
    parser.add_argument("file", metavar="FILE", help="in any format that PyAV reads")
    parser.add_argument("--json", action="store_true", help="print everything that was found")
    parser.add_argument("--offline", action="store_true", help="without a unit; loads the models for it")
    parser.add_argument("--no-wake", action="store_true", help="listen without the wake word, all the time")
    parser.add_argument(
        "--follow-up",
        action="store_true",
        help="let a request follow another without the wake word, if it is soon",
    )
    parser.add_argument(
        "--fast", action="store_true", help="as soon as the work is done, as a unit always does, not in real time"
    )
    parser.add_argument("--playing", metavar="FILE", help="what the voice plays meanwhile, from the start on")
    parser.add_argument(
        "--delay-ms",
        type=float,
        default=0.0,
        metavar="N",
        help="how much later, about, the recording holds what is played; it must hold it, nothing is mixed",
    )
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Hear a recording without a unit."""
    playing = b"".join(read_media(Path(args.playing))) if args.playing else None
    options = HearingOptions(
        needs_wake_word=not args.no_wake,
        follows_up=args.follow_up,
        is_fast=args.fast,
        playing=playing,
        delay_ms=_delay_ms(args),
    )
    return _show(args, hear_offline(load(args.config), _begun(read_media(Path(args.file))), options))


async def call(args: argparse.Namespace, link: DaemonClient) -> int:
    """Let the unit hear a recording. What is no plain sound is read here, with the rights of who calls."""
    await link.require(link.audio)
    options = variants(no_wake=args.no_wake, follow_up=args.follow_up, delay_ms=_delay_ms(args))
    with ExitStack() as open_files:
        files = [args.file] if args.playing is None else [args.file, args.playing]
        handed = [open_files.enter_context(_as_wav(read_media(Path(name)))).fileno() for name in files]
        member, signature = ("Hear", "ha{sv}") if args.playing is None else ("HearPlaying", "hha{sv}")
        body = [*range(len(handed)), options]
        [text] = await link.audio.call(member, signature, body, fds=handed, timeout_s=HEAR_TIMEOUT_S)
    return _show(args, json.loads(text))


def _show(args: argparse.Namespace, report: Any) -> int:
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print(told(report), end="")
    return 0


def told(report: Any) -> str:
    """The report for people, a line for each finding."""
    verdicts = {True: ", verified", False: ", not verified", None: ""}
    lines = [
        f"{wake['t']:8.2f} s  wake word, score {wake['score']:.2f}{verdicts[wake['verified']]}"
        for wake in report["wakes"]
    ]
    lines += [
        f"{segment['start']:8.2f} s  to {segment['end']:.2f} s, ended by {segment['end_reason']} "
        f"{segment['endpoint_delay_ms']} ms later: {harmless(segment['text']) or '(no words)'}"
        for segment in report["segments"]
    ]
    lines += [f"{stop['t']:8.2f} s  stopped by: {harmless(stop['word'])}" for stop in report["stops"]]
    if report["echo_reduction_db"] is not None:
        lines.append(f"our own voice was {report['echo_reduction_db']:.1f} dB quieter after the canceller")
    return "".join(f"{line}\n" for line in lines) or "nobody speaks in the recording\n"


def _delay_ms(args: argparse.Namespace) -> float:
    if not 0 <= args.delay_ms <= LONGEST_DELAY_MS:
        raise RequestError(f"--delay-ms must lie between 0 and {LONGEST_DELAY_MS}")
    return float(args.delay_ms)


def _begun(pieces: Iterator[bytes]) -> Iterable[bytes]:
    """The same pieces, of which the first has been read: what is no recording is told before models are loaded."""
    first = next(pieces)
    return chain([first], pieces)


@contextmanager
def _as_wav(pieces: Iterable[bytes]) -> Iterator[BinaryIO]:
    """The sound as a WAV file that nobody else sees."""
    with os.fdopen(os.memfd_create("recording", os.MFD_CLOEXEC), "w+b") as stream:
        with wave.open(stream, "wb") as layout:
            layout.setnchannels(1)
            layout.setsampwidth(BYTES_PER_SAMPLE)
            layout.setframerate(SAMPLE_RATE_HZ)
            for piece in pieces:
                layout.writeframes(piece)
        stream.flush()
        yield stream
