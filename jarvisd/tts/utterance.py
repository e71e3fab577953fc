"""A text as the engine gets it. Pure."""

from __future__ import annotations

from jarvisd.core.errors import RequestError
from jarvisd.lang.pack import SpeechRules
from jarvisd.tts.chunking import chunks
from jarvisd.tts.normalization import speakable

TEXT_CHARS = 4000
"""Longest text of one utterance, about five minutes of speech."""


def engine_chunks(text: str, language: SpeechRules) -> tuple[str, ...]:
    """What is synthesised one after the other for ``text``; nothing when nothing in it can be said.

    Raises INVALID_REQUEST when the text is too long.
    """
    if len(text) > TEXT_CHARS:
        raise RequestError(f"the text has {len(text)} characters; {TEXT_CHARS} can be spoken at once")
    return chunks(speakable(text, language), language.chunk_rules)
