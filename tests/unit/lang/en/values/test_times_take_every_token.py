"""No time, day, repetition or place comes from a text with a part that was not understood."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jarvisd.lang.en.places import read_place
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.values import Unreadable, UnreadableReason
from tests.unit.lang.en.values.test_kind_2_times_and_dates import DAYS, INSTANTS, NOW, REFUSED_INSTANTS, REPEATS
from tests.unit.lang.en.values.test_kind_6_places_and_dates import PLACES, REFUSED_PLACES

READERS: dict[str, Callable[[str], Hashable]] = {
    "instant": lambda text: read_instant(text, NOW),
    "day": lambda text: read_day(text, NOW.date()),
    "repeat": lambda text: read_repeat(text, NOW),
    "place": read_place,
}
ROWS = {"instant": INSTANTS, "day": DAYS, "repeat": REPEATS, "place": PLACES}
VALUES = [(kind, said) for kind, rows in ROWS.items() for said, _ in rows]
WORDS = sorted(
    {word for _, said in VALUES for word in said.split()} | {"or", "and", "to", "of", "-", "/", ":", "7:", "."}
)
"""What texts are made of that come near to a value."""


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("word", ["blorps", "|", "\N{SNOWMAN}"])
def test_a_word_that_means_nothing_is_dropped_nowhere(kind: str, word: str) -> None:
    dropped = []
    for said, _ in ROWS[kind]:
        pieces = said.split(" ")
        for place in range(len(pieces) + 1):
            text = " ".join([*pieces[:place], word, *pieces[place:]])
            with suppress(Unreadable):
                dropped.append((text, READERS[kind](text)))
    assert dropped == []


@settings(deadline=None)
@given(st.sampled_from(sorted(READERS)), st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join))
@example("instant", "in a week a week from a week")
def test_no_row_of_words_breaks_a_reader(kind: str, text: str) -> None:
    """It gives a value or refuses with a reason, and an instant is always to come."""
    with suppress(Unreadable):
        found = READERS[kind](text)
        assert not isinstance(found, datetime) or found.timestamp() > NOW.timestamp()


@settings(deadline=None)
@given(st.sampled_from(sorted(READERS)), st.text(max_size=60))
def test_no_text_breaks_a_reader(kind: str, text: str) -> None:
    with suppress(Unreadable):
        READERS[kind](text)


@pytest.mark.parametrize(("kind", "rows"), [("instant", REFUSED_INSTANTS), ("place", REFUSED_PLACES)])
def test_what_may_be_meant_instead_is_understood(kind: str, rows: list[tuple[str, str]]) -> None:
    """A choice is read, or has its own question: "Monday" has no time of day yet."""
    for said, _ in rows:
        with pytest.raises(Unreadable) as refused:
            READERS[kind](said)
        unread = {choice: _refusal(kind, choice) for choice in refused.value.choices}
        assert set(unread.values()) <= {None, UnreadableReason.NO_TIME}, (said, unread)


def _refusal(kind: str, text: str) -> UnreadableReason | None:
    try:
        READERS[kind](text)
    except Unreadable as error:
        return error.reason
    return None
