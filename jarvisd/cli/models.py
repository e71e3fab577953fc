"""``jarvisctl models``: list, fetch and verify the models of a machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from jarvisd.cli.progress import ProgressPrinter
from jarvisd.core.errors import JarvisError
from jarvisd.models.fetch import Fetcher
from jarvisd.models.manifest import Manifest, Model
from jarvisd.models.store import ModelState, ModelStore, load_manifest, raise_for

if TYPE_CHECKING:
    # The class is generic only in the type stubs.
    _SubParsers = argparse._SubParsersAction[argparse.ArgumentParser]

ROOT_VARIABLE = "JARVISD_MODELS"
DEFAULT_ROOT = "/var/cache/jarvisd/models"
DEFAULT_PROFILE = "default"
INTERRUPTED = 130


def add_parser(subparsers: _SubParsers) -> None:
    """Add ``models`` with its own commands; the chosen one ends up in ``args.models_command``."""
    parser = subparsers.add_parser("models", help="list, fetch or verify models")
    add_commands(parser)


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add ``list``, ``fetch`` and ``verify`` to a parser."""
    commands = parser.add_subparsers(dest="models_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="what is known, and what of it is here")
    listing.add_argument("--json", action="store_true", help="print JSON")
    fetch = commands.add_parser("fetch", help="fetch what is missing")
    fetch.add_argument("--profile", help="all models of a profile: default or tiny (smaller language model)")
    fetch.add_argument(
        "--accept-licence",
        metavar="ID",
        action="append",
        default=[],
        help="accept the licence of a model without being asked; may be repeated",
    )
    fetch.add_argument("--repair", action="store_true", help="check all sums and fetch damaged files again")
    fetch.add_argument("--from", metavar="DIR", dest="folder", type=Path, help="take the files from a folder")
    verify = commands.add_parser("verify", help="check the sums of all files that should be here")
    verify.add_argument("--profile", help="all models of a profile (default without IDs: default)")
    for command in (fetch, verify):
        command.add_argument("ids", metavar="ID", nargs="*", help="a model; see list")
    for command in (listing, fetch, verify):
        command.add_argument(
            "--root",
            type=Path,
            default=Path(os.environ.get(ROOT_VARIABLE) or DEFAULT_ROOT),
            help=f"folder of the models (default: ${ROOT_VARIABLE}, else {DEFAULT_ROOT})",
        )


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Errors are printed with their remedy, never raised."""
    try:
        store = ModelStore(args.root.absolute(), load_manifest())
        return {"list": _list, "fetch": _fetch, "verify": _verify}[args.models_command](store, args)
    except JarvisError as error:
        print(f"error: {error.message}", file=sys.stderr)
        return error.fault.exit_code
    except KeyboardInterrupt:
        print("interrupted; the next fetch goes on from here", file=sys.stderr)
        return INTERRUPTED


def main(argv: Sequence[str] | None = None) -> int:
    """``python -m jarvisd.models``: the same commands without the rest of ``jarvisctl``."""
    parser = argparse.ArgumentParser(prog="python -m jarvisd.models", description="Models of jarvisd.")
    add_commands(parser)
    return run(parser.parse_args(argv))


def _chosen(manifest: Manifest, args: argparse.Namespace) -> list[Model]:
    """The named models, those of the named profile, or without either those of the default one."""
    models = [manifest.get(model_id) for model_id in args.ids]
    if args.profile or not models:
        models += manifest.profile(args.profile or DEFAULT_PROFILE)
    return list(dict.fromkeys(models))


def _list(store: ModelStore, args: argparse.Namespace) -> int:
    rows = [(model, store.state(model)) for model in store.manifest.models]
    if args.json:
        print(json.dumps([_as_json(store, model, state) for model, state in rows], indent=2))
        return 0
    print(f"{'ID':<20} {'FOR':<10} {'SIZE':>8}  {'LICENCE':<16} {'PROFILES':<14} STATE")
    for model, state in rows:
        size = f"{model.size_bytes / 1e6:.0f} MB"
        profiles = ",".join(model.profiles)
        print(f"{model.id:<20} {model.purpose:<10} {size:>8}  {model.licence:<16} {profiles:<14} {state}")
    print(f"folder: {store.root}")
    return 0


def _as_json(store: ModelStore, model: Model, state: ModelState) -> dict[str, object]:
    return {
        "id": model.id,
        "purpose": model.purpose.value,
        "profiles": list(model.profiles),
        "size_bytes": model.size_bytes,
        "licence": model.licence,
        "licence_note": model.licence_note,
        "note": model.note,
        "state": state.value,
        "path": str(store.path(model.id)),
    }


def _fetch(store: ModelStore, args: argparse.Namespace) -> int:
    models = _chosen(store.manifest, args)
    for model_id in args.accept_licence:
        store.manifest.get(model_id)
    for model in models:
        if not store.is_accepted(model):
            _ask_for_licence(store, model, accepted=model.id in args.accept_licence)
    printer = ProgressPrinter(sys.stderr)
    fetcher = Fetcher(
        store,
        printer.report,
        wait=lambda: print("another fetch is at work in this folder; waiting for it", file=sys.stderr),
        folder=args.folder,
    )
    try:
        fetched = fetcher.fetch(models, repair=args.repair)
    finally:
        printer.close()
    total = sum(model.size_bytes for model in models) / 1e6
    print(f"{len(models)} models ({total:.0f} MB) in {store.root}, {len(fetched)} of them fetched now")
    return 0


def _ask_for_licence(store: ModelStore, model: Model, *, accepted: bool) -> None:
    """Show a licence and record that it was accepted, by option or by answer; else NotPermitted."""
    print(f"licence of model {model.id}: {model.licence}")
    print(textwrap.fill(model.licence_note, width=100, initial_indent="  ", subsequent_indent="  "), flush=True)
    if not accepted and sys.stdin.isatty():
        accepted = input("Do you accept this licence? [y/N] ").strip().lower() in {"y", "yes"}
    if not accepted:
        raise_for(model, ModelState.LICENCE_PENDING, store.root)
    store.accept(model, datetime.now(timezone.utc))


def _verify(store: ModelStore, args: argparse.Namespace) -> int:
    states = {}
    for model in _chosen(store.manifest, args):
        faults = list(store.faults(model, full=True))
        states[model] = store.judge(model, faults)
        print(f"{model.id:<20} {states[model]}", flush=True)
        for fault in faults:
            print(f"  {fault.file.name}: {fault.state}")
    for model, state in states.items():
        raise_for(model, state, store.root)
    return 0
