"""From the command line to a running unit; the only place in the daemons that decides an exit code."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import importlib
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import cast

from jarvisd import __version__
from jarvisd.bus.names import UnitName
from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.core.clock import Clock, SystemClock
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ConfigError, JarvisError
from jarvisd.runtime.logging.logs import logging_to_stderr
from jarvisd.runtime.process import malloc, telemetry

logger = logging.getLogger(__name__)

RETURN_S = 30.0
"""How long a unit waits for a bus that is restarted; then the service manager decides."""
NO_HOARD = frozenset({UnitName.BRAIN, UnitName.EXECUTOR})
"""Units that take large messages and little else. The ear's transcriber takes and frees large blocks all the time:
asking the system for each would make it slower by a sixth (bench: 0.61 s to 0.72 s for a sentence)."""


def main(arguments: list[str] | None = None, clock: Clock | None = None) -> int:
    """Run one unit, by the machine's clocks without ``clock``; returns the exit code (sysexits.h)."""
    options = _parse(arguments)
    # The service manager's watchdog sends SIGABRT: the stack in the journal explains what was stuck.
    faulthandler.enable()
    os.umask(0o077)
    telemetry.forbid(os.environ)
    read = partial(load, options.config)
    try:
        config = read()
    except ConfigError as error:
        for problem in error.problems:
            sys.stderr.write(f"jarvisd-{options.unit}: {problem}\n")
        sys.stderr.write(f"jarvisd-{options.unit}: to see every problem: jarvisctl doctor\n")
        return FAULTS[error.code].exit_code
    if options.check_config:
        sys.stdout.write(f"jarvisd-{options.unit}: the configuration is good\n")
        return 0
    unit = UnitName(options.unit)
    if unit in NO_HOARD:
        malloc.give_back()
    with logging_to_stderr(unit.value, options.log_level or config.general.log_level):
        from jarvisd.bus.connection import Connection
        from jarvisd.bus.wire.rate_limit import Rate
        from jarvisd.runtime.service import Builder, Service

        build = cast(Builder, importlib.import_module(f"jarvisd.{unit.value}.app").build)

        async def serve() -> None:
            rate = Rate(config.bus.calls_per_s, config.bus.burst)
            bus = Connection(options.bus, rate=rate, return_s=RETURN_S)
            await Service(unit, build, config, bus, read, clock or SystemClock()).run()

        try:
            asyncio.run(serve())
        except JarvisError as error:
            logger.critical("ended code=%s detail=%s", error.code, error.message)
            fault = FAULTS[error.code]
            sys.stderr.write(f"jarvisd-{options.unit}: {error.message} ({error.code}); try: {fault.remedy}\n")
            return fault.exit_code
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jarvisd", description="Run one unit of jarvisd.")
    parser.add_argument("unit", choices=[unit.value for unit in UnitName])
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, help="main configuration file")
    parser.add_argument("--bus", default="", metavar="ADDRESS", help="bus address; the system bus by default")
    parser.add_argument("--log-level", default="", choices=["debug", "info", "warning", "error"])
    parser.add_argument("--check-config", action="store_true", help="check the configuration and exit")
    parser.add_argument("--version", action="version", version=f"jarvisd {__version__}")
    return parser.parse_args(arguments)
