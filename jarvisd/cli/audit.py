"""``jarvisctl audit verify|show``: read the audit log from its files, with or without the suite running."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jarvisd.cli.options import add_config
from jarvisd.cli.terminal import in_line
from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.core.audit_chain import NEWEST_FILE, OLDER_FILES, REMOVED, ChainVerifier, heads_in, parse
from jarvisd.core.error_texts import EX_DATAERR
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonValue, parse_object

_UNIT = "jarvisd-executor.service"
_FIELDS = "--output-fields=MESSAGE,_UID"
_JOURNAL = ("journalctl", "--unit", _UNIT, "--output", "json", _FIELDS, "--no-pager", "--quiet")
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
    if args.audit_command == "verify":
        return _verify(args)
    return _show(args.files or _required(load(args.config).paths.log_dir), args)


def _required(folder: Path) -> list[Path]:
    if not (files := log_files(folder)):
        raise RequestError(f"there is no audit log in {folder}", code=ErrorCode.NOT_FOUND)
    return files


def _verify(args: argparse.Namespace) -> int:
    folder = None if args.files else load(args.config).paths.log_dir
    if args.journal is not None:
        heads, journal = heads_in(_lines(args.journal)), str(args.journal)
    else:
        heads, journal = journal_heads(args.config, are_files_named=folder is None)
    files = args.files if folder is None else log_files(folder) if heads else _required(folder)
    follower = followed(files, heads)
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
    print(in_line(f"{follower.count} records, {state}, last hash {follower.head}"))
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
    records = (record for file in files for line in _lines(file) if (record := parse(line)) is not None)
    wanted = (
        record
        for record in records
        if (not args.turn or record.get("turn") == args.turn)
        and (not args.plan or record.get("plan") == args.plan)
        and (not args.event or record.get("event") == args.event)
    )
    # The whole log may be larger than the memory.
    for record in deque(wanted, maxlen=args.last) if args.last > 0 else wanted:
        print(json.dumps(record, ensure_ascii=False) if args.json else in_line(_sentence(record)))
    return 0


def _sentence(record: dict[str, JsonValue]) -> str:
    at, event = record.pop("at", "-"), record.pop("event", "-")
    shown = " ".join(
        f"{key}={value if isinstance(value, (str, int, float)) else json.dumps(value)}"
        for key, value in record.items()
        if key not in _NO_CONTENT and value not in ("", None)
    )
    return f"{at} {event}: {shown}"


def log_files(folder: Path) -> list[Path]:
    """The files of a log that are there, oldest first; PermissionError for who may not see them."""
    files = [file for file in (*sorted(folder.glob(OLDER_FILES)), folder / NEWEST_FILE) if file.exists()]
    for file in files:
        if not file.is_file():
            # Reading it might never end.
            raise RequestError(f"{file} is no regular file", code=ErrorCode.AUDIT_BROKEN)
    return files


def followed(files: Iterable[Path], heads: Mapping[int, str]) -> ChainVerifier:
    """The log in these files, oldest first, held against what the journal knows of it."""
    follower = ChainVerifier(known=heads)
    for file in files:
        follower.follow(file.name, _lines(file))
    follower.end()
    return follower


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("r", encoding="utf-8", errors="replace", newline="\n") as file:
            yield from (line.rstrip("\n") for line in file)
    except PermissionError:
        raise
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error


def journal_heads(config: Path, *, are_files_named: bool = False) -> tuple[dict[int, str], str]:
    """The heads that the system journal knows, and where they are from or why there are none."""
    if are_files_named:
        return {}, "the journal was not asked, because files were named"
    if config != DEFAULT_FILE:
        return {}, f"the journal was not asked, because it tells of the suite of {DEFAULT_FILE}"
    try:
        done = subprocess.run(
            _JOURNAL, capture_output=True, text=True, errors="replace", timeout=_JOURNAL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return {}, f"journalctl: {error}"
    return heads_since_removal(done.stdout.splitlines()), "the system journal"


def heads_since_removal(lines: Iterable[str]) -> dict[int, str]:
    """The heads in these lines of the journal as JSON, without those of a log that root has removed since.

    Nobody else can remove one so: who a message is from is the journal's own knowledge.
    """
    heads: dict[int, str] = {}
    for line in lines:
        try:
            entry = parse_object(line, "an entry of the journal")
        except RequestError:
            continue
        if (entry.get("MESSAGE"), entry.get("_UID")) == (REMOVED, "0"):
            heads.clear()
        heads.update(heads_in([str(entry.get("MESSAGE"))]))
    return heads
