"""What a file or a page says, read out. Pure."""

from __future__ import annotations

import re


def passage(shown: str, text: str, *, limit: int, is_cut: bool) -> str:
    """What the file or page ``shown`` says, of a long one or one that ``is_cut`` its beginning.

    Lines stay lines, since the voice makes lists and tables heard.
    """
    told = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines()).strip("\n"))
    gap = "\n" if "\n" in told else " "
    told = told if "\n" in told else told.strip()
    if not is_cut and len(told) <= limit:
        return f"{shown} says:{gap}{told}"
    return f"{shown} begins:{gap}{told[:limit].rsplit(None, 1)[0].rstrip('.')}.{gap}It goes on."
