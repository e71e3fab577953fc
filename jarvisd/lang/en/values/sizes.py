"""Sizes of files: "half a gig", "500 megs", "1.5 GiB", "over two gigabytes". Pure.

A kilobyte has 1,000 bytes, as in the sizes that are spoken; a kibibyte has 1,024.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from jarvisd.lang.en.values.measures import MeasuringUnit, UnitGrammar
from jarvisd.lang.en.values.tokens import Reader, read
from jarvisd.lang.values import Unreadable, UnreadableReason

MOST_BYTES = 10**18
"""Chosen: no store that anybody has is larger."""
_BYTE = MeasuringUnit("byte", 1, MOST_BYTES)
_PREFIXES = ("kilo", "mega", "giga", "tera", "peta")
_DECIMAL = tuple(
    MeasuringUnit(f"{prefix}byte", 1000**power, MOST_BYTES // 1000**power)
    for power, prefix in enumerate(_PREFIXES, 1)
)
_BINARY = tuple(
    MeasuringUnit(f"{prefix[:2]}bibyte", 1024**power, MOST_BYTES // 1024**power)
    for power, prefix in enumerate(_PREFIXES, 1)
)
_UNITS: Mapping[str, MeasuringUnit] = MappingProxyType(
    {
        **{form: unit for unit in (_BYTE, *_DECIMAL, *_BINARY) for form in (unit.noun, f"{unit.noun}s")},
        **{f"{unit.noun[0]}{end}": unit for unit in _DECIMAL for end in ("", "b", "bs")},
        **{f"{unit.noun[0]}ib": unit for unit in _BINARY},
        **dict(zip(_PREFIXES, _DECIMAL, strict=True)),
        **{"b": _BYTE, "meg": _DECIMAL[1], "megs": _DECIMAL[1], "gig": _DECIMAL[2], "gigs": _DECIMAL[2]},
        **{"terra": _DECIMAL[3], "terras": _DECIMAL[3], "teras": _DECIMAL[3]},
    }
)
_SIZE = UnitGrammar(units=_UNITS, offered=_DECIMAL[:3])
_MORE = (
    *("more than", "larger than", "bigger than", "greater than", "at least", "over", "above", "exceeding", ">"),
    *("upwards of", "> =", "beyond", "that are", "which are", "are", "is", "about", "around", "approximately"),
    *("roughly", "exactly", "some", "of", "with", "size", "a size of", "a minimum of", "minimum", "~", "≥"),
    *("no less than", "not less than", "no smaller than", "not smaller than", "files", "anything", "sized"),
    *("larger then", "bigger then", "more then", "heavier than"),
)
_LESS = (
    *("less than", "smaller than", "fewer than", "under", "below", "at most", "up to", "no more than", "<", "≤"),
    *("not more than", "not larger than", "no larger than", "not over", "a maximum of", "maximum", "within"),
)
_LESS_AFTER = ("or less", "or smaller", "at most", "max", "maximum")
_ENDINGS = (
    *("or more", "or larger", "or bigger", "or greater", "and more", "and up", "and larger", "or so", "in size"),
    *("large", "big", "exactly", "in total", "total", "of data", "plus", "+", "at least"),
)


def read_size(text: str) -> int:
    """Bytes of a size. "Over" and "at least" are heard over, since a size is asked for as a lower limit.

    Raises :class:`Unreadable`, also for an upper limit.
    """
    return read(text, _alone)


def _alone(reader: Reader) -> int | None:
    start = reader.at
    reader.skip("that are", "which are", "are", "is")
    if reader.skip(*_LESS) or reader.entire(_size_at_most):
        raise Unreadable(UnreadableReason.UPPER_BOUND, reader.text.strip())
    reader.at = start
    reader.skip(*_MORE)
    found = reader.entire(_size_and_more)
    if found is None:
        _SIZE.refuse(reader, *_ENDINGS)
        return None
    return round(found)


def _size_at_most(reader: Reader) -> bool | None:
    """ "100 MB or less"."""
    return (_SIZE.total(reader) is not None and reader.skip(*_LESS_AFTER)) or None


def _size_and_more(reader: Reader) -> Fraction | None:
    found = _SIZE.total(reader)
    if found is None or (found[1] is _BYTE and found[0].denominator != 1):
        return None
    reader.skip(*_ENDINGS)
    return found[0]
