"""The process that holds llama.cpp, started by ``embedded.py`` as ``python -m`` with this module's name.

It reads one JSON object a line from its standard input and writes one a line to its standard output. A crash, a
leak or a wild allocation of native code stays in here. It ends when its input ends or its parent dies.

Requests: ``{"op": "complete", "id", "messages", "schema", "grammar", "max_tokens"}``, ``{"op": "warm", "id",
"messages", "file"}``, ``{"op": "cancel", "id"}``, ``{"op": "ping", "id"}``. Answers: ``{"ready"}`` once, then for
an id ``{"piece", "p"}`` and, of a warming, ``{"progress": [tokens, of]}`` any number of times, and one of
``{"end", "cached", "evaluated"}`` and ``{"error", "code"}``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import queue
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from jarvisd.brain.models.lean_answers import closed
from jarvisd.linux.parent_death import die_with_parent
from jarvisd.runtime.process.frames import ReplyWriter, private_output, read_frame

GRAMMAR_HEAD = "%llguidance {}\nstart: %json "
PREFILL_BATCH_TOKENS = 256
"""Prompt tokens evaluated at a time; a cancelled request stops between two batches."""
SLOT_TIMEOUT_S = 30.0
"""Chosen: to save 120 MB takes 0.3 s, to restore them likewise (measured on 2 cores); a disk may be slow."""


class Engine:
    """llama.cpp with one slot; its own server listens on a private socket, for saving and restoring the slot."""

    def __init__(self, options: argparse.Namespace) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = options.model
        params.n_ctx = options.context_tokens
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = PREFILL_BATCH_TOKENS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
        params.use_jinja = True
        params.verbosity = 0
        # Weights are repacked for this processor; a mapped file would stay resident beside them.
        params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
        params.flash_attn_type = options.flash_attention
        params.cache_ram_mib = 0  # copies of old prompts in memory; one prefix stays in the slot
        params.ui = False
        params.n_threads_http = 1
        self._socket_path = str(Path(options.run_dir) / "llm.sock")
        self._api_key = secrets.token_hex(16)
        params.hostnames = [self._socket_path]
        params.port = 0
        params.api_keys = [self._api_key]
        params.endpoint_slots = True
        params.slot_save_path = options.slot_dir + "/"
        self._slot_dir = Path(options.slot_dir)
        self._server = xllamacpp.Server(params)

    def complete(self, request: dict[str, Any], replies: ReplyWriter, cancelled: threading.Event) -> None:
        """Generate; pieces go to ``replies`` as they come."""
        run = _Run(request["id"], replies, cancelled)
        self._generate(request, run)
        run.finish()

    def _generate(self, request: dict[str, Any], run: _Run) -> None:
        body: dict[str, Any] = {
            "messages": request["messages"],
            "max_tokens": request["max_tokens"],
            "temperature": 0,
            "stream": True,
            "cache_prompt": True,
            "return_progress": True,
            "logprobs": True,
            "top_logprobs": 1,
            # A grammar holds the answer from its first token, so models that think by themselves must not.
            "chat_template_kwargs": {"enable_thinking": False},
        }
        if request.get("grammar"):
            body["grammar"] = request["grammar"]
        elif request.get("schema") is not None:
            schema = {**closed(request["schema"]), "x-guidance": {"whitespace_flexible": False}}
            body["grammar"] = GRAMMAR_HEAD + json.dumps(schema)
        self._server.handle_chat_completions(body, run.on_chunk)

    def warm(self, request: dict[str, Any], replies: ReplyWriter, cancelled: threading.Event) -> None:
        """Have the prompt evaluated: from the saved slot if there is one, else by evaluating and saving it."""
        saved = self._slot_dir / request["file"]
        is_restored = saved.exists() and self._restore(saved)
        run = _Run(request["id"], replies, cancelled, with_progress=True)
        self._generate({**request, "max_tokens": 1}, run)
        if not is_restored and not cancelled.is_set():
            self._save(saved)
        # Whoever hears of the end may end this process.
        run.finish()

    def _restore(self, saved: Path) -> bool:
        # A file that kills this process must not be met again at the next start.
        trying = saved.with_suffix(".trying")
        saved.replace(trying)
        if not self._slot("restore", trying.name):
            trying.unlink(missing_ok=True)
            return False
        trying.replace(saved)
        return True

    def _save(self, saved: Path) -> None:
        partial = saved.with_suffix(".partial")
        if self._slot("save", partial.name):
            partial.replace(saved)
        else:
            partial.unlink(missing_ok=True)

    def _slot(self, action: str, name: str) -> bool:
        connection = _UnixConnection(self._socket_path)
        try:
            headers = {"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json"}
            connection.request("POST", f"/slots/0?action={action}", json.dumps({"filename": name}), headers)
            response = connection.getresponse()
            detail = response.read()
        except (OSError, http.client.HTTPException) as error:
            sys.stderr.write(f"slot {action} failed: {error}\n")
            return False
        finally:
            connection.close()
        if response.status != http.client.OK:
            sys.stderr.write(f"slot {action} failed: {detail[:200]!r}\n")
        return response.status == http.client.OK


class _Run:
    """Turns the chunks of one generation into answers."""

    def __init__(
        self, request_id: int, replies: ReplyWriter, cancelled: threading.Event, *, with_progress: bool = False
    ) -> None:
        self._id = request_id
        self._replies = replies
        self._cancelled = cancelled
        self._with_progress = with_progress
        self._error: dict[str, Any] | None = None
        self._end = "stop"
        self._timings: dict[str, Any] = {}

    def on_chunk(self, chunk: dict[str, Any]) -> bool:
        """Take a chunk; True stops the generation."""
        if "error" in chunk:
            self._error = chunk["error"]
            return True
        self._timings = chunk.get("timings", self._timings)
        if self._with_progress and (done := chunk.get("prompt_progress")):
            self._replies.send(id=self._id, progress=[done["processed"], done["total"]])
        for choice in chunk.get("choices", ()):
            text = choice["delta"].get("content")
            if text:
                self._replies.send(id=self._id, piece=text, p=_probability(choice))
            self._end = choice.get("finish_reason") or self._end
        return self._cancelled.is_set()

    def finish(self) -> None:
        """Say how it ended."""
        if self._error is not None:
            message = str(self._error.get("message", ""))
            is_too_long = self._error.get("type") == "exceed_context_size_error"
            self._replies.send(id=self._id, error=message, code="ContextTooSmall" if is_too_long else "LlmGone")
            return
        end = "cancelled" if self._cancelled.is_set() else self._end
        cached, evaluated = self._timings.get("cache_n", 0), self._timings.get("prompt_n", 0)
        self._replies.send(id=self._id, end=end, cached=cached, evaluated=evaluated)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SLOT_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _probability(choice: dict[str, Any]) -> float | None:
    tokens = (choice.get("logprobs") or {}).get("content") or ()
    return math.exp(sum(token["logprob"] for token in tokens)) if tokens else None


class RequestQueue:
    """Takes requests from the input and lets one thread work on them in order."""

    def __init__(self, engine: Engine, replies: ReplyWriter) -> None:
        self._engine = engine
        self._replies = replies
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._flags: dict[int, threading.Event] = {}

    def work(self) -> None:
        """Serve requests for ever."""
        while True:
            request = self._waiting.get()
            flag = self._flags[request["id"]]
            try:
                if flag.is_set():
                    self._replies.send(id=request["id"], end="cancelled", cached=0, evaluated=0)
                elif request["op"] == "warm":
                    self._engine.warm(request, self._replies, flag)
                else:
                    self._engine.complete(request, self._replies, flag)
            except Exception as error:  # noqa: BLE001 - adapter callback: native errors of any type end one request
                self._replies.send(id=request["id"], error=repr(error), code="LlmGone")
            self._flags.pop(request["id"], None)

    def take(self, request: dict[str, Any]) -> None:
        """Take one request from the input."""
        if request["op"] == "ping":
            self._replies.send(id=request["id"], end="pong", cached=0, evaluated=0)
        elif request["op"] == "cancel":
            if flag := self._flags.get(request["id"]):
                flag.set()
        else:
            self._flags[request["id"]] = threading.Event()
            self._waiting.put(request)


def main() -> None:
    """Load the model, say so, serve until the input ends."""
    parser = argparse.ArgumentParser()
    for name in ("--model", "--run-dir", "--slot-dir", "--cores"):
        parser.add_argument(name, required=True)
    for name in ("--context-tokens", "--threads", "--nice", "--parent", "--flash-attention"):
        parser.add_argument(name, required=True, type=int)
    options = parser.parse_args()
    if not die_with_parent(options.parent, signal.SIGKILL):
        os._exit(0)
    os.nice(options.nice)
    if options.cores:
        # The parent keeps to the cores of its event loop, and a child begins where its parent is.
        os.sched_setaffinity(0, [int(core) for core in options.cores.split(",")])
    replies = ReplyWriter(private_output())
    # Spinning OpenMP threads starve speech recognition on few cores; read when the library is loaded.
    os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        engine = Engine(options)
    except ImportError as error:
        replies.send(error=f"xllamacpp cannot be imported: {error}", code="LlmGone")
        os._exit(1)
    except RuntimeError as error:
        replies.send(error=str(error), code="ModelCorrupt")
        os._exit(1)
    from importlib.metadata import version

    desk = RequestQueue(engine, replies)
    threading.Thread(target=desk.work, daemon=True).start()
    replies.send(ready=f"xllamacpp {version('xllamacpp')}")
    while (taken := read_frame(sys.stdin.buffer)) is not None:
        desk.take(taken[0])
    # Native threads may still be decoding; nothing here needs an orderly end.
    os._exit(0)


if __name__ == "__main__":
    main()
