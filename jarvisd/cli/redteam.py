"""``jarvisctl redteam run`` and ``jarvisctl policy test``: try the policy with attacks and look-alikes."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from jarvisd.cli.client import linked
from jarvisd.core.clock import SystemClock

RUN_TIMEOUT_S = 120.0
"""Time for typing a password included."""
FAILED = 1
"""Exit status when a case failed."""


def add_parser(subparsers: Any) -> None:
    """Add ``redteam`` with its own commands."""
    parser = subparsers.add_parser("redteam", help="try the policy with attacks")
    commands = parser.add_subparsers(dest="redteam_command", required=True, metavar="COMMAND")
    run_parser = commands.add_parser(
        "run",
        help="try every attack on the policy in force; 1 when one got through: then nothing runs",
    )
    run_parser.add_argument("--offline", action="store_true", help="try the policy of a fresh installation, here")
    run_parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Try the whole corpus; 0 when every case passed."""
    outcome = offline([]) if args.offline else asyncio.run(_live(args.bus))
    return tell(outcome, as_json=args.json)


def offline(own: list[Path]) -> dict[str, Any]:
    """The outcome of ``own`` cases, or of the packaged ones, by the policy of a fresh installation."""
    from jarvisd.executor.policy import offline as policy
    from jarvisd.executor.selftest import loader, trial

    cases = loader.load(own or [loader.PACKAGED])
    return dict(trial.run(cases, policy.judge(), policy.ANSWERS, SystemClock().monotonic_us).to_json())


def tell(outcome: dict[str, Any], *, as_json: bool) -> int:
    """Print an outcome; the exit status."""
    if as_json:
        print(json.dumps(outcome))
    else:
        for failure in outcome["failures"]:
            where, request = f"{failure['category']}:{failure['line']}", json.dumps(failure["request"])
            print(f"{where}: expected {failure['expected']}, got {failure['verdict']}: {request}")
        total = outcome["attacks"] + outcome["harmless"]
        print(outcome.get("error") or f"{total - len(outcome['failures'])} of {total} cases passed")
    return 0 if outcome["passed"] else FAILED


async def _live(bus: str) -> dict[str, Any]:
    async with linked(bus) as link:
        await link.require(link.executor)
        [text] = await link.executor.call("RedTeam", "", [], timeout_s=RUN_TIMEOUT_S, may_ask=True)
    answer: dict[str, Any] = json.loads(text)
    return answer
