"""E-mail addresses as they are written. Pure, ASCII only.

Only the plain form ``local@domain`` exists here: no display names, quotes, comments or international letters, so
that two addresses that sound or look alike are never the same by accident.
"""

from __future__ import annotations

import re

LOCAL_LIMIT, DOMAIN_LIMIT = 64, 189
"""Characters; together with the @ the 254 that SMTP allows."""

_ATOM = r"[a-z0-9_+-]+(?:'[a-z0-9_+-]+)*"
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,24}}", re.IGNORECASE)
_WRITTEN = re.compile(rf"(?<![\w.+'-]){_ADDRESS.pattern}(?![\w-])", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain address and nothing else."""
    local, _, domain = text.partition("@")
    fits = len(local) <= LOCAL_LIMIT and len(domain) <= DOMAIN_LIMIT
    return fits and text.isascii() and _ADDRESS.fullmatch(text) is not None


def written(text: str) -> list[str]:
    """The addresses that stand in ``text`` as they are written, in order, in lower case."""
    return [match[0].lower() for match in _WRITTEN.finditer(text) if is_address(match[0])]
