"""Age is counted in time that can be believed: a wrong clock makes things stay, never go."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import Unavailable
from jarvisd.executor.audit.service_clock import OFF_LIMIT_S, ServiceClock
from tests.fakes.clock import ScriptedClock
from tests.fakes.executor import ScriptedKeptList, ScriptedUptime

DAY_S, YEARS_S = 86_400.0, 10 * 365 * 86_400.0


class Machine:
    """What a service finds at each of its starts."""

    def __init__(self) -> None:
        self.clock, self.store = ScriptedClock(), ScriptedKeptList()
        self.uptime = ScriptedUptime(self.clock)

    def service(self) -> ServiceClock:
        made = ServiceClock(self.store, self.clock, self.uptime)
        made.open()
        return made

    def off(self, seconds: float) -> None:
        """Power off, wait, power on."""
        self.clock.advance(seconds)
        self.uptime.reboot()


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_goes_on_awake_and_asleep(machine: Machine) -> None:
    service = machine.service()
    machine.clock.advance(100)
    machine.clock.sleep(1000)
    assert service.now_s() == 1100


@pytest.mark.parametrize("leap_s", [YEARS_S, -YEARS_S, 3600, -3600])
def test_a_clock_that_is_set_changes_nothing(machine: Machine, leap_s: float) -> None:
    service = machine.service()
    machine.clock.advance(100)
    machine.clock.set(leap_s)
    assert service.now_s() == 100
    service.save()
    machine.clock.set(-2 * leap_s)
    assert machine.service().now_s() == 100


@pytest.mark.parametrize(("off_s", "counted_s"), [(DAY_S / 2, DAY_S / 2), (30 * DAY_S, OFF_LIMIT_S)])
def test_a_machine_that_was_off_is_believed_for_a_day(machine: Machine, off_s: float, counted_s: float) -> None:
    machine.service().save()
    machine.off(off_s)
    assert machine.service().now_s() == counted_s


@pytest.mark.parametrize(("leap_s", "counted_s"), [(YEARS_S, OFF_LIMIT_S), (-YEARS_S, 0)])
def test_an_empty_battery_costs_a_day_at_most(machine: Machine, leap_s: float, counted_s: float) -> None:
    """The clock comes up wrong, and the network sets it right some time later."""
    machine.service().save()
    machine.off(60)
    machine.clock.set(leap_s)
    service = machine.service()
    machine.clock.advance(10)
    machine.clock.set(-leap_s)
    assert service.now_s() == counted_s + 10


def test_what_is_not_saved_is_lost_and_never_goes_back(machine: Machine) -> None:
    """A full disk, a crash: the count goes on from what was saved, and by the clock of the boot loses nothing."""
    service = machine.service()
    service.save()
    machine.clock.advance(500)
    machine.store.error = Unavailable("the disk is full")
    service.save()
    machine.store.error = None
    assert machine.service().now_s() == 500


@pytest.mark.parametrize("value", [{}, {"service_s": "x"}, {"service_s": 1, "boot_s": None, "wall_s": 0}])
def test_what_cannot_be_read_begins_anew(machine: Machine, value: dict[str, object]) -> None:
    machine.store.kept = [value]  # type: ignore[list-item] # whatever somebody wrote into the file
    assert machine.service().now_s() == 0
