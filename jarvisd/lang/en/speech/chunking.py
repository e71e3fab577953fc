"""Where spoken English may be cut into pieces. Pure."""

from __future__ import annotations

import re
from typing import Final

from jarvisd.lang.pack import ChunkRules

_JOINTS: Final = frozenset(
    {
        *("and", "but", "or", "so", "because", "although", "unless", "until", "while", "when", "if", "then"),
        *("that", "which", "who", "where", "with", "from", "in", "on", "to", "for"),
    }
)
_BINDING: Final = frozenset(
    {
        *("a", "an", "the", "of", "to", "at", "by", "as", "is", "are", "no"),
        *("not", "my", "your", "his", "her", "its", "very"),
    }
)

CHUNK_RULES: Final = ChunkRules(
    sentence_end=re.compile(r"(?<!\b[A-Z]\.)(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-Z0-9])|(?<=[!?])[\"')]*\s+"),
    joints=_JOINTS,
    binding=_BINDING,
    inner=frozenset({"dot", "slash"}),
)
