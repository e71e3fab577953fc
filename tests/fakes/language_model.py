"""A language model that follows a script; ``tests.fakes.language_model:model`` names it in a configuration."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jarvisd.brain.ports import Completion, GeneratedText, Message
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from tests.fakes.forgetful import Nothing

Answer = str | JarvisError | Callable[[re.Match[str]], str] | None


@dataclass(frozen=True)
class Rule:
    """What is answered to a request that ``pattern`` matches: a text, an error, or nothing for ever."""

    pattern: str
    answer: Answer


def call(tool: str, **args: Any) -> str:
    """A plan of one step, as the planner's schema wants it."""
    return json.dumps({"intent": tool, "args": args})


def several(*steps: tuple[str, dict[str, Any]]) -> str:
    """A plan of several steps."""
    return json.dumps({"intent": "several", "actions": [{"tool": tool, "args": args} for tool, args in steps]})


def chat(reply: str) -> str:
    """An answer in words."""
    return json.dumps({"intent": "chat", "reply": reply})


def _remembered(match: re.Match[str]) -> str:
    return call("remember", kind="FACT", text=re.sub(r"\bmy\b", "your", match[1].rstrip(".")))


RULES: tuple[Rule, ...] = (
    Rule(r'"task":"Do not plan', json.dumps({"reason": "scripted", "risk": 0.5})),
    Rule(r"(?i)\bhang\b", None),
    Rule(r"(?i)\bgarbage\b", "no plan at all"),
    Rule(r"(?i)\bremember that (.+)", _remembered),
    Rule(r"(?i)\bdelete .*\btemp(?:orary)? files\b", call("file_delete", folder="tmp", older_than="old")),
    Rule(r"(?i)\bdelete (\S+\.\w+)", lambda match: call("file_delete", path=match[1])),
    Rule(r"(?i)\bfind (?:the |my )?(\w+)", lambda match: call("search_files", name=match[1])),
    Rule(r"(?i)\bread (?:the file )?(\S+\.\w+)", lambda match: call("file_read", path=match[1])),
    Rule(
        r"(?i)\bmove (\S+) to (?:the )?(\w+)",
        lambda match: call("file_move", source=match[1], destination=f"{match[2]}/{match[1]}"),
    ),
    Rule(
        r"(?i)\bcalculate (\d+) times (\d+)",
        lambda match: call("execute_code", language="python", code=f"print({match[1]} * {match[2]})"),
    ),
    Rule(r"(?i)\bdisk\b", call("system_info", topic="disk")),
    Rule(r"(?i)\bwhat is my (.+?)[?.]?$", lambda match: call("recall", query=match[1])),
    Rule(r"", chat("Hello!")),
)
"""What a scripted assistant understands; the first match counts."""


class ScriptedModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel` without a model. ``asked`` keeps every request."""

    def __init__(self, rules: Sequence[Rule] = RULES, *, piece_chars: int = 4) -> None:
        self.rules = list(rules)
        self.asked: list[Completion] = []
        self.warmed: list[Sequence[Message]] = []
        self.left_early = asyncio.Event()
        self._piece_chars = piece_chars
        self._is_open = False

    @property
    def engine(self) -> str:
        return "scripted planner"

    def open(self) -> None:
        """What ``start`` does, for tests that have no loop yet."""
        self._is_open = True

    async def start(self) -> None:
        self.open()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        await self.check()
        self.asked.append(completion)
        answer = self._answer(_request(completion))
        is_complete = False
        try:
            if answer is None:
                await asyncio.wait_for(asyncio.Event().wait(), completion.deadline_s)
                return
            for start in range(0, len(answer), self._piece_chars):
                yield GeneratedText(answer[start : start + self._piece_chars], 0.9)
            is_complete = True
        except asyncio.TimeoutError as error:
            raise EngineError("the script has no answer", code=ErrorCode.TIMEOUT) from error
        finally:
            if not is_complete:
                self.left_early.set()

    async def warm(self, prefix: Sequence[Message]) -> None:
        await self.check()
        self.warmed.append(prefix)

    async def check(self) -> None:
        if not self._is_open:
            raise Unavailable("the scripted model is not started", code=ErrorCode.LLM_GONE)

    async def close(self) -> None:
        self._is_open = False

    def _answer(self, request: str) -> str | None:
        for rule in self.rules:
            if match := re.search(rule.pattern, request):
                if isinstance(rule.answer, JarvisError):
                    raise rule.answer
                return rule.answer(match) if callable(rule.answer) else rule.answer
        raise RequestError(f"no rule for {request!r}")


def _request(completion: Completion) -> str:
    """What is asked: the utterance of a planning turn, else the whole last message."""
    content = completion.messages[-1].content
    try:
        value = json.loads(content)
    except ValueError:
        return content
    if isinstance(value, dict) and "say" in value and "task" not in value:
        return str(value["say"])
    return content


def model(runtime: object) -> ScriptedModel:
    """The factory for a configuration."""
    made = ScriptedModel()
    made.asked, made.warmed = Nothing(), Nothing()
    return made
