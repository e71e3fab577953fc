"""How old and how large files are to be, as a request says it. Pure."""

from __future__ import annotations

from jarvisd.core.errors import RequestError
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.durations import read_age
from jarvisd.lang.en.values.sizes import read_size
from jarvisd.lang.values import Unreadable

_DAY_S = 86_400


def age_limit_s(phrase: str, old_after_days: float) -> float | None:
    """Seconds for "three weeks", "old" or nothing; raises :class:`RequestError` for anything else."""
    if not phrase.strip():
        return None
    try:
        return float(read_age(phrase, old_s=round(old_after_days * _DAY_S)))
    except Unreadable as error:
        raise RequestError(refusal(error)) from error


def size_limit_bytes(phrase: str) -> int | None:
    """Bytes for "2 gigabytes", "500 MB", "ten kilobytes" or nothing; raises :class:`RequestError` otherwise."""
    if not phrase.strip():
        return None
    try:
        return read_size(phrase)
    except Unreadable as error:
        raise RequestError(refusal(error)) from error
