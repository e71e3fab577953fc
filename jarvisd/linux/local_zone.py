"""The time zone of this machine: by its IANA name, which a fixed offset does not tell, and as a POSIX rule."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

LOCALTIME = Path("/etc/localtime")
"""The zone of the machine: a link into the database, or a copy of a file of it."""
_DATABASE = "zoneinfo/"
_HEADER = b"TZif2" + bytes(15) + bytes(15) + b"\0\0\0\0\x01" + b"\0\0\0\x04" + bytes(6) + b"UTC\0"
"""Of a file in which a rule alone says what time it is (RFC 8536, section 3)."""


def local_zone(localtime: Path = LOCALTIME, variable: str | None = None) -> ZoneInfo | None:
    """The zone that ``TZ`` (or ``variable``) or else ``localtime`` names; ``None`` when neither does."""
    with suppress(OSError, ValueError, LookupError):
        if name := _name(localtime, variable):
            return ZoneInfo(name)
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file)
    return None


def in_local_zone(now: datetime) -> datetime:
    """``now`` with this machine's zone, which knows of summer time, if it has the same offset by it."""
    zone = local_zone()
    if zone is None:
        return now
    found = now.astimezone(zone)
    return found if found.utcoffset() == now.utcoffset() else now


def posix_rule(now: datetime, localtime: Path = LOCALTIME, variable: str | None = None) -> str:
    """The zone of the machine as a value of ``TZ`` that needs no database: "CET-1CEST,M3.5.0,M10.5.0/3".

    A zone whose rule does not say what is right ``now`` (Morocco's, which goes by the moon) is told as the offset
    of ``now``, which is aware and has this machine's.
    """
    with suppress(OSError, ValueError, LookupError):
        rule = _file(localtime, variable).read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
        ruled = ZoneInfo.from_file(BytesIO(_HEADER + _HEADER + f"\n{rule}\n".encode()))
        if now.astimezone(ruled).utcoffset() == now.utcoffset():
            return rule
    return _fixed(now.utcoffset() or timedelta())


def local_rule() -> str:
    """The zone of this machine as :func:`posix_rule` has it now."""
    return posix_rule(datetime.now().astimezone())


def _name(localtime: Path, variable: str | None) -> str:
    named = (os.environ.get("TZ", "") if variable is None else variable).lstrip(":")
    path = named or str(localtime.resolve())
    return path.rpartition(_DATABASE)[2] if named or _DATABASE in path else ""


def _file(localtime: Path, variable: str | None) -> Path:
    name = _name(localtime, variable)
    return next((file for folder in TZPATH if name and (file := Path(folder) / name).is_file()), localtime)


def _fixed(offset: timedelta) -> str:
    """An offset as POSIX counts it, westwards."""
    west, sign = ("", "-") if offset < timedelta() else ("-", "+")
    hours, minutes = divmod(round(abs(offset).total_seconds() / 60), 60)
    return f"<{sign}{hours:02}{minutes:02}>{west}{hours}:{minutes:02}"
