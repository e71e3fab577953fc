"""The zone of the machine by its name and as a rule, from a link, a copy, or the environment."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest

from jarvisd.linux.local_zone import in_local_zone, local_zone, posix_rule

ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
    "America/St_Johns", "Africa/Casablanca", "Pacific/Kiritimati", "America/Sao_Paulo", "Etc/UTC",
    "Pacific/Marquesas", "Europe/Dublin",
)  # fmt: skip
MOMENTS = [datetime(2027, month, 10, 12, tzinfo=timezone.utc) for month in range(1, 13)]


def database(name: str) -> Path:
    return next(file for folder in TZPATH if (file := Path(folder) / name).is_file())


@pytest.fixture
def localtime(tmp_path: Path) -> Path:
    return tmp_path / "localtime"


def test_a_link_tells_the_name(localtime: Path) -> None:
    localtime.symlink_to(database("Europe/Berlin"))
    assert local_zone(localtime, "") == ZoneInfo("Europe/Berlin")


def test_a_copy_tells_the_rules(localtime: Path) -> None:
    localtime.write_bytes(database("Europe/Berlin").read_bytes())
    zone = local_zone(localtime, "")
    assert zone is not None
    assert [moment.astimezone(zone).utcoffset() for moment in MOMENTS] == [
        moment.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() for moment in MOMENTS
    ]


@pytest.mark.parametrize("variable", ["Asia/Tokyo", ":Asia/Tokyo", ":/usr/share/zoneinfo/Asia/Tokyo"])
def test_the_environment_comes_first(localtime: Path, variable: str) -> None:
    localtime.symlink_to(database("Europe/Berlin"))
    assert local_zone(localtime, variable) == ZoneInfo("Asia/Tokyo")


def test_without_any_there_is_none(localtime: Path) -> None:
    assert local_zone(localtime, "") is None
    assert local_zone(localtime, "Nowhere/Land") is None
    assert posix_rule(datetime(2026, 11, 28, tzinfo=timezone.utc), localtime, "") == "<+0000>-0:00"


def test_a_moment_keeps_its_offset_when_the_zone_has_another() -> None:
    now = datetime.now().astimezone()
    assert in_local_zone(now) == now
    assert in_local_zone(now).utcoffset() == now.utcoffset()


@pytest.mark.parametrize("name", ZONES)
def test_a_program_without_a_database_has_the_time_of_the_machine(localtime: Path, name: str) -> None:
    localtime.symlink_to(database(name))
    moments = [moment.astimezone(ZoneInfo(name)) for moment in MOMENTS]
    code = "import os, sys, time\nfor rule, moment in zip(sys.argv[1::2], sys.argv[2::2]):\n"
    code += "    os.environ['TZ'] = rule\n    time.tzset()\n"
    code += "    print(time.strftime('%Y-%m-%dT%H:%M', time.localtime(float(moment))))\n"
    told = [text for moment in moments for text in (posix_rule(moment, localtime, ""), str(moment.timestamp()))]
    found = subprocess.run([sys.executable, "-I", "-c", code, *told], capture_output=True, text=True, check=True)
    assert found.stdout.split() == [f"{moment:%Y-%m-%dT%H:%M}" for moment in moments]
