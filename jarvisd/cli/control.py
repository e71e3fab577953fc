"""``jarvisctl say|stop|confirm|deny|answer|undo|hear|mute|unmute|volume``: one call to one unit each."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
from contextlib import suppress
from typing import Any

from jarvisd.bus.client import UnitClient
from jarvisd.bus.signals.tts import SpeakingFinished
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.questions import read_question
from jarvisd.cli.terminal import harmless
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import reply_object
from jarvisd.core.planning.plan import UndoReport
from jarvisd.lang.en.everyday.volume_intents import STEP_PERCENT

HEAR_TIMEOUT_S = 600.0
UNDO_TIMEOUT_S = 600.0
"""Both chosen: the longest recording, and the largest step, on a slow machine."""


def add_parsers(subparsers: Any) -> None:
    """Add the commands."""
    say = subparsers.add_parser("say", help="speak a text")
    say.add_argument("text", metavar="TEXT", nargs="+")
    say.add_argument("--no-wait", action="store_true", help="return before it has been spoken")
    say.add_argument("--dry-run", action="store_true", help="print what the engine would get; needs no unit")
    say.add_argument("--json", action="store_true", help="with --dry-run: print it as JSON")
    # A text may begin with a minus or a bullet; what looks like a number is no option to argparse.
    say._negative_number_matcher = re.compile(r"-[^-\w]|-\d")
    hear = subparsers.add_parser("hear", help="run a recording through the ear")
    hear.add_argument("file", metavar="FILE.wav")
    hear.add_argument("--json", action="store_true", help="print everything that was found")
    yes = subparsers.add_parser("confirm", help="answer a question with yes")
    yes.add_argument("--read", action="store_true", help="print all of what it is about, and answer nothing")
    no = subparsers.add_parser("deny", help="answer a question with no")
    which = subparsers.add_parser("answer", help="answer a question which of several things is meant")
    for parser in (yes, no, which):
        parser.add_argument("request_id", metavar="ID")
    which.add_argument("text", metavar="TEXT", nargs="+", help="what tells it from the others, or its number")
    undo = subparsers.add_parser("undo", help="reverse what was done")
    undo.add_argument("what", metavar="last [N] | ID | PLAN", nargs="*", default=["last"])
    subparsers.add_parser("stop", help="stop the current request and all speech")
    subparsers.add_parser("mute", help="close the microphone")
    subparsers.add_parser("unmute", help="open the microphone")
    volume = subparsers.add_parser("volume", help="tell or change how loudly it speaks, in percent")
    volume.add_argument("to", metavar="N | up | down", nargs="?", default="")


async def say(args: argparse.Namespace, link: DaemonClient) -> int:
    """Speak a text and wait until it has been spoken; interrupted, end it and nothing else that is spoken."""
    if args.json:
        raise RequestError("--json needs --dry-run")
    ends: asyncio.Queue[SpeakingFinished | None] = asyncio.Queue()
    link.tts.receive(SpeakingFinished, ends.put_nowait)
    await link.tts.follow(lambda owner: None if owner else ends.put_nowait(None))
    await link.require(link.tts)
    [utterance_id] = await link.tts.call("Say", "sa{sv}", [" ".join(args.text), {}])
    if args.no_wait:
        return 0
    try:
        ended = await ends.get()
        while ended is not None and ended.utterance_id != utterance_id:
            ended = await ends.get()
    except asyncio.CancelledError:
        with suppress(JarvisError):
            await link.tts.call("Drop", "s", [utterance_id])
        raise
    if ended is None:
        raise Unavailable("jarvisd-tts stopped while speaking")
    if not ended.completed:
        raise RequestError("it was not spoken to its end", code=ErrorCode.CANCELLED)
    return 0


async def hear(args: argparse.Namespace, link: DaemonClient) -> int:
    """Run a recording through wake word, voice detection and transcription."""
    await link.require(link.audio)
    try:
        descriptor = os.open(args.file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise RequestError(f"{args.file}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error
    try:
        [text] = await link.audio.call("Hear", "ha{sv}", [0, {}], fds=[descriptor], timeout_s=HEAR_TIMEOUT_S)
    finally:
        os.close(descriptor)
    result = json.loads(text)
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return 0
    if result["wake_detected"]:
        print(f"wake word at {result['wake_at_s']:.2f} s, score {result['wake_score']:.2f}")
    else:
        print(f"no wake word (best score {result['wake_score']:.2f})")
    for segment in result["segments"]:
        print(f"  {segment['start_s']:6.2f} to {segment['end_s']:6.2f} s: {harmless(segment['text'])}")
    print(f"request: {harmless(result['transcript']) or '-'}")
    return 0


async def confirm(args: argparse.Namespace, link: DaemonClient) -> int:
    """Answer a question with yes, or show all of what it is about."""
    if args.read:
        print(harmless(await read_question(link, args.request_id)))
        return 0
    await link.executor.call("Confirm", "s", [args.request_id])
    return 0


async def deny(args: argparse.Namespace, link: DaemonClient) -> int:
    """Answer a question with no."""
    await link.executor.call("Deny", "s", [args.request_id])
    return 0


async def answer(args: argparse.Namespace, link: DaemonClient) -> int:
    """Answer a question which of several things is meant."""
    await link.executor.call("Answer", "ss", [args.request_id, " ".join(args.text)])
    return 0


async def undo(args: argparse.Namespace, link: DaemonClient) -> int:
    """Reverse what was done."""
    what = " ".join(args.what).strip()
    if not what:
        # An empty variable of a script must not take something back.
        raise RequestError("nothing is named: say last, last N, a step's number or a plan's id")
    [text] = await link.executor.call("Undo", "s", [what], timeout_s=UNDO_TIMEOUT_S)
    print(harmless(UndoReport.from_json(reply_object(text, "the reply of Undo")).spoken))
    return 0


async def mute(_: argparse.Namespace, link: DaemonClient) -> int:
    """Close the microphone."""
    await link.audio.call("SetMuted", "b", [True])
    return 0


async def unmute(_: argparse.Namespace, link: DaemonClient) -> int:
    """Open the microphone."""
    await link.audio.call("SetMuted", "b", [False])
    return 0


async def volume(args: argparse.Namespace, link: DaemonClient) -> int:
    """Tell or change how loudly it speaks, and print the percent that it has then."""
    await link.require(link.tts)
    steps = {"": 0, "up": STEP_PERCENT, "down": -STEP_PERCENT}
    if args.to in steps:
        [percent] = await link.tts.call("ChangeVolume", "i", [steps[args.to]])
    elif re.fullmatch(r"\d{1,3}%?", args.to):
        [percent] = await link.tts.call("SetVolume", "u", [int(args.to.rstrip("%"))])
    else:
        raise RequestError("a volume is 0 to 100, up or down")
    print(f"{percent} %")
    return 0


async def stop(_: argparse.Namespace, link: DaemonClient) -> int:
    """Stop everything in progress; works with whatever units are running."""
    errors: list[JarvisError] = []
    calls: tuple[tuple[UnitClient, str, str, list[str]], ...] = (
        (link.executor, "Cancel", "s", [""]),
        (link.brain, "Cancel", "s", [""]),
        (link.tts, "Stop", "", []),
    )
    for unit, member, signature, body in calls:
        try:
            await unit.call(member, signature, body)
        except JarvisError as error:
            # One that hangs must not keep the others from hearing of it.
            errors.append(error)
    if failures := [error for error in errors if error.code is not ErrorCode.UNIT_DOWN]:
        raise failures[0]
    if len(errors) == len(calls):
        raise Unavailable("no unit is running")
    return 0


COMMANDS = {
    "say": say,
    "hear": hear,
    "confirm": confirm,
    "deny": deny,
    "answer": answer,
    "undo": undo,
    "stop": stop,
    "mute": mute,
    "unmute": unmute,
    "volume": volume,
}
