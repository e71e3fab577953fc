"""Spoken digits instead of a yes: for steps that a word heard by mistake must not confirm (requirement A10). Pure.

The digits are drawn by code for one question; how they are asked for and heard is the language's
(:class:`jarvisd.lang.pack.AssentRules`).
"""

from __future__ import annotations

from collections.abc import Callable

from jarvisd.executor.tools.spec import Preview, Reversal

OFF, NEVER_UNDONE, ALWAYS = "off", "irreversible", "always"
DIGITS = 2
"""Chosen: short enough to be heard right; one guess in a hundred fits."""


def digits(random_below: Callable[[int], int]) -> str:
    """New digits for one question."""
    return "".join(str(random_below(10)) for _ in range(DIGITS))


def is_needed(mode: str, preview: Preview, *, is_from_afar: bool) -> bool:
    """Whether a step needs digits under ``consent.challenge``; always when the room did not ask for it."""
    return is_from_afar or mode == ALWAYS or (mode == NEVER_UNDONE and preview.reversal is Reversal.NEVER)
