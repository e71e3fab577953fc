"""``python -m demo``: nine requests, or one of the user's own; the exit code says whether all came true."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from demo import person
from demo.mail_server import MailServer
from demo.scenes import Facts, Report, fill, scenes
from demo.stage import Stage, fakes
from demo.suite import Suite, SuiteError
from jarvisd.cli.client import linked
from jarvisd.core.errors import JarvisError


def main() -> int:
    """Run the demonstration."""
    args = _arguments()
    args.output.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(_run(args))
    except (SuiteError, JarvisError, ValueError) as error:
        print(f"\nthe demo failed: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(args: argparse.Namespace) -> int:
    is_own = bool(args.say or args.utterance)
    folder = args.output / "suite"
    if not is_own:
        shutil.rmtree(folder, ignore_errors=True)
        _clear(args.output)
    print(f"SEED={args.seed}; logs in {folder / 'logs'}")
    print("starting the four daemons and loading models ...", flush=True)
    began = time.monotonic()
    with MailServer() as post, Suite(folder.absolute(), args.models.absolute(), _settings(args, post)) as suite:
        facts = Facts(args.seed, (folder / "workspaces").absolute(), post.letters)
        async with linked(suite.address) as link:
            stage = Stage(suite, link, args.output)
            await stage.open()
            print(f"ready after {time.monotonic() - began:.1f} s")
            if args.mic:
                print(f"Say '{person.WAKE}, what time is it'. Interrupt with Ctrl-C.")
                await stage.watch()
            if is_own:
                fill(facts)
                return await _own_request(args, stage)
            return await _all_scenes(args, stage, facts)


def _settings(args: argparse.Namespace, post: MailServer) -> dict[str, dict[str, Any]]:
    mail = {"host": "localhost", "port": post.port, "security": "plain", "sender": "jarvis@home.example.org"}
    settings: dict[str, dict[str, Any]] = {"mail": mail}
    if args.llm:
        settings["llm"] = {"model": args.llm}
    if args.mic:
        settings["audio"] = {"microphone": "alsa", "device": args.mic}
        settings["tts"] = {"speaker": "alsa", "device": args.mic}
    return settings


async def _all_scenes(args: argparse.Namespace, stage: Stage, facts: Facts) -> int:
    records: list[Report] = []
    failures: list[str] = []
    for number, scene in enumerate(scenes(facts), 1):
        voice = person.VOICES[number % len(person.VOICES)]
        record, problems = await stage.play(number, scene, voice)
        problems += fakes(record)
        for problem in problems:
            print(f"  WRONG: {problem}")
        failures += [f"{number}. {scene.title}: {problem}" for problem in problems]
        records.append(record)
        _save(args.output, records)
    print(f"\n{len(records)} requests, {len(failures)} wrong; summary in {args.output / 'summary.json'}")
    for failure in failures:
        print(f"  {failure}")
    return 1 if failures else 0


async def _own_request(args: argparse.Namespace, stage: Stage) -> int:
    records: list[Report] = []
    summary = args.output / "summary.json"
    if summary.exists():
        records = json.loads(summary.read_text("utf-8"))
    number = len(records) + 1
    voice = person.VOICES[number % len(person.VOICES)]
    if args.utterance:
        what, pcm = str(args.utterance), person.recording(args.utterance)
    else:
        what, pcm = f"{person.WAKE}, {args.say}", person.speak(f"{person.WAKE}, {args.say}", voice)
    print(f"\n{number}. {what} ({voice})")
    try:
        report = await stage.request(pcm, voice, args.answer)
    except SuiteError as error:
        if not args.utterance or "wake" not in str(error):
            raise
        print("  no wake word in the recording: it is spoken first")
        pcm = person.speak(person.WAKE, voice) + person.silence(person.GAP_MS) + pcm
        report = await stage.request(pcm, voice, args.answer)
    record = await stage.keep(number, what, report)
    records.append(record)
    _save(args.output, records)
    problems = fakes(record)
    for problem in problems:
        print(f"  WRONG: {problem}")
    return 1 if problems or report["outcome"] not in ("done", "answered") else 0


def _save(output: Path, records: list[Report]) -> None:
    (output / "summary.json").write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _clear(output: Path) -> None:
    for path in [*output.glob("*-reply.wav"), output / "summary.json"]:
        path.unlink(missing_ok=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description="Talk to the real daemons on a private bus.")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models")
    parser.add_argument("--output", type=Path, required=True, help="folder of the results")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--say", default="", help="one sentence of your own")
    parser.add_argument("--utterance", type=Path, help="one recording of your own")
    parser.add_argument("--answer", choices=["yes", "no", ""], default="no", help="answer to questions about it")
    parser.add_argument("--mic", default="", metavar="DEVICE", help="use this ALSA device instead of files")
    parser.add_argument("--llm", default="", metavar="ID", help="plan with this model instead of the default one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
