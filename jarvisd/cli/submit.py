"""``jarvisctl submit``: a written plan through everything that a spoken one goes through (A9 to A12)."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any

from jarvisd.bus.service.service import variants
from jarvisd.bus.signals.executor import PlanFinished, StepOutput
from jarvisd.cli.ask import exit_code
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.questions import Answerer, UnitLost, add_answer, answerer, until_finished, watched
from jarvisd.cli.terminal import harmless
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import reply_object
from jarvisd.core.planning.plan import PlanReport, StepReport

STDIN = "-"
LONGEST_CHARACTERS = 1_000_000
"""No more is read, since the executor refuses less; there may be no end to it, as of /dev/zero."""
UNDO = MappingProxyType(
    {"undo": "can be undone", "harmless": "nothing that needs undoing", "never": "cannot be undone"}
)
"""What can be said about taking a step back, in words."""


def add_parser(subparsers: Any) -> None:
    """Add ``submit``."""
    parser = subparsers.add_parser("submit", help="run a plan from a file; for root and the planner's own user")
    parser.add_argument("file", metavar="PLAN.json", help="the plan, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the whole report")
    add_answer(parser)
    parser.add_argument("--dry-run", action="store_true", help="show steps, tiers, questions and undo; do nothing")
    parser.add_argument(
        "--utterance", default="", metavar="TEXT", help="the request that the plan is meant to serve"
    )
    parser.add_argument("--tainted", action="store_true", help="treat the plan as made from untrusted text")


async def run(args: argparse.Namespace, link: DaemonClient) -> int:
    """Submit ``args.plan``, answer its questions and show how it went."""
    options = {"utterance": args.utterance, "tainted": args.tainted, "dry_run": args.dry_run}
    await link.require(link.executor)
    report = await submitted(link, args.plan, answerer(args.answer), options)
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=1))
    else:
        for step in report.steps:
            print(harmless(_line(step, is_dry_run=args.dry_run)))
        print(report.outcome)
    return exit_code(report.outcome, "", report.steps)


async def submitted(link: DaemonClient, plan: str, answer: Answerer, options: Mapping[str, Any]) -> PlanReport:
    """Start a plan, answer its questions with ``answer`` and return its report; interrupted, stop it."""
    turn_id = f"submit-{token_hex(6)}"
    events = watched(link)
    link.executor.receive(PlanFinished, events.put_nowait)
    link.executor.receive(StepOutput, events.put_nowait)
    lost = "jarvisd-executor stopped during the plan"
    await link.executor.follow(lambda owner: None if owner else events.put_nowait(UnitLost(lost)))
    [plan_id] = await link.executor.call(
        "Submit", "sa{sv}", [plan, variants(turn=turn_id, channel="dbus", **options)]
    )
    try:
        await until_finished(
            link, events, turn_id, answer, lambda it: isinstance(it, PlanFinished) and it.plan_id == plan_id
        )
    except asyncio.CancelledError:
        with suppress(JarvisError):
            await link.executor.call("Cancel", "s", [plan_id])
        raise
    [text] = await link.executor.call("Result", "s", [plan_id])
    return PlanReport.from_json(reply_object(text, "the report of a plan"))


def read(name: str) -> str:
    """The text of a plan. It may have to be waited for, and a loop that is kept waiting hears of no signal."""
    try:
        with nullcontext(sys.stdin) if name == STDIN else Path(name).open(encoding="utf-8") as file:
            return file.read(LONGEST_CHARACTERS)
    except OSError as error:
        raise RequestError(f"{name}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{name} is not UTF-8 text") from error


def _line(step: StepReport, *, is_dry_run: bool) -> str:
    verdict = step.verdict
    how = f"{step.outcome.value} (tier {verdict.tier}, {verdict.kind.value})"
    lines = [f"{step.index}  {step.tool}: {how}"]
    lines += [f"     {text}" for text in (step.question, step.spoken) if text]
    if is_dry_run:
        lines += [f"     {reason}" for reason in verdict.reasons]
        lines += [f"     undo: {UNDO.get(step.reversal, step.reversal)}"] if step.reversal else []
        lines += [f"     sandbox: {json.dumps(step.profile)}"] if step.profile else []
    return "\n".join(lines)
