"""Tables of short phrases, written on as few lines as they need."""

from __future__ import annotations


def each(phrases: str) -> list[str]:
    """Phrases with bars between them."""
    return [phrase.strip() for phrase in " ".join(phrases.split()).split("|")]
