"""The LanguageModel port: one suite for the scripted fake, Ollama and the embedded model; then faults of each."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from jarvisd.brain.adapters import preferred_model, server_calls
from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.adapters.llm import choose_model
from jarvisd.brain.adapters.ollama import OllamaModel
from jarvisd.brain.adapters.openai_server import OpenAiModel
from jarvisd.brain.adapters.preferred_model import PreferredModel
from jarvisd.brain.adapters.server_calls import THOUGHT_TOKENS
from jarvisd.brain.models.lean_answers import lean, lean_grammar
from jarvisd.brain.plan.plan_parser import PlanParser
from jarvisd.brain.plan.prompt import PlannerPrompt
from jarvisd.brain.ports import Completion, GeneratedText, LanguageModel, Message
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.tasks import Tasks
from tests.fakes.language_model import RULES, Rule, ScriptedModel
from tests.fakes.openai_server import OpenAiServer
from tests.ports.ollama_server import (
    GREETING,
    MODEL,
    Drop,
    Endless,
    Hang,
    OllamaServer,
    Refusal,
    StreamError,
    Thinking,
)

CHILD = (sys.executable, str(Path(__file__).parents[1] / "fakes" / "llm_child.py"))
MODELS = Path(os.environ.get("JARVISD_MODELS", "build/cache/models"))
SMALL_MODEL = MODELS / "qwen2.5-coder-0.5b"
LARGE_MODEL = MODELS / "qwen2.5-coder-1.5b"
SCHEMA = {
    "type": "object",
    "properties": {"intent": {"const": "chat"}, "reply": {"type": "string"}},
    "required": ["intent", "reply"],
}
DEADLINE_S = 120.0
LEAN_TIME = {"intent": "get_time", "args": {}}


def request(text: str = "Say hello.", deadline_s: float = DEADLINE_S, max_tokens: int = 48) -> Completion:
    messages = (Message("system", "Answer in one short sentence."), Message("user", text))
    return Completion(messages, schema=SCHEMA, max_tokens=max_tokens, deadline_s=deadline_s)


async def text_of(model: LanguageModel, completion: Completion) -> str:
    return "".join([piece async for piece in model.stream(completion)])


async def code_of(awaitable: Any) -> ErrorCode:
    with pytest.raises(JarvisError) as caught:
        await awaitable
    return caught.value.code


def embedded(folder: Path, *, model: str = "model.gguf", command: tuple[str, ...] = CHILD) -> EmbeddedModel:
    path = folder / model
    path.touch()
    return EmbeddedModel(model_path=path, cache_dir=folder / "cache", tasks=Tasks(), command=command)


def real_embedded(
    folder: Path, on_progress: Callable[[int, int], None] = lambda tokens, of: None, *, is_lean: bool = False
) -> EmbeddedModel:
    path = SMALL_MODEL if SMALL_MODEL.is_dir() else LARGE_MODEL
    if not path.is_dir():
        pytest.skip("no planner model in JARVISD_MODELS; 'make test' fetches one")
    return EmbeddedModel(
        model_path=path, cache_dir=folder / "cache", tasks=Tasks(), is_lean=is_lean, on_progress=on_progress
    )


@pytest.fixture(
    params=["scripted", "ollama", "openai", "child", pytest.param("embedded", marks=[pytest.mark.real])],
)
async def model(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LanguageModel]:
    """A started model that can say hello."""
    async with OllamaServer() as server, OpenAiServer() as other:
        made: LanguageModel
        if request.param == "scripted":
            made = ScriptedModel()
        elif request.param == "ollama":
            made = OllamaModel(host=server.host, model=MODEL)
        elif request.param == "openai":
            made = OpenAiModel(url=other.host)
        elif request.param == "child":
            made = embedded(tmp_path)
        else:
            made = real_embedded(tmp_path)
        await made.start()
        yield made
        await made.close()


class TestEveryModel:
    async def test_the_answer_fits_the_schema(self, model: LanguageModel) -> None:
        """A7: constrained decoding gives an object with exactly the keys of the schema."""
        answer = json.loads(await text_of(model, request()))
        assert sorted(answer) == ["intent", "reply"]
        assert answer["intent"] == "chat"
        assert answer["reply"]

    async def test_the_answer_streams(self, model: LanguageModel) -> None:
        """B1: pieces come one by one."""
        pieces = [piece async for piece in model.stream(request())]
        assert len(pieces) > 1

    async def test_pieces_carry_probabilities(self, model: LanguageModel) -> None:
        """A plan's confidence is computed from how sure the model was."""
        pieces = [piece async for piece in model.stream(request())]
        probabilities = [piece.probability for piece in pieces if isinstance(piece, GeneratedText)]
        assert len(probabilities) == len(pieces)
        assert all(probability is not None and 0 <= probability <= 1 for probability in probabilities)

    async def test_leaving_early_frees_the_model(self, model: LanguageModel) -> None:
        """Closing the iterator ends the generation, so the next request is served."""
        async with aclosing(model.stream(request())) as pieces:  # type: ignore[type-var] # a generator
            assert await anext(pieces)
        assert json.loads(await text_of(model, request()))["intent"] == "chat"

    async def test_a_reader_may_leave_at_any_moment(self, model: LanguageModel) -> None:
        """A draft is dropped whenever the speaker goes on (decision 7): before it is asked for, or half read."""
        for rounds in (0, 1, 2, 3, 5, 8, 13, 21, 34):
            reading = Tasks().start("read", text_of(model, request("Say something else.")))
            for _ in range(rounds):
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.wait([reading])
            assert json.loads(await text_of(model, request()))["intent"] == "chat"

    async def test_a_warm_prefix_does_not_change_answers(self, model: LanguageModel) -> None:
        """Decision 9: warming is for speed alone."""
        await model.warm(request().messages[:1])
        assert json.loads(await text_of(model, request()))["intent"] == "chat"

    async def test_check_passes_while_open_and_fails_after(self, model: LanguageModel) -> None:
        """D3: a health check tells whether the model answers."""
        await model.check()
        await model.close()
        assert await code_of(model.check()) is ErrorCode.LLM_GONE

    async def test_a_closed_model_refuses(self, model: LanguageModel) -> None:
        """Closing twice is safe; using it afterwards is an error."""
        await model.close()
        await model.close()
        assert await code_of(text_of(model, request())) is ErrorCode.LLM_GONE

    async def test_engine_names_what_thinks(self, model: LanguageModel) -> None:
        """Reports show the engine; a fake can never pass for a model."""
        assert model.engine.split()[0] in {"scripted", "ollama", "openai", "xllamacpp"}
        assert len(model.engine.split()) >= 2


