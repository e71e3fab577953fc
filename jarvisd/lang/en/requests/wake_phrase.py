"""The wake phrase in front of a transcript. Pure."""

from __future__ import annotations

from jarvisd.lang.en.words import without_wake_phrase, words

_WAKE_ONLY = frozenset({"hey", "hi", "hello", "okay", "ok", "jarvis"})


def example() -> str:
    """What the transcriber is told that requests sound like: the name, and the short commands that must be heard.

    Made up from noise, these do no harm; nothing that changes a file belongs here.
    """
    return "Hey Jarvis, stop. Hey Jarvis, cancel that. Hey Jarvis, undo the last thing."


def request_in(transcript: str) -> str:
    """What is said after a leading "hey jarvis", begun with a capital; empty if there is nothing else.

    >>> request_in("Hey Jarvis, what time is it?")
    'What time is it?'
    """
    if all(word in _WAKE_ONLY for word in words(transcript)):
        return ""
    said = transcript.strip()
    request = without_wake_phrase(said)
    return said if request == said else request[:1].upper() + request[1:]
