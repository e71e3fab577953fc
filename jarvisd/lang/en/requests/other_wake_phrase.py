"""Phrases that people choose to be called by. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jarvisd.lang.en.words import words

_GREETINGS = ("hey", "hi", "hello", "okay", "ok", "a")
_BREAK = r"\s,.!?:;…–—-"
_LEAST_LETTERS = 4
"""Chosen: a shorter word of a phrase is in too many others to stand for it."""


@dataclass(frozen=True)
class OtherWakePhrase:
    """``phrase``, and how the transcriber may write it as well."""

    phrase: str
    heard_as: Sequence[str] = ()

    def example(self) -> str:
        """What requests sound like."""
        said = self.phrase.title()
        return f"{said}, stop. {said}, cancel that. {said}, what time is it?"

    def sound_alikes(self) -> Sequence[str]:
        """Every word of the phrase that is no greeting."""
        return tuple(dict.fromkeys(word for form in self._forms() for word in form if len(word) >= _LEAST_LETTERS))

    def confusions(self) -> str:
        """Nothing: what a phrase is taken for has not been measured, and told of it alone it would be heard."""
        return ""

    def is_in(self, transcript: str) -> bool:
        """Whether the phrase was heard, the greeting before it or not, however it is divided into words.

        >>> phrase = OtherWakePhrase("hey computer", ("my croft",))
        >>> phrase.is_in("Hey, computer, stop."), phrase.is_in("Mycroft!"), phrase.is_in("a compute node")
        (True, True, False)
        """
        heard = "".join(words(transcript))
        return any("".join(form) in heard for form in self._forms())

    def request_in(self, transcript: str) -> str:
        """What is said after the phrase, begun with a capital; empty if there is nothing else.

        >>> OtherWakePhrase("hey computer").request_in("Hey computer, what time is it?")
        'What time is it?'
        """
        said = transcript.strip()
        known = {word for form in self._forms() for word in form}
        if all(word in known or word in _GREETINGS for word in words(said)):
            return ""
        forms = "|".join(r"\W+".join(map(re.escape, form)) for form in self._forms())
        leading = rf"^\W*(?:(?:(?:{'|'.join(_GREETINGS)})\W+)?(?:{forms})\b[{_BREAK}]+(?=[^{_BREAK}]))+"
        request = re.sub(leading, "", said, flags=re.IGNORECASE)
        return said if request == said else request[:1].upper() + request[1:]

    def _forms(self) -> list[tuple[str, ...]]:
        """Each way to write it as words, without a greeting unless it is nothing else."""
        forms = []
        for text in (self.phrase, *self.heard_as):
            every = words(text)
            rest = every[1:] if every[0] in _GREETINGS and len("".join(every[1:])) >= _LEAST_LETTERS else every
            forms.append(rest)
        return forms
