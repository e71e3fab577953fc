"""Sentences of the administrator and of plugins, read in the background and held against what there is.

A file or a plugin with a mistake is left out and told; the others count. Policy judges what they ask for like any
other plan.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from jarvisd.brain.ports import ExecutorClient
from jarvisd.config.sentence_files import read_sentences, sentence_files
from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject, list_of, object_of
from jarvisd.lang.intent import AddedIntents
from jarvisd.lang.pack import IntentRules, ScopeRules
from jarvisd.lang.templates import SentenceFile
from jarvisd.runtime.workers import Workers

logger = logging.getLogger(__name__)

LANE = "sentences"
FIRST = "read the first sentence"
"""A request that is none of the others: the suite's own templates and tables are read when it is asked for."""


class AddedSentences:
    """Loads further sentences and gives them to ``take``, as often as the tools or the files change."""

    def __init__(
        self,
        *,
        hands: ExecutorClient,
        rules: IntentRules,
        scope: ScopeRules,
        workers: Workers,
        folder: Path,
        take: Callable[[AddedIntents | None], None],
    ) -> None:
        self._hands = hands
        self._rules = rules
        self._scope = scope
        self._workers = workers
        self._folder = folder
        self._take = take

    async def load(self) -> None:
        """Read all of them anew, and what is out of reach; while the executor is silent, what was there stays."""
        await self._workers.run(LANE, self._rules.recognise, FIRST)
        await self._workers.run(LANE, self._scope.apart, FIRST)
        try:
            tools = await self._hands.list_tools()
        except JarvisError as error:
            logger.warning("further sentences wait for the tools code=%s", error.code)
            return
        self._take(await self._workers.run(LANE, self._added, tools))

    def _added(self, tools: Sequence[JsonObject]) -> AddedIntents | None:
        arguments = {str(tool["name"]): _arguments(tool) for tool in tools}
        good: list[SentenceFile] = []
        added: AddedIntents | None = None
        for name, read in self._sources(tools):
            try:
                added = self._rules.added([*good, read()], arguments)
                good.append(read())
            except JarvisError as error:
                logger.error("sentences refused from=%s code=%s reason=%s", name, error.code, error.message)
        return added if good else None

    def _sources(self, tools: Sequence[JsonObject]) -> Iterator[tuple[str, Callable[[], SentenceFile]]]:
        for tool in tools:
            if "sentences" in tool:
                yield str(tool["name"]), partial(of_tool, tool)
        for path in sentence_files(self._folder):
            yield str(path), partial(of_file, path)


def _arguments(tool: JsonObject) -> tuple[str, ...]:
    return tuple(object_of(object_of(tool, "parameters"), "properties"))


def of_tool(tool: JsonObject) -> SentenceFile:
    """What a plugin's tool brings; it can name no other tool."""
    sentences = [str(sentence) for sentence in list_of(tool, "sentences")]
    name = str(tool["name"])
    return SentenceFile(name, {"language": "en", "intents": {name: {"data": [{"sentences": sentences}]}}})


def of_file(path: Path) -> SentenceFile:
    """What an administrator's file holds."""
    return SentenceFile(str(path), read_sentences(path))
