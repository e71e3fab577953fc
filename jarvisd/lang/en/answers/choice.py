"""Which of several things that were named an answer picks: "the oat milk", "the second one". Pure.

It agrees to nothing. What names none of them, or more than one, picks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.lang.en.wording import is_small, tokens

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PLACES: Mapping[str, int] = MappingProxyType(
    {
        **{word: number for number, word in enumerate(_ORDINALS)},
        **{f"{number + 1}{end}": number for number in range(10) for end in ("st", "nd", "rd", "th")},
        "last": -1,
    }
)
_AROUND = frozenset({"um", "uh", "er", "mean", "meant", "want", "number", "1", "option", "item", "thank"})
"""Words around what is picked; "one", which is read as 1, stands for the thing itself."""


def chosen(answer: str, choices: Sequence[str]) -> int | None:
    """Which of ``choices``, counted from 0, ``answer`` picks; ``None`` when it is not exactly one."""
    said = tokens(answer)
    rows = [_telling(tokens(choice)) for choice in choices]
    telling = _telling(said)
    for fits in (lambda row: row == telling, lambda row: set(telling) <= set(row)):
        found = [index for index, row in enumerate(rows) if telling and fits(row)]
        if len(found) == 1:
            return found[0]
    places = [_PLACES[word] for word in said if word in _PLACES]
    others = [word for word in telling if word not in _PLACES]
    if len(places) == 1 and not others and places[0] < len(choices):
        return places[0] % len(choices)
    return None


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if not is_small(word) and word not in _AROUND)
