"""``jarvisctl audit verify|show``: read the audit log from its files, with or without the suite running."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jarvisd.cli.options import add_config
from jarvisd.config.loader import load
from jarvisd.core.auditchain import NEWEST_FILE, OLDER_FILES, Follower, heads_in, parse
from jarvisd.core.errors import EX_DATAERR, ErrorCode, RequestError
from jarvisd.core.jsonvalue import JsonValue

_UNIT = "jarvisd-executor.service"
_JOURNAL = ("journalctl", "--unit", _UNIT, "--output", "cat", "--no-pager", "--quiet")
_JOURNAL_TIMEOUT_S = 60
_NO_CONTENT = ("hash", "plan_hash", "args_hash", "content")


def add_parser(subparsers: Any) -> None:
    """Add ``audit`` with its own commands; the chosen one ends up in ``args.audit_command``."""
    parser = subparsers.add_parser("audit", help="read the log of what was done, and see whether it was altered")
    commands = parser.add_subparsers(dest="audit_command", required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify", help="follow the chain of records and hold it against the system journal"
    )
    verify.add_argument(
        "--journal", type=Path, metavar="FILE", help="lines of the system journal, instead of asking journalctl"
    )
    show = commands.add_parser("show", help="print records")
    show.add_argument("--last", type=int, default=50, metavar="N", help="how many (default: 50; 0 for all)")
    show.add_argument("--turn", default="", metavar="ID", help="only records of this turn")
    show.add_argument("--plan", default="", metavar="ID", help="only records of this plan")
    show.add_argument(
        "--event", default="", metavar="NAME", help="only records of this kind, such as step or undo"
    )
    for command in (verify, show):
        command.add_argument("files", metavar="FILE", nargs="*", type=Path, help="files of the log, oldest first")
        add_config(command)
        command.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    files = args.files or _log_files(args.config)
    return _verify(files, args) if args.audit_command == "verify" else _show(files, args)


def _verify(files: list[Path], args: argparse.Namespace) -> int:
    heads, journal = _heads(args.journal, is_asked=not args.files)
    follower = Follower(known=heads)
    for file in files:
        follower.follow(file.name, _lines(file))
    follower.end()
    is_intact = not follower.problems
    if args.json:
        found: dict[str, JsonValue] = {
            "verdict": "intact" if is_intact else "broken",
            "records": follower.count,
            "head": follower.head,
            "removed": follower.removed,
            "files": [str(file) for file in files],
            "journal": {"source": journal, "heads": len(heads), "newest": max(heads, default=0)},
            "problems": [asdict(problem) for problem in follower.problems],
        }
        print(json.dumps(found, indent=1))
        return 0 if is_intact else EX_DATAERR
    for problem in follower.problems:
        where = f"{problem.file}:{problem.line}: " if problem.line else ""
        print(f"{where}{problem.problem}")
    state = "intact" if is_intact else f"BROKEN in {len(follower.problems)} places"
    print(f"{follower.count} records, {state}, last hash {follower.head}")
    if follower.removed:
        print(f"the first {follower.removed} are no longer kept")
    if heads:
        print(
            f"{len(heads)} heads of {journal} agree"
            if is_intact
            else f"compared with {len(heads)} heads of {journal}"
        )
    else:
        print(f"no head was found ({journal}), so records missing at the end would not be noticed")
    return 0 if is_intact else EX_DATAERR


def _show(files: list[Path], args: argparse.Namespace) -> int:
    records = [record for file in files for line in _lines(file) if (record := parse(line)) is not None]
    wanted = [
        record
        for record in records
        if (not args.turn or record.get("turn") == args.turn)
        and (not args.plan or record.get("plan") == args.plan)
        and (not args.event or record.get("event") == args.event)
    ]
    for record in wanted[-args.last :] if args.last > 0 else wanted:
        print(json.dumps(record, ensure_ascii=False) if args.json else _sentence(record))
    return 0


def _sentence(record: dict[str, JsonValue]) -> str:
    at, event = record.pop("at", "-"), record.pop("event", "-")
    shown = " ".join(
        f"{key}={value if isinstance(value, (str, int, float)) else json.dumps(value)}"
        for key, value in record.items()
        if key not in _NO_CONTENT and value not in ("", None)
    )
    return f"{at} {event}: {shown}"


def _log_files(config: Path) -> list[Path]:
    folder = load(config).paths.log_dir
    files = [*sorted(folder.glob(OLDER_FILES)), folder / NEWEST_FILE]
    if not files[-1].exists():
        raise RequestError(f"there is no audit log in {folder}", code=ErrorCode.NOT_FOUND)
    return files


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("r", encoding="utf-8", errors="replace", newline="\n") as file:
            yield from (line.rstrip("\n") for line in file)
    except PermissionError:
        raise
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error


def _heads(file: Path | None, *, is_asked: bool) -> tuple[dict[int, str], str]:
    """The heads that the journal knows, and where they are from."""
    if file is not None:
        return heads_in(_lines(file)), str(file)
    if not is_asked:
        return {}, "the journal was not asked, because files were named"
    try:
        done = subprocess.run(
            _JOURNAL, capture_output=True, text=True, errors="replace", timeout=_JOURNAL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {}, f"journalctl: {error}"
    lines: Iterable[str] = done.stdout.splitlines()
    return heads_in(lines), "the system journal"
