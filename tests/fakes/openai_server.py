"""A server with OpenAI's interface for chats, over loopback; its answers are scripted.

It speaks as llama-server does: events with ``data:``, comments, ``[DONE]``, errors as objects. ``lacks`` names
what it refuses in a request, as some servers do.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.ports.ollama_server import (
    GREETING,
    Behaviour,
    Drop,
    Endless,
    Hang,
    OllamaServer,
    Refusal,
    StreamError,
    Thinking,
    reply,
)

MODEL = "scripted.gguf"


class OpenAiServer(OllamaServer):
    """Serves one scripted answer for each chat request, then greetings. ``bodies`` keeps the requests."""

    def __init__(self, *behaviours: Behaviour, lacks: tuple[str, ...] = (), key: str = "") -> None:
        super().__init__(*behaviours)
        self.lacks = lacks
        self.key = key
        self.keys: list[str] = []

    async def _route(
        self, route: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.keys.append(self.headers.get("authorization", ""))
        if self.key and self.keys[-1] != f"bearer {self.key}":
            _refuse(writer, 401, "Invalid API Key", "authentication_error")
        elif route == "GET /v1/models":
            reply(writer, 200, {"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        elif route == "POST /v1/chat/completions":
            await self._chat(json.loads(body), reader, writer)
        else:
            _refuse(writer, 404, "File Not Found", "not_found_error")
        await writer.drain()

    async def _chat(
        self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.bodies.append(body)
        if unknown := [name for name in self.lacks if name in body]:
            _refuse(writer, 400, f"Unknown parameter: {unknown[0]}", "invalid_request_error")
            return
        behaviour = self.behaviours.popleft() if self.behaviours else GREETING
        if isinstance(behaviour, Refusal):
            _refuse(writer, behaviour.status, behaviour.message, "server_error")
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        if isinstance(behaviour, bytes):
            writer.write(behaviour)
        elif isinstance(behaviour, (tuple, Thinking)):
            self._events(behaviour, writer)
        elif isinstance(behaviour, Endless):
            while True:
                writer.write(b"data: " + b"x" * 65_536)
                await writer.drain()
        else:
            writer.write(_event(content="{"))
            await self._break_off(behaviour, reader, writer)

    def _events(self, behaviour: tuple[str, ...] | Thinking, writer: asyncio.StreamWriter) -> None:
        writer.write(b": the model is being loaded\n\n" + _event(role="assistant", content=None))
        pieces = behaviour.pieces if isinstance(behaviour, Thinking) else behaviour
        for piece in pieces:
            if isinstance(behaviour, Thinking):
                writer.write(_event(reasoning_content="Hm. {"))
            writer.write(_event(content=piece))
        writer.write(_event(finish="stop") + _data({"choices": [], "usage": {"prompt_tokens": 9}}))
        writer.write(b"data: [DONE]\n\n")

    async def _break_off(
        self, behaviour: Hang | Drop | StreamError, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if isinstance(behaviour, StreamError):
            writer.write(_data({"error": {"code": 500, "message": "crashed", "type": "server_error"}}))
        await writer.drain()
        if isinstance(behaviour, Drop):
            writer.transport.abort()
        elif isinstance(behaviour, Hang):
            await reader.read()
            self.client_left.set()


def _event(*, finish: str | None = None, **delta: str | None) -> bytes:
    sure = {"content": [{"token": delta.get("content"), "logprob": -0.1}]} if delta.get("content") else None
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": sure}
    return _data({"id": "1", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]})


def _data(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _refuse(writer: asyncio.StreamWriter, status: int, message: str, kind: str) -> None:
    reply(writer, status, {"error": {"code": status, "message": message, "type": kind}})
