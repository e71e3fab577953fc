"""An answer without steps while it is being written: its words as far as they have come. Pure."""

from __future__ import annotations

import json
import re

from jarvisd.brain.models.lean_answers import CHAT
from jarvisd.brain.models.thoughts import ThoughtFilter

_BEGINNING = re.compile(rf'\s*\{{\s*"intent"\s*:\s*"{CHAT}"\s*,\s*"reply"\s*:\s*"')
_TAG = re.compile(r"[<\[]")
_INSIDE = re.compile(r'(?:[^"\\]|\\(?:[^u]|u[0-9a-fA-F]{4}))*')
"""What stands in a JSON text, up to its end or to an escape that is not complete yet."""


def words_so_far(text: str) -> str:
    """The words of the answer that ``text``, the beginning of a plan, holds; empty while there are none."""
    begun = _BEGINNING.match(text)
    if begun is None:
        return ""
    found = _INSIDE.match(text, begun.end())
    try:
        said = json.loads(f'"{found[0] if found else ""}"', strict=False)
    except ValueError:
        return ""
    # Looking for tags takes longer than all the rest, with every piece anew.
    return ThoughtFilter().feed(said) if _TAG.search(said) else str(said)
