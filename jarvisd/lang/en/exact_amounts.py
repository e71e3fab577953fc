"""Sizes and lengths of time in full, as they were understood. Pure.

What was measured is spoken short (:mod:`jarvisd.lang.en.amounts`); what somebody said is said back without a
change, so that :mod:`jarvisd.lang.en.values` reads the same value out of it again.
"""

from __future__ import annotations

from decimal import Decimal

from jarvisd.lang.en import amounts

_SIZE_UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def size(size_bytes: int) -> str:
    """A size in the greatest unit that needs two decimals at most: ``"1.5 GB"``, ``"1,610,612,736 bytes"``."""
    for unit_bytes, name in _SIZE_UNITS:
        hundredths, rest = divmod(size_bytes * 100, unit_bytes)
        if size_bytes >= unit_bytes and not rest:
            return f"{Decimal(hundredths) / 100:,.2f}".rstrip("0").rstrip(".") + f" {name}"
    return amounts.counted(size_bytes, "byte")


def length(seconds: float) -> str:
    """A length of time with all its units: ``"182 days and 12 hours"``."""
    minutes, left_s = divmod(Decimal(str(seconds)), 60)
    whole = int(minutes)
    counts = ((whole // 1440, "day"), (whole // 60 % 24, "hour"), (whole % 60, "minute"))
    pieces = [amounts.counted(count, noun) for count, noun in counts if count]
    if left_s != int(left_s):
        pieces.append(f"{left_s.normalize():f} seconds")
    elif left_s or not pieces:
        pieces.append(amounts.counted(int(left_s), "second"))
    return amounts.listing(pieces, limit=len(pieces))
