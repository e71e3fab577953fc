"""A machine in words."""

from __future__ import annotations

import pytest

from jarvisd.hardware.machine import MachineSize, parse_machine


@pytest.mark.parametrize(
    ("text", "machine"),
    [
        ("vram=6000,cores=8,ram=16", MachineSize(6000, 15_258, 8)),
        (" ram = 0.5 , vram=0, cores=1 ", MachineSize(0, 476, 1)),
    ],
)
def test_what_is_told_of_a_machine(text: str, machine: MachineSize) -> None:
    assert parse_machine(text) == machine


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'' is none of vram=, cores=, ram="),
        ("vram", "'vram' is none of"),
        ("vram=6000", "cores is missing"),
        ("vram=6000,cores=8", "ram is missing: memory in GB"),
        ("vram=6000,cores=8,ram=16,", "'' is none of"),
        ("vram=6000,cores=8,ram=16,disk=1", "'disk=1' is none of"),
        ("vram=1,vram=2,cores=8,ram=16", "vram is given twice"),
        ("vram=-1,cores=8,ram=16", "vram=-1 is no whole number"),
        ("vram=6GB,cores=8,ram=16", "vram=6GB is no whole number"),
        ("vram=6000.5,cores=8,ram=16", "vram=6000.5 is no whole number"),
        ("vram=٦٠٠,cores=8,ram=16", "vram=٦٠٠ is no whole number"),
        (f"vram={'9' * 5000},cores=8,ram=16", "is no whole number"),
        ("vram=0,cores=0,ram=16", "cores=0 is no whole number from 1"),
        ("vram=0,cores=8,ram=0", "ram=0 is no number above 0"),
        ("vram=0,cores=8,ram=nan", "ram=nan is no number above 0"),
        ("vram=0,cores=8,ram=inf", "ram=inf is no number above 0"),
        ("vram=0,cores=8,ram=16GB", "ram=16GB is no number above 0"),
    ],
)
def test_what_is_wrong_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="is") as caught:
        parse_machine(text)
    assert why in str(caught.value)
