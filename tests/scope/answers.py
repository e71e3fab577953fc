"""What a planner answered, kept as lines ``{"say", "plan", "by"}``, and a model that answers from them.

A plan that is no JSON object is kept as the text that it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from jarvisd.brain.models.lean_answers import NONE, PART
from jarvisd.brain.ports import Completion, LanguageModel, Message
from jarvisd.core.json_types import JsonObject

_TOLD_OTHERWISE = frozenset({"say", "now", "memories"})


def said_in(completion: Completion) -> str:
    """The request that a prompt asks about, and a mark where more than that was said before or after it."""
    for index in reversed(range(len(completion.messages))):
        turn = _turn(completion.messages[index])
        if turn is None:
            continue
        more = {name: value for name, value in turn.items() if name not in _TOLD_OTHERWISE}
        after = completion.messages[index + 1 :]
        return str(turn["say"]) + (f" #{digest_of(after, json.dumps(more))}" if more or after else "")
    raise ValueError("the prompt asks for nothing")


def _turn(message: Message) -> JsonObject | None:
    """The request of a user, or ``None`` for any other message."""
    try:
        turn = json.loads(message.content) if message.role == "user" else None
    except ValueError:
        return None
    return turn if isinstance(turn, Mapping) and "say" in turn else None


def digest_of(prefix: Sequence[Message], more: str = "") -> str:
    """A name for a prompt: answers to another one are answers to another question."""
    told = json.dumps([[message.role, message.leanest] for message in prefix]) + more
    return hashlib.sha256(told.encode()).hexdigest()[:12]


class Answers:
    """Answers of a file, in which every new one is written at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        text = path.read_text("utf-8") if path.is_file() else ""
        # A line that was being written when a run ended is made again.
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole, "utf-8")
        rows = [json.loads(line) for line in whole.splitlines() if not line.startswith("//")]
        self._plans: dict[str, JsonObject | str] = {row["say"]: row["plan"] for row in rows}

    def __len__(self) -> int:
        return len(self._plans)

    def find(self, say: str) -> JsonObject | str | None:
        """The answer to ``say``, if it is known."""
        return self._plans.get(say)

    def add(self, say: str, plan: JsonObject | str, by: str) -> None:
        """Keep an answer."""
        self._plans[say] = plan
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"say": say, "plan": plan, "by": by}, ensure_ascii=False) + "\n")


class KeptModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel` that answers from ``answers``.

    What it has no answer to is asked of the model ``behind``, and kept. Without one the rest is answered with the
    way out, and stands in ``missing``.
    """

    def __init__(self, answers: Answers, behind: LanguageModel | None = None, name: str = "") -> None:
        self._answers = answers
        self._behind = behind
        self._name = name
        self._is_warm = False
        self.asked: list[str] = []
        self.missing: set[str] = set()

    @property
    def engine(self) -> str:
        """What stands beside each new answer."""
        return self._name

    async def start(self) -> None:
        """Nothing is loaded before it is needed."""

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """The answer in one piece."""
        say = said_in(completion)
        self.asked.append(say)
        plan = self._answers.find(say)
        if plan is None and self._behind is not None:
            plan = await self._made(completion, self._behind)
            self._answers.add(say, plan, self._name)
        if plan is None:
            self.missing.add(say)
            plan = {"intent": NONE, "args": {PART: ""}}
        yield plan if isinstance(plan, str) else json.dumps(plan)

    async def _made(self, completion: Completion, model: LanguageModel) -> JsonObject | str:
        if not self._is_warm:
            await model.warm(completion.messages[:-1])
            self._is_warm = True
        async with aclosing(model.stream(completion)) as pieces:  # type: ignore[type-var] # a generator
            text = "".join([piece async for piece in pieces])
        try:
            plan = json.loads(text)
        except ValueError:
            return text
        return plan if isinstance(plan, Mapping) else text

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Nothing is evaluated before it is needed."""

    async def check(self) -> None:
        """It is there."""

    async def close(self) -> None:
        """End the model behind, if there is one."""
        if self._behind is not None:
            await self._behind.close()
