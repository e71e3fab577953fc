"""Which words of a value are a quotation of what was read (provenance per value)."""

from __future__ import annotations

import pytest

from jarvisd.executor.policy.provenance import Vocabulary
from jarvisd.lang.en.pack import ENGLISH


@pytest.mark.parametrize(
    ("words", "length", "found"),
    [
        ("ape bee", 2, {0, 1}),
        ("bee cat", 2, {0, 1}),
        ("cat dog", 2, {0, 1}),
        ("x bee cat dog y", 3, {1, 2, 3}),
        ("y cat dog", 2, {1, 2}),
        ("bee ape", 2, set()),
        ("cat elk", 2, set()),
        ("dog", 1, {0}),
        ("ape bee cat dog", 5, set()),
        ("cat dog x ape bee", 2, {0, 1, 3, 4}),
    ],
)
def test_a_quotation_is_words_in_a_row_of_one_text(words: str, length: int, found: set[int]) -> None:
    texts = ("ape bee cat dog", "elk fox gnu")
    assert Vocabulary(texts, ENGLISH.wording).runs(words.split(), length) == found
