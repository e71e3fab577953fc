"""What the service manager is told, byte by byte (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.runtime.process.notify import Notifier, watchdog_interval_s


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The service manager's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "notify"))
        server.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield server


@pytest.fixture
def notifier(inbox: socket.socket) -> Iterator[Notifier]:
    """The unit's end."""
    made = Notifier()
    yield made
    made.close()


def test_a_status_is_one_line_of_utf8(inbox: socket.socket, notifier: Notifier) -> None:
    notifier.status("no model in /srv/Büro\nWATCHDOG=1")
    assert inbox.recv(1000) == "STATUS=no model in /srv/Büro WATCHDOG=1".encode()


def test_a_reload_says_when_it_began(inbox: socket.socket, notifier: Notifier) -> None:
    notifier.reloading()
    first, second = inbox.recv(1000).decode().splitlines()
    assert first == "RELOADING=1"
    assert second.partition("=")[0] == "MONOTONIC_USEC"
    assert int(second.partition("=")[2]) > 0


def test_a_manager_that_takes_nothing_holds_nobody_up(inbox: socket.socket, notifier: Notifier) -> None:
    for _ in range(2000):
        notifier.watchdog()
    assert inbox.recv(1000) == b"WATCHDOG=1"


def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notifier = Notifier()
    notifier.ready()
    notifier.close()


@pytest.mark.parametrize(
    ("usec", "pid", "wanted"),
    [("15000000", "", 7.5), ("15000000", "ours", 7.5), ("15000000", "1", None), ("", "", None), ("0", "", None)],
)
def test_the_watchdog_is_fed_twice_in_its_time(
    monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, wanted: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "ours" else pid)
    assert watchdog_interval_s() == wanted
