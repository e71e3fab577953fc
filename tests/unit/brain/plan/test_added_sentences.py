"""Sentences of plugins and of the administrator reach the planner, and a faulty one keeps nobody waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.brain.plan.added_sentences import AddedSentences
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.intent import AddedIntents
from jarvisd.runtime.workers import Workers
from tests.fakes.brain import ScriptedHands


class Hands(ScriptedHands):
    def __init__(self, *tools: JsonObject) -> None:
        super().__init__()
        self.tools = list(tools)

    async def list_tools(self) -> list[JsonObject]:
        if not self.tools:
            raise Unavailable("no executor", code=ErrorCode.UNIT_DOWN)
        return self.tools


def tool(name: str, *sentences: str) -> JsonObject:
    return {"name": name, "parameters": {"properties": {"pet": {}}}, "sentences": list(sentences)}


async def loaded(folder: Path, *tools: JsonObject) -> list[AddedIntents | None]:
    taken: list[AddedIntents | None] = []
    workers = Workers()
    sentences = AddedSentences(
        hands=Hands(*tools),
        rules=ENGLISH.intents,
        scope=ENGLISH.scope,
        workers=workers,
        folder=folder,
        take=taken.append,
    )
    await sentences.load()
    return taken


@pytest.mark.parametrize("wrong", ["stop", "(quieten", "(" * 3000 + "quieten" + ")" * 3000])
async def test_a_faulty_plugin_leaves_the_others(tmp_path: Path, wrong: str) -> None:
    good, faulty = tool("feed_pet", "feed the {label:pet}"), tool("quieten", wrong)
    [added] = await loaded(tmp_path, faulty, good)
    assert added is not None
    intent = added.recognise("feed the cat")
    assert intent is not None
    assert intent.plan is not None
    assert [(action.tool, dict(action.args)) for action in intent.plan.actions] == [("feed_pet", {"pet": "cat"})]
    assert added.recognise("quieten the cat") is None


async def test_nothing_is_taken_while_there_are_no_tools(tmp_path: Path) -> None:
    assert await loaded(tmp_path) == []
    without = {name: value for name, value in tool("feed_pet").items() if name != "sentences"}
    assert await loaded(tmp_path, without) == [None]
