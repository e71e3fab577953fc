"""What is remembered, what is recalled for an utterance, and what "forget" takes away (A6, A12).

A text that is already known only becomes recent again. A newer fact about the same thing replaces the older, which
is kept as its trail: it is not recalled any more, is listed, and is forgotten with the newer. What is the same is
decided by a rule of the language (:mod:`jarvisd.lang.en.memories.facts`); nearness only finds what to look at.
Where that is not sure both are kept: of memories about the same, or about equally near, the newest comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from jarvisd.brain.ports import Embedder, Memory, MemoryKind, MemoryStore, Recollection
from jarvisd.core.clock import Clock
from jarvisd.lang.en.contacts import Contact, find, parse_contact
from jarvisd.lang.en.memories.facts import are_related, parse_fact, replaced
from jarvisd.lang.en.memories.own_name import asks_own_name, told_name
from jarvisd.lang.en.memories.told import asks_everything, asks_of_self

EQUALLY_NEAR = 0.05
"""Two distances this close say nothing about which memory fits better: "my code is 1" against "my code is 2"."""
OUTCOME_PENALTY = 0.15
"""Outcomes of tasks repeat the words of questions, so they would hide facts; this is added to their distance."""
FORGET_DISTANCE = 0.4
"""Only what is at least this near to the words after "forget" is forgotten."""
SAME_DISTANCE = 0.05
"""Where a duplicate is looked for; equal texts differ only by what the tokenizer makes of case and points."""
MORE = 24
"""How many memories beyond the wanted number are looked at, so that the newest of the near ones is among them."""
CANDIDATES = 64
"""How many of the nearest memories are looked at for what a new one replaces; far more than tell of one thing."""

_MOMENT = timedelta(microseconds=1)
_QUOTING = "Asked: "
"""How an outcome begins that says what was said; others name the tools alone."""


def choose(found: Sequence[Recollection], max_distance: float, count: int) -> list[Recollection]:
    """The ``count`` most useful of ``found`` within ``max_distance``, best first."""
    ranked = sorted((item for item in found if _effective(item) <= max_distance), key=_effective)
    chosen: list[Recollection] = []
    while ranked:
        reach = _effective(ranked[0]) + EQUALLY_NEAR
        group = [item for item in ranked if _effective(item) <= reach]
        chosen += sorted(group, key=lambda item: _age_key(item.memory), reverse=True)
        ranked = ranked[len(group) :]
    return newest_first(chosen)[:count]


def newest_first(ranked: Sequence[Recollection]) -> list[Recollection]:
    """``ranked`` with what tells of the same thing together, the newest of it first: it is the likelier truth."""
    left, ordered = list(ranked), list[Recollection]()
    while left:
        first = left[0]
        same = [item for item in left if item is first or are_related(first.memory.text, item.memory.text)]
        ordered += sorted(same, key=lambda item: _age_key(item.memory), reverse=True)
        left = [item for item in left if not any(item is taken for taken in same)]
    return ordered


def trail_of(memory_id: str, memories: Sequence[Memory]) -> list[Memory]:
    """What the memory has replaced, and what that had replaced, newest first."""
    trail, ids = list[Memory](), {memory_id}
    while found := [memory for memory in memories if memory.replaced_by in ids and memory not in trail]:
        trail += found
        ids = {memory.id for memory in found}
    return sorted(trail, key=_age_key, reverse=True)


def condemned(found: Sequence[Recollection]) -> list[Memory]:
    """What "forget" means among ``found``: the nearest memory and those equally near, if any is near enough."""
    near = [item for item in found if item.distance <= FORGET_DISTANCE]
    best = min((item.distance for item in near), default=0.0)
    return [item.memory for item in near if item.distance <= best + EQUALLY_NEAR]


def duplicate(found: Sequence[Recollection], kind: MemoryKind, text: str) -> Memory | None:
    """The memory among ``found`` that says the same in the same words, apart from case, spaces and end points."""
    for item in found:
        if item.memory.kind is kind and _plain(item.memory.text) == _plain(text):
            return item.memory
    return None


class Memories:
    """Embedder and store behind the three things that can be asked of a memory. Errors carry MEMORY_GONE."""

    def __init__(
        self,
        embedder: Embedder,
        store: MemoryStore,
        clock: Clock,
        max_distance: float,
        *,
        outcome_keep_days: float = 90.0,
        on_forget: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._embedder = embedder
        self._store = store
        self._clock = clock
        self._max_distance = max_distance
        self._outcome_keep_days = outcome_keep_days
        self._on_forget = on_forget
        self._newest: datetime | None = None

    def reconfigure(self, max_distance: float, outcome_keep_days: float) -> None:
        """Another reach from the next recall on, another age from the next :meth:`expire` on."""
        self._max_distance = max_distance
        self._outcome_keep_days = outcome_keep_days

    async def remember(
        self, kind: MemoryKind, text: str, importance: float = 0.5, *, tainted: bool = False, heard: str = ""
    ) -> str:
        """Keep ``text`` and return its id. ``importance`` is 0 to 1; ``tainted`` text came from no person.

        ``heard`` is what was said, where ``text`` leaves out how: that it is new, or a correction.
        """
        text = " ".join(text.split())
        (vector,) = await self._embedder.embed([text])
        known = duplicate(await self._close_to(vector), kind, text)
        memory = Memory(
            id=known.id if known else uuid.uuid4().hex,
            kind=kind,
            text=text,
            importance=max(importance, known.importance) if known else importance,
            created=(await self._stamp()).isoformat(),
            # What a person has said once is trusted however often it is found elsewhere.
            tainted=tainted and (known is None or known.tainted),
        )
        await self._store.add(memory, vector)
        await self._replace(memory, heard or text, vector)
        return memory.id

    async def trails(self, ids: Sequence[str]) -> dict[str, list[Memory]]:
        """What each of these memories has replaced, newest first; those that replaced nothing are left out."""
        known = await self._store.everything()
        if not any(memory.replaced_by for memory in known):
            return {}
        return {id_: trail for id_ in ids if (trail := trail_of(id_, known))}

    async def everything(self) -> list[Memory]:
        """All that is kept, trails and outcomes included, newest first."""
        return sorted(await self._store.everything(), key=_age_key, reverse=True)

    async def note_outcome(self, request: str, outcome: str) -> str:
        """Keep what became of a request. It is tainted: its words come from tools and transcripts."""
        return await self.remember(MemoryKind.TASK_OUTCOME, f"{_QUOTING}{request} {outcome}", 0.3, tainted=True)

    async def note_kinds(self, tools: Sequence[str]) -> str:
        """Keep that these tools changed something, and when; nothing of what was said or of what they touched."""
        kinds = ", ".join(dict.fromkeys(tool.replace("_", " ") for tool in tools))
        return await self.remember(MemoryKind.TASK_OUTCOME, f"Done: {kinds}.", 0.3, tainted=True)

    async def expire(self, *, with_content: bool) -> int:
        """Forget outcomes that are too old and, unless content may be kept, those that quote; returns how many.

        What a person told stays until it is forgotten.
        """
        oldest = self._clock.now() - timedelta(days=self._outcome_keep_days)
        return await self._store.delete(
            [
                memory.id
                for memory in await self._store.everything()
                if memory.kind is MemoryKind.TASK_OUTCOME
                and (datetime.fromisoformat(memory.created) < oldest or (not with_content and _is_quoting(memory)))
            ]
        )

    async def recall(self, query: str, count: int) -> list[Recollection]:
        """At most ``count`` memories that are relevant to ``query``, best first."""
        if count < 1 or not query.strip():
            return []
        if asks_own_name(query):
            # A name has one key, and no other name is near it.
            return [Recollection(memory, 0.0) for memory in await self._own_name()][:count]
        if asks_everything(query):
            told = [
                memory
                for memory in await self._told()
                if memory.kind is not MemoryKind.CONTACT or not asks_of_self(query)
            ]
            return [Recollection(memory, 0.0) for memory in told][:count]
        (vector,) = await self._embedder.embed([query])
        found = await self._store.nearest(vector, count + MORE)
        return choose([item for item in found if not item.memory.replaced_by], self._max_distance, count)

    async def contacts(self, name: str) -> list[Contact]:
        """Whose e-mail address ``name`` may mean, one for each address (:func:`jarvisd.lang.en.contacts.find`)."""
        known = []
        for memory in await self._store.everything():
            told = parse_contact(memory.text) if memory.kind is MemoryKind.CONTACT else None
            if told is not None and not memory.replaced_by:
                known.append(replace(told, id=memory.id, created=memory.created, is_tainted=memory.tainted))
        return find(known, name)

    async def forget(self, query_or_id: str) -> int:
        """Forget the memory with this id, or those that the words mean; returns how many.

        What one of them has replaced goes with it and is not counted.
        What they said may be quoted by outcomes as well, in other words, so all of those that quote go with them.
        """
        if not query_or_id.strip():
            return 0
        if removed := await self._take([query_or_id]):
            return removed
        if asks_own_name(query_or_id):
            return await self._take([memory.id for memory in await self._own_name()])
        (vector,) = await self._embedder.embed([query_or_id])
        doomed = condemned(await self._store.nearest(vector, MORE * 4))
        return await self._take([memory.id for memory in doomed])

    async def forget_everything(self) -> int:
        """Forget all there is; returns how many memories that were."""
        await self._forgetting()
        return await self._store.wipe()

    async def _own_name(self) -> list[Memory]:
        """What the person has told of their own name, newest first; what nobody told is no name."""
        return [memory for memory in await self._told() if told_name(memory.text)]

    async def _told(self) -> list[Memory]:
        """What people have told, as it holds now, newest first."""
        return [
            memory
            for memory in await self.everything()
            if memory.kind is not MemoryKind.TASK_OUTCOME and not (memory.tainted or memory.replaced_by)
        ]

    async def _take(self, ids: Sequence[str]) -> int:
        known = await self._store.everything()
        doomed = [memory.id for memory in known if memory.id in ids]
        if doomed:
            await self._forgetting()
            doomed += {memory.id for id_ in ids for memory in trail_of(id_, known)} - set(doomed)
            doomed += [memory.id for memory in known if _is_quoting(memory) and memory.id not in ids]
        await self._store.delete(doomed)
        return sum(id_ in ids for id_ in doomed)

    async def _replace(self, newer: Memory, heard: str, vector: Sequence[float]) -> None:
        """Make what ``newer`` replaces its trail. What nobody said replaces nothing that a person did."""
        fact = None if newer.kind is MemoryKind.TASK_OUTCOME else parse_fact(heard)
        if fact is None:
            return
        known = [
            item.memory
            for item in await self._store.nearest(vector, CANDIDATES)
            if item.memory.id != newer.id
            and not item.memory.replaced_by
            and item.memory.kind is not MemoryKind.TASK_OUTCOME
            and (item.memory.tainted or not newer.tainted)
        ]
        older = [known[index] for index in replaced(fact, [parse_fact(memory.text) for memory in known])]
        if older:
            for memory, at in zip(older, await self._embedder.embed([one.text for one in older]), strict=True):
                await self._store.add(replace(memory, replaced_by=newer.id), at)

    async def _forgetting(self) -> None:
        if self._on_forget is not None:
            await self._on_forget()

    async def _stamp(self) -> datetime:
        """The time, or just after the newest memory: what is told now is the newer, even on a clock set back."""
        now = self._clock.now()
        if self._newest is None:
            told = (datetime.fromisoformat(memory.created) for memory in await self._store.everything())
            self._newest = max(told, default=now - _MOMENT)
        self._newest = max(now, self._newest + _MOMENT)
        return self._newest

    async def _close_to(self, vector: Sequence[float]) -> list[Recollection]:
        return [item for item in await self._store.nearest(vector, MORE) if item.distance <= SAME_DISTANCE]


def _effective(item: Recollection) -> float:
    is_outcome = item.memory.kind is MemoryKind.TASK_OUTCOME
    return item.distance + (OUTCOME_PENALTY if is_outcome else 0.0)


def _is_quoting(memory: Memory) -> bool:
    return memory.kind is MemoryKind.TASK_OUTCOME and memory.text.startswith(_QUOTING)


def _age_key(memory: Memory) -> float:
    return datetime.fromisoformat(memory.created).timestamp()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!? ")
