"""Reading services from a systemd that the test plays: what it says is understood, and nothing is ever changed."""

from collections.abc import AsyncIterator

import pytest
from dbus_next import PropertyAccess
from dbus_next.service import ServiceInterface, dbus_property, method

from jarvisd.bus.connection import Connection
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.adapters.systemd import SYSTEMD, BusServices
from jarvisd.executor.ports.services import ServiceState

UNITS = [
    ["nginx.service", "A web server", "loaded", "active", "running"],
    ["gone.service", "gone.service", "not-found", "inactive", "dead"],
    ["basic.target", "Basic system", "loaded", "active", "active"],
    ["backup.service", "Backups", "loaded", "failed", "failed"],
]


class PlayedManager(ServiceInterface):
    """The members of systemd's manager that only read, as busctl shows them."""

    def __init__(self) -> None:
        super().__init__(f"{SYSTEMD}.Manager")

    @method()
    def ListUnits(self) -> "a(ssssssouso)":  # type: ignore[valid-type, name-defined] # noqa: F821
        return [[*unit, "", f"/{number}", 0, "", "/"] for number, unit in enumerate(UNITS)]

    @method()
    def LoadUnit(self, name: "s") -> "o":  # type: ignore[name-defined] # noqa: F821
        return "/cups" if name == "cups.service" else "/none"


class PlayedUnit(ServiceInterface):
    """A unit whose properties can be read."""

    def __init__(self, name: str, load: str) -> None:
        super().__init__(f"{SYSTEMD}.Unit")
        self._values = {"Id": name, "Description": "Printing", "LoadState": load}

    @dbus_property(access=PropertyAccess.READ)
    def Id(self) -> "s":  # type: ignore[name-defined] # noqa: F821
        return self._values["Id"]

    @dbus_property(access=PropertyAccess.READ)
    def Description(self) -> "s":  # type: ignore[name-defined] # noqa: F821
        return self._values["Description"]

    @dbus_property(access=PropertyAccess.READ)
    def LoadState(self) -> "s":  # type: ignore[name-defined] # noqa: F821
        return self._values["LoadState"]

    @dbus_property(access=PropertyAccess.READ)
    def ActiveState(self) -> "s":  # type: ignore[name-defined] # noqa: F821
        return "inactive"

    @dbus_property(access=PropertyAccess.READ)
    def SubState(self) -> "s":  # type: ignore[name-defined] # noqa: F821
        return "dead"


@pytest.fixture
async def services(bus_address: str) -> AsyncIterator[BusServices]:
    played, reader = Connection(bus_address), Connection(bus_address)
    await played.connect()
    await reader.connect()
    played.export("/org/freedesktop/systemd1", PlayedManager())
    played.export("/cups", PlayedUnit("cups.service", "loaded"))
    played.export("/none", PlayedUnit("none.service", "not-found"))
    await played.request_name(SYSTEMD)
    yield BusServices(reader)
    await played.disconnect()
    await reader.disconnect()


async def test_loaded_services_are_listed(services: BusServices) -> None:
    assert list(await services.loaded()) == [
        ServiceState("nginx.service", "A web server", "active", "running"),
        ServiceState("backup.service", "Backups", "failed", "failed"),
    ]


@pytest.mark.parametrize("name", ["", "a b.service", "../x.service", "x" * 300, "\u00e4.service"])
async def test_a_name_that_is_none_is_not_asked_for(services: BusServices, name: str) -> None:
    assert await services.find(name) is None


async def test_a_service_that_was_never_started_is_found(services: BusServices) -> None:
    assert await services.find("cups.service") == ServiceState("cups.service", "Printing", "inactive", "dead")
    assert await services.find("none.service") is None


async def test_without_a_manager_the_error_says_so(bus_address: str) -> None:
    alone = Connection(bus_address)
    await alone.connect()
    with pytest.raises(JarvisError, match="no systemd on this bus") as caught:
        await BusServices(alone).loaded()
    assert caught.value.code is ErrorCode.UNIT_DOWN
    await alone.disconnect()
