"""What the suite has said and when, and what of a transcript others have said (decision 2). Pure.

Times are CLOCK_MONOTONIC microseconds. The voice tells each clause as its first sample is handed to the
loudspeaker; where in it a word stands is estimated by letters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from jarvisd.audio.own_voice.echo import LEAST_LETTERS, compared, is_like

KEPT_US = 60_000_000
"""What was said so long ago is in no room any more. Chosen: longer than the longest request."""
ESTIMATE_US = 300_000
"""How far a word may stand from where it is estimated."""
ECHO_US = 500_000
"""Our own voice is in the room for so long after its last sample. Chosen: the echo of a living room, and the delay
of a wireless loudspeaker."""
NAME_BEFORE_US = 1_000_000
"""The name in a wake word that is found now began after this. Chosen: it takes half a second, and it was found
up to 0.45 s after its end (measured on 46 phrases)."""
NAME_LIKENESS = 0.7
"""Chosen: "jars" is like "jar" so, and "jarvis" like "service" is not."""
ECHO_SHARE = 0.5
"""Chosen: of what was heard so much fits letter by letter only if it is an echo; what is left are slips, unless it
stands for itself at the beginning or the end."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    utterance_id: str
    began_us: int
    ended_us: int


class OwnWords:
    """The words of the last minute. ``tokens`` makes words of a text in one form; ``names`` is what wakes."""

    def __init__(self, tokens: Callable[[str], Sequence[str]], names: Sequence[str]) -> None:
        self._tokens = tokens
        self._names = names
        self._words: deque[_Word] = deque()

    def clause_began(self, at_us: int, utterance_id: str, text: str, length_ms: int) -> None:
        """From now on ``text`` sounds, for so long."""
        words = self._tokens(text)
        us_a_letter = length_ms * 1000 / max(1, sum(len(word) for word in words))
        began_us = float(at_us)
        for word in words:
            ended_us = began_us + us_a_letter * len(word)
            self._words.append(_Word(word, utterance_id, round(began_us), round(ended_us)))
            began_us = ended_us
        while self._words and self._words[0].ended_us < at_us - KEPT_US:
            self._words.popleft()

    def ended(self, at_us: int, utterance_id: str = "") -> None:
        """What was to sound later does not; without ``utterance_id`` whoever speaks has gone."""
        meant = deque(self._words)
        self._words.clear()
        for word in meant:
            if utterance_id not in ("", word.utterance_id) or word.ended_us <= at_us:
                self._words.append(word)
            elif word.began_us < at_us:
                # Half a word is none, but it may be taken for one.
                self._words.append(replace(word, ended_us=at_us))

    def audible(self, since_us: int, until_us: int) -> tuple[str, ...]:
        """Our own words that may have been heard in this time, in order."""
        return tuple(
            word.text
            for word in self._words
            if word.ended_us + ECHO_US + ESTIMATE_US > since_us and word.began_us - ESTIMATE_US < until_us
        )

    def holds_name(self, at_us: int) -> bool:
        """Whether it may have been ourselves who said what woke us at ``at_us``."""
        own = self.audible(at_us - NAME_BEFORE_US, at_us)
        return any(is_like(word, name, NAME_LIKENESS) for word in own for name in self._names)

    def of_others(self, text: str, since_us: int, until_us: int) -> str:
        """What of ``text``, heard in this time, others said: all, what is left around an echo, or nothing."""
        written = [word for word in text.split() if self._tokens(word)]
        heard = ["".join(self._tokens(word)) for word in written]
        is_echo = list(compared(heard, self.audible(since_us, until_us)).is_echo)
        if not written:
            return text
        if all(is_echo):
            return ""
        first = is_echo.index(False)
        last = len(heard) - is_echo[::-1].index(False)
        if not self._is_audible_at(until_us):
            # What stands at the end after we fell silent is of others, who repeat our words: "the shopping list".
            is_echo[last:] = [False] * (len(heard) - last)
            last = len(heard)
        if not any(is_echo):
            return text
        echoed = sum(len(word) for word, is_ours in zip(heard, is_echo, strict=True) if is_ours)
        is_short = len("".join(heard[first:last])) < LEAST_LETTERS
        if echoed >= ECHO_SHARE * len("".join(heard)) and (any(is_echo[first:last]) or is_short):
            return ""
        # In the middle of a request an echo is part of its words: what is cut there changes what they say.
        return " ".join(written[first:last])

    def _is_audible_at(self, at_us: int) -> bool:
        return any(word.began_us - ESTIMATE_US < at_us < word.ended_us + ECHO_US for word in self._words)

    def is_others(self, text: str, since_us: int, until_us: int) -> bool:
        """Whether nothing of ``text``, heard in this time, is an echo."""
        heard = ["".join(self._tokens(word)) for word in text.split()]
        return not any(compared(heard, self.audible(since_us, until_us)).is_echo)
