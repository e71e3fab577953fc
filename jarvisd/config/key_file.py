"""A file with the key of a service: for its owner alone, and one line."""

from __future__ import annotations

import os
from pathlib import Path

from jarvisd.core.errors import ErrorCode, NotPermitted

_OTHERS = 0o077
"""Group and others, in any way."""
MAX_KEY_BYTES = 4096
"""Chosen: tokens of any service are shorter."""


def read_key(path: Path) -> str:
    """The key in ``path``. Raises LLM_KEY_UNUSABLE unless it is there, for its owner alone and one line."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_KEY_BYTES + 1)
    except OSError as error:
        raise NotPermitted(f"the key of the model server: {error}", code=ErrorCode.LLM_KEY_UNUSABLE) from error
    if mode & _OTHERS:
        text = f"{path} has the mode {mode & 0o777:04o}; it is for its owner alone"
        raise NotPermitted(text, code=ErrorCode.LLM_KEY_UNUSABLE)
    key = content.decode("ascii", "replace").strip()
    if not key or len(content) > MAX_KEY_BYTES or not key.isprintable() or " " in key or "\ufffd" in key:
        raise NotPermitted(f"{path} does not hold one key", code=ErrorCode.LLM_KEY_UNUSABLE)
    return key
