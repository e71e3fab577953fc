"""``jarvisctl backup create|verify|restore``: what the assistant knows and has done, in one file."""

from __future__ import annotations

import argparse
import json
import os
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jarvisd.backup import archive
from jarvisd.backup.contents import Machine
from jarvisd.backup.restore import begin, restore, take_back
from jarvisd.cli.options import add_config
from jarvisd.cli.system_units import stopped, tell_removed
from jarvisd.cli.terminal import in_line
from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.config.ownership import ROOT
from jarvisd.core.audit_chain import ChainVerifier
from jarvisd.core.error_texts import EX_DATAERR
from jarvisd.core.errors import NotPermitted

_UNITS = tuple(f"jarvisd-{unit}.service" for unit in ("audio", "brain", "executor", "tts"))


def add_parser(subparsers: Any) -> None:
    """Add ``backup`` with its own commands; the chosen one ends up in ``args.backup_command``."""
    parser = subparsers.add_parser(
        "backup", help="save memories, timers, settings, undo journal and audit log, and bring them back"
    )
    commands = parser.add_subparsers(dest="backup_command", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="write a backup, with or without the units running")
    create.add_argument("file", metavar="FILE", type=Path, help="the file to write, which must not exist")
    verify = commands.add_parser("verify", help="check every sum and format, and the audit log's chain")
    verify.add_argument("file", metavar="FILE", type=Path, help="the file to read")
    verify.add_argument("--json", action="store_true", help="print JSON")
    back = commands.add_parser("restore", help="put everything of a backup in its place, or nothing (as root)")
    back.add_argument("file", metavar="FILE", type=Path, help="the file to read")
    for command in (create, back):
        add_config(command)


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    if args.backup_command == "verify":
        return _verify(args)
    machine = Machine(args.config, load(args.config, may_be_missing=True).paths)
    if args.backup_command == "create":
        return _create(machine, args.file)
    return _restore(machine, args.file)


def _create(machine: Machine, file: Path) -> int:
    created = datetime.now(timezone.utc).isoformat(timespec="seconds")
    manifest = archive.create(machine, file, created)
    total = sum(saved.size for saved in manifest.files)
    print(f"{len(manifest.files)} files ({total / 1e6:.1f} MB) in {file}; the mail password is not among them")
    with archive.opened(file) as (_, members):
        chain = archive.chain_in(members)
    return _told_of(chain)


def _verify(args: argparse.Namespace) -> int:
    with archive.opened(args.file) as (manifest, members):
        chain = archive.chain_in(members)
    if args.json:
        found = {**manifest.to_json(), "audit": {"records": chain.count, "intact": not chain.problems}}
        print(json.dumps(found, indent=1))
        return EX_DATAERR if chain.problems else 0
    print(in_line(f"{args.file}: of {manifest.created}, made by version {manifest.version}; every sum agrees"))
    for saved in manifest.files:
        print(f"{saved.size:>12} {saved.name} (format {saved.format})")
    return _told_of(chain)


def _told_of(chain: ChainVerifier) -> int:
    if not chain.problems:
        return 0
    first = chain.problems[0]
    print(in_line(f"the audit log in it is BROKEN: {first.file}:{first.line}: {first.problem}"))
    return EX_DATAERR


def _restore(machine: Machine, file: Path) -> int:
    is_installed = machine.main_file == DEFAULT_FILE
    if is_installed and os.geteuid():
        raise NotPermitted("only root restores a backup")
    if os.geteuid() == 0:
        # It brings a configuration, memories and a journal, so what holds for a configuration holds for it.
        ROOT.demand(file)
    kept = f"replaced-{datetime.now(timezone.utc).strftime('%Y%m%dT%H%M%S.%fZ')}"
    with archive.opened(file) as (manifest, members):
        begin(machine)
        try:
            with stopped(_UNITS) if is_installed else nullcontext():
                replaced = restore(machine, manifest, members, kept, lambda _: None)
                if replaced and is_installed:
                    # What the journal knows is of the log that was here before.
                    tell_removed()
        except BaseException:
            take_back(machine)
            raise
    print(f"{len(manifest.files)} files of {manifest.created} are in their places")
    print(
        f"the audit log was replaced; what was here is kept in {machine.paths.log_dir / kept}"
        if replaced
        else "the audit log that is here goes on from the backup's, and stays"
    )
    return 0
