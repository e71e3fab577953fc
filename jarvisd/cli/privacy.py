"""``jarvisctl privacy show|wipe``: what is kept of what was said and done, and how it goes."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jarvisd.cli.client import linked
from jarvisd.cli.options import add_config
from jarvisd.cli.terminal import harmless
from jarvisd.config.loader import load
from jarvisd.config.schema import Config
from jarvisd.core.errors import RequestError

WIPE_TIMEOUT_S = 300.0
"""Time for typing a password included."""


@dataclass(frozen=True, slots=True)
class KeptPlace:
    """Files of one kind: what they say, until when they stay, and whether ``wipe`` takes what they say."""

    what: str
    path: str
    files: int
    size_bytes: int
    until: str
    is_wiped: bool


def add_parser(subparsers: Any) -> None:
    """Add ``privacy`` with its own commands; the chosen one ends up in ``args.privacy_command``."""
    parser = subparsers.add_parser("privacy", help="see what is kept of what was said and done, and delete it")
    commands = parser.add_subparsers(dest="privacy_command", required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="what is kept where, how much, and until when")
    show.add_argument("--json", action="store_true", help="print JSON")
    add_config(show)
    wipe = commands.add_parser(
        "wipe",
        help="forget memories, what traces say and sounds that were kept; audit log and undo journal stay",
    )
    wipe.add_argument("--yes", action="store_true", help="do it; it cannot be undone")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    if args.privacy_command == "wipe":
        if not args.yes:
            raise RequestError("all memories would be gone for good; to do it: jarvisctl privacy wipe --yes")
        return asyncio.run(_wipe(args.bus))
    places = list(kept(load(args.config)))
    if args.json:
        print(json.dumps([asdict(place) for place in places], indent=1))
        return 0
    for place in places:
        amount = f"{place.files} files, {place.size_bytes / 1e6:.1f} MB"
        print(harmless(f"{place.what}: {amount} in {place.path}\n  {place.until}"))
    return 0


def kept(config: Config) -> Iterator[KeptPlace]:
    """Every place below the folders of ``config`` that may hold what was said or done; PermissionError."""
    paths, limits = config.paths, config.executor
    quoted = "with what was said" if config.general.log_content else "without what was said"
    undo = f"until {limits.undo_keep_days:g} days or {limits.undo_keep_mb} MB are over; wipe leaves it"
    audit = (
        f"{quoted}, until {limits.audit_keep_days:g} days or {limits.audit_keep_mb} MB are over; wipe leaves it"
    )
    memories = (
        f"until forgotten, what became of requests {config.memory.outcome_keep_days:g} days;"
        " jarvisctl memory list --all lists them; wipe takes them"
    )
    traces = f"the newest 1000, {quoted}; wipe takes what was said and leaves the times"
    brain = paths.state_dir / "brain"
    yield _place("memories", brain, _files(brain), memories, is_wiped=True)
    traced = paths.log_dir / "traces"
    yield _place("traces", traced, _files(traced), traces, is_wiped=True)
    sounds = paths.state_dir / "audio" / "near-misses"
    wake = config.wake
    kept_now = "" if wake.keep_near_misses else "nothing new, since wake.keep_near_misses is off; "
    until = f"{kept_now}until {wake.near_miss_days:g} days or {wake.near_miss_mb} MB are over; wipe takes them"
    yield _place("sounds that almost woke it", sounds, _files(sounds), until, is_wiped=True)
    prompts = paths.cache_dir / "llm"
    yield _place("evaluated prompts", prompts, _files(prompts), "the newest 3, made from the tools alone")
    journal = paths.state_dir / "executor"
    yield _place("undo journal and timers", journal, _files(journal), undo)
    logs = [file for file in _files(paths.log_dir) if traced not in file.parents]
    yield _place("audit log", paths.log_dir, logs, audit)


def _place(what: str, path: Path, files: list[Path], until: str, *, is_wiped: bool = False) -> KeptPlace:
    return KeptPlace(what, str(path), len(files), sum(map(_size, files)), until, is_wiped)


def _files(folder: Path) -> list[Path]:
    """What is below ``folder``, links not followed: its owner is not who looks."""
    return [Path(where, name) for where, _, names in os.walk(folder, onerror=_tell) for name in names]


def _tell(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


async def _wipe(bus: str) -> int:
    async with linked(bus) as link:
        await link.require(link.brain)
        await link.require(link.audio)
        [count] = await link.brain.call("ForgetEverything", "", [], timeout_s=WIPE_TIMEOUT_S, may_ask=True)
        print(f"{count} memories are gone, and what was said is gone from the traces")
        [sounds] = await link.audio.call("ForgetSounds", "", [], timeout_s=WIPE_TIMEOUT_S, may_ask=True)
    print(f"{sounds} sounds of what almost woke it are gone")
    print("the audit log and the undo journal stay: see jarvisctl privacy show")
    return 0
