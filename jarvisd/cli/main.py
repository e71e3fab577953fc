"""``jarvisctl``: one entry, one exit code, one way to report an error."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from jarvisd import __version__
from jarvisd.cli import (
    ask,
    audio,
    audit,
    backup,
    chat,
    contacts,
    control,
    doctor,
    email,
    hear,
    memory,
    models,
    mute,
    policy,
    privacy,
    redteam,
    setup,
    speech,
    status,
    submit,
    tools,
    trace,
    understand,
    workspace,
)
from jarvisd.cli.client import DaemonClient, linked
from jarvisd.cli.terminal import harmless
from jarvisd.config.ownership import demand_config_owned
from jarvisd.core.error_texts import EX_IOERR, EX_NOPERM, FAULTS
from jarvisd.core.errors import ErrorCode, JarvisError

BUS_VARIABLE = "JARVISD_BUS"
INTERRUPTED = 130
"""128 + SIGINT, as shells say it."""

COMMANDS: dict[str, Callable[[argparse.Namespace, DaemonClient], Awaitable[int]]] = {
    "ask": ask.run,
    "chat": chat.run,
    "submit": submit.run,
    "hear": hear.call,
    "memory": memory.run,
    **control.COMMANDS,
    **mute.COMMANDS,
    **status.COMMANDS,
}


_OFFLINE: dict[str, Callable[[argparse.Namespace], int]] = {
    "models": models.run,
    "workspace": workspace.run,
    "email": email.run,
    "policy": policy.run,
    "privacy": privacy.run,
    "redteam": redteam.run,
    "audio": audio.run,
    "audit": audit.run,
    "backup": backup.run,
    "tools": tools.run,
    "trace": trace.run,
    "understand": understand.run,
}
"""What needs no unit to run."""

FOR_ROOT = frozenset(
    {
        "audit",
        "backup",
        "contacts",
        "email",
        "memory",
        "models",
        "privacy",
        "redteam",
        "setup",
        "submit",
        "trace",
        "workspace",
    }
)
"""What being a member of the group is not enough for."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    _open_what_is_closed()
    args = _parser().parse_args(arguments)
    # A file name may be no text at all, and a terminal may know no letter but those of ASCII.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(args)
        sys.stdout.flush()
        return status
    except JarvisError as error:
        fault = FAULTS[error.code]
        is_roots = error.code is ErrorCode.NOT_PERMITTED and args.command in FOR_ROOT
        remedy = f"sudo jarvisctl {args.command}" if is_roots else fault.remedy
        print(f"jarvisctl: {harmless(error.message)} ({error.code}); try: {remedy}", file=sys.stderr)
        return fault.exit_code
    except PermissionError as error:
        hint = f"; try: sudo jarvisctl {args.command}" if os.geteuid() and args.command in FOR_ROOT else ""
        print(f"jarvisctl: {error}{hint}", file=sys.stderr)
        return EX_NOPERM
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; there is nobody to tell.
        _drop_output()
        return 0
    except OSError as error:
        print(f"jarvisctl: {error}", file=sys.stderr)
        _drop_output()
        return EX_IOERR


def _run(args: argparse.Namespace) -> int:
    if os.geteuid() == 0 and getattr(args, "config", None) is not None:
        # What a configuration names is read, written and restarted with all rights.
        demand_config_owned(args.config)
    if args.command in _OFFLINE:
        return _OFFLINE[args.command](args)
    if args.command == "say" and args.dry_run:
        return speech.run(args)
    if args.command == "hear" and args.offline:
        return hear.run(args)
    if args.command == "contacts":
        return contacts.run(args)
    if args.command == "setup":
        return setup.run(args, main)
    if args.command == "doctor":
        return asyncio.run(doctor.run(args))
    if args.command == "submit":
        args.plan = submit.read(args.file)
    return asyncio.run(_on_the_bus(args))


async def _on_the_bus(args: argparse.Namespace) -> int:
    # Like Ctrl-C, so that what was begun is ended; nohup stays in force.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL and (task := asyncio.current_task()) is not None:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with linked(args.bus) as link:
        return await COMMANDS[args.command](args, link)


def _open_what_is_closed() -> None:
    """Standard streams that our caller has closed lead nowhere, and not into the next thing that is opened."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end


def _drop_output() -> None:
    """Send what is left in the buffer nowhere, so that leaving does not fail on it once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jarvisctl", description="Talk to jarvisd from a shell.")
    parser.add_argument(
        "--bus",
        default=os.environ.get(BUS_VARIABLE, ""),
        metavar="ADDRESS",
        help=f"bus address (default: ${BUS_VARIABLE}, else the system bus)",
    )
    parser.add_argument("--version", action="version", version=f"jarvisctl {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    status.add_parsers(subparsers)
    ask.add_parser(subparsers)
    chat.add_parser(subparsers)
    submit.add_parser(subparsers)
    tools.add_parser(subparsers)
    control.add_parsers(subparsers)
    mute.add_parsers(subparsers)
    hear.add_parser(subparsers)
    setup.add_parser(subparsers)
    models.add_parser(subparsers)
    doctor.add_parser(subparsers)
    email.add_parser(subparsers)
    contacts.add_parser(subparsers)
    workspace.add_parser(subparsers)
    audio.add_parser(subparsers)
    audit.add_parser(subparsers)
    backup.add_parser(subparsers)
    trace.add_parser(subparsers)
    understand.add_parser(subparsers)
    policy.add_parser(subparsers)
    memory.add_parser(subparsers)
    privacy.add_parser(subparsers)
    redteam.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
