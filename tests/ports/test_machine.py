"""How much of a machine is in use: the scripted one and the kernel's (requirement D2)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from jarvisd.executor.adapters.machine import SLICE, KernelReader
from jarvisd.executor.ports.machine import MachineReader
from tests.fakes.executor import ScriptedMachine

STAT = "cpu  100 50 150 600 100 30 20 50 40 10\ncpu0 1 2 3\n"
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@pytest.fixture(params=["scripted", "kernel"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> MachineReader:
    return ScriptedMachine() if request.param == "scripted" else KernelReader([tmp_path, Path("/nowhere")])


def test_shares_are_percent_and_time_goes_on(reader: MachineReader) -> None:
    """Nothing but what can be: shares between 0 and 100, no more work than time, and neither goes back."""
    first, second = reader.use(), reader.use()
    assert 0 <= first.ram_percent <= 100
    assert 0 <= reader.fullest_disk_percent() <= 100
    assert 0 <= first.busy_s <= first.passed_s
    assert second.passed_s >= first.passed_s
    assert second.busy_s >= first.busy_s


def test_work_is_seen() -> None:
    """The kernel counts what this process does."""
    reader = KernelReader([])
    before, began_s = reader.use(), time.process_time()
    while (worked_s := time.process_time() - began_s) < 0.3:
        sum(range(1000))
    after = reader.use()
    assert after.busy_s - before.busy_s >= 0.8 * worked_s - 0.1
    assert after.passed_s > before.passed_s


class Files:
    """The kernel's files, as the test writes them."""

    def __init__(self, folder: Path, *, beside: str = "") -> None:
        self.proc, self.cgroups = folder / "proc", folder / "cgroup"
        self.group = self.cgroups / beside / "system.slice" / SLICE
        (self.proc / "self").mkdir(parents=True)
        self.group.mkdir(parents=True)
        (self.proc / "stat").write_text(STAT)
        (self.proc / "meminfo").write_text("MemTotal: 1000 kB\nMemFree: 5 kB\nMemAvailable: 250 kB\n")
        (self.proc / "self" / "cgroup").write_text(f"0::/system.slice/{SLICE}/jarvisd-executor.service\n")
        (self.group / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n")
        self.reader = KernelReader([folder], proc=self.proc, cgroups=self.cgroups)


def test_the_fields_of_the_kernel_are_told_apart(tmp_path: Path) -> None:
    """Idle and waiting are no work, what a host took is, and guests are counted once (proc_stat(5))."""
    use = Files(tmp_path).reader.use()
    assert use.ram_percent == pytest.approx(75.0)
    assert use.busy_s * TICKS_PER_S == pytest.approx(100 + 50 + 150 + 30 + 20 + 50)
    assert use.passed_s * TICKS_PER_S == pytest.approx(1100)
    assert use.own_s == pytest.approx(1.5)


def test_both_versions_of_control_groups_may_be_there(tmp_path: Path) -> None:
    """The older ones name their own groups, and the newer ones count in a folder beside them."""
    files = Files(tmp_path, beside="unified")
    own = (files.proc / "self" / "cgroup").read_text()
    (files.proc / "self" / "cgroup").write_text(f"2:cpuacct:/\n1:cpu:/{SLICE}/jarvisd-executor.service\n{own}")
    assert files.reader.use().own_s == pytest.approx(1.5)


@pytest.mark.parametrize(
    "group",
    ["0::/user.slice/user-1000.slice/session-1.scope\n", "1:cpu:/\n", "", "0::/other-jarvisd.slice/x.service\n"],
)
def test_outside_of_the_slice_the_own_work_is_not_counted(tmp_path: Path, group: str) -> None:
    files = Files(tmp_path)
    (files.proc / "self" / "cgroup").write_text(group)
    assert files.reader.use().own_s is None


@pytest.mark.parametrize("text", ["", "usage_usec x\n", "nothing\n"])
def test_counts_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    files = Files(tmp_path)
    (files.group / "cpu.stat").write_text(text)
    assert files.reader.use().own_s is None


@pytest.mark.parametrize("text", ["", "intr 5\n", "cpu a b c d e f g h\n"])
def test_another_form_of_the_kernels_file_is_an_error(tmp_path: Path, text: str) -> None:
    files = Files(tmp_path)
    (files.proc / "stat").write_text(text)
    with pytest.raises(ValueError, match=r"form|invalid literal"):
        files.reader.use()
