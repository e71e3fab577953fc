"""``jarvisctl listen|mute|unmute``: whether and when the microphone hears."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jarvisd.cli.client import DaemonClient
from jarvisd.core.errors import RequestError
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.values import Unreadable


def add_parsers(subparsers: Any) -> None:
    """Add the commands."""
    subparsers.add_parser("listen", help="take a spoken request now, without the wake word")
    parser = subparsers.add_parser("mute", help="close the microphone, also over restarts")
    parser.add_argument(
        "--for",
        dest="length",
        metavar="LENGTH",
        default="",
        help="open it again after that: 90m, 1h30m, '2 hours'",
    )
    subparsers.add_parser("unmute", help="open the microphone")


async def listen(_: argparse.Namespace, link: DaemonClient) -> int:
    """Begin a turn as if the wake word had been heard."""
    await link.audio.call("Listen")
    return 0


async def mute(args: argparse.Namespace, link: DaemonClient) -> int:
    """Close the microphone, for a time or until somebody opens it."""
    if not args.length:
        await link.audio.call("SetMuted", "b", [True])
        return 0
    try:
        length_s = float(read_duration(args.length))
    except Unreadable as error:
        raise RequestError(f"--for: {refusal(error)}") from error
    await link.audio.call("MuteFor", "d", [length_s])
    return 0


async def unmute(_: argparse.Namespace, link: DaemonClient) -> int:
    """Open the microphone."""
    await link.audio.call("SetMuted", "b", [False])
    return 0


def until(values: Mapping[str, Any], now: datetime) -> str:
    """`` until 15:04`` of the ear's properties while a timed mute holds; else empty."""
    if not values.get("MutedUntil"):
        return ""
    ends = datetime.fromtimestamp(values["MutedUntil"]).astimezone(now.tzinfo)
    return f" until {ends:%H:%M}" if ends.date() == now.date() else f" until {ends:%Y-%m-%d %H:%M}"


COMMANDS = {"listen": listen, "mute": mute, "unmute": unmute}
