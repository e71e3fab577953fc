"""``jarvisctl chat``: a dialogue in a terminal, or line by line from a pipe.

Replies are shown as they come. Ctrl-C ends what is under way, Ctrl-D the dialogue. Lines can be edited and called
back where that is allowed, and none is ever written to a disk.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.cli.ask import Requests, exit_code
from jarvisd.cli.client import DaemonClient
from jarvisd.cli.options import add_config
from jarvisd.cli.questions import (
    Answerer,
    Choice,
    Decision,
    Tell,
    Withdraw,
    add_answer,
    answerer,
    shown,
    wants_consent,
)
from jarvisd.cli.terminal import harmless
from jarvisd.config.loader import load
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.planning.plan import StepReport
from jarvisd.lang.en.pack import ENGLISH

PROMPT = "> "
_CHUNK_BYTES = 65_536
"""The capacity of a pipe (pipe(7))."""
_YES, _NO = frozenset({"y", "yes"}), frozenset({"n", "no"})


def add_parser(subparsers: Any) -> None:
    """Add ``chat``."""
    parser = subparsers.add_parser("chat", help="talk in writing, one request after another; Ctrl-D leaves")
    add_answer(parser)
    parser.add_argument(
        "--history",
        action=argparse.BooleanOptionalAction,
        help="call back earlier lines with the arrow keys; by default where general.log_content is on",
    )
    add_config(parser)


async def run(args: argparse.Namespace, link: DaemonClient) -> int:
    """Talk until the end of input; the exit status of the last request that did not do what was asked, or 0."""
    await link.require(link.brain)
    if sys.stdin.isatty():
        _edit_lines(with_history=_may_keep(args) if args.history is None else args.history)
        return await _Chat(link, answerer(args.answer)).talk(_Typed())
    lines = _Piped()
    return await _Chat(link, answerer(args.answer) if args.answer else lines.answer).talk(lines)


class _Typed:
    """Lines of a terminal."""

    async def next(self) -> str | None:
        """The next line, empty after Ctrl-C; ``None`` at the end. Nothing else happens while somebody types."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return input(PROMPT)  # noqa: ASYNC250 - nothing is under way
        except KeyboardInterrupt:
            print()
            return ""
        except EOFError:
            print()
            return None
        finally:
            signal.signal(signal.SIGINT, before)


class _Piped:
    """Lines of a pipe or a file. A question takes the next line if that answers it, and is denied if not."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._rest = b""
        self._has_ended = False

    async def next(self) -> str | None:
        """The next line; ``None`` at the end."""
        while not self._lines and not self._has_ended:
            await self._readable()
            self._take(os.read(sys.stdin.fileno(), _CHUNK_BYTES))
        return self._lines.popleft() if self._lines else None

    def answer(self, asked: ConfirmRequested, tell: Tell) -> Withdraw:
        """Put a question."""
        print(shown(asked), file=sys.stderr, flush=True)
        loop, source = asyncio.get_running_loop(), sys.stdin.fileno()

        def look() -> None:
            self._take(os.read(source, _CHUNK_BYTES))
            if self._lines or self._has_ended:
                loop.remove_reader(source)
                tell(self._answered(asked))

        if not self._lines and not self._has_ended:
            with suppress(PermissionError):
                loop.add_reader(source, look)
                return lambda: loop.remove_reader(source)
        while not self._lines and not self._has_ended:
            # A file: there is nothing to wait for.
            self._take(os.read(source, _CHUNK_BYTES))
        tell(self._answered(asked))
        return lambda: False

    def _answered(self, asked: ConfirmRequested) -> Decision:
        decision = _decision(asked, self._lines[0]) if self._lines else False
        if decision is not None and self._lines:
            self._lines.popleft()
        return False if decision is None else decision

    async def _readable(self) -> None:
        ready, loop, source = asyncio.Event(), asyncio.get_running_loop(), sys.stdin.fileno()
        try:
            loop.add_reader(source, ready.set)
        except PermissionError:
            # A file: there is nothing to wait for.
            return
        try:
            await ready.wait()
        finally:
            loop.remove_reader(source)

    def _take(self, data: bytes) -> None:
        self._has_ended = not data
        *lines, self._rest = (self._rest + data + (b"\n" if not data and self._rest else b"")).split(b"\n")
        self._lines += [line.decode(errors="replace") for line in lines]


def _decision(asked: ConfirmRequested, line: str) -> Decision:
    """What a line says to a question; ``None`` where it is no answer to it."""
    said = line.strip().casefold()
    if wants_consent(asked):
        return True if said in _YES else False if said in _NO else None
    numbers = {str(number) for number in range(1, len(asked.choices) + 1)}
    is_one = said in numbers or any(said and said in choice.casefold() for choice in asked.choices)
    return Choice(line.strip()) if is_one else False if said in _NO else None


class _Chat:
    """The dialogue itself."""

    def __init__(self, link: DaemonClient, answer: Answerer) -> None:
        self._requests = Requests(link, answer, self._told)
        self._shown = ""
        self._is_interrupted = False

    async def talk(self, lines: _Typed | _Piped) -> int:
        """Ask what ``lines`` give until they end."""
        await self._requests.open()
        code = 0
        while (line := await lines.next()) is not None:
            if line.strip():
                code = await self._one(line.strip()) or code
        return code

    async def _one(self, text: str) -> int:
        self._shown, self._is_interrupted = "", False
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def interrupt(*_: object) -> None:
            if task is not None and not self._is_interrupted:
                self._is_interrupted = True
                loop.call_soon_threadsafe(task.cancel)

        # Not by the loop: what was interrupted while a line was typed, it would tell of now.
        before = signal.signal(signal.SIGINT, interrupt)
        try:
            report = await self._requests.report(text)
        except asyncio.CancelledError:
            if not self._is_interrupted:
                raise
            if sys.version_info >= (3, 11) and task is not None:
                task.uncancel()
            print(f"{self._gap()}{ENGLISH.replies.error(ErrorCode.CANCELLED)}", flush=True)
            return FAULTS[ErrorCode.CANCELLED].exit_code
        except JarvisError as error:
            print(f"{self._gap()}{ENGLISH.replies.error(error.code)}", flush=True)
            print(f"jarvisctl: {harmless(error.message)} ({error.code})", file=sys.stderr)
            return FAULTS[error.code].exit_code
        finally:
            signal.signal(signal.SIGINT, before)
        self._end(report)
        return exit_code(
            report["outcome"], report["code"], [StepReport.from_json(step) for step in report["steps"]]
        )

    def _told(self, text: str) -> None:
        print(harmless(text), end="", flush=True)
        self._shown += text

    def _end(self, report: Mapping[str, Any]) -> None:
        """Show what of the reply has not been shown."""
        reply = str(report["reply"] or ENGLISH.replies.error(ErrorCode.NOTHING_HEARD))
        if reply.startswith(self._shown):
            print(harmless(reply[len(self._shown) :]), flush=True)
        else:
            print(f"{self._gap()}{harmless(reply)}", flush=True)

    def _gap(self) -> str:
        return "\n" if self._shown else ""


def _may_keep(args: argparse.Namespace) -> bool:
    """Whether lines may be kept as long as the dialogue lasts; not where nobody can tell."""
    with suppress(JarvisError, OSError):
        return load(args.config).general.log_content
    return False


def _edit_lines(*, with_history: bool) -> None:
    with suppress(ImportError):
        import readline

        readline.set_auto_history(with_history)
