"""The wake phrase in front of a transcript. Pure."""

from __future__ import annotations

from jarvisd.lang.en.words import without_wake_phrase, words

_WAKE_ONLY = frozenset({"hey", "hi", "hello", "okay", "ok", "jarvis"})


def example() -> str:
    """What the transcriber is told that requests sound like: the name, and the short commands that must be heard.

    A transcriber makes up its example from noise, so nothing that changes anything belongs here: these end what is
    going on, or ask for the time.
    """
    return "Hey Jarvis, stop. Hey Jarvis, cancel that. Hey Jarvis, what time is it?"


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
