"""What may be shown in a terminal."""

from __future__ import annotations


def harmless(text: str) -> str:
    """Text that somebody else may have written, such as that of a file: nothing of it steers the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def in_line(text: str) -> str:
    """As :func:`harmless`, for what stands in one line among others: nothing of it looks like another line."""
    return harmless(text.replace("\n", "\N{REPLACEMENT CHARACTER}"))
