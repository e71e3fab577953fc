"""Fixtures for every kind of test: a private message bus, and connections to it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from jarvisd.bus.connection import Connection
from jarvisd.runtime import reports

# Adapters run in this process too.
reports.forbid(os.environ)

ALLOWED_SKIPS = Path(__file__).with_name("allowed-skips.txt")
EVERYTHING = "JARVISD_MODELS"
"""Set by ``make test``: everything is there, so a test that is skipped all the same is a failure."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name skips that nobody has allowed."""
    for report in unexpected(terminalreporter):
        terminalreporter.write_line(f"skipped and not in {ALLOWED_SKIPS.name}: {report.nodeid}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a full run that skipped something unexpected."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and unexpected(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def unexpected(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    """Skipped tests of a full run that the list does not allow."""
    lines = [line.partition("#")[0].strip() for line in ALLOWED_SKIPS.read_text("utf-8").splitlines()]
    allowed = tuple(line for line in lines if line)
    skipped = reporter.stats.get("skipped", []) if EVERYTHING in os.environ else []
    return [report for report in skipped if not report.nodeid.startswith(allowed or ("\0",))]


@pytest.fixture
def bus_address(tmp_path: Path) -> Iterator[str]:
    """Address of a private bus that ends with the test."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    daemon = subprocess.Popen([*command, f"--address=unix:path={tmp_path}/bus"], stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    try:
        address = daemon.stdout.readline().strip()
        assert address
        yield address
    finally:
        daemon.terminate()
        daemon.wait(30)
        daemon.stdout.close()


@pytest.fixture
async def connection(bus_address: str) -> AsyncIterator[Connection]:
    """A connection to the private bus."""
    link = Connection(bus_address)
    await link.connect()
    yield link
    await link.disconnect()
