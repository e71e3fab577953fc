"""A memory that needs no model and no disk; ``tests.fakes.memory:store`` and ``:embedder`` name it in a config."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jarvisd.brain.ports import Memory, Recollection

DIMENSIONS = 384
STOP_WORDS = frozenset(
    "a an the is are was my your his her its what which who where when how of to in on do did".split()  # noqa: SIM905
)


class HashingEmbedder:
    """Texts that share words are near: every word adds to one number of the vector, chosen by its hash."""

    engine = "scripted-hashing"

    async def start(self) -> None:
        """There is nothing to load."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 for each text."""
        return [_hashed(text) for text in texts]


class InMemoryStore:
    """Keeps memories until the process ends."""

    engine = "scripted-store"
    notice = ""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Memory, list[float]]] = {}
        self.notice = ""

    async def start(self) -> None:
        """There is nothing to open."""

    async def check(self) -> None:
        """It is always there."""

    async def add(self, memory: Memory, vector: Sequence[float]) -> None:
        """Store; an existing id is replaced."""
        self._rows[memory.id] = (memory, list(vector))

    async def nearest(self, vector: Sequence[float], count: int) -> list[Recollection]:
        """The ``count`` nearest memories, nearest first."""
        found = [Recollection(memory, _distance(vector, other)) for memory, other in self._rows.values()]
        return sorted(found, key=lambda item: item.distance)[: max(0, count)]

    async def delete(self, ids: Sequence[str]) -> int:
        """Forget; returns how many existed."""
        return sum(self._rows.pop(id_, None) is not None for id_ in set(ids))

    async def wipe(self) -> int:
        """Forget everything."""
        count = len(self._rows)
        self._rows.clear()
        return count

    async def everything(self) -> list[Memory]:
        """All memories, oldest first."""
        memories = [memory for memory, _ in self._rows.values()]
        return sorted(memories, key=lambda memory: datetime.fromisoformat(memory.created).timestamp())

    async def close(self) -> None:
        """There is nothing to release."""


def embedder(runtime: Any) -> HashingEmbedder:
    """Factory for the configuration."""
    return HashingEmbedder()


def store(runtime: Any) -> InMemoryStore:
    """Factory for the configuration."""
    return InMemoryStore()


def _hashed(text: str) -> list[float]:
    vector = [0.0] * DIMENSIONS
    for word in "".join(c if c.isalnum() else " " for c in text.casefold()).split():
        if word not in STOP_WORDS:
            vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % DIMENSIONS] += 1.0
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector] if length else [1.0, *vector[1:]]


def _distance(a: Sequence[float], b: Sequence[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    lengths = math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b))
    return max(0.0, 1.0 - dot / lengths)
