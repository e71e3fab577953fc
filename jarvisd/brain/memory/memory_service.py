"""The executor's window on the memories: JSON in, JSON out, every field checked (decision 20)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.ports import Memory, MemoryKind, Recollection
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject, parse_object
from jarvisd.lang.en.contacts import Contact, parse_contact

MAX_COUNT = 20
"""Most memories that one recall returns."""


class MemoryService:
    """Serves ``Remember``, ``Recall`` and ``Contacts`` of Brain1."""

    def __init__(self, memories: Memories) -> None:
        self._memories = memories

    async def remember(self, memory_json: str) -> str:
        """Keep ``{"kind", "text", "importance", "tainted"}``; returns the id."""
        wanted = parse_object(memory_json, "a memory")
        text, importance = wanted.get("text"), wanted.get("importance", 0.5)
        if not isinstance(text, str) or not text.strip():
            raise RequestError("a memory needs a text")
        if isinstance(importance, bool) or not isinstance(importance, (int, float)) or not 0 <= importance <= 1:
            raise RequestError("importance is a number from 0 to 1")
        try:
            kind = MemoryKind(wanted.get("kind", MemoryKind.FACT.value))
        except ValueError as error:
            raise RequestError(f"kind is one of {', '.join(MemoryKind)}") from error
        # Anything but an explicit false is treated as untrusted.
        is_tainted = wanted.get("tainted", False) is not False
        # Kept as it was heard, but for an address that was said in words: that is written out.
        heard = text
        if contact := parse_contact(text):
            kind, text = MemoryKind.CONTACT, contact.text
        return await self._memories.remember(kind, text, float(importance), tainted=is_tainted, heard=heard)

    async def contacts(self, name: str) -> str:
        """The people whose e-mail address ``name`` may mean, as a JSON list."""
        found = await self._memories.contacts(name)
        return json.dumps([contact_to_json(contact) for contact in found[:MAX_COUNT]], ensure_ascii=False)

    async def recall(self, query: str, count: int) -> str:
        """The nearest memories as a JSON list, each with what it has replaced."""
        found = await self._memories.recall(query, min(count, MAX_COUNT))
        trails = await self._memories.trails([item.memory.id for item in found])
        return json.dumps([to_json(item, trails.get(item.memory.id, ())) for item in found], ensure_ascii=False)

    async def listing(self) -> str:
        """Everything that is kept as a JSON list, newest first."""
        return json.dumps([_listed(memory) for memory in await self._memories.everything()], ensure_ascii=False)


def contact_to_json(contact: Contact) -> JsonObject:
    """A contact as shown on the bus."""
    return {
        "id": contact.id,
        "name": contact.said_name,
        "address": contact.address,
        "created": contact.created,
        "tainted": contact.is_tainted,
    }


def to_json(found: Recollection, earlier: Sequence[Memory] = ()) -> JsonObject:
    """A recollection as shown on the bus; ``earlier`` is what it has replaced."""
    memory = found.memory
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "text": memory.text,
        "distance": round(found.distance, 3),
        "created": memory.created,
        "tainted": memory.tainted,
        "earlier": [{"text": older.text, "created": older.created} for older in earlier],
    }


def _listed(memory: Memory) -> JsonObject:
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "text": memory.text,
        "importance": memory.importance,
        "created": memory.created,
        "tainted": memory.tainted,
        "replaced_by": memory.replaced_by,
    }
