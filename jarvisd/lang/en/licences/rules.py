"""English as :class:`~jarvisd.lang.spoken_request.LicenceRules`."""

from __future__ import annotations

from jarvisd.lang.en.licences.refusals import doubted, unlicensed
from jarvisd.lang.en.licences.words_of_requests import (
    elsewhere,
    is_before_noun,
    is_before_verb,
    is_dummy_after,
    is_foreign,
    is_question,
    is_reference,
    is_small,
    is_verb,
    lemmas,
    orders,
    parts,
    tells_nothing,
    tokens,
)

__all__ = [
    "doubted",
    "elsewhere",
    "is_before_noun",
    "is_before_verb",
    "is_dummy_after",
    "is_foreign",
    "is_question",
    "is_reference",
    "is_small",
    "is_verb",
    "lemmas",
    "orders",
    "parts",
    "tells_nothing",
    "tokens",
    "unlicensed",
]
