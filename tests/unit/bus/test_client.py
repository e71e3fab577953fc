"""What a client of a unit makes of the signals that it is given."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest
from dbus_next import Variant

from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection, SignalHandler
from jarvisd.bus.names import UnitName
from jarvisd.bus.signals.audio import Transcript, WakeDetected
from jarvisd.bus.signals.form import encode


class Told(Connection):
    """A connection on which signals are told by the test."""

    def __init__(self) -> None:
        super().__init__()
        self._handlers: dict[tuple[str, str], SignalHandler] = {}

    def on_signal(self, name: str, interface: str, member: str, handler: SignalHandler) -> None:
        assert name == interface
        self._handlers[name, member] = handler

    def tell(self, member: str, body: Sequence[Any]) -> None:
        self._handlers[UnitName.AUDIO.bus_name, member](body)


async def test_a_signal_arrives_as_what_was_sent() -> None:
    bus, heard = Told(), list[Transcript]()
    sent = Transcript("t1", 1, "stop", 0.9, 1.5, 0.8, 120.0, 2, 3)
    UnitClient(bus, UnitName.AUDIO).receive(Transcript, heard.append)
    bus.tell("Transcript", encode(sent, Variant))
    assert heard == [sent]


@pytest.mark.parametrize("body", [[], ["t1", 5], ["t1", 5, "sure"], [5, 5, 0.5], ["t1", -1, 0.5]])
async def test_a_malformed_signal_is_logged_and_not_heard(
    body: Sequence[Any], caplog: pytest.LogCaptureFixture
) -> None:
    bus, heard = Told(), list[WakeDetected]()
    UnitClient(bus, UnitName.AUDIO).receive(WakeDetected, heard.append)
    with caplog.at_level(logging.WARNING):
        bus.tell("WakeDetected", body)
    assert heard == []
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    bus.tell("WakeDetected", ["t1", 5, 0.5])
    assert heard == [WakeDetected("t1", 5, 0.5)]
