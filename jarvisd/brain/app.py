"""The brain, put together from the configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from jarvisd.brain.adapters.bus_peers import BusAudioClient, BusExecutorClient, BusTtsClient
from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.adapters.llm import choose_model
from jarvisd.brain.adapters.minilm import MiniLmEmbedder
from jarvisd.brain.adapters.traces import TraceFiles
from jarvisd.brain.dialogue.asking_back import AskingBack
from jarvisd.brain.dialogue.context import DialogueContexts
from jarvisd.brain.dialogue.dialogue import Dialogue
from jarvisd.brain.dialogue.turn_runner import TurnRunner
from jarvisd.brain.events import Event
from jarvisd.brain.interface import BrainInterface
from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.memory.memory_service import MemoryService
from jarvisd.brain.models.model_supervisor import LLM, RETRY_FIRST_S, RETRY_LIMIT_S, ModelSupervisor, evaluating
from jarvisd.brain.plan.added_sentences import AddedSentences
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.ports import Embedder, LanguageModel, MemoryStore, Message
from jarvisd.config.schema import Config
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.core.network.service_url import service_url
from jarvisd.core.timeout import within
from jarvisd.hardware.adapters.this_machine import log_plan
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime import factories
from jarvisd.runtime.component import Component
from jarvisd.runtime.service import Runtime

logger = logging.getLogger(__name__)


def _minilm(runtime: Runtime) -> Embedder:
    folder = runtime.config.paths.models_dir / runtime.config.memory.model
    return MiniLmEmbedder(folder, runtime.workers)


def _chroma(runtime: Runtime) -> MemoryStore:
    return ChromaStore(runtime.config.paths.state_dir / "brain" / "memories", runtime.workers)


EMBEDDERS: Mapping[str, Callable[[Runtime], Embedder]] = {"minilm": _minilm}
STORES: Mapping[str, Callable[[Runtime], MemoryStore]] = {"chroma": _chroma}

EMBEDDING, MEMORY = "embedding", "memory"
LANGUAGE: LanguagePack = ENGLISH
EXPIRY_S = 86_400
"""How often old outcomes are looked for. Chosen: their age is set in days."""
FAREWELL_S = 0.5
"""Time for telling the other units that a turn ends with the brain."""


async def _choose(runtime: Runtime) -> LanguageModel:
    config, settings = runtime.config, runtime.config.llm
    if ":" in settings.backend:
        named: Mapping[str, Callable[[Runtime], LanguageModel]] = {}
        model = factories.load("llm.backend", settings.backend, named, runtime)
        await model.start()
        return model
    return await choose_model(
        settings.backend,
        ollama_host=service_url(settings.ollama_host),
        ollama_model=settings.ollama_model,
        model_path=config.paths.models_dir / settings.model,
        cache_dir=config.paths.cache_dir / "llm",
        tasks=runtime.tasks,
        context_tokens=settings.context_tokens,
        threads=settings.threads,
        keep_alive_s=settings.keep_alive_s,
        cores=runtime.pinning.share("llm"),
        is_lean=settings.lean_answers,
        on_progress=partial(evaluating, runtime.parts),
        openai_url=service_url(settings.openai_url),
        openai_model=settings.openai_model,
        openai_key_file=settings.openai_key_file,
    )


def _embedder_part(
    embedder: Embedder, runtime: Runtime, on_failed: Callable[[JarvisError], None]
) -> Component[Embedder]:
    return Component(
        EMBEDDING,
        lambda: embedder,
        runtime.parts,
        open_=lambda engine: engine.start(),
        backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
        on_failed=on_failed,
    )


def _store_part(store: MemoryStore, runtime: Runtime) -> Component[MemoryStore]:
    return Component(
        MEMORY,
        lambda: store,
        runtime.parts,
        open_=lambda engine: engine.start(),
        close=lambda engine: engine.close(),
        problem=_notice,
        backoff=Backoff(RETRY_FIRST_S, RETRY_LIMIT_S),
    )


def _notice(store: MemoryStore) -> JarvisError | None:
    return Unavailable(store.notice, code=ErrorCode.MEMORY_GONE) if store.notice else None


class BrainUnit:
    """The dialogue, what it thinks with, and its interface.

    Like every unit a class, since starting, closing and reloading work on the same objects; it is built in the
    order peers and adapters, rooms, interface, and opens nothing before :meth:`start`.
    """

    def __init__(self, runtime: Runtime) -> None:
        config = runtime.config
        self._runtime = runtime
        self._hands = BusExecutorClient(runtime.bus)
        self._voice = BusTtsClient(runtime.bus)
        self._ears = BusAudioClient(runtime.bus)
        store = factories.load("memory.store", config.memory.store, STORES, runtime)
        embedder = factories.load("memory.embedder", config.memory.embedder, EMBEDDERS, runtime)
        self._embedder = _embedder_part(embedder, runtime, self._embedder_failed)
        self._store = _store_part(store, runtime)
        heartbeat = runtime.progress.register("llm", config.llm.deadline_s, part=LLM)
        self._models = ModelSupervisor(partial(_choose, runtime), self._prefix, runtime.parts, heartbeat)
        self._model_task: asyncio.Task[None] | None = None

        self._traces = TraceFiles(
            config.paths.log_dir / "traces",
            runtime.clock,
            runtime.workers,
            with_content=config.general.log_content,
        )
        self._contexts = DialogueContexts()
        self._memories = Memories(
            embedder,
            store,
            runtime.clock,
            config.memory.max_distance,
            outcome_keep_days=config.memory.outcome_keep_days,
            on_forget=self._forgotten,
        )
        self._planner = Planner(
            config=config,
            clock=runtime.clock,
            tasks=runtime.tasks,
            models=self._models,
            memories=self._memories,
            hands=self._hands,
            language=LANGUAGE,
        )
        self._sentences = self._make_sentences()
        self._dialogue = self._make_dialogue()

        self.interface = BrainInterface(
            runtime.bus,
            runtime.parts,
            dialogue=self._dialogue,
            planner=self._planner,
            memories=self._memories,
            memory_service=MemoryService(self._memories),
        )
        runtime.on_reload.append(self.reload)

    async def start(self) -> None:
        """Follow the other units; models and memories load in the background."""
        self._runtime.parts.checks.add("llm", self._models.check)
        self._runtime.parts.checks.add("memory", self._check_memory)
        self._runtime.bus.on_lost(self._dialogue.bus_lost)
        await self._ears.follow(self._dialogue)
        await self._hands.follow(self._dialogue)
        await self._hands.on_tools_changed(self._tools_changed)
        await self._voice.follow()
        self._runtime.tasks.start("open-memories", self._open_memories(), is_fatal=True)
        self._load_sentences()
        self._model_task = self._runtime.tasks.loop("language-model", self._models.keep)
        self._runtime.tasks.start("hardware", log_plan())

    async def close(self) -> None:
        """End the turn in progress and release the model and the memories."""
        with suppress(asyncio.TimeoutError):
            # The others may be stopping too, and would not answer.
            await within(self._farewell(), FAREWELL_S)
        if self._model_task is not None:
            self._model_task.cancel()
            await asyncio.wait([self._model_task])
        await self._store.close()

    def reload(self, config: Config) -> None:
        """Take over what may change while the unit runs."""
        self._dialogue.reconfigure(config.brain, config.stt.min_confidence)
        self._asking_back.reconfigure(config.follow_up)
        self._planner.reconfigure(config)
        self._load_sentences()
        self._memories.reconfigure(config.memory.max_distance, config.memory.outcome_keep_days)

    def _make_sentences(self) -> AddedSentences:
        return AddedSentences(
            hands=self._hands,
            rules=LANGUAGE.intents,
            scope=LANGUAGE.scope,
            workers=self._runtime.workers,
            folder=self._runtime.config.brain.sentences_dir,
            take=self._planner.add_sentences,
        )

    def _make_dialogue(self) -> Dialogue:
        runtime, config = self._runtime, self._runtime.config
        self._asking_back = AskingBack(self._planner, self._hands, LANGUAGE, runtime.tasks)
        self._asking_back.reconfigure(config.follow_up)
        runner = TurnRunner(
            planner=self._planner,
            asking_back=self._asking_back,
            hands=self._hands,
            ears=self._ears,
            voice=self._voice,
            replies=LANGUAGE.replies,
            clock=runtime.clock,
            tasks=runtime.tasks,
            has_button=bool(config.button.device),
        )
        return Dialogue(
            settings=config.brain,
            min_confidence=config.stt.min_confidence,
            clock=runtime.clock,
            tasks=runtime.tasks,
            turn_runner=runner,
            speculate=self._planner.speculate,
            voice=self._voice,
            ears=self._ears,
            traces=self._traces,
            emit=self._emit,
            language=LANGUAGE,
            contexts=self._contexts,
        )

    def _emit(self, event: Event) -> None:
        self.interface.publish(event)

    async def _open_memories(self) -> None:
        await self._embedder.run()
        await self._store.run()
        while True:
            await self._expire_outcomes()
            await asyncio.sleep(EXPIRY_S)

    async def _forgotten(self) -> None:
        self._contexts.forget()
        await self._traces.hide_content()

    async def _expire_outcomes(self) -> None:
        try:
            await self._memories.expire(with_content=self._runtime.config.general.log_content)
        except JarvisError as error:
            logger.warning("old outcomes not forgotten code=%s detail=%s", error.code, error.message)

    def _embedder_failed(self, error: JarvisError) -> None:
        # Without vectors nothing can be kept or found.
        self._store.failed(error)

    async def _farewell(self) -> None:
        await self._dialogue.cancel()
        await self._dialogue.settled()

    def _tools_changed(self) -> None:
        self._planner.forget_tools()
        self._models.tools_changed()
        self._load_sentences()

    def _load_sentences(self) -> None:
        self._runtime.tasks.start("load-sentences", self._sentences.load())

    async def _check_memory(self) -> None:
        store = self._store.require()
        await self._store.use(store.check())

    async def _prefix(self) -> tuple[Message, ...]:
        return (await self._planner.prompt()).prefix


def build(runtime: Runtime) -> BrainUnit:
    """The unit for the runner; opens nothing."""
    return BrainUnit(runtime)
