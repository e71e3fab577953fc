"""Sums that are written with dots: "1 + 2 + ... + 44"; the terms before the dots say how it goes on. Pure."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

from jarvisd.core.errors import RequestError

_NUMBER = r"-?\d{1,15}(?:\.\d{1,9})?"
_SERIES = re.compile(
    rf"\s*(?P<given>{_NUMBER}(?:\s*\+\s*{_NUMBER})+)\s*\+?\s*(?:\.{{3}}|…)\s*\+?\s*(?P<last>{_NUMBER})\s*"
)


def closed(text: str) -> str:
    """An expression without dots that comes to the same; any other text as it is.

    The terms before the dots are two at least and equally far apart, and the last one is on their way: everything
    else could be meant in several ways and raises INVALID_REQUEST.
    """
    found = _SERIES.fullmatch(text)
    if found is None:
        return text
    given = [Fraction(term) for term in re.findall(_NUMBER, found["given"])]
    first, last, step = given[0], Fraction(found["last"]), given[1] - given[0]
    is_even = all(later - earlier == step for earlier, later in itertools.pairwise(given))
    if not is_even or step == 0 or (last - first) % step or (last - given[-1]) / step < 1:
        raise RequestError("the numbers before the dots do not say how it goes on to the last one")
    count = (last - first) / step + 1
    return f"({first.numerator} / {first.denominator} + {last.numerator} / {last.denominator}) * {count} / 2"
