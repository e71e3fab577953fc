"""``jarvisctl policy check|consent|test``: ask the policy, change nothing.

One JSON object per input line, one per output line. ``--offline`` judges in this process by the same code and the
built-in tools, without bus, units or configuration.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

from jarvisd.cli import redteam
from jarvisd.cli.client import DaemonClient, linked
from jarvisd.core.error_texts import EX_DATAERR
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import parse
from jarvisd.core.planning.plan import Verdict, VerdictKind

CHECK_TIMEOUT_S = 30.0
"""Chosen: a plan is judged in a millisecond (ADR 6), and the executor may be busy."""
LINE_LIMIT = 1_000_000
"""Characters of one line."""
OFFLINE_HELP = "judge here, with built-in tools and defaults; no configuration is read"

Answer = Callable[[object], Awaitable[dict[str, Any]]]


def add_parser(subparsers: Any) -> None:
    """Add ``policy`` with its own commands; the chosen one ends up in ``args.policy_command``."""
    parser = subparsers.add_parser("policy", help="ask what the policy says, without doing anything")
    commands = parser.add_subparsers(dest="policy_command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check", help="verdicts on actions and plans, one JSON object per line; 65 when a line was none"
    )
    consent = commands.add_parser("consent", help="whether answers are a yes, one JSON object per line")
    test = commands.add_parser("test", help="try a file of cases, as the self-test does; 1 when one fails")
    test.add_argument("file", metavar="FILE", help="cases as in the folder executor.redteam_dir")
    test.add_argument(
        "--offline",
        action="store_true",
        help=OFFLINE_HELP,
    )
    test.add_argument("--json", action="store_true", help="print JSON")
    for command in (check, consent):
        command.add_argument("file", metavar="FILE", nargs="?", help="lines to answer (default: standard input)")
        command.add_argument(
            "--offline",
            action="store_true",
            help=OFFLINE_HELP,
        )
        command.add_argument("--json", action="store_true", help="print JSON also to a terminal")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Lines are waited for in the loop. One that takes Ctrl-C upon itself, as it does with the default handler,
        # would hear of it after the next line.
        signal.signal(signal.SIGINT, partial(signal.default_int_handler))
    return asyncio.run(_run(args))


async def _run(args: argparse.Namespace) -> int:
    if args.policy_command == "test":
        return redteam.tell(await _tried(args), as_json=args.json)
    if args.offline:
        return await _answer_lines(args, _offline(args.policy_command))
    async with linked(args.bus) as link:
        await link.require(link.executor)
        return await _answer_lines(args, _online(args.policy_command, link))


async def _tried(args: argparse.Namespace) -> dict[str, Any]:
    from jarvisd.executor.selftest import loader, trial

    if args.offline:
        return redteam.offline([Path(args.file)])
    cases = list(loader.load([Path(args.file)]))
    failures = []
    async with linked(args.bus) as link:
        await link.require(link.executor)
        for case in cases:
            answer = await _online("consent" if "heard" in case.request else "check", link)(case.request)
            if not case.accepts(answer["verdict"]):
                failures.append(trial.Failure(case, answer["verdict"]).to_json())
    attacks = sum(case.is_attack for case in cases)
    passed = bool(cases) and not failures
    return {"passed": passed, "attacks": attacks, "harmless": len(cases) - attacks, "failures": failures}


async def _answer_lines(args: argparse.Namespace, answer: Answer) -> int:
    """Answer every line; 0, or 65 when a line could not be understood."""
    status = 0
    is_consent = args.policy_command == "consent"
    show = _show_json if args.json or not sys.stdout.isatty() else _show_text
    for number, line in enumerate(_lines(args.file), 1):
        if not line.strip():
            continue
        try:
            show(await answer(_parsed(line)))
        except RequestError as error:
            status = EX_DATAERR
            # Who reads nothing but verdicts must not take a line that cannot be understood for a permission.
            refused = Verdict(VerdictKind.REFUSE, tier=3, score=1.0, reasons=(error.message,)).to_json()
            closed = {"verdict": "no", "reason": error.message} if is_consent else refused
            show({**closed, "error": error.message, "line": number})
    return status


def _lines(path: str | None) -> Iterator[str]:
    if path is None or path == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        yield from sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8", errors="surrogateescape") as file:
            yield from file
    except OSError as error:
        raise JarvisError(f"{path}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error


def _parsed(line: str) -> object:
    if len(line) > LINE_LIMIT:
        raise RequestError("the line is too long")
    try:
        return parse(line)
    except ValueError as error:
        raise RequestError("this is not JSON that everybody reads alike") from error


def _show_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=True), flush=True)


def _show_text(value: dict[str, Any]) -> None:
    if "line" in value:
        print(f"error   line {value['line']}: {value['error']}")
        return
    reasons = value.get("reasons") or [value.get("reason", "")]
    tier = f" tier {value['tier']}" if "tier" in value else ""
    print(f"{value['verdict']:<7}{tier} {'; '.join(str(reason) for reason in reasons)}".rstrip())
    for step in value.get("steps", ()):
        why = "; ".join(step["reasons"])
        print(f"  {step['index']}. {step['verdict']:<7} tier {step['tier']} {step['tool']}: {why}")
        _show_origins(step, "     ")
    _show_origins(value, "  ")


def _show_origins(value: dict[str, Any], indent: str) -> None:
    for argument, origin in value.get("origins", {}).items():
        print(f"{indent}{argument} is {origin}")


# --- who answers --------------------------------------------------------------------------------------------


def _offline(command: str) -> Answer:
    from jarvisd.executor.policy import offline

    judge = offline.judge()

    async def check(value: object) -> dict[str, Any]:
        return dict(offline.on_tree(value) if _has_root(value) else judge.check(value))

    async def consent(value: object) -> dict[str, Any]:
        return dict(offline.consent(*_answer_of(value)))

    return consent if command == "consent" else check


def _online(command: str, link: DaemonClient) -> Answer:
    async def check(value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise RequestError('expected an object with "tool" and "args", or with "plan"')
        if _has_root(value):
            # With the caller's own rights: the unit opens no folder that somebody names.
            from jarvisd.executor.policy import offline

            return dict(offline.on_tree(value))
        [text] = await link.executor.call("Check", "s", [json.dumps(value)], timeout_s=CHECK_TIMEOUT_S)
        return _flat(json.loads(text))

    async def consent(value: object) -> dict[str, Any]:
        [text] = await link.executor.call("JudgeAnswer", "ss", list(_answer_of(value)), timeout_s=CHECK_TIMEOUT_S)
        answer: dict[str, Any] = json.loads(text)
        return answer

    return consent if command == "consent" else check


def _has_root(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict) and "root" in value


def _answer_of(value: object) -> tuple[str, str]:
    if (
        isinstance(value, dict)
        and isinstance(value.get("heard"), str)
        and isinstance(value.get("question", ""), str)
    ):
        return value.get("question", ""), value["heard"]
    raise RequestError('expected an object with "question" and "heard"')


def _flat(answer: dict[str, Any]) -> dict[str, Any]:
    """Verdicts of steps beside their index and tool, as they are offline."""
    if "steps" in answer:
        answer["steps"] = [
            {
                "index": step["index"],
                "tool": step["tool"],
                **step["verdict"],
                "question": step["question"],
                "origins": step["origins"],
            }
            for step in answer["steps"]
        ]
    return answer
