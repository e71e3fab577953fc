"""The XML in ``dbus/`` is the contract: the classes that are exported offer exactly what it says."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from dbus_next import introspection as intr
from dbus_next.service import ServiceInterface

from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import UnitInterface

DOC = "org.gtk.GDBus.DocString"
ROOT = Path(__file__).resolve().parents[2]


def contract(unit: UnitName) -> intr.Interface:
    node = intr.Node.parse((ROOT / "dbus" / f"{unit.bus_name}.xml").read_text("utf-8"))
    [interface] = node.interfaces
    assert interface.name == unit.bus_name
    return interface


def exported(unit: UnitName) -> intr.Interface:
    module = importlib.import_module(f"jarvisd.{unit.value}.interface")
    [kind] = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, UnitInterface) and value is not UnitInterface
    ]
    bare = kind.__new__(kind)
    ServiceInterface.__init__(bare, unit.bus_name)
    found: intr.Interface = bare.introspect()
    return found


def shape(interface: intr.Interface) -> dict[str, Any]:
    """Members with everything that matters to a caller."""

    def named(arguments: list[intr.Arg]) -> list[tuple[str, str]]:
        return [(arg.name, arg.signature) for arg in arguments]

    members: dict[str, Any] = {}
    for method in interface.methods:
        members[f"method {method.name}"] = (named(method.in_args), named(method.out_args))
    for signal in interface.signals:
        members[f"signal {signal.name}"] = named(signal.args)
    for prop in interface.properties:
        members[f"property {prop.name}"] = (prop.signature, prop.access)
    return members


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_the_class_offers_what_the_xml_says(unit: UnitName) -> None:
    assert shape(exported(unit)) == shape(contract(unit))


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_every_member_is_documented(unit: UnitName) -> None:
    root = ElementTree.parse(ROOT / "dbus" / f"{unit.bus_name}.xml").getroot()
    for member in root.iterfind("./interface/*"):
        if member.tag in ("method", "signal", "property"):
            notes = [note.get("value", "") for note in member.findall("annotation") if note.get("name") == DOC]
            assert [len(note) > 10 for note in notes] == [True], member.get("name")


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_every_signal_carries_a_time(unit: UnitName) -> None:
    """A4: every signal carries CLOCK_MONOTONIC in microseconds."""
    for signal in contract(unit).signals:
        assert "t" in [arg.signature for arg in signal.args], signal.name


def test_every_xml_has_a_unit() -> None:
    assert {path.stem for path in (ROOT / "dbus").glob("*.xml")} == {unit.bus_name for unit in UnitName}
