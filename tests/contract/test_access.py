"""Nobody adds a method without deciding who may call it."""

from __future__ import annotations

import pytest

from jarvisd.bus.names import UnitName
from tests.contract import access
from tests.contract.test_dbus_xml import exported


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_every_method_has_its_callers_in_both_tables(unit: UnitName) -> None:
    methods = {method.name for method in exported(unit).methods}
    assert methods == set(access.POLICY[unit.value])
    assert methods == set(access.UNITS[unit.value])


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_strangers_and_the_sandbox_may_call_nothing(unit: UnitName) -> None:
    for member, callers in access.POLICY[unit.value].items():
        assert callers & access.UNITS[unit.value][member], f"nobody may call {member}"
        assert not callers & {access.OUTSIDER, access.SANDBOX}
