"""``jarvisctl models``: list, fetch, verify, export and import the models of a machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from jarvisd.cli.options import add_accept_licence
from jarvisd.cli.progress import ProgressPrinter
from jarvisd.config.schema import Paths
from jarvisd.models.archive import ModelArchive, write_archive
from jarvisd.models.fetch import Fetcher
from jarvisd.models.manifest import Manifest, Model
from jarvisd.models.sources import Source
from jarvisd.models.store import ModelState, ModelStore, load_manifest, raise_for

if TYPE_CHECKING:
    # The class is generic only in the type stubs.
    _SubParsers = argparse._SubParsersAction[argparse.ArgumentParser]

ROOT_VARIABLE = "JARVISD_MODELS"
DEFAULT_ROOT = Paths().models_dir
DEFAULT_PROFILE = "default"


def add_parser(subparsers: _SubParsers) -> None:
    """Add ``models`` with its own commands; the chosen one ends up in ``args.models_command``."""
    parser = subparsers.add_parser("models", help="list, fetch, verify, export or import models")
    commands = parser.add_subparsers(dest="models_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="what is known, and what of it is here")
    listing.add_argument("--json", action="store_true", help="print JSON")
    fetch = commands.add_parser("fetch", help="fetch what is missing")
    fetch.add_argument("--profile", help="all models of a profile: default or tiny (smaller language model)")
    fetch.add_argument("--from", metavar="DIR", dest="folder", type=Path, help="take the files from a folder")
    verify = commands.add_parser("verify", help="check the sums of all files that should be here")
    verify.add_argument("--profile", help="all models of a profile (default without IDs: default)")
    export = commands.add_parser("export", help="write models to one file, for a machine without a network")
    export.add_argument("archive", metavar="FILE", type=Path, help="the file to write")
    export.add_argument("--profile", help="all models of a profile (default without IDs: default)")
    taking = commands.add_parser("import", help="take models from a file that 'models export' wrote")
    taking.add_argument("archive", metavar="FILE", type=Path, help="the file to read")
    for command in (fetch, taking):
        _add_taking_options(command)
    for command in (fetch, verify, export):
        command.add_argument("ids", metavar="ID", nargs="*", help="a model; see list")
    for command in (listing, fetch, verify, export, taking):
        command.add_argument(
            "--root",
            type=Path,
            default=Path(os.environ.get(ROOT_VARIABLE) or DEFAULT_ROOT),
            help=f"folder of the models (default: ${ROOT_VARIABLE}, else {DEFAULT_ROOT})",
        )


def _add_taking_options(parser: argparse.ArgumentParser) -> None:
    add_accept_licence(parser)
    parser.add_argument("--repair", action="store_true", help="check all sums and take damaged files again")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    store = ModelStore(args.root.absolute(), load_manifest())
    try:
        return _COMMANDS[args.models_command](store, args)
    except KeyboardInterrupt:
        print("interrupted; the next fetch goes on from here", file=sys.stderr)
        raise


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
    return take(store, _chosen(store.manifest, args), args, folder=args.folder)


def _import(store: ModelStore, args: argparse.Namespace) -> int:
    archive = ModelArchive(args.archive)
    return take(store, archive.models(store.manifest), args, origin=archive.source)


def take(
    store: ModelStore,
    models: Sequence[Model],
    args: argparse.Namespace,
    *,
    folder: Path | None = None,
    origin: Callable[[str, str], Source] | None = None,
) -> int:
    """Bring models here from the manifest's sources, a folder or an archive, after asking for their licences."""
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
        folder=folder,
        origin=origin,
    )
    try:
        fetched = fetcher.fetch(models, repair=args.repair)
    finally:
        printer.close()
    total = sum(model.size_bytes for model in models) / 1e6
    print(f"{len(models)} models ({total:.0f} MB) in {store.root}, {len(fetched)} of them fetched now")
    return 0


def _export(store: ModelStore, args: argparse.Namespace) -> int:
    models = _chosen(store.manifest, args)
    printer = ProgressPrinter(sys.stderr)
    size = write_archive(store, models, args.archive.absolute(), printer.report)
    print(f"{len(models)} models ({size / 1e6:.0f} MB) in {args.archive}")
    return 0


def _ask_for_licence(store: ModelStore, model: Model, *, accepted: bool) -> None:
    """Show a licence and record that it was accepted, by option or by answer; else NotPermitted."""
    _show_licence(model)
    if not accepted and not _says_yes():
        raise_for(model, ModelState.LICENCE_PENDING, store.root)
    store.accept(model, datetime.now(timezone.utc))


def is_accepted_now(model: Model, otherwise: str) -> bool:
    """Show a licence and ``otherwise``, what there is without it; whether somebody at a terminal accepts it."""
    _show_licence(model)
    print(otherwise, flush=True)
    return _says_yes()


def _show_licence(model: Model) -> None:
    print(f"licence of model {model.id}: {model.licence}")
    print(textwrap.fill(model.licence_note, width=100, initial_indent="  ", subsequent_indent="  "), flush=True)


def _says_yes() -> bool:
    if not sys.stdin.isatty():
        return False
    print("Do you accept this licence? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


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


_COMMANDS = {"list": _list, "fetch": _fetch, "verify": _verify, "export": _export, "import": _import}
