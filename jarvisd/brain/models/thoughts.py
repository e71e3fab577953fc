"""What a model thinks aloud, kept apart from its answer: no plan, not spoken, not counted as answer. Pure.

Servers that know their models send thoughts in a field of their own; others leave them in the text, between tags.
"""

from __future__ import annotations

from jarvisd.brain.models.json_string import JsonString
from jarvisd.brain.ports import GeneratedText

_TAGS: tuple[tuple[str, str], ...] = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("<unused94>thought", "<unused95>"),
)
"""How families of models mark where their thoughts begin and end."""
_LONGEST = max(len(tag) for pair in _TAGS for tag in pair)


class ThoughtFilter:
    """Gives of the pieces of one text what is no thought; how it is cut into pieces makes no difference.

    Thoughts that are closed but were never opened began with the text: some chat templates open them in the
    prompt. What stood before such an end has been given by then, unless it has only just come.
    """

    def __init__(self) -> None:
        self._held = ""
        self._until = ""
        self._string = JsonString()
        self._depth = 0

    def feed(self, piece: str) -> str:
        """What is certainly no thought and has not been given yet, with the probability of ``piece``."""
        self._held += piece
        given = self._take(is_last=False)
        return GeneratedText(given, getattr(piece, "probability", None))

    def finish(self) -> str:
        """What was held back since it could have begun a tag."""
        return self._take(is_last=True)

    def _take(self, *, is_last: bool) -> str:
        given: list[str] = []
        at = 0
        while at < len(self._held):
            if self._until:
                end = self._held.find(self._until, at)
                if end < 0:
                    at = max(at, len(self._held) - len(self._until) + 1)
                    break
                at, self._until = end + len(self._until), ""
                continue
            if self._depth == 0 and (tag := _tag_at(self._held, at)) is not None:
                at += len(tag)
                self._until = dict(_TAGS).get(tag, "")
                continue
            if self._depth == 0 and not is_last and _may_begin(self._held[at : at + _LONGEST]):
                break
            self._follow(self._held[at])
            given.append(self._held[at])
            at += 1
        self._held = self._held[at:]
        return "".join(given)

    def _follow(self, char: str) -> None:
        """Within an object nothing is a tag: there it is text that somebody wants written."""
        is_text = self._depth > 0 and self._string.take(char)
        if not is_text and char in "{}":
            self._depth = max(0, self._depth + (1 if char == "{" else -1))


def without_thoughts(text: str) -> str:
    """``text`` without what stands between the tags of thoughts.

    >>> without_thoughts("<think>Hm.</think>Hello!")
    'Hello!'
    """
    thoughts = ThoughtFilter()
    return thoughts.feed(text) + thoughts.finish()


def _tag_at(text: str, at: int) -> str | None:
    if text[at] not in "<[":
        return None
    return next((tag for pair in _TAGS for tag in pair if text.startswith(tag, at)), None)


def _may_begin(text: str) -> bool:
    return text[0] in "<[" and any(tag.startswith(text) for pair in _TAGS for tag in pair)
