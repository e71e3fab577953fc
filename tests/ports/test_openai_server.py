"""What servers with OpenAI's interface do: refuse what they do not know, think, break off, want a key."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from jarvisd.brain.adapters import server_calls
from jarvisd.brain.adapters.llm import choose_model
from jarvisd.brain.adapters.openai_server import OpenAiModel
from jarvisd.brain.adapters.server_calls import THOUGHT_TOKENS
from jarvisd.cli import doctor
from jarvisd.config.schema import Config, Llm
from jarvisd.core.errors import ErrorCode
from jarvisd.runtime.tasks import Tasks
from tests.fakes.openai_server import MODEL, OpenAiServer
from tests.ports.ollama_server import GREETING, Drop, Endless, Hang, Refusal, StreamError, Thinking
from tests.ports.test_language_model import DEADLINE_S, SCHEMA, code_of, request, text_of

PLAN = "".join(GREETING)


async def started(server: OpenAiServer, model: str = "", key_file: Path | None = None) -> OpenAiModel:
    made = OpenAiModel(url=server.host, model=model, key_file=key_file)
    await made.start()
    return made


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Refusal(500, "the slot has crashed"), ErrorCode.LLM_GONE),
        (Refusal(404, "model not found"), ErrorCode.MODEL_MISSING),
        (Refusal(301, "elsewhere"), ErrorCode.LLM_GONE),
        (Refusal(403, "no"), ErrorCode.LLM_KEY_UNUSABLE),
        (StreamError(), ErrorCode.LLM_GONE),
        (Drop(), ErrorCode.LLM_GONE),
        (b"", ErrorCode.LLM_GONE),
        (b"data: this is no JSON\n\n", ErrorCode.LLM_GONE),
        (b'data: {"choices":[{"delta":7}]}\n\n', ErrorCode.LLM_GONE),
        (b'data: {"choices":7}\n\n', ErrorCode.LLM_GONE),
        (b"data: []\n\n", ErrorCode.LLM_GONE),
        (b"<html>It works!</html>\n", ErrorCode.LLM_GONE),
        (Endless(), ErrorCode.LLM_GONE),
    ],
)
async def test_trouble_has_a_code(behaviour: Any, code: ErrorCode) -> None:
    async with OpenAiServer(behaviour) as server:
        model = await started(server)
        assert await code_of(text_of(model, request())) is code
        assert await text_of(model, request()) == PLAN
        await model.close()


async def test_an_answer_ends_at_a_number_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is still to come: a line without an end would fill the memory."""
    async with OpenAiServer() as server:
        model = await started(server)
        with monkeypatch.context() as patch:
            patch.setattr(server_calls, "MAX_ANSWER_BYTES", 200)
            assert await code_of(text_of(model, request())) is ErrorCode.LLM_GONE
        assert await text_of(model, request()) == PLAN
        await model.close()


async def test_a_prompt_that_does_not_fit_is_no_reason_to_ask_for_less() -> None:
    too_long = {"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error"}}
    async with OpenAiServer(b"data: " + json.dumps(too_long).encode() + b"\n\n") as server:
        model = await started(server)
        assert await code_of(text_of(model, request())) is ErrorCode.CONTEXT_TOO_SMALL
        await model.close()


@pytest.mark.parametrize("lacks", [(), ("logprobs",), ("response_format",), ("chat_template_kwargs", "logprobs")])
async def test_what_a_server_does_not_know_is_left_out(lacks: tuple[str, ...]) -> None:
    """Once it is known, at once."""
    async with OpenAiServer(lacks=lacks) as server:
        model = await started(server)
        assert await text_of(model, request()) == PLAN
        asked = len(server.bodies)
        assert await text_of(model, request()) == PLAN
        assert len(server.bodies) == asked + 1
        assert not set(lacks) & set(server.bodies[-1])
        await model.close()


async def test_a_request_that_is_refused_whatever_it_holds_is_an_error() -> None:
    async with OpenAiServer(*[Refusal(400, "no")] * 9) as server:
        model = await started(server)
        assert await code_of(text_of(model, request())) is ErrorCode.INVALID_REQUEST
        assert len(server.bodies) == 5
        await model.close()


