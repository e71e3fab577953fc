"""Words that are spelled: letters, their alphabet, and what stands between them."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.lang.en.values.spelled import read_spelled
from jarvisd.lang.values import Unreadable, UnreadableReason

SPELLED = [
    ("m a r k", "mark"),
    ("M-A-R-K", "mark"),
    ("M A R K.", "mark"),
    ("M. A. R. K.", "mark"),
    ("M, A, R, K", "mark"),
    ("mike alfa romeo kilo", "mark"),
    ("Mike Alpha Romeo Kilo", "mark"),
    ("m as in mike a r k", "mark"),
    ("m for mother, a, r, k", "mark"),
    ("b like bravo e n", "ben"),
    ("capital m a r k", "Mark"),
    ("upper case m a lowercase r k", "Mark"),
    ("all caps n a s a", "NASA"),
    ("n a s a in capitals", "NASA"),
    ("capital m, a, double l, y", "Mally"),
    ("double u i n", "win"),
    ("z triple o m", "zooom"),
    ("j 2 0 0 9", "j2009"),
    ("j twenty five", "j25"),
    ("zee e d", "zed"),
    ("x-ray yankee zulu", "xyz"),
    ("bee e n", "ben"),
    ("m a r k dash two", "mark-2"),
    ("a dot b underscore c", "a.b_c"),
    ("O apostrophe N E I L", "o'neil"),
    ("Mark, m a r k", "mark"),
    ("Mark M-A-R-K", "mark"),
    ("Marc, spelled m a r k", "mark"),
    ("zero seven", "07"),
]
REFUSED = [
    ("Marc m a r k", UnreadableReason.AMBIGUOUS),
    ("mark", UnreadableReason.NOT_UNDERSTOOD),
    ("hello world", UnreadableReason.NOT_UNDERSTOOD),
    ("m a r k blorps", UnreadableReason.NOT_UNDERSTOOD),
    ("b as in apple", UnreadableReason.NOT_UNDERSTOOD),
    ("see you", UnreadableReason.NOT_UNDERSTOOD),
    ("a-1", UnreadableReason.NOT_UNDERSTOOD),
    ("capital", UnreadableReason.NOT_UNDERSTOOD),
    ("double", UnreadableReason.NOT_UNDERSTOOD),
    ("m @ r k", UnreadableReason.NOT_UNDERSTOOD),
    ("oh seven", UnreadableReason.NOT_UNDERSTOOD),
    ("", UnreadableReason.MISSING),
]


@pytest.mark.parametrize(("text", "word"), SPELLED)
def test_spelled_words(text: str, word: str) -> None:
    assert read_spelled(text) == word


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_not_spelled_is_refused(text: str, reason: UnreadableReason) -> None:
    with pytest.raises(Unreadable) as refused:
        read_spelled(text)
    assert refused.value.reason is reason


@given(
    st.text(string.ascii_letters + string.digits + "-._'+/ ", min_size=1, max_size=20),
    st.sampled_from([" ", ", "]),
)
def test_what_is_spelled_out_is_heard_again(word: str, pause: str) -> None:
    names = {
        "-": "dash",
        ".": "dot",
        "_": "underscore",
        "'": "apostrophe",
        "+": "plus",
        "/": "slash",
        " ": "space",
    }
    said = pause.join(f"capital {sign}" if sign.isupper() else names.get(sign, sign) for sign in word)
    assert read_spelled(said) == word
