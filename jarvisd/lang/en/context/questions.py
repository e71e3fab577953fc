"""What is asked back. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.lang.dialogue import Clarification
from jarvisd.lang.en import amounts
from jarvisd.lang.en.context.picks import called

SHOWN = 5
"""Chosen: more names nobody keeps in mind; any of them can be said all the same."""


def which(names: Sequence[str]) -> Clarification:
    """Which of several is meant."""
    shown = [amounts.name(called(name)) for name in names[:SHOWN]]
    rest = len(names) - len(shown)
    last = f"one of {rest} more" if rest else shown.pop()
    return Clarification(f"Which one do you mean: {', '.join(shown)} or {last}?", names=tuple(names), is_pick=True)


def either(choices: Sequence[str]) -> str:
    """Which reading of a value is meant."""
    return f"Do you mean {', '.join(choices[:-1])} or {choices[-1]}?"


def nothing_named(*, is_one: bool) -> Clarification:
    """Which file is meant, where none was spoken of."""
    return Clarification("Which file do you mean?" if is_one else "Which files do you mean?")


def which_folder() -> Clarification:
    """Which folder is meant by "the other folder"."""
    return Clarification("Which folder do you mean?")


def too_many(count: int) -> Clarification:
    """There are more than can be asked about one by one."""
    return Clarification(f"That would be {count} files at once. Which one do you mean?")


def to_do_with(name: str) -> str:
    """What is to be done with something that was only named."""
    return f"What shall I do with {amounts.name(called(name))}?"


ENDED = "All right, I leave it."
"""When a question is taken back."""
UNANSWERED = "You did not say, so I did nothing."
"""When a question is not answered."""
NOT_UNDERSTOOD = "I did not understand that as an answer, so I did nothing."
"""When an answer is none."""
