"""The wake phrase in front of a transcript. Pure."""

from __future__ import annotations

import re

from jarvisd.core.spoken import strip_wake_words, words

EXAMPLE = "Hey Jarvis, stop. Hey Jarvis, cancel that. Hey Jarvis, undo the last thing."
"""What requests sound like, as the transcriber is told it: the name, and the short commands that must be heard.

Made up from noise, these do no harm; nothing that changes a file belongs here.
"""

_WAKE_ONLY = frozenset({"hey", "hi", "hello", "okay", "ok", "jarvis"})
_WORD_END = re.compile(r"[^\W_]+(?:['’.:,][^\W_]+)*[^\w]*", re.UNICODE)


def without_wake_phrase(text: str) -> str:
    """``text`` without a leading "hey jarvis"; empty if it says nothing else.

    >>> without_wake_phrase("Hey Jarvis, what time is it?")
    'What time is it?'
    """
    spoken = words(text)
    if all(word in _WAKE_ONLY for word in spoken):
        return ""
    dropped = len(spoken) - len(strip_wake_words(spoken))
    rest = text.strip()
    for _ in range(dropped):
        rest = _WORD_END.sub("", rest, count=1).lstrip()
    return rest[:1].upper() + rest[1:] if dropped else rest
