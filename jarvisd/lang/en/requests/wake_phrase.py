"""The wake phrase in front of a transcript. Pure."""

from __future__ import annotations

from jarvisd.lang.en.words import NAMES, without_wake_phrase, words

_WAKE_ONLY = frozenset({"hey", "hi", "hello", "okay", "ok", "jarvis"})


def example() -> str:
    """What the transcriber is told that requests sound like: the name, and the short commands that must be heard.

    A transcriber makes up its example from noise, so nothing that changes anything belongs here: these end what is
    going on, or ask for the time.
    """
    return "Hey Jarvis, stop. Hey Jarvis, cancel that. Hey Jarvis, what time is it?"


def sound_alikes() -> tuple[str, ...]:
    """Words that wake: the name, and those that the model was sure of (measured with six voices)."""
    return (*NAMES, "charlie", "jars")


def confusions() -> str:
    """The phrase among others, to tell them apart: told of it alone, the transcriber finds it in all of them."""
    return "Hey Jarvis. Hey Travis. Hey Charlie. Hey, jars. Harvest. Java. Job done. Chop this. Hey Gerard."


def is_in(transcript: str) -> bool:
    """Whether a transcript of the last second or two holds the name.

    >>> is_in("Hey Jarvis, what"), is_in("Hey Travis.")
    (True, False)
    """
    return any(word in NAMES for word in words(transcript))


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
