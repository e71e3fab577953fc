"""``jarvisctl ask``: a written request, its questions answered here, its outcome shown."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jarvisd.bus.exposed import variants
from jarvisd.cli.link import Link
from jarvisd.core.errors import EX_DATAERR, FAULTS, ErrorCode, JarvisError, Unavailable

_ANSWERS = ("yes", "no", "none")
Answerer = Callable[[str], "bool | None"]
"""Decides on a question; ``None`` leaves it unanswered."""


def add_parser(subparsers: Any) -> None:
    """Add ``ask``."""
    parser = subparsers.add_parser("ask", help="make a request in writing")
    parser.add_argument("text", metavar="TEXT", nargs="+")
    parser.add_argument("--json", action="store_true", help="print the whole report of the turn")
    add_answer(parser)
    parser.add_argument("--dry-run", action="store_true", help="plan and check, but do nothing")
    parser.add_argument("--voice", action="store_true", help="speak the answer and ask aloud, in the room")


def add_answer(parser: argparse.ArgumentParser) -> None:
    """Add ``--answer``, which :func:`answerer` understands."""
    parser.add_argument(
        "--answer",
        choices=_ANSWERS,
        help="answer every question so; none lets it run out of time (default: ask here)",
    )


async def run(args: argparse.Namespace, link: Link) -> int:
    """Make the request and wait for its end."""
    await link.require(link.brain)
    report = await asked(link, " ".join(args.text), answerer(args.answer), dry_run=args.dry_run, voice=args.voice)
    if args.json:
        print(json.dumps({**report, "engines": await link.engines()}, ensure_ascii=False, indent=1))
    else:
        _show(report)
    return exit_code(report)


async def asked(
    link: Link, text: str, answer: Answerer, *, dry_run: bool = False, voice: bool = False
) -> dict[str, Any]:
    """Start a turn, answer its questions with ``answer`` and return its report."""
    events: asyncio.Queue[tuple[str, Sequence[Any]]] = asyncio.Queue()
    link.brain.on("TurnFinished", lambda body: events.put_nowait(("finished", body)))
    link.executor.on("ConfirmRequested", lambda body: events.put_nowait(("question", body)))
    await link.brain.follow(lambda owner: None if owner else events.put_nowait(("lost", ())))
    await link.executor.follow()
    [turn_id] = await link.brain.call("Ask", "sa{sv}", [text, variants(dry_run=dry_run, voice=voice)])
    while True:
        event, body = await events.get()
        if event == "lost":
            raise Unavailable("jarvisd-brain stopped during the request")
        if event == "question" and body[0] == turn_id and body[4] == "dbus":
            await settle(link, request_id=body[2], decision=await asyncio.to_thread(answer, body[3]))
        if event == "finished" and body[0] == turn_id:
            [text] = await link.brain.call("Report", "s", [turn_id])
            report: dict[str, Any] = json.loads(text)
            return report


def answerer(fixed: str | None) -> Answerer:
    """How questions are answered: as told, by the person at the terminal, or "no" where there is none."""
    if fixed is not None:
        return lambda _: {"yes": True, "no": False}.get(fixed)
    if not sys.stdin.isatty():
        return lambda _: False

    def at_terminal(question: str) -> bool:
        print(question)
        return input("Proceed? [y/N] ").strip().lower() in ("y", "yes")

    return at_terminal


def exit_code(report: Mapping[str, Any]) -> int:
    """0 when the turn did what was asked, else the code of what stopped it."""
    if report["outcome"] == "failed":
        return FAULTS[ErrorCode(report["code"])].exit_code
    errors = [step["error"] for step in report["steps"] if step.get("error")]
    if errors:
        return FAULTS[ErrorCode(errors[0])].exit_code
    return 0 if report["outcome"] in ("done", "answered", "dry_run") else EX_DATAERR


async def settle(link: Link, request_id: str, *, decision: bool | None) -> None:
    """Answer a question of the executor; ``None`` lets it run out of time."""
    if decision is None:
        return
    try:
        await link.executor.call("Confirm" if decision else "Deny", "s", [request_id])
    except JarvisError as error:
        # The question may have run out of time meanwhile; the report says what came of it.
        print(f"jarvisctl: {error.message}", file=sys.stderr)


def _show(report: Mapping[str, Any]) -> None:
    for step in report["steps"]:
        verdict = step.get("verdict", {})
        kind = verdict.get("verdict", "") if isinstance(verdict, dict) else verdict
        outcome = step.get("outcome", kind)
        print(f"  {step.get('tool', '')}: {outcome} (tier {step.get('tier', '?')}, {kind})")
    print(report["reply"] or FAULTS[ErrorCode.NOTHING_HEARD].spoken)
    if report["code"]:
        fault = FAULTS[ErrorCode(report["code"])]
        print(f"jarvisctl: {fault.cause} ({report['code']}); try: {fault.remedy}", file=sys.stderr)
