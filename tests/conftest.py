"""Fixtures for every kind of test: a private message bus, connections to it, and lanes for blocking work."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from jarvisd.bus.connection import Connection
from jarvisd.runtime.process import telemetry
from jarvisd.runtime.workers import Workers
from tests import figures

# Adapters run in this process too.
telemetry.forbid(os.environ)
# A loaded machine is no fault of what is tried.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

ALLOWED_SKIPS = Path(__file__).with_name("allowed-skips.txt")
EVERYTHING = "JARVISD_MODELS"
"""Set by ``make test``: everything is there, so a test that is skipped all the same is a failure."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let nothing at full size run out of time."""
    figures.unhurried(items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell which figure a test contributes to."""
    figures.announced(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name skips that nobody has allowed; end a full-size run with its figures."""
    for report in unexpected(terminalreporter):
        terminalreporter.write_line(f"skipped and not in {ALLOWED_SKIPS.name}: {report.nodeid}", red=True)
    if found := tried(terminalreporter):
        terminalreporter.section("figures at full size")
        terminalreporter.write("\n".join([*figures.lines(found), ""]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a full run that skipped something unexpected, or tried less than it should."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    if unexpected(reporter) or not all(row.is_held for row in tried(reporter).values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def tried(reporter: pytest.TerminalReporter) -> dict[str, figures.Row]:
    """The figures of a full-size run so far."""
    outcomes = ("passed", "failed", "error", "skipped") if figures.IS_FULL else ()
    return figures.rows(report for outcome in outcomes for report in reporter.stats.get(outcome, []))


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
        # Now and then a dbus-daemon does not hear that it should end.
        daemon.kill()
        daemon.wait()
        daemon.stdout.close()


@pytest.fixture
async def connection(bus_address: str) -> AsyncIterator[Connection]:
    """A connection to the private bus."""
    link = Connection(bus_address)
    await link.connect()
    yield link
    await link.disconnect()


@pytest.fixture
def workers() -> Iterator[Workers]:
    """Lanes of their own for one test."""
    lanes = Workers()
    yield lanes
    lanes.close()
