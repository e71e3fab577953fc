"""Options that several commands share, so that they read and mean the same everywhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from jarvisd.config.loader import DEFAULT_FILE


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``, the file that :func:`jarvisd.config.loader.load` takes."""
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, help="main configuration file")


def add_accept_licence(parser: argparse.ArgumentParser) -> None:
    """Add ``--accept-licence``; ``args.accept_licence`` is a list of ids."""
    parser.add_argument(
        "--accept-licence",
        metavar="ID",
        action="append",
        default=[],
        help="accept the licence of a model without being asked; may be repeated",
    )
