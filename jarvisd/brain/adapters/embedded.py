"""The embedded language model: llama.cpp in a child process, spoken to in lines of JSON (decision 15).

The child is restarted by the next use after it has died. The evaluated prompt prefix is kept in a file, so that a
restart does not cost its evaluation again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.brain.adapters.context_room import demand_room
from jarvisd.brain.models.lean_answers import LeanReader
from jarvisd.brain.ports import Completion, GeneratedText, Message
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.timeout import within
from jarvisd.runtime.process.frames import frame
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

LOAD_LIMIT_S = 180.0
"""Longest time that loading a model may take."""
WARM_LIMIT_S = 1800.0
"""Evaluating a long prefix takes a minute on two idle cores, and many on busy ones."""
CANCEL_LIMIT_S = 20.0
"""A child that does not end a cancelled request within this time is killed."""
PING_LIMIT_S = 5.0
"""Chosen: a child that lives answers at once, whatever it computes."""
KEPT_PREFIXES = 3
"""Chosen: the tools as they are and were twice before; a file takes about 120 MB (measured)."""
FLASH_ATTENTION = 0
"""llama.cpp's number for off. By itself it is on, which costs on a CPU: the same 87 plans took 8.25 CPU seconds
each without and 10.51 with it (measured on 2 cores). A prefix saved with one is refused with the other."""
_GONE = (0, 0)
_CHILD = "jarvisd.brain.adapters.embedded_child"


@dataclass(frozen=True, slots=True)
class Prefill:
    """How many prompt tokens had to be evaluated, and how many were there already."""

    evaluated: int
    cached: int


class EmbeddedModel:
    """A :class:`~jarvisd.brain.ports.LanguageModel` over a GGUF file, or the one in a folder.

    With ``is_lean`` it writes plans in the lean form, which nobody else sees. ``on_progress`` hears how many
    tokens of a prefix have been evaluated, of how many. ``command`` replaces the program that is started, for
    tests. Use :func:`contextlib.aclosing` around ``stream``: the model serves one request at a time, and closing
    the iterator is what ends one early.
    """

    def __init__(
        self,
        *,
        model_path: Path,
        cache_dir: Path,
        tasks: Tasks,
        context_tokens: int = 8192,
        threads: int = 2,
        nice: int = 5,
        cores: Sequence[int] = (),
        is_lean: bool = False,
        on_progress: Callable[[int, int], None] = lambda tokens, of: None,
        command: Sequence[str] = (sys.executable, "-m", _CHILD),
    ) -> None:
        self._model_path = model_path
        self._slot_dir = cache_dir / "prefixes"
        self._tasks = tasks
        self._context_tokens = context_tokens
        self._options: dict[str, int | str] = {
            "--context-tokens": context_tokens,
            "--threads": threads,
            "--nice": nice,
            "--flash-attention": FLASH_ATTENTION,
        }
        self._options["--cores"] = ",".join(map(str, cores))
        self._is_lean = is_lean
        self._on_progress = on_progress
        self._command = tuple(command)
        self._engine = f"xllamacpp {model_path.name}"
        self._process: asyncio.subprocess.Process | None = None
        self._run_dir = ""
        self._lock = asyncio.Lock()
        self._loaded = _GONE
        self._last_id = 0
        self._unfinished = 0
        self._backoff = Backoff()
        self._not_before_s = 0.0
        self._prefix: tuple[Message, ...] = ()
        self._is_closed = False
        self.last_prefill = Prefill(0, 0)
        """Of the last request that ended by itself."""

    @property
    def engine(self) -> str:
        """Library, version and model file."""
        return self._engine

    async def start(self) -> None:
        """Load the model; errors carry MODEL_MISSING, MODEL_CORRUPT, LLM_GONE or TIMEOUT."""
        self._is_closed = False
        async with self._lock:
            await self._ensure_running()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        """Pieces of the answer; see the port."""
        loop = asyncio.get_running_loop()
        ends_s = loop.time() + completion.deadline_s
        try:
            await within(self._lock.acquire(), completion.deadline_s, undo=lambda _: self._lock.release())
            try:
                await within(self._ensure_running(), ends_s - loop.time())
                grammar = completion.lean_grammar if self._is_lean else ""
                request_id = self._ask("complete", completion.messages, schema=completion.schema,
                                       grammar=grammar, max_tokens=completion.max_tokens)  # fmt: skip
                lean = LeanReader() if grammar else None
                try:
                    while True:
                        answer = await within(self._answer(request_id), ends_s - loop.time())
                        if "piece" not in answer:
                            break
                        piece = GeneratedText(answer["piece"], answer["p"])
                        for part in lean.feed(piece) if lean else (piece,):
                            yield part
                finally:
                    self._leave(request_id)
            finally:
                self._lock.release()
        except asyncio.TimeoutError as error:
            raise _timeout(completion.deadline_s) from error

    async def warm(self, prefix: Sequence[Message]) -> None:
        """Evaluate ``prefix``, or take its evaluation from the cache folder; see the port."""
        self._prefix = tuple(prefix)
        async with self._lock:
            await self._ensure_running()
            await self._warm()

    async def check(self) -> None:
        """Raise LLM_GONE unless the child is there and, when idle, answers and holds the model that is on disk."""
        if self._process is None or self._process.returncode is not None:
            raise Unavailable("the language model's process is not running", code=ErrorCode.LLM_GONE)
        if self._lock.locked():
            return
        async with self._lock:
            if _identity(self._model_path) not in (self._loaded, _GONE):
                raise Unavailable("the model file is another one now", code=ErrorCode.LLM_GONE)
            if not await self._is_idle():
                raise Unavailable("the language model does not end a cancelled request", code=ErrorCode.LLM_GONE)
            try:
                await within(self._answer(self._ask("ping", ())), PING_LIMIT_S)
            except asyncio.TimeoutError as error:
                raise Unavailable("the language model does not answer", code=ErrorCode.LLM_GONE) from error

    async def close(self) -> None:
        """End the child; safe to call twice."""
        self._is_closed = True
        await self._kill()

    # --- the child process ---

    async def _ensure_running(self) -> None:
        if self._is_closed:
            raise Unavailable("the language model has been closed", code=ErrorCode.LLM_GONE)
        if self._process is not None and self._process.returncode is None and await self._is_idle():
            return
        await self._kill()
        self._model_path = _gguf(self._model_path)
        self._loaded = _identity(self._model_path)
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._not_before_s - loop.time()))
        try:
            await within(self._spawn(), LOAD_LIMIT_S)
        except asyncio.TimeoutError as error:
            await self._failed()
            raise _timeout(LOAD_LIMIT_S) from error
        except (JarvisError, asyncio.CancelledError):
            await self._failed()
            raise
        if self._prefix and self._saved_prefix().exists():
            await self._warm()

    async def _is_idle(self) -> bool:
        """Wait for the end of a request that was left early; False if it does not end."""
        try:
            while self._unfinished:
                await within(self._answer(self._unfinished), CANCEL_LIMIT_S)
        except (asyncio.TimeoutError, JarvisError):
            return self._unfinished == 0 and self._process is not None and self._process.returncode is None
        return True

    async def _spawn(self) -> None:
        self._slot_dir.mkdir(parents=True, exist_ok=True)
        self._run_dir = tempfile.mkdtemp(prefix="jarvisd-llm-")
        options = {
            **self._options,
            "--model": self._model_path,
            "--run-dir": self._run_dir,
            "--slot-dir": self._slot_dir,
            "--parent": os.getpid(),
        }
        arguments = [str(part) for option in options.items() for part in option]
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "OMP_WAIT_POLICY": "passive"},
        )
        self._tasks.start("llm-stderr", _log_lines(self._process))
        ready = await self._line()
        if "ready" not in ready:
            raise _error(ready)
        self._engine = f"{ready['ready']} {self._model_path.stem}"
        logger.info("language model loaded engine=%s pid=%d", self._engine, self._process.pid)

    async def _failed(self) -> None:
        pause_s = self._backoff.failed()
        self._not_before_s = asyncio.get_running_loop().time() + pause_s
        await self._kill()

    async def _kill(self) -> None:
        process, self._process, self._unfinished = self._process, None, 0
        if process is not None and process.returncode is None:
            process.kill()
        if process is not None:
            await process.wait()
        if self._run_dir:
            shutil.rmtree(self._run_dir, ignore_errors=True)
            self._run_dir = ""

    # --- requests ---

    def _ask(self, operation: str, messages: Sequence[Message], **more: Any) -> int:
        self._last_id += 1
        chat = [{"role": message.role, "content": self._shown(message)} for message in messages]
        self._send({"op": operation, "id": self._last_id, "messages": chat, **more})
        self._unfinished = self._last_id
        return self._last_id

    def _shown(self, message: Message) -> str:
        return message.leanest if self._is_lean else message.content

    def _send(self, request: Mapping[str, Any]) -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(frame(request))

    def _leave(self, request_id: int) -> None:
        """End a request that has not ended by itself; what it still sends is skipped later."""
        if self._unfinished == request_id:
            self._send({"op": "cancel", "id": request_id})

    async def _answer(self, request_id: int) -> dict[str, Any]:
        while True:
            answer = await self._line()
            if answer.get("id") != request_id:
                continue
            if "progress" in answer:
                self._on_progress(*answer["progress"])
                continue
            if "piece" not in answer:
                self._unfinished = 0
                if "error" in answer:
                    raise _error(answer)
                self._backoff.succeeded()
                self.last_prefill = Prefill(answer["evaluated"], answer["cached"])
            return answer

    async def _line(self) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdout is None:
            raise Unavailable("the language model's process is not running", code=ErrorCode.LLM_GONE)
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            await self._failed()
            status = f"status {process.returncode}"
            raise Unavailable(f"the language model's process ended with {status}", code=ErrorCode.LLM_GONE)
        answer: dict[str, Any] = json.loads(line)
        return answer

    # --- the prefix ---

    async def _warm(self) -> None:
        saved = self._saved_prefix()
        # An open user turn: what follows it is what differs between requests.
        request_id = self._ask("warm", (*self._prefix, Message("user", "{")), schema=None, file=saved.name)
        try:
            while "piece" in await within(self._answer(request_id), WARM_LIMIT_S):
                pass
        except asyncio.TimeoutError as error:
            raise _timeout(WARM_LIMIT_S) from error
        finally:
            self._leave(request_id)
        prefill = self.last_prefill
        demand_room(prefill.evaluated + prefill.cached, self._context_tokens)
        logger.info("prompt prefix warm evaluated_tokens=%d cached_tokens=%d", prefill.evaluated, prefill.cached)
        self._forget_old_prefixes(saved)

    def _saved_prefix(self) -> Path:
        # Of the file that was loaded, whatever has taken its place since.
        settings = [self._context_tokens, FLASH_ATTENTION]
        identity = [self._engine, self._model_path.name, *self._loaded, settings]
        shown = [[message.role, self._shown(message)] for message in self._prefix]
        key = hashlib.sha256(json.dumps([identity, shown]).encode()).hexdigest()
        return self._slot_dir / f"{key[:32]}.bin"

    def _forget_old_prefixes(self, used: Path) -> None:
        # The one in use stays, whatever the clock said when the others were written.
        others = (file for file in self._slot_dir.glob("*.*") if file != used)
        files = sorted(others, key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT_PREFIXES - 1 :]:
            file.unlink(missing_ok=True)


def _gguf(path: Path) -> Path:
    files = sorted(path.glob("*.gguf")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise Unavailable(f"no model in {path}", code=ErrorCode.MODEL_MISSING)
    return files[0]


async def _log_lines(process: asyncio.subprocess.Process) -> None:
    if process.stderr is None:
        return
    async for line in process.stderr:
        logger.warning("llm: %s", line.decode(errors="replace").rstrip()[:500])


def _identity(model: Path) -> tuple[int, int]:
    """What tells a file from another one in its place."""
    try:
        stat = model.stat()
    except OSError:
        return _GONE
    return (stat.st_size, stat.st_mtime_ns)


def _timeout(limit_s: float) -> JarvisError:
    return EngineError(f"the language model gave no answer in {limit_s:g} s", code=ErrorCode.TIMEOUT)


def _error(answer: Mapping[str, Any]) -> JarvisError:
    message, code = str(answer.get("error", answer)), str(answer.get("code", ErrorCode.LLM_GONE.value))
    if code == ErrorCode.CONTEXT_TOO_SMALL.value:
        return Unavailable(
            f"the prompt is larger than llm.context_tokens: {message}", code=ErrorCode.CONTEXT_TOO_SMALL
        )
    if code == ErrorCode.MODEL_CORRUPT.value:
        return Unavailable(f"the model cannot be loaded: {message}", code=ErrorCode.MODEL_CORRUPT)
    return Unavailable(message, code=ErrorCode.LLM_GONE)
