"""``jarvisctl ask``: a written request, its questions answered here, its outcome shown."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from jarvisd.bus.service.service import variants
from jarvisd.bus.signals.brain import ReplyPart, TurnFinished
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.questions import Answerer, UnitLost, add_answer, answerer, until_finished, watched
from jarvisd.cli.terminal import harmless, in_line
from jarvisd.core.error_texts import EX_DATAERR, FAULTS
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.lang.en.pack import ENGLISH


def add_parser(subparsers: Any) -> None:
    """Add ``ask``."""
    parser = subparsers.add_parser("ask", help="make a request in writing")
    parser.add_argument("text", metavar="TEXT", nargs="+")
    parser.add_argument("--json", action="store_true", help="print the whole report of the turn")
    add_answer(parser)
    parser.add_argument("--dry-run", action="store_true", help="plan and check, but do nothing")
    parser.add_argument("--voice", action="store_true", help="speak the answer and ask aloud, in the room")
    parser.add_argument("--pasted", action="store_true", help="part of TEXT is not yours: ask about every step")


async def run(args: argparse.Namespace, link: DaemonClient) -> int:
    """Make the request and wait for its end."""
    await link.require(link.brain)
    # Where nobody can be asked, what the request lacks is asked in the reply: the next one may say it.
    in_reply = args.answer is None and not sys.stdin.isatty()
    flags = {"dry_run": args.dry_run, "voice": args.voice, "pasted": args.pasted, "ask_in_reply": in_reply}
    report = await asked(link, " ".join(args.text), answerer(args.answer), **flags)
    steps = [StepReport.from_json(step) for step in report["steps"]]
    if args.json:
        print(json.dumps({**report, "engines": await link.engines()}, ensure_ascii=False, indent=1))
    else:
        _show(report, steps)
    return exit_code(report["outcome"], report["code"], steps)


async def asked(link: DaemonClient, text: str, answer: Answerer, **flags: bool) -> dict[str, Any]:
    """As :meth:`Requests.report` of a single request."""
    requests = Requests(link, answer)
    await requests.open()
    return await requests.report(text, **flags)


class Requests:
    """Requests one after another, whose questions are answered with ``answer``.

    ``told`` gets the parts of a reply as they come.
    """

    def __init__(self, link: DaemonClient, answer: Answerer, told: Callable[[str], None] | None = None) -> None:
        self._link = link
        self._answer = answer
        self._told = told
        self._events = watched(link)
        link.brain.receive(TurnFinished, self._events.put_nowait)
        if told is not None:
            link.brain.receive(ReplyPart, self._events.put_nowait)

    async def open(self) -> None:
        """Follow the units; a loss of the brain ends the request that is under way."""
        lost = "jarvisd-brain stopped during the request"
        await self._link.brain.follow(lambda owner: None if owner else self._events.put_nowait(UnitLost(lost)))
        await self._link.executor.follow()

    async def report(self, text: str, **flags: bool) -> dict[str, Any]:
        """Start a turn, have its questions answered and return its report; interrupted, cancel it.

        ``flags`` are the options of ``Ask``.
        """
        while not self._events.empty():
            # Of an earlier request, or of somebody else's.
            self._events.get_nowait()
        brain = self._link.brain
        # Interrupted before the turn has an id, it is cancelled once it has one.
        asking = asyncio.gather(brain.call("Ask", "sa{sv}", [text, variants(**flags)]))
        try:
            [[turn_id]] = await asyncio.shield(asking)
            await until_finished(
                self._link,
                self._events,
                turn_id,
                self._answer,
                lambda it: isinstance(it, TurnFinished) and it.turn_id == turn_id,
                self._told,
            )
        except asyncio.CancelledError:
            with suppress(JarvisError):
                [[turn_id]] = await asking
                await brain.call("Cancel", "s", [turn_id])
            raise
        [text] = await brain.call("Report", "s", [turn_id])
        report: dict[str, Any] = json.loads(text)
        return report


def exit_code(outcome: str, code: str, steps: Sequence[StepReport]) -> int:
    """0 when a turn or a plan did what was asked, else the exit code of what stopped it."""
    if outcome == "failed" and code:
        return FAULTS[ErrorCode(code)].exit_code
    errors = [step.error for step in steps if step.error]
    if errors:
        return FAULTS[ErrorCode(errors[0])].exit_code
    undone = [step for step in steps if step.outcome not in (Outcome.DONE, Outcome.DRY_RUN)]
    return 0 if outcome in ("done", "answered", "dry_run") and not undone else EX_DATAERR


def _show(report: Mapping[str, Any], steps: Sequence[StepReport]) -> None:
    for step in steps:
        verdict = step.verdict
        print(in_line(f"  {step.tool}: {step.outcome.value} (tier {verdict.tier}, {verdict.kind.value})"))
    print(harmless(report["reply"] or ENGLISH.replies.error(ErrorCode.NOTHING_HEARD)))
    if report["code"]:
        fault = FAULTS[ErrorCode(report["code"])]
        print(f"jarvisctl: {fault.cause} ({report['code']}); try: {fault.remedy}", file=sys.stderr)
