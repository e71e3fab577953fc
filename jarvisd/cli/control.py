"""``jarvisctl say|stop|pause|go-on|speed|snooze|confirm|deny|answer|undo|volume``: one call to one unit each."""

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
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.values import Unreadable

SPEED_STEPS = {"slower": -15, "faster": 15}
"""Percent, as by voice."""
RENDER_TIMEOUT_S = 600.0
"""Chosen: the longest text on a slow machine."""
UNDO_TIMEOUT_S = 600.0
"""Chosen: the largest step on a slow machine."""


def add_parsers(subparsers: Any) -> None:
    """Add the commands."""
    say = subparsers.add_parser("say", help="speak a text")
    say.add_argument("text", metavar="TEXT", nargs="+")
    say.add_argument("--no-wait", action="store_true", help="return before it has been spoken")
    say.add_argument("--dry-run", action="store_true", help="print what the engine would get; needs no unit")
    say.add_argument("--output", metavar="FILE", default="", help="write it to a WAV file instead of speaking it")
    say.add_argument("--json", action="store_true", help="with --dry-run or --output: print what was made as JSON")
    # A text may begin with a minus or a bullet; what looks like a number is no option to argparse.
    say._negative_number_matcher = re.compile(r"-[^-\w]|-\d")
    yes = subparsers.add_parser("confirm", help="answer a question with yes")
    yes.add_argument("--read", action="store_true", help="print all of what it is about, and answer nothing")
    no = subparsers.add_parser("deny", help="answer a question with no")
    which = subparsers.add_parser("answer", help="answer a question which of several things is meant")
    for parser in (yes, no, which):
        parser.add_argument("request_id", metavar="ID")
    which.add_argument("text", metavar="TEXT", nargs="+", help="what tells it from the others, or its number")
    undo = subparsers.add_parser("undo", help="reverse what was done")
    undo.add_argument("what", metavar="last [N] | ID | PLAN", nargs="*", default=["last"])
    subparsers.add_parser("stop", help="stop the current request, all speech and what rings")
    subparsers.add_parser("pause", help="end what is being spoken, to go on later")
    subparsers.add_parser("go-on", help="speak what was broken off")
    speed = subparsers.add_parser("speed", help="tell or change how fast it speaks, in percent")
    speed.add_argument("to", metavar="slower | faster", nargs="?", default="", choices=["", *SPEED_STEPS])
    later = subparsers.add_parser("snooze", help="let what rings come again later")
    later.add_argument("length", metavar="LENGTH", nargs="*", help="such as: five minutes; ten without it")
    volume = subparsers.add_parser("volume", help="tell or change how loudly it speaks, in percent")
    volume.add_argument("to", metavar="N | up | down", nargs="?", default="")


async def say(args: argparse.Namespace, link: DaemonClient) -> int:
    """Speak a text and wait until it has been spoken; interrupted, end it and nothing else that is spoken."""
    if args.output:
        return await _write_sound(args, link)
    if args.json:
        raise RequestError("--json needs --dry-run or --output")
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


async def _write_sound(args: argparse.Namespace, link: DaemonClient) -> int:
    """Have a text written to a sound file."""
    await link.require(link.tts)
    try:
        descriptor = os.open(
            args.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NONBLOCK, 0o666
        )
    except OSError as error:
        raise RequestError(f"{args.output}: {error.strerror}") from error
    try:
        body = [0, " ".join(args.text)]
        [text] = await link.tts.call("Render", "hs", body, fds=[descriptor], timeout_s=RENDER_TIMEOUT_S)
    finally:
        os.close(descriptor)
    made = reply_object(text, "the reply of Render")
    print(json.dumps(made, ensure_ascii=False, indent=1) if args.json else f"{made['duration_s']} s of sound")
    return 0


async def pause(_: argparse.Namespace, link: DaemonClient) -> int:
    """End what is being spoken, but not what rings."""
    await link.tts.call("Hush")
    return 0


async def go_on(_: argparse.Namespace, link: DaemonClient) -> int:
    """Speak what was broken off."""
    await link.tts.call("GoOn")
    return 0


async def speed(args: argparse.Namespace, link: DaemonClient) -> int:
    """Tell or change how fast it speaks, and print the percent that it has then."""
    [percent] = await link.tts.call("ChangeSpeed", "i", [SPEED_STEPS.get(args.to, 0)])
    print(f"{percent} %")
    return 0


async def snooze(args: argparse.Namespace, link: DaemonClient) -> int:
    """Let what rings come again later."""
    try:
        seconds = float(read_duration(" ".join(args.length))) if args.length else 0.0
    except Unreadable as error:
        raise RequestError(refusal(error)) from error
    [count] = await link.executor.call("SnoozeTimer", "sd", ["", seconds])
    print("1 timer" if count == 1 else f"{count} timers")
    return 0


COMMANDS = {
    "snooze": snooze,
    "pause": pause,
    "go-on": go_on,
    "speed": speed,
    "say": say,
    "confirm": confirm,
    "deny": deny,
    "answer": answer,
    "undo": undo,
    "stop": stop,
    "volume": volume,
}