async def test_a_server_that_loads_its_model_is_asked_again() -> None:
    async with OpenAiServer(Refusal(503, "Loading model"), Refusal(429, "slow down")) as server:
        model = await started(server)
        assert await text_of(model, request()) == PLAN
        await model.close()


async def test_silence_ends_at_the_deadline_and_the_server_is_told() -> None:
    async with OpenAiServer(Hang()) as server:
        model = await started(server)
        assert await code_of(text_of(model, request(deadline_s=0.3))) is ErrorCode.TIMEOUT
        await asyncio.wait_for(server.client_left.wait(), DEADLINE_S)
        await model.close()


async def test_thoughts_are_no_answer() -> None:
    async with OpenAiServer(Thinking(*GREETING)) as server:
        model = await started(server)
        assert await text_of(model, request()) == PLAN
        assert server.bodies[-1]["chat_template_kwargs"] == {"enable_thinking": False}
        await model.close()


async def test_the_request_on_the_wire() -> None:
    async with OpenAiServer() as server:
        model = await started(server)
        await text_of(model, request(max_tokens=7))
        body = server.bodies[-1]
        assert body["response_format"]["type"] == "json_schema"
        assert body["response_format"]["json_schema"]["schema"] == {**SCHEMA, "additionalProperties": False}
        assert (body["model"], body["stream"], body["temperature"]) == (MODEL, True, 0)
        assert body["max_tokens"] == 7 + THOUGHT_TOKENS
        assert [message["role"] for message in body["messages"]] == ["system", "user"]
        await model.close()


async def test_the_first_model_serves_unless_one_is_named() -> None:
    async with OpenAiServer() as server:
        model = await started(server, MODEL)
        assert MODEL in model.engine
        await model.close()
        assert await code_of(started(server, "other")) is ErrorCode.MODEL_MISSING


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [
        ("k3y\n", 0o600, None),
        ("k3y", 0o640, ErrorCode.LLM_KEY_UNUSABLE),
        ("other", 0o600, ErrorCode.LLM_KEY_UNUSABLE),
        ("", 0o600, ErrorCode.LLM_KEY_UNUSABLE),
        ("two\nlines", 0o600, ErrorCode.LLM_KEY_UNUSABLE),
        (None, 0, ErrorCode.LLM_KEY_UNUSABLE),
    ],
)
async def test_a_key_is_sent_if_it_is_kept(
    tmp_path: Path, content: str | None, mode: int, code: ErrorCode | None
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    async with OpenAiServer(key="k3y") as server:
        chosen = choose_model(
            "openai",
            ollama_host="",
            ollama_model="",
            model_path=tmp_path,
            cache_dir=tmp_path,
            tasks=Tasks(),
            openai_url=f"{server.host}/v1",
            openai_key_file=str(file),
        )
        if code is not None:
            assert await code_of(chosen) is code
            assert mode == 0o600 or server.keys == [], "a key that others can read is not sent"
        else:
            model = await chosen
            assert await text_of(model, request()) == PLAN
            await model.close()


@pytest.mark.parametrize(
    ("model", "key", "code"),
    [
        ("", "", None),
        (MODEL, "", None),
        ("other", "", ErrorCode.MODEL_MISSING),
        ("", "k3y", ErrorCode.LLM_GONE),
    ],
)
async def test_the_doctor_says_what_it_serves_and_what_it_lacks(
    model: str, key: str, code: ErrorCode | None
) -> None:
    async with OpenAiServer(key=key) as server:
        config = Config(llm=Llm(backend="openai", openai_url=server.host, openai_model=model))
        found = await asyncio.to_thread(doctor._openai, config)
    assert found.code is code
    assert code is not None or MODEL in found.detail


def test_the_doctor_looks_for_no_server_that_is_not_used() -> None:
    assert doctor._openai(Config(llm=Llm(openai_url="http://127.0.0.1:1"))).code is None
