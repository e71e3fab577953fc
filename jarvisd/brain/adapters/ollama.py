"""A language model behind an Ollama server, through the official client (decision 15)."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from jarvisd.brain.adapters.context_room import demand_room
from jarvisd.brain.adapters.server_calls import (
    BUSY,
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
from jarvisd.brain.ports import Completion, GeneratedText, Message
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable

logger = logging.getLogger(__name__)

_NOT_FOUND, _BAD_REQUEST = 404, 400


class OllamaModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel` on ``host``; ``model`` may leave out the tag ``latest``.

    It is asked not to think; one that does all the same sends that apart, and is given tokens for it.
    """

    def __init__(self, *, host: str, model: str, context_tokens: int = 8192, keep_alive_s: int = 1800) -> None:
        self._host = host
        self._model = model
        self._context_tokens = context_tokens
        self._keep_alive_s = keep_alive_s
        self._client: Any = None
        self._version = ""
        self._prompt_tokens = 0
        self._prefix: tuple[Message, ...] = ()
        self._digest = ""

    @property
    def engine(self) -> str:
        """Client, server version and model."""
        return f"ollama {self._version} {self._model}".replace("  ", " ")

    async def start(self) -> None:
        """Connect; errors carry LLM_GONE or MODEL_MISSING."""
        if self._client is None:
            # Importing the library takes seconds on a busy machine, too long for the event loop.
            self._client = await asyncio.to_thread(_client, self._host)
        await self.check()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer; see the port."""
        client = self._connected()
        ends_s = asyncio.get_running_loop().time() + completion.deadline_s
        with self._faults():
            answer, chunk = await patiently(lambda: self._begin(client, completion, ends_s), ends_s)
            try:
                while chunk is not None:
                    if text := chunk.message.content:
                        yield GeneratedText(text, _probability(chunk))
                    if chunk.done:
                        break
                    chunk = await in_time(_next(answer), ends_s)
                else:
                    raise Unavailable(f"Ollama at {self._host} broke off its answer", code=ErrorCode.LLM_GONE)
                # Without those that the server had in its cache, so at most the prompt.
                self._prompt_tokens = int(getattr(chunk, "prompt_eval_count", None) or 0)
            finally:
                # The server goes on generating until the connection is closed.
                await answer.aclose()

    async def _begin(self, client: Any, completion: Completion, ends_s: float) -> tuple[Any, Any]:
        """The answer and its first part. Raises NotYet when the server could not begin one now."""
        with self._faults():
            answer = await in_time(self._chat(client, completion), ends_s)
            try:
                return answer, await in_time(_next(answer), ends_s)
            except BaseException:
                await answer.aclose()
                raise

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Have the server evaluate ``prefix`` and keep the model loaded; see the port."""
        self._prefix = tuple(prefix)
        request = Completion((*prefix, Message("user", "{")), max_tokens=1, deadline_s=WARM_LIMIT_S)
        async for _ in self.stream(request):
            pass
        demand_room(self._prompt_tokens, self._context_tokens)

    async def check(self) -> None:
        """Raise LLM_GONE if the server does not answer, MODEL_MISSING if it does not have the model."""
        client = self._connected()
        ends_s = asyncio.get_running_loop().time() + CHECK_LIMIT_S
        with self._faults():
            listing = await in_time(client.list(), ends_s)
            loaded = await in_time(client.ps(), ends_s)
        digests = [str(entry.digest) for entry in listing.models if self._is_ours(entry.model)]
        if not digests:
            raise self._missing()
        if not self._version:
            self._version = await self._server_version()
        is_loaded = any(self._is_ours(entry.model) for entry in loaded.models)
        is_other, self._digest = self._digest not in ("", digests[0]), digests[0]
        if self._prefix and self._keep_alive_s and (is_other or not is_loaded):
            # Idle for too long, pushed out by another one, pulled anew, or the server was started again.
            logger.info("warming again model=%s digest=%s loaded=%s", self._model, self._digest, is_loaded)
            await self.warm(self._prefix)

    async def close(self) -> None:
        """Close the connections; safe to call twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _chat(self, client: Any, completion: Completion) -> Any:
        return client.chat(
            model=self._model,
            messages=[{"role": message.role, "content": message.content} for message in completion.messages],
            stream=True,
            format=completion.schema,
            think=False,
            options={"temperature": 0, "num_ctx": self._context_tokens, "num_predict": most_tokens(completion)},
            keep_alive=self._keep_alive_s,
            logprobs=True,
        )

    async def _server_version(self) -> str:
        import httpx

        with self._faults():
            # The client has no method for this.
            async with httpx.AsyncClient(base_url=self._host, timeout=CHECK_LIMIT_S) as http:
                return str((await http.get("/api/version")).json().get("version", ""))

    def _is_ours(self, name: str | None) -> bool:
        return name in (self._model, f"{self._model}:latest")

    def _connected(self) -> Any:
        if self._client is None:
            raise Unavailable("the connection to Ollama is closed", code=ErrorCode.LLM_GONE)
        return self._client

    def _missing(self) -> JarvisError:
        return Unavailable(
            f"Ollama at {self._host} has no model {self._model}: run ollama pull {self._model}",
            code=ErrorCode.MODEL_MISSING,
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate what the client and its HTTP library raise."""
        import ollama

        with http_faults(f"Ollama at {self._host}"):
            try:
                yield
            except ollama.ResponseError as error:
                raise self._refusal(error.status_code, error.error) from error

    def _refusal(self, status: int, message: str) -> JarvisError:
        if status == _NOT_FOUND:
            return self._missing()
        if status == _BAD_REQUEST:
            return RequestError(f"Ollama refused the request: {message}")
        kind = NotYet if status == BUSY else Unavailable
        return kind(f"Ollama at {self._host}: {message}", code=ErrorCode.LLM_GONE)


async def _next(answer: Any) -> Any:
    return await anext(answer, None)


def _probability(chunk: Any) -> float | None:
    tokens = chunk.logprobs or ()
    return math.exp(sum(token.logprob for token in tokens)) if tokens else None


def _client(host: str) -> Any:
    import httpx
    import ollama

    # Reading has no limit here: evaluating a prompt takes as long as it takes; requests have limits.
    return ollama.AsyncClient(
        host=host, timeout=httpx.Timeout(None, connect=CONNECT_LIMIT_S), transport=bounded_transport()
    )
