"""Signals have one form: the class that is sent, the class that is received, and the XML say the same."""

from __future__ import annotations

import dataclasses
import importlib
import math
import re
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest
from dbus_next import Variant

from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import plain
from jarvisd.bus.signals import SIGNALS
from jarvisd.bus.signals.audio import ListeningEnded, Transcript, WakeDetected
from jarvisd.bus.signals.executor import ServiceLevelChanged, StepStarted
from jarvisd.bus.signals.form import Signal, arguments_of, decode, encode, fields_of
from jarvisd.core.errors import RequestError
from tests.contract.test_dbus_xml import DOC, ROOT, contract

UNITS = pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
EXAMPLES: dict[str, Any] = {"s": "word", "b": True, "u": 7, "t": 1 << 40, "d": 0.5, "as": ("one", "two")}
KINDS = [kind for kinds in SIGNALS.values() for kind in kinds]
HEARD = Transcript("t1", 1, "stop", 0.9, 1.5, 0.8, 120.0, 2, 3)


def example(kind: type[Signal]) -> Signal:
    return kind(**{field.name: EXAMPLES[field.signature] for field in fields_of(kind)})


@UNITS
def test_every_signal_of_the_xml_is_a_class_of_its_name(unit: UnitName) -> None:
    told = {signal.name: [(arg.name, arg.signature) for arg in signal.args] for signal in contract(unit).signals}
    assert {kind.__name__: arguments_of(kind) for kind in SIGNALS[unit]} == told
    assert list(told) == [kind.__name__ for kind in SIGNALS[unit]]


@UNITS
def test_every_signal_is_an_event_of_its_unit(unit: UnitName) -> None:
    """What happens has one name from the room in which it happens to whoever is told."""
    events = importlib.import_module(f"jarvisd.{unit.value}.events")
    assert {kind for kind in get_args(events.Event) if issubclass(kind, Signal)} == set(SIGNALS[unit])


@UNITS
def test_the_keys_of_a_dictionary_are_those_of_the_xml(unit: UnitName) -> None:
    interface = ElementTree.parse(ROOT / "dbus" / f"{unit.bus_name}.xml").getroot()
    for kind in SIGNALS[unit]:
        told = [
            found
            for note in interface.iterfind(f".//signal[@name='{kind.__name__}']/arg[@type='a{{sv}}']/annotation")
            if note.get("name") == DOC
            for found in re.findall(r"(?:^|; )(\w+) ([a-z]+)\b", note.get("value", ""))
        ]
        assert told == [(field.name, field.signature) for field in fields_of(kind) if field.is_detail]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_what_is_sent_is_what_is_received(kind: type[Signal]) -> None:
    sent = example(kind)
    assert decode(kind, plain(encode(sent, Variant))) == sent
    assert dataclasses.is_dataclass(kind)


def test_a_failure_travels_as_one_text() -> None:
    assert encode(ListeningEnded("t1", 5, "failed", "ModelMissing"), Variant) == ["t1", 5, "failed: ModelMissing"]
    assert encode(ListeningEnded("t1", 5, "silence"), Variant) == ["t1", 5, "silence"]
    assert decode(ListeningEnded, ["t1", 5, "cancelled"]) == ListeningEnded("t1", 5, "cancelled", "")
    assert decode(ListeningEnded, ["t1", 5, "failed"]) == ListeningEnded("t1", 5, "failed", "")


def test_a_sender_may_tell_more_in_a_dictionary() -> None:
    *rest, details = plain(encode(HEARD, Variant))
    assert decode(Transcript, [*rest, {**details, "language": "en"}]) == HEARD


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (WakeDetected, []),
        (WakeDetected, ["t1", 5]),
        (WakeDetected, ["t1", 5, 0.9, "more"]),
        (WakeDetected, [1, 5, 0.9]),
        (WakeDetected, ["t1", -5, 0.9]),
        (WakeDetected, ["t1", True, 0.9]),
        (WakeDetected, ["t1", 1 << 64, 0.9]),
        (WakeDetected, ["t1", 5, 1]),
        (WakeDetected, ["t1", 5, math.nan]),
        (StepStarted, ["t1", 5, 1 << 32, "mkdir"]),
        (ListeningEnded, ["t1", 5, 7]),
        (ListeningEnded, ["t1", 5, "failed", "ModelMissing"]),
        (Transcript, ["t1", 5, "stop", "no dictionary"]),
        (Transcript, ["t1", 5, "stop", {}]),
        (Transcript, ["t1", 5, "stop", {**plain(encode(HEARD, Variant))[-1], "confidence": "much"}]),
        (ServiceLevelChanged, [5, "full", "reason"]),
        (ServiceLevelChanged, [5, "full", ["reason", 1]]),
    ],
)
def test_a_malformed_body_is_one_error(kind: type[Signal], body: list[Any]) -> None:
    with pytest.raises(RequestError):
        decode(kind, body)


def test_no_value_that_does_not_fit_is_sent() -> None:
    with pytest.raises(RequestError):
        encode(WakeDetected("t1", -1, 0.9), Variant)


def test_bodies_are_taken_apart_in_one_place() -> None:
    """Nobody outside the bus layer counts arguments."""
    package = Path(__file__).resolve().parents[2] / "jarvisd"
    counted = [
        f"{path.relative_to(package)}:{number}"
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] != "bus"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"body\[[0-9]", line)
    ]
    assert counted == []
