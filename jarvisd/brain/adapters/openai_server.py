"""A language model behind any server with OpenAI's interface for chats: llama-server, vLLM, LocalAI (decision 15).

Servers differ in what they take beside messages. What one refuses is left out from then on; without the schema the
prompt alone asks for the form, and what comes is read as leniently as everything else.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from jarvisd.brain.adapters.server_calls import (
    CHECK_LIMIT_S,
    CONNECT_LIMIT_S,
    WARM_LIMIT_S,
    NotYet,
    bounded_transport,
    http_faults,
    in_time,
    most_tokens,
    patiently,
)
from jarvisd.brain.models.lean_answers import closed
from jarvisd.brain.ports import Completion, GeneratedText, Message
from jarvisd.config.key_file import read_key
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted, RequestError, Unavailable

logger = logging.getLogger(__name__)

_OPTIONAL = ("chat_template_kwargs", "top_logprobs", "logprobs", "response_format")
"""What a server may not know, in the order in which it is given up."""
_BAD, _NOT_FOUND, _UNPROCESSABLE = 400, 404, 422
_FAILED = 500
_NO_ENTRY, _NOT_NOW = (401, 403), (429, 503)
_TOO_LONG = ("exceed_context_size_error", "context_length_exceeded")
"""How llama-server and others name a prompt that does not fit."""
_ERROR_CHARS = 300
"""Chosen: of a foreign page no more than this is told."""


class OpenAiModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel` at ``url``, the part before ``/v1/chat/completions``.

    ``model`` may be empty for the first that the server has. ``key_file`` holds the key that the server wants, if
    it does. No redirection is followed and no proxy used.
    """

    def __init__(self, *, url: str, model: str = "", key_file: Path | None = None) -> None:
        self._url = url.removesuffix("/v1")
        self._wanted = model
        self._model = model
        self._key_file = key_file
        self._client: Any = None
        self._refused: set[str] = set()

    @property
    def engine(self) -> str:
        """Kind, model and address."""
        return f"openai {self._model or 'default'} {self._url}"

    async def start(self) -> None:
        """Connect; errors carry LLM_GONE, MODEL_MISSING or LLM_KEY_UNUSABLE."""
        if self._client is None:
            self._client = await asyncio.to_thread(_client, self._url, self._key_file)
        await self.check()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer; see the port."""
        client = self._connected()
        ends_s = asyncio.get_running_loop().time() + completion.deadline_s
        with http_faults(self._server):
            answer = await patiently(lambda: self._begin(client, completion, ends_s), ends_s)
            try:
                lines = answer.aiter_lines()
                while (line := await in_time(_next(lines), ends_s)) is not None:
                    chunk = _data(line)
                    if chunk is _END:
                        return
                    if "error" in chunk:
                        raise self._refusal(_FAILED, chunk)
                    for choice in chunk.get("choices") or ():
                        if text := choice.get("delta", {}).get("content"):
                            yield GeneratedText(text, _probability(choice))
                        if choice.get("finish_reason"):
                            return
                raise Unavailable(f"{self._server} broke off its answer", code=ErrorCode.LLM_GONE)
            except (AttributeError, KeyError, TypeError) as error:
                raise Unavailable(
                    f"{self._server} answers strangely: {error!r}", code=ErrorCode.LLM_GONE
                ) from error
            finally:
                # The server goes on generating until the connection is closed.
                await answer.aclose()

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Have the server evaluate ``prefix``; see the port."""
        request = Completion((*prefix, Message("user", "{")), max_tokens=1, deadline_s=WARM_LIMIT_S)
        async for _ in self.stream(request):
            pass

    async def check(self) -> None:
        """Raise LLM_GONE if the server does not answer, MODEL_MISSING if it does not have the model."""
        client = self._connected()
        ends_s = asyncio.get_running_loop().time() + CHECK_LIMIT_S
        with http_faults(self._server):
            answer = await in_time(client.get("/v1/models"), ends_s)
            if answer.is_error:
                raise self._refusal(answer.status_code, _error(answer.content))
            entries = _object(answer.content).get("data")
            listed = entries if isinstance(entries, list) else []
            names = [str(entry.get("id")) for entry in listed if isinstance(entry, dict)]
        if not names or self._wanted not in ("", *names):
            known = f"it has {', '.join(names[:5])}" if names else "it has none"
            raise Unavailable(
                f"{self._server} has no model {self._wanted or 'at all'}: {known}", code=ErrorCode.MODEL_MISSING
            )
        if not self._wanted:
            self._model = names[0]

    async def close(self) -> None:
        """Close the connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    @property
    def _server(self) -> str:
        return f"the model server at {self._url}"

    async def _begin(self, client: Any, completion: Completion, ends_s: float) -> Any:
        """The answer, of which only the head has come."""
        while True:
            body = self._body(completion)
            request = client.build_request("POST", "/v1/chat/completions", json=body)
            with http_faults(self._server):
                answer = await in_time(client.send(request, stream=True), ends_s)
                if not answer.is_error and not answer.is_redirect:
                    return answer
                try:
                    refusal = self._refusal(answer.status_code, _error(await in_time(answer.aread(), ends_s)))
                finally:
                    await answer.aclose()
            optional = [name for name in _OPTIONAL if name in body]
            if refusal.code is not ErrorCode.INVALID_REQUEST or not optional:
                raise refusal
            logger.info("the model server refuses a request, leaving out name=%s reason=%s", optional[0], refusal)
            self._refused.add(optional[0])

    def _body(self, completion: Completion) -> dict[str, Any]:
        schema = None if completion.schema is None else closed(completion.schema)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in completion.messages],
            "stream": True,
            "temperature": 0,
            "max_tokens": most_tokens(completion),
            # Of models that think: they are asked not to, and what comes in a field of its own is not read.
            "chat_template_kwargs": {"enable_thinking": False},
            "logprobs": True,
            "top_logprobs": 1,
        }
        if schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "plan", "schema": schema}}
        return {name: value for name, value in body.items() if name not in self._refused}

    def _refusal(self, status: int, answer: dict[str, Any]) -> JarvisError:
        error = answer.get("error", answer)
        details = error if isinstance(error, dict) else {"message": error}
        text = f"{self._server} answers {status}: {str(details.get('message', details))[:_ERROR_CHARS]}"
        if details.get("type") in _TOO_LONG or details.get("code") in _TOO_LONG:
            return Unavailable(text, code=ErrorCode.CONTEXT_TOO_SMALL)
        if status in _NOT_NOW:
            return NotYet(text, code=ErrorCode.LLM_GONE)
        if status in _NO_ENTRY:
            return NotPermitted(text, code=ErrorCode.LLM_KEY_UNUSABLE)
        if status == _NOT_FOUND:
            return Unavailable(text, code=ErrorCode.MODEL_MISSING)
        if status in (_BAD, _UNPROCESSABLE):
            return RequestError(text)
        return Unavailable(text, code=ErrorCode.LLM_GONE)

    def _connected(self) -> Any:
        if self._client is None:
            raise Unavailable("the connection to the model server is closed", code=ErrorCode.LLM_GONE)
        return self._client


_END: dict[str, Any] = {}
_NOTHING: dict[str, Any] = {"choices": ()}


def _data(line: str) -> dict[str, Any]:
    """What a line of the event stream carries; lines that are no data carry nothing."""
    field, _, value = line.partition(":")
    if field != "data":
        if line and not line.startswith(":") and field not in ("event", "id", "retry"):
            raise ValueError(f"this is no event stream: {line[:40]!r}")
        return _NOTHING
    value = value.strip()
    return _END if value == "[DONE]" else _object(value)


def _object(text: str | bytes) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("it answers with something that is no object")
    return value


def _error(content: bytes) -> dict[str, Any]:
    try:
        return _object(content)
    except ValueError:
        return {"error": content[:_ERROR_CHARS].decode("utf-8", "replace")}


async def _next(lines: AsyncIterator[str]) -> str | None:
    return await anext(lines, None)


def _probability(choice: dict[str, Any]) -> float | None:
    tokens = (choice.get("logprobs") or {}).get("content") or ()
    return math.exp(sum(token["logprob"] for token in tokens)) if tokens else None


def _client(url: str, key_file: Path | None) -> Any:
    import httpx

    headers = {"Authorization": f"Bearer {read_key(key_file)}"} if key_file is not None else {}
    # Reading has no limit here: evaluating a prompt takes as long as it takes; requests have limits.
    timeout = httpx.Timeout(None, connect=CONNECT_LIMIT_S)
    return httpx.AsyncClient(
        base_url=url, headers=headers, timeout=timeout, transport=bounded_transport(), trust_env=False
    )
