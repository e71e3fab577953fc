"""Counts, sizes and names as they are spoken (A10)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en import amounts


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1234, "1.2 kB"),
        (999_999, "1 MB"),
        (450_000_000, "450 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_sizes_are_spoken_in_decimal_units(size_bytes: int, text: str) -> None:
    """At most one decimal, never "1,000 kB"."""
    assert amounts.size(size_bytes) == text


def test_counts_have_separators_and_plurals() -> None:
    """The example of A10."""
    assert amounts.files_and_bytes(2347, 450_000_000) == "2,347 files, 450 MB"
    assert amounts.counted(1, "memory") == "1 memory"
    assert amounts.counted(2, "memory") == "2 memories"


def test_a_hostile_name_is_made_harmless_before_it_is_spoken() -> None:
    """Control characters, direction marks and line ends vanish; long names are cut in the middle."""
    assert amounts.name("a\x1b[31m\n\u202eb.txt") == "a[31mb.txt"
    assert amounts.name("\u200b") == "unnamed"
    assert len(amounts.name("x" * 300 + ".pdf")) <= amounts.SPOKEN_NAME_LIMIT
    assert amounts.name("x" * 300 + ".pdf").endswith(".pdf")


def test_a_list_names_three_and_counts_the_rest() -> None:
    """Three names are enough for an ear."""
    assert amounts.listing(["a"]) == "a"
    assert amounts.listing(["a", "b"]) == "a and b"
    assert amounts.listing(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert amounts.listing([]) == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "documents/a. Nothing will be lost. To keep it say yes.txt",
            "documents/a Nothing will be lost and 4 more words until yes.txt",
        ),
        ("Say yes! It is safe: really", "Say yes It is safe really"),
        ('x" (undone) - "y', "x undone y"),
        ("report.v2.final.pdf", "report.v2.final.pdf"),
        ("...", "unnamed"),
        ("Bank Letter.pdf", "Bank Letter.pdf"),
    ],
)
def test_a_name_cannot_sound_like_a_sentence_of_ours(given: str, told: str) -> None:
    """Signs that end a sentence go, and what is long is cut and counted (decision 4)."""
    assert amounts.name(given) == told
