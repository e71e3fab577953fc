"""The share of memory that is left."""

from __future__ import annotations

from pathlib import Path

from jarvisd.linux.memory import available_share


def test_the_share_is_that_of_the_kernel_and_unknown_is_plenty(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(
        "MemTotal:        4000 kB\nMemFree:          100 kB\nMemAvailable:    1000 kB\nHugePages_Total: 0\n"
    )
    assert available_share(meminfo) == 0.25
    assert 0 < available_share() < 1
    for text in ("", "MemTotal:\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n"):
        meminfo.write_text(text)
        assert available_share(meminfo) == 1.0
    assert available_share(tmp_path / "none") == 1.0