async def test_a_silent_script_times_out() -> None:
    """The deadline of a request holds in the fake too."""
    model = ScriptedModel([Rule("hello", None), *RULES])
    await model.start()
    assert await code_of(text_of(model, request(deadline_s=0.01))) is ErrorCode.TIMEOUT


class TestEmbeddedChild:
    """The parent's side of the child process; the child is scripted."""

    async def test_a_dead_child_is_noticed_and_replaced(self, tmp_path: Path) -> None:
        """LLM_GONE at once, and the next request is served by a new process."""
        model = embedded(tmp_path)
        await model.start()
        assert await code_of(text_of(model, request("die"))) is ErrorCode.LLM_GONE
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        await model.close()

    async def test_a_child_that_dies_while_idle_is_noticed(self, tmp_path: Path) -> None:
        """The health check sees it; the next request replaces it."""
        model = embedded(tmp_path)
        await model.start()
        process = model._process
        assert process is not None
        process.kill()
        await process.wait()
        assert await code_of(model.check()) is ErrorCode.LLM_GONE
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        await model.close()

    async def test_the_deadline_ends_a_silent_request(self, tmp_path: Path) -> None:
        """TIMEOUT, the generation is cancelled and the same process serves on."""
        model = embedded(tmp_path)
        await model.start()
        process = model._process
        assert await code_of(text_of(model, request("hang", deadline_s=0.2))) is ErrorCode.TIMEOUT
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        assert model._process is process
        await model.close()

    async def test_a_child_that_ignores_cancellation_is_replaced(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that hangs in native code does not block the assistant."""
        monkeypatch.setattr("jarvisd.brain.adapters.embedded.CANCEL_LIMIT_S", 0.2)
        model = embedded(tmp_path)
        await model.start()
        process = model._process
        assert await code_of(text_of(model, request("deaf", deadline_s=0.2))) is ErrorCode.TIMEOUT
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        assert model._process is not process
        await model.close()

    async def test_cancelling_the_reader_ends_an_endless_answer(self, tmp_path: Path) -> None:
        """A cancelled turn leaves nothing running, and stale pieces reach nobody else."""
        model = embedded(tmp_path)
        await model.start()
        begun = asyncio.Event()

        async def read() -> None:
            async for _ in model.stream(request("long")):
                begun.set()

        reading = Tasks().start("read", read())
        await asyncio.wait_for(begun.wait(), 60)
        reading.cancel()
        await asyncio.wait([reading])
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        await model.close()

    async def test_an_error_of_the_engine_is_reported(self, tmp_path: Path) -> None:
        """The request fails; the process stays."""
        model = embedded(tmp_path)
        await model.start()
        assert await code_of(text_of(model, request("fail"))) is ErrorCode.LLM_GONE
        await model.check()
        await model.close()

    async def test_a_damaged_model_says_so(self, tmp_path: Path) -> None:
        model = embedded(tmp_path, model="corrupt.gguf")
        assert await code_of(model.start()) is ErrorCode.MODEL_CORRUPT

    async def test_a_missing_model_says_so(self, tmp_path: Path) -> None:
        model = EmbeddedModel(model_path=tmp_path, cache_dir=tmp_path, tasks=Tasks(), command=CHILD)
        assert await code_of(model.start()) is ErrorCode.MODEL_MISSING

    async def test_a_program_that_cannot_run_is_reported(self, tmp_path: Path) -> None:
        """A child that ends before it is ready is LLM_GONE, not a hang."""
        model = embedded(tmp_path, command=(sys.executable, "-c", "raise SystemExit(4)"))
        assert await code_of(model.start()) is ErrorCode.LLM_GONE

    async def test_the_prefix_is_warmed_again_after_a_restart(self, tmp_path: Path) -> None:
        """Decision 9: a replaced process takes the evaluated prefix from the cache folder."""
        model = embedded(tmp_path)
        await model.start()
        await model.warm(request().messages[:1])
        saved = list((tmp_path / "cache" / "prefixes").glob("*.bin"))
        assert len(saved) == 1
        saved[0].write_text("kept")
        assert await code_of(text_of(model, request("die"))) is ErrorCode.LLM_GONE
        asked = model._last_id
        assert await text_of(model, request())
        assert model._last_id == asked + 2
        await model.close()

    async def test_a_model_that_was_replaced_on_disk_is_loaded_anew(self, tmp_path: Path) -> None:
        """And what the old one has evaluated is not saved under the new one's name."""
        model = embedded(tmp_path)
        await model.warm(request().messages[:1])
        [saved] = (tmp_path / "cache" / "prefixes").glob("*.bin")
        (tmp_path / "model.gguf").write_text("another")
        await model.warm(request().messages[:1])
        assert [*(tmp_path / "cache" / "prefixes").glob("*.bin")] == [saved]
        assert await code_of(model.check()) is ErrorCode.LLM_GONE
        await model.close()
        await model.start()
        await model.check()
        await model.warm(request().messages[:1])
        assert len([*(tmp_path / "cache" / "prefixes").glob("*.bin")]) == 2
        (tmp_path / "model.gguf").unlink()
        await model.check()
        await model.close()

    async def test_how_far_a_prefix_has_come_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "model.gguf").touch()
        told: list[tuple[int, int]] = []
        model = EmbeddedModel(
            model_path=tmp_path,
            cache_dir=tmp_path,
            tasks=Tasks(),
            on_progress=lambda *tokens: told.append(tokens),
            command=CHILD,
        )
        await model.warm(request().messages[:1])
        assert told == [(256, 512)]
        await model.close()

    async def test_a_lean_model_is_shown_the_lean_form_and_gives_the_plan(self, tmp_path: Path) -> None:
        """And its evaluated prefix has a name of its own."""
        shown = Message("system", "long", lean="short")
        names = set()
        for is_lean, folder in ((False, tmp_path / "long"), (True, tmp_path / "short")):
            folder.mkdir()
            (folder / "model.gguf").touch()
            model = EmbeddedModel(
                model_path=folder, cache_dir=folder, tasks=Tasks(), is_lean=is_lean, command=CHILD
            )
            await model.warm([shown])
            names |= {file.name for file in (folder / "prefixes").glob("*.bin")}
            asked = Completion((shown, Message("user", "show")), SCHEMA, lean_grammar="grammar")
            told = json.loads(await text_of(model, asked))
            reply = "short, grammar" if is_lean else "long, "
            assert told == {"intent": "chat", "reply": reply}
            await model.close()
        assert len(names) == 2

    async def test_a_prefix_is_kept_by_its_flash_attention(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A prefix that was saved with another setting is refused by llama.cpp, so it has another name."""
        model = embedded(tmp_path)
        await model.warm(request().messages[:1])
        [saved] = (tmp_path / "cache" / "prefixes").glob("*.bin")
        monkeypatch.setattr("jarvisd.brain.adapters.embedded.FLASH_ATTENTION", 1)
        await model.warm(request().messages[:1])
        [other] = {*(tmp_path / "cache" / "prefixes").glob("*.bin")} - {saved}
        assert other.name != saved.name
        await model.close()


class Noted(logging.Handler):
    """Hears of the first line that ``logger`` writes."""

    def __init__(self, logger: logging.Logger) -> None:
        super().__init__()
        self.once = asyncio.Event()
        logger.setLevel(logging.INFO)
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.once.set()


class TestOllamaFaults:
    """Every way in which the wire protocol tells of trouble."""

    @pytest.mark.parametrize(
        ("behaviour", "code"),
        [
            (Refusal(500, "the runner has crashed"), ErrorCode.LLM_GONE),
            (Refusal(404, "model 'x' not found"), ErrorCode.MODEL_MISSING),
            (Refusal(400, "invalid format"), ErrorCode.INVALID_REQUEST),
            (StreamError(), ErrorCode.LLM_GONE),
            (Drop(), ErrorCode.LLM_GONE),
            (b"this is no JSON\n", ErrorCode.LLM_GONE),
            (b'{"done":true}\n', ErrorCode.LLM_GONE),
            (b"", ErrorCode.LLM_GONE),
            (b"<html>It works!</html>", ErrorCode.LLM_GONE),
            (Endless(), ErrorCode.LLM_GONE),
        ],
    )
    async def test_trouble_has_a_code(self, behaviour: Any, code: ErrorCode) -> None:
        async with OllamaServer(behaviour) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            assert await code_of(text_of(model, request())) is code
            assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
            await model.close()

    async def test_a_slow_answer_times_out_and_the_server_is_told(self) -> None:
        async with OllamaServer(Hang()) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            assert await code_of(text_of(model, request(deadline_s=0.3))) is ErrorCode.TIMEOUT
            await asyncio.wait_for(server.client_left.wait(), 60)
            await model.close()

    async def test_closing_the_iterator_closes_the_connection(self) -> None:
        async with OllamaServer(Hang()) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            async with aclosing(model.stream(request())) as pieces:  # type: ignore[type-var] # a generator
                assert await anext(pieces) == "{"
            await asyncio.wait_for(server.client_left.wait(), 60)
            await model.close()

    async def test_a_busy_server_is_asked_again(self) -> None:
        async with OllamaServer(Refusal(503, "busy"), Refusal(503, "busy")) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
            assert len(server.bodies) == 3
            await model.close()

    async def test_a_server_that_stays_busy_is_left_before_the_deadline(self) -> None:
        async with OllamaServer(*[Refusal(503, "busy")] * 20) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            code = await code_of(text_of(model, request(deadline_s=0.4)))
            assert code in (ErrorCode.LLM_GONE, ErrorCode.TIMEOUT)
            await model.close()

    async def test_a_server_that_is_started_again_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        refused = Noted(server_calls.logger)
        monkeypatch.setattr(server_calls, "REFUSED_LIMIT_S", DEADLINE_S)
        server = OllamaServer()
        async with server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
        asked = Tasks().start("ask", text_of(model, request()))
        await asyncio.wait_for(refused.once.wait(), DEADLINE_S)
        await server.listen(int(model._host.rpartition(":")[2]))
        assert json.loads(await asked)["reply"] == "Hello!"
        await server.__aexit__(None, None, None)
        await model.close()

    async def test_thoughts_are_no_answer(self) -> None:
        """It is asked not to think, and one that does takes nothing from the answer's tokens."""
        async with OllamaServer(Thinking(*GREETING)) as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            assert await text_of(model, request()) == "".join(GREETING)
            assert server.bodies[-1]["think"] is False
            await model.close()

    @pytest.mark.parametrize("change", ["unloaded", "pulled anew"])
    async def test_it_is_warmed_again(self, change: str) -> None:
        """After it was idle for too long, or another model has its name now; else not."""
        async with OllamaServer() as server:
            model = OllamaModel(host=server.host, model=MODEL)
            await model.start()
            await model.warm(request().messages[:1])
            await model.check()
            assert len(server.bodies) == 1
            if change == "unloaded":
                server.is_loaded = False
            else:
                server.digest = "1"
            await model.check()
            await model.check()
            assert [body["messages"][0]["content"] for body in server.bodies] == [
                request().messages[0].content
            ] * 2
            await model.close()

    async def test_no_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(server_calls, "REFUSED_LIMIT_S", 0.3)
        model = OllamaModel(host=free_address(), model=MODEL)
        assert await code_of(model.start()) is ErrorCode.LLM_GONE
        assert await code_of(text_of(model, request())) is ErrorCode.LLM_GONE
        await model.close()

    async def test_a_model_that_was_not_pulled(self) -> None:
        async with OllamaServer() as server:
            model = OllamaModel(host=server.host, model="other")
            assert await code_of(model.start()) is ErrorCode.MODEL_MISSING
            await model.close()

    async def test_the_request_on_the_wire(self) -> None:
        """Schema, temperature, context, limits and keep-alive arrive as Ollama expects them."""
        async with OllamaServer() as server:
            model = OllamaModel(host=server.host, model="scripted", context_tokens=2048, keep_alive_s=60)
            await model.start()
            await text_of(model, request(max_tokens=7))
            body = server.bodies[-1]
            assert body["format"] == SCHEMA
            assert body["options"] == {"temperature": 0, "num_ctx": 2048, "num_predict": 7 + THOUGHT_TOKENS}
            assert body["keep_alive"] == 60
            assert body["stream"] is True
            assert [message["role"] for message in body["messages"]] == ["system", "user"]
            await model.close()


def free_address() -> str:
    """An address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


class TestChoice:
    """Decision 15."""

    async def choose(self, backend: str, host: str, folder: Path, model: str = MODEL) -> LanguageModel:
        return await choose_model(
            backend, ollama_host=host, ollama_model=model, model_path=folder, cache_dir=folder, tasks=Tasks()
        )

    async def test_auto_takes_ollama_when_it_has_the_model(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(preferred_model, "ANSWERS_IN_S", DEADLINE_S)
        async with OllamaServer() as server:
            model = await self.choose("auto", server.host, tmp_path)
            assert model.engine == f"ollama 0.0.0 {MODEL}"
            await model.close()

    async def test_auto_goes_on_to_the_embedded_model(self, tmp_path: Path) -> None:
        """Without a server, and with a server that lacks the model; here there is no model file either."""
        async with OllamaServer() as server:
            for host, name in ((free_address(), MODEL), (server.host, "other")):
                assert await code_of(self.choose("auto", host, tmp_path, name)) is ErrorCode.MODEL_MISSING

    async def test_auto_goes_back_to_ollama_when_it_returns(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Warm, and not before the answer that the other one is giving has ended; then that one is released."""
        monkeypatch.setattr(preferred_model, "ANSWERS_IN_S", DEADLINE_S)
        monkeypatch.setattr(preferred_model, "LOOK_EVERY_S", 0.0)
        server = OllamaServer()
        async with server:
            host = server.host
        spare = embedded(tmp_path)
        model = PreferredModel(OllamaModel(host=host, model=MODEL), spare, Tasks())
        await model.start()
        await model.warm(request().messages[:1])
        assert model.engine.split()[0] == "scripted"
        async with aclosing(model.stream(request("long"))) as pieces:  # type: ignore[type-var] # a generator
            assert await anext(pieces)
            await server.listen(int(host.rpartition(":")[2]))
            while model.engine.split()[0] != "ollama":
                await model.check()
                assert await anext(pieces)
            assert await anext(pieces), "the answer that was begun goes on"
            assert [body["messages"][0]["content"] for body in server.bodies] == [request().messages[0].content]
        assert await code_of(spare.check()) is ErrorCode.LLM_GONE
        assert json.loads(await text_of(model, request()))["reply"] == "Hello!"
        await model.check()
        await model.close()
        assert await code_of(model.check()) is ErrorCode.LLM_GONE
        await server.__aexit__(None, None, None)

    async def test_ollama_alone_is_not_replaced(self, tmp_path: Path) -> None:
        assert await code_of(self.choose("ollama", free_address(), tmp_path)) is ErrorCode.LLM_GONE


@pytest.mark.real
async def test_the_real_model_restarts_warm(tmp_path: Path) -> None:
    """Decision 9: after a restart the prefix comes from the cache folder and is not evaluated again."""
    tools = json.loads((Path(__file__).parents[1] / "data" / "tools.json").read_text())[:2]
    prompt = PlannerPrompt(tools)
    told: list[tuple[int, int]] = []
    first = real_embedded(tmp_path, lambda *tokens: told.append(tokens))
    await first.warm(prompt.prefix)
    assert told == sorted(told)
    assert told[0][0] < told[0][1]
    assert told[-1][0] == told[-1][1]
    await first.close()
    second = real_embedded(tmp_path)
    await second.warm(prompt.prefix)
    assert second.last_prefill.evaluated < 32 < second.last_prefill.cached
    reader = PlanParser(ENGLISH.replies)
    async for piece in second.stream(prompt.plan("Do you have the time?")):
        reader.feed(piece)
    assert [action.tool for action in reader.finish().plan.actions] == ["get_time"]
    await second.close()


@pytest.mark.real
@pytest.mark.parametrize(("said", "intent"), [("What time is it?", "get_time"), ("Good morning!", "chat")])
async def test_the_real_model_is_held_to_the_lean_form(tmp_path: Path, said: str, intent: str) -> None:
    """It writes fewer words, and what comes is the plan as JSON all the same."""
    shots = [("What day is it?", LEAN_TIME), ("Thanks!", {"intent": "chat", "reply": "You're welcome."})]
    messages = [Message("system", "Answer: get_time {} or chat.")]
    for say, plan in shots:
        messages += [Message("user", say), Message("assistant", json.dumps(plan), lean=lean(plan))]
    grammar = lean_grammar([("get_time", {"type": "object", "properties": {}})])
    asked = Completion((*messages, Message("user", said)), SCHEMA, max_tokens=48, lean_grammar=grammar)
    model = real_embedded(tmp_path, is_lean=True)
    await model.start()
    answer = json.loads(await text_of(model, asked))
    assert (answer["intent"], len(answer)) == (intent, 2)
    await model.close()


@pytest.mark.real
async def test_the_real_model_stops_within_a_token(tmp_path: Path) -> None:
    """A cancelled answer stops decoding: the model is free long before the answer could have been complete."""
    model = real_embedded(tmp_path)
    await model.start()
    endless = Completion((Message("user", "Count from 1 to 1000, with a comma after each."),), max_tokens=2000)
    async with aclosing(model.stream(endless)) as pieces:  # type: ignore[type-var] # a generator
        assert await anext(pieces)
    assert json.loads(await text_of(model, request()))["intent"] == "chat"
    await model.close()


@pytest.mark.real
async def test_a_damaged_file_is_a_corrupt_model(tmp_path: Path) -> None:
    """llama.cpp's own refusal reaches the caller as MODEL_CORRUPT."""
    (tmp_path / "model.gguf").write_bytes(b"GGUF" + bytes(100))
    model = EmbeddedModel(model_path=tmp_path / "model.gguf", cache_dir=tmp_path, tasks=Tasks())
    assert await code_of(model.start()) is ErrorCode.MODEL_CORRUPT


@pytest.mark.real
async def test_a_prompt_longer_than_the_context_is_refused(tmp_path: Path) -> None:
    """What does not fit into the context is refused for that reason, and the model goes on."""
    model = real_embedded(tmp_path)
    await model.start()
    assert await code_of(text_of(model, request("word " * 10_000))) is ErrorCode.CONTEXT_TOO_SMALL
    await model.check()
    await model.close()
