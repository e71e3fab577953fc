"""``jarvisctl trace list|show|plot``: where the time of a turn went, read from the files of traces."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jarvisd.cli import waterfall
from jarvisd.cli.options import add_config
from jarvisd.cli.terminal import harmless, in_line
from jarvisd.config.loader import load
from jarvisd.core.clock import oldest_first
from jarvisd.core.errors import ErrorCode, RequestError


def add_parser(subparsers: Any) -> None:
    """Add ``trace`` with its own commands; the chosen one ends up in ``args.trace_command``."""
    parser = subparsers.add_parser("trace", help="see where the time of a turn went")
    commands = parser.add_subparsers(dest="trace_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="which turns there are, newest first")
    listing.add_argument("--last", type=int, default=20, metavar="N", help="how many (default: 20; 0 for all)")
    show = commands.add_parser("show", help="stages and steps of a turn")
    plot = commands.add_parser("plot", help="stages and steps of a turn as a picture (SVG)")
    plot.add_argument("--output", type=Path, metavar="FILE", help="where to write it (default: standard output)")
    for command in (show, plot):
        command.add_argument(
            "turn", metavar="TURN", nargs="?", default="last", help="its id; 'last' is the newest"
        )
    for command in (listing, show):
        command.add_argument("--json", action="store_true", help="print JSON")
    for command in (listing, show, plot):
        command.add_argument("--folder", type=Path, help="where the traces are (default: as configured)")
        add_config(command)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    folder = args.folder or load(args.config).paths.log_dir / "traces"
    if args.trace_command == "list":
        return _list(folder, args)
    trace = _find(folder, args.turn)
    if args.trace_command == "show":
        print(json.dumps(trace, ensure_ascii=False, indent=1) if args.json else harmless(waterfall.as_text(trace)))
        return 0
    picture = waterfall.as_svg(trace)
    if args.output is None:
        sys.stdout.write(picture)
    else:
        args.output.write_text(picture, "utf-8")
    return 0


def _list(folder: Path, args: argparse.Namespace) -> int:
    paths = newest_first(folder)
    shown = [trace for path in (paths[: args.last] if args.last > 0 else paths) if (trace := read_trace(path))]
    if args.json:
        outline = ("turn_id", "at", "channel", "outcome", "code", "plan_id")
        listed = [
            {**{key: trace.get(key, "") for key in outline}, "took_ms": waterfall.took_ms(trace)}
            for trace in shown
        ]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    for trace in shown:
        code = f" ({trace['code']})" if trace.get("code") else ""
        print(
            in_line(
                f"{trace.get('at', '-')}  {trace.get('turn_id', '-')}  {waterfall.took_ms(trace) / 1000:8.2f} s  "
                f"{trace.get('channel', '-'):5}  {trace.get('outcome', '-')}{code}"
            )
        )
    return 0


def _find(folder: Path, turn: str) -> dict[str, Any]:
    paths = newest_first(folder)
    if turn != "last":
        paths = [path for path in paths if path.stem.endswith(f"-{turn}")]
    for path in paths:
        trace = read_trace(path)
        if trace is not None:
            return trace
    raise RequestError(f"there is no trace of turn {turn!r} in {folder}", code=ErrorCode.NOT_FOUND)


def newest_first(folder: Path) -> list[Path]:
    """Files of traces; RequestError where there is no such folder."""
    if not folder.is_dir():
        raise RequestError(f"there are no traces in {folder}", code=ErrorCode.NOT_FOUND)
    names = [path.name for path in folder.glob("*.json")]
    return [folder / name for name in reversed(oldest_first(names, datetime.now().astimezone()))]


def read_trace(path: Path) -> dict[str, Any] | None:
    """A trace, or ``None`` for a file that is none or has just gone: it is another user's, and root reads it.

    Raises PermissionError.
    """
    try:
        # Reading anything else might never end.
        value = json.loads(path.read_text("utf-8")) if path.is_file() else None
    except PermissionError:
        raise
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and waterfall.is_trace(value) else None
