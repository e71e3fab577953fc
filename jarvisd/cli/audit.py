"""``jarvisctl audit verify|show|set-aside``: reads the audit log from its files; no unit need run."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jarvisd.cli.options import add_config
from jarvisd.cli.system_units import stopped, tell_removed
from jarvisd.cli.terminal import in_line
from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.core.audit_chain import (
    EXECUTOR_UNIT,
    JOURNAL_FIELDS,
    NEWEST_FILE,
    OLDER_FILES,
    ChainVerifier,
    KnownHeads,
    heads_in,
    parse,
)
from jarvisd.core.error_texts import EX_DATAERR
from jarvisd.core.errors import ErrorCode, NotPermitted, RequestError
from jarvisd.core.json_types import JsonValue

_EXPORT = ("journalctl", "--unit", EXECUTOR_UNIT, "--output", "json")
_JOURNAL = (*_EXPORT, f"--output-fields={','.join(JOURNAL_FIELDS)}", "--no-pager", "--quiet")
_JOURNAL_TIMEOUT_S = 60
"""Chosen: a journal of gigabytes on a slow disk."""
_NO_CONTENT = ("hash", "v", "plan_hash", "args_hash", "content")


def add_parser(subparsers: Any) -> None:
    """Add ``audit`` with its own commands; the chosen one ends up in ``args.audit_command``."""
    parser = subparsers.add_parser("audit", help="read the log of what was done, and see whether it was altered")
    commands = parser.add_subparsers(dest="audit_command", required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify", help="follow the chain of records and hold it against the system journal"
    )
    verify.add_argument(
        "--journal", type=Path, metavar="FILE", help=f"what '{' '.join(_EXPORT)}' printed, instead of asking it"
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
    aside = commands.add_parser("set-aside", help="keep a broken log as it is and begin a new one")
    add_config(aside)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    if args.audit_command == "verify":
        return _verify(args)
    if args.audit_command == "set-aside":
        return _set_aside(args.config)
    return _show(args.files or _required(load(args.config).paths.log_dir), args)


def _required(folder: Path) -> list[Path]:
    if not (files := log_files(folder)):
        raise RequestError(f"there is no audit log in {folder}", code=ErrorCode.NOT_FOUND)
    return files


def _verify(args: argparse.Namespace) -> int:
    folder = None if args.files else load(args.config).paths.log_dir
    if args.journal is not None:
        heads, journal = _heads_of(args.journal), str(args.journal)
    else:
        heads, journal = journal_heads(args.config, are_files_named=folder is None)
    files = args.files if folder is None else log_files(folder) if heads.hashes else _required(folder)
    follower = followed(files, heads)
    is_intact = not follower.problems
    if is_intact and follower.newer:
        message = f"{follower.newer} records are of a newer format and cannot be verified"
        raise RequestError(message, code=ErrorCode.FORMAT_NEWER)
    if args.json:
        found: dict[str, JsonValue] = {
            "verdict": "intact" if is_intact else "broken",
            "records": follower.count,
            "head": follower.head,
            "removed": follower.removed,
            "files": [str(file) for file in files],
            "journal": {
                "source": journal,
                "heads": len(heads.hashes),
                "newest": heads.newest,
                "forged": heads.forged,
            },
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
    if heads.forged:
        print(f"{heads.forged} entries of {journal} read like heads and are not the executor's: not believed")
    if heads.hashes:
        told = f"{len(heads.hashes)} heads of {journal}"
        print(f"{told} agree" if is_intact else f"compared with {told}")
    else:
        print(f"no head was found ({journal}), so records missing at the end would not be noticed")
    if not is_intact and folder is not None:
        print("to keep it as it is and begin a new one: sudo jarvisctl audit set-aside")
    return 0 if is_intact else EX_DATAERR


def _set_aside(config: Path) -> int:
    is_installed = config == DEFAULT_FILE
    if is_installed and os.geteuid():
        raise NotPermitted("only root sets the audit log aside")
    folder = load(config).paths.log_dir
    _required(folder)
    with stopped((EXECUTOR_UNIT,)) if is_installed else nullcontext():
        if is_installed:
            # First: a log that stays is only less well known, one that goes untold would be missed for ever.
            tell_removed()
        print(f"kept in {move_aside(folder, datetime.now(timezone.utc))}")
    return 0


def move_aside(folder: Path, now: datetime) -> Path:
    """Move the files of a log into a folder of their own beside it, which is returned.

    Everything happens in the folder as it was opened, since its owner is not who does it.
    """
    name = f"damaged-{now.strftime('%Y%m%dT%H%M%S.%fZ')}"
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    here = os.open(folder, flags)
    try:
        os.mkdir(name, 0o750, dir_fd=here)
        there = os.open(name, flags, dir_fd=here)
        try:
            for file in log_files(folder):
                os.rename(file.name, file.name, src_dir_fd=here, dst_dir_fd=there)
            os.fsync(there)
        finally:
            os.close(there)
        os.fsync(here)
    finally:
        os.close(here)
    return folder / name


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
        if file.is_symlink() or not file.is_file():
            # Reading it might never end, or be of what only root may read.
            raise RequestError(f"{file} is no regular file", code=ErrorCode.AUDIT_BROKEN)
    return files


def followed(files: Iterable[Path], heads: KnownHeads) -> ChainVerifier:
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


def journal_heads(config: Path, *, are_files_named: bool = False) -> tuple[KnownHeads, str]:
    """The heads that the system journal knows, and where they are from or why there are none."""
    if are_files_named:
        return KnownHeads(), "the journal was not asked, because files were named"
    if config != DEFAULT_FILE:
        return KnownHeads(), f"the journal was not asked, because it tells of the suite of {DEFAULT_FILE}"
    try:
        done = subprocess.run(
            _JOURNAL, capture_output=True, text=True, errors="replace", timeout=_JOURNAL_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return KnownHeads(), f"journalctl: {error}"
    return heads_in(done.stdout.splitlines(), _executor_uid()), "the system journal"


def _heads_of(path: Path) -> KnownHeads:
    """The heads in a file of the journal's entries; RequestError for lines without the journal's own fields."""
    first = next((line for line in _lines(path) if line.strip()), "{}")
    if not first.startswith("{"):
        text = f"{path} does not say who wrote each line; make it with: {' '.join(_EXPORT)} > FILE"
        raise RequestError(text)
    return heads_in(_lines(path))


def _executor_uid() -> str:
    try:
        return str(pwd.getpwnam(EXECUTOR_UNIT.removesuffix(".service")).pw_uid)
    except KeyError:
        return ""
