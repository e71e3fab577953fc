"""``jarvisctl workspace``: choose the folders that the assistant may see. Changes need root."""

from __future__ import annotations

import argparse
import json
import os
import pwd
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jarvisd.cli.options import add_config
from jarvisd.cli.system_units import run_command
from jarvisd.config.schema import Workspace
from jarvisd.core.errors import ErrorCode, NotPermitted, RequestError, Unavailable
from jarvisd.core.workspace_mounts import EXECUTOR, TOP
from jarvisd.workspaces.declared import declare, declared
from jarvisd.workspaces.mounts import COPIES
from jarvisd.workspaces.rules import name_for, refusal

_MOUNTER, _HANDS = "jarvisd-workspaces.service", "jarvisd-executor.service"
_APPLY = (
    ("systemctl", "daemon-reload"),
    ("systemctl", "reload-or-restart", _MOUNTER),
    ("systemctl", "try-restart", _HANDS),
)
"""The generator binds each at its own path, the mounter mounts it, the executor starts to see it."""


def add_parser(subparsers: Any) -> None:
    """Add ``workspace`` with its own commands; the chosen one ends up in ``args.workspace_command``."""
    parser = subparsers.add_parser("workspace", help="choose the folders that the assistant may see")
    commands = parser.add_subparsers(dest="workspace_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="what may be seen")
    listing.add_argument("--json", action="store_true", help="print JSON")
    add = commands.add_parser("add", help="let the assistant see a folder")
    add.add_argument("path", metavar="PATH", type=Path, help="the folder; its owner keeps everything in it")
    add.add_argument("--name", help="name by which it is spoken of (default: the folder's own)")
    add.add_argument("--read-only", action="store_true", help="nothing in it may change")
    add.add_argument("--temp", action="store_true", help='it is what "temporary files" means')
    remove = commands.add_parser("remove", help="take a folder out of sight; nothing in it changes")
    remove.add_argument("which", metavar="NAME|PATH")
    for command in (listing, add, remove):
        add_config(command)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    before = declared(args.config)
    if args.workspace_command == "list":
        return _list(before, as_json=args.json)
    if os.geteuid() != 0:
        raise NotPermitted("only root chooses workspaces, with sudo or pkexec")
    if args.workspace_command == "add":
        new = _described(args, before)
        declare([*before, new], args.config)
        _apply()
        state = state_of(new)
        if state not in ("mounted", "copy"):
            text = f"{new.path} is declared but {state}; see: journalctl -u {_MOUNTER} -n 5"
            raise Unavailable(text, code=ErrorCode.PATH_REFUSED)
        print(f"{new.name}: {new.path} ({state}{', read-only' if new.read_only else ''})")
        return 0
    declare(without(args.which, before), args.config)
    _apply()
    return 0


def without(which: str, workspaces: Sequence[Workspace]) -> list[Workspace]:
    """All but the one of that name, or else at that path, which may be gone; raises NOT_FOUND."""
    path = Path(which).absolute()
    named = [one for one in workspaces if one.name == which] or [one for one in workspaces if one.path == path]
    if not named:
        raise RequestError(f"no workspace is called {which}", code=ErrorCode.NOT_FOUND)
    return [one for one in workspaces if one not in named]


def state_of(workspace: Workspace, mount_table: str | None = None) -> str:
    """ "mounted", "copy" or "not mounted", from the machine's mount table."""
    table = Path("/proc/self/mountinfo").read_text("utf-8") if mount_table is None else mount_table
    target = str(TOP / EXECUTOR / workspace.name)
    rows = [line.split() for line in table.splitlines()]
    row = next((row for row in reversed(rows) if len(row) > 4 and row[4] == target), None)
    if row is None:
        return "not mounted"
    return "copy" if row[3].endswith(str(COPIES / workspace.name)) else "mounted"


def _described(args: argparse.Namespace, before: tuple[Workspace, ...]) -> Workspace:
    try:
        path = args.path.resolve(strict=True)
        owner = path.stat().st_uid
    except OSError as error:
        text = f"{args.path}: {error.strerror or error}"
        raise RequestError(text, code=ErrorCode.NOT_FOUND) from error
    if not path.is_dir():
        raise RequestError(f"{path} is no folder")
    if reason := refusal(str(path), owner, _executor_uid()):
        raise RequestError(reason, code=ErrorCode.PATH_REFUSED)
    if known := next((one for one in before if _overlap(one.path, path)), None):
        raise RequestError(f"{path} and the workspace {known.name} at {known.path} are in each other's way")
    name = args.name or name_for(str(path), frozenset(one.name for one in before))
    return Workspace(name=name, path=path, kind="temp" if args.temp else "documents", read_only=args.read_only)


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents


def _executor_uid() -> int:
    try:
        return pwd.getpwnam("jarvisd-executor").pw_uid
    except KeyError:
        return -1


def _apply() -> None:
    for command in _APPLY:
        run_command(command)


def _list(workspaces: tuple[Workspace, ...], *, as_json: bool) -> int:
    rows = [
        {
            "name": one.name,
            "path": str(one.path),
            "kind": one.kind,
            "read_only": one.read_only,
            "state": state_of(one),
        }
        for one in workspaces
    ]
    if as_json:
        json.dump(rows, sys.stdout, indent=2)
        print()
        return 0
    for row in rows:
        notes = [str(row["state"]), *(["read-only"] if row["read_only"] else [])]
        notes += ["temporary files"] if row["kind"] == "temp" else []
        print(f"{row['name']:<16} {row['path']:<40} {', '.join(notes)}")
    return 0
