"""Every method of the running units, called by everybody: the units' own wall, behind the bus policy's.

The methods come from live introspection; one without an entry in ``tests/contract/access.py`` fails.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

import pytest

from demo.suite import Suite
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import ERROR_PREFIX, UnitName
from tests.contract import access
from tests.fakes.stranger import OpenSuite, Stranger, uids
from tests.integration.conftest import SCRIPTED, WAIT_S

REFUSED = f"{ERROR_PREFIX}NotPermitted"
UIDS = {access.ADMIN: 0, **dict(zip(sorted(access.EVERYBODY - {access.ADMIN}), uids(8), strict=True))}
UIDS[access.BRAIN_AGAIN] = UIDS[access.BRAIN]
OWNERS = {
    access.AUDIO: UnitName.AUDIO,
    access.BRAIN: UnitName.BRAIN,
    access.EXECUTOR: UnitName.EXECUTOR,
    access.TTS: UnitName.TTS,
}

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="connecting as other users needs root")


@pytest.fixture
def lone(unit: UnitName, tmp_path: Path) -> Iterator[Suite]:
    """One real unit; the other names are free."""
    suite = OpenSuite(tmp_path, tmp_path / "models", SCRIPTED)
    suite.units = (unit.value,)
    with suite:
        yield suite


async def introspected(address: str, unit: UnitName) -> dict[str, str]:
    """Method to the signature of its arguments, as the running unit tells."""
    link = Connection(address)
    await link.connect()
    appeared = asyncio.Event()
    if await link.follow(unit.bus_name, lambda _: appeared.set()) is None:
        await asyncio.wait_for(appeared.wait(), WAIT_S)
    [text] = await link.call(
        unit.bus_name, unit.path, "Introspect", interface="org.freedesktop.DBus.Introspectable"
    )
    await link.disconnect()
    found = ElementTree.fromstring(text).findall(f"./interface[@name='{unit.bus_name}']/method")
    return {
        method.get("name", ""): "".join(
            arg.get("type", "") for arg in method.findall("arg") if arg.get("direction") != "out"
        )
        for method in found
    }


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_the_unit_itself_refuses_whom_a_method_is_not_for(unit: UnitName, lone: Suite) -> None:
    """The issue's figure: refused on every method, also if the bus policy let everything through."""
    methods = await introspected(lone.address, unit)
    table = access.UNITS[unit.value]
    assert set(methods) == set(table), "each method needs an entry in tests/contract/access.py"
    refused = 0
    with ExitStack() as stack:
        callers = {
            name: stack.enter_context(Stranger(lone.address, uid, OWNERS[name].bus_name if name in OWNERS else ""))
            for name, uid in UIDS.items()
            if OWNERS.get(name) is not unit and (name != access.BRAIN_AGAIN or unit is not UnitName.BRAIN)
        }
        for member, signature in methods.items():
            for name, caller in callers.items():
                is_refused = await asyncio.to_thread(caller.call, unit, member, signature) == REFUSED
                assert (member, name, is_refused) == (member, name, name not in table[member])
                refused += is_refused
    lone.require_alive()
    assert refused == sum(len(set(callers) - table[member]) for member in methods)
