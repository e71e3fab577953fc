"""A stand-in for the process that holds llama.cpp: the same lines of JSON, answers by what is asked.

"die" ends the process in the middle of an answer, "hang" never answers, "deaf" not even a cancellation, "long"
counts for ever, "fail" is an error, "show" what it was shown; a prefix is half evaluated before it is there;
anything else is answered with a greeting.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

cancelled = threading.Event()
lock = threading.Lock()


def send(**answer: Any) -> None:
    with lock:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def end(request: dict[str, Any], how: str = "stop") -> None:
    send(id=request["id"], end=how, cached=0, evaluated=len(request["messages"]))


def count(request: dict[str, Any]) -> None:
    number = 0
    while not cancelled.wait(0.001):
        send(id=request["id"], piece=f"{number} ", p=0.5)
        number += 1
    end(request, "cancelled")


def answer(request: dict[str, Any], folder: Path) -> None:
    said = request["messages"][-1]["content"] if request["messages"] else ""
    if request["op"] == "warm":
        send(id=request["id"], progress=[256, 512])
        (folder / request["file"]).touch()
        end(request)
    elif "die" in said:
        send(id=request["id"], piece="{", p=0.5)
        os._exit(3)
    elif "hang" in said:
        cancelled.wait()
        end(request, "cancelled")
    elif "long" in said:
        count(request)
    elif "show" in said:
        reply = json.dumps(f"{request['messages'][0]['content']}, {request['grammar']}")
        plan = f"chat {reply}" if request["grammar"] else f'{{"intent":"chat","reply":{reply}}}'
        for piece in (plan[:3], plan[3:]):
            send(id=request["id"], piece=piece, p=0.9)
        end(request)
    elif "fail" in said:
        send(id=request["id"], error="scripted failure", code="LlmGone")
    elif "deaf" not in said:
        for piece in ('{"intent":', '"chat","reply"', ':"Hello!"}'):
            send(id=request["id"], piece=piece, p=0.9)
        end(request)


def main() -> None:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    if cores := options["--cores"]:
        os.sched_setaffinity(0, [int(core) for core in cores.split(",")])
    if "corrupt" in options["--model"]:
        send(error="no magic", code="ModelCorrupt")
        sys.exit(1)
    sys.stderr.write("loading\n")
    send(ready="scripted child")
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "cancel":
            cancelled.set()
        elif request["op"] == "ping":
            end(request, "pong")
        else:
            cancelled.clear()
            threading.Thread(target=answer, args=(request, Path(options["--slot-dir"])), daemon=True).start()
    os._exit(0)


main()
