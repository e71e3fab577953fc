"""A server that speaks Ollama's wire protocol over loopback, for the real client; its answers are scripted."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from types import TracebackType
from typing import Any

MODEL = "scripted:latest"
GREETING = ('{"intent":', '"chat","reply"', ':"Hello!"}')


class Hang:
    """Answer nothing until the client goes away."""


class Drop:
    """Close the connection in the middle of the answer."""


class Refusal:
    """An HTTP status with Ollama's error body."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message


class StreamError:
    """A first piece, then an error line."""


class Thinking:
    """A thought in a field of its own before each piece."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces


class Endless:
    """One line that never ends."""


Behaviour = tuple[str, ...] | Hang | Drop | Refusal | StreamError | Thinking | Endless | bytes


class OllamaServer:
    """Serves one scripted answer for each chat request, then greetings. ``bodies`` keeps the requests."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours: deque[Behaviour] = deque(behaviours)
        self.bodies: list[dict[str, Any]] = []
        self.digest = "0"
        self.is_loaded = True
        self.headers: dict[str, str] = {}
        self.client_left = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def host(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> OllamaServer:
        await self.listen(0)
        return self

    async def listen(self, port: int) -> None:
        """Begin to listen, for instance where somebody looks for a server already."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, path, _ = head.split("\r\n", 1)[0].split(" ")
            self.headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = await reader.readexactly(int(self.headers.get("content-length", "0")))
            await self._route(f"{method} {path}", body, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.client_left.set()
        finally:
            writer.close()

    async def _route(
        self, route: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if route == "GET /api/version":
            reply(writer, 200, {"version": "0.0.0"})
        elif route == "GET /api/tags":
            reply(writer, 200, {"models": [{"model": MODEL, "name": MODEL, "size": 1, "digest": self.digest}]})
        elif route == "GET /api/ps":
            loaded = [{"model": MODEL, "name": MODEL, "size": 1, "digest": self.digest}]
            reply(writer, 200, {"models": loaded if self.is_loaded else []})
        elif route == "POST /api/chat":
            await self._chat(json.loads(body), reader, writer)
        else:
            reply(writer, 404, {"error": "no such page"})
        await writer.drain()

    async def _chat(
        self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.bodies.append(body)
        self.is_loaded = True
        if body["model"] not in {MODEL, MODEL.split(":")[0]}:
            reply(writer, 404, {"error": f"model '{body['model']}' not found"})
            return
        behaviour = self.behaviours.popleft() if self.behaviours else GREETING
        if isinstance(behaviour, Refusal):
            reply(writer, behaviour.status, {"error": behaviour.message})
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n")
        if isinstance(behaviour, bytes):
            writer.write(behaviour)
        elif isinstance(behaviour, tuple):
            await self._pieces(behaviour, writer)
        elif isinstance(behaviour, Thinking):
            for piece in behaviour.pieces:
                writer.write(_line(content="", thinking="Hm. {"))
                writer.write(_line(content=piece))
            writer.write(_line(content="", done=True, done_reason="stop"))
        elif isinstance(behaviour, Endless):
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        else:
            writer.write(_line(content="{"))
            await self._fail(behaviour, reader, writer)

    async def _pieces(self, pieces: tuple[str, ...], writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            logprobs = [{"token": piece, "logprob": -0.1}]
            writer.write(_line(content=piece, logprobs=logprobs))
            await writer.drain()
        writer.write(_line(content="", done=True, done_reason="stop", eval_count=len(pieces)))

    async def _fail(
        self, behaviour: Hang | Drop | StreamError, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if isinstance(behaviour, StreamError):
            writer.write(b'{"error":"the runner has crashed"}\n')
        elif isinstance(behaviour, Drop):
            await writer.drain()
            writer.transport.abort()
        else:
            await writer.drain()
            await reader.read()
            self.client_left.set()


def _line(content: str, *, done: bool = False, thinking: str = "", **more: Any) -> bytes:
    thought = {"thinking": thinking} if thinking else {}
    value = {
        "model": MODEL,
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": content, **thought},
        "done": done,
        **more,
    }
    return json.dumps(value).encode() + b"\n"


def reply(writer: asyncio.StreamWriter, status: int, value: dict[str, Any]) -> None:
    """Answer with JSON."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
