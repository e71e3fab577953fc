"""The planner: how well it plans commands it has never seen, and how soon a warm one starts to answer.

Quality is measured on ``data/commands.json``, whose names and numbers are drawn from a seed. The time to the first
token is measured against bare llama.cpp with the same prompt and no grammar, one after the other in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.plan.plan_parser import ParsedPlan, PlanParser
from jarvisd.brain.plan.prompt import PlannerPrompt
from jarvisd.brain.ports import Completion, LanguageModel, Memory, MemoryKind
from jarvisd.core.errors import EngineError
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.tasks import Tasks

HERE = Path(__file__).parent
TOOLS = HERE.parent / "tests" / "data" / "tools.json"
MODEL = "qwen2.5-coder-1.5b"
FIRST_TOKEN_ROUNDS = 10
CONTEXT_TOKENS = 8192
THREADS = 2


@dataclass(frozen=True)
class Command:
    """What is said, what is remembered, and what must come of it."""

    say: str
    tools: list[str]
    args: dict[str, str] = field(default_factory=dict)
    memories: list[str] = field(default_factory=list)
    reply: str = ""


@dataclass
class Sample:
    """One command through the planner."""

    say: str
    output: str
    first_token_s: float
    total_s: float
    is_plan: bool = False
    is_tool_right: bool = False
    is_right: bool = False
    confidence: float = 0.0


def load_commands(seed: int) -> list[Command]:
    """The held-out commands with words and numbers drawn from ``seed``."""
    chance = random.Random(seed)
    data = json.loads((HERE / "data" / "commands.json").read_text())
    commands = []
    for entry in data["commands"]:
        drawn = {name: chance.choice(words) for name, words in data["words"].items()}
        drawn |= {name: str(chance.randint(low, high)) for name, (low, high) in data["ranges"].items()}
        commands.append(Command(**_fill(entry, drawn)))
    return commands


def _fill(value: Any, drawn: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: drawn[match[1]], value)
    if isinstance(value, list):
        return [_fill(item, drawn) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, drawn) for key, item in value.items()}
    return value


def judge(command: Command, reading: ParsedPlan) -> tuple[bool, bool]:
    """Whether the right tools were chosen, and whether arguments or answer are right too."""
    actions = reading.plan.actions
    if [action.tool for action in actions] != command.tools:
        return False, False
    if not command.tools:
        return True, command.reply.strip().casefold() in reading.reply.casefold() and bool(reading.reply)
    args = actions[0].args
    return True, all(_holds(args, names, wanted) for names, wanted in command.args.items())


def _holds(args: Mapping[str, Any], names: str, wanted: str) -> bool:
    """``names`` are arguments of which one must hold every part of ``wanted`` ("a&b"), or any ("a|b")."""
    texts = [str(args[name]).casefold() for name in names.split("|") if name in args]
    test: Callable[[str], bool]
    if "|" in wanted:
        options = wanted.casefold().split("|")
        test = lambda text: any(option in text for option in options)  # noqa: E731
    else:
        parts = wanted.casefold().split("&")
        test = lambda text: all(part in text for part in parts)  # noqa: E731
    return any(test(text) for text in texts)


def request_of(prompt: PlannerPrompt, command: Command) -> Completion:
    """The planner's request for ``command``."""
    memories = [Memory(str(n), MemoryKind.FACT, text, 0.5, "") for n, text in enumerate(command.memories)]
    return prompt.plan(command.say, memories)


async def run_command(model: LanguageModel, prompt: PlannerPrompt, command: Command) -> Sample:
    """Plan one command and judge the plan."""
    reader, output, first_s = PlanParser(ENGLISH.replies, command.say), "", 0.0
    sample = Sample(command.say, "", 0.0, 0.0)
    began_s = time.perf_counter()
    try:
        async with aclosing(model.stream(request_of(prompt, command))) as pieces:  # type: ignore[type-var] # a generator
            async for piece in pieces:
                first_s = first_s or time.perf_counter() - began_s
                output += piece
                reader.feed(piece)
        reading = reader.finish()
        sample.is_plan, sample.confidence = True, reading.plan.confidence
        sample.is_tool_right, sample.is_right = judge(command, reading)
    except EngineError as error:
        output += f" [{error.message}]"
    sample.output, sample.first_token_s = output, first_s
    sample.total_s = time.perf_counter() - began_s
    return sample


class BareLlama:
    """llama.cpp in this process: the same prompt, no grammar, nothing of ours in between."""

    def __init__(self, path: Path) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
        params.use_jinja = True
        params.verbosity = 0
        params.cache_ram_mib = 0
        params.port = 0
        self._server = xllamacpp.Server(params)

    def first_token_s(self, completion: Completion) -> float:
        """Seconds from the request to the first text."""
        body = {
            "messages": [{"role": message.role, "content": message.leanest} for message in completion.messages],
            "max_tokens": 1,
            "temperature": 0,
            "stream": True,
        }
        came_s: list[float] = []

        def on_chunk(chunk: dict[str, Any]) -> bool:
            if any(choice["delta"].get("content") for choice in chunk.get("choices", ())):
                came_s.append(time.perf_counter())
            return False

        began_s = time.perf_counter()
        self._server.handle_chat_completions(body, on_chunk)
        return came_s[0] - began_s


async def first_tokens(
    model: LanguageModel, prompt: PlannerPrompt, bare: BareLlama, commands: Sequence[Command]
) -> dict[str, list[float]]:
    """Seconds to the first token of both, interleaved, in alternating order."""
    bare.first_token_s(request_of(prompt, commands[-1]))
    samples: dict[str, list[float]] = {"jarvisd": [], "bare": []}
    for turn, command in enumerate(commands[:FIRST_TOKEN_ROUNDS]):
        for name in ("jarvisd", "bare") if turn % 2 else ("bare", "jarvisd"):
            if name == "bare":
                samples[name].append(await asyncio.to_thread(bare.first_token_s, request_of(prompt, command)))
            else:
                samples[name].append((await run_command(model, prompt, command)).first_token_s)
    return samples


def summary(samples: Sequence[Sample], tokens: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """The figures that are looked at first."""

    def percent(flags: Sequence[bool]) -> float:
        return round(100 * sum(flags) / len(flags), 1)

    return {
        "commands": len(samples),
        "plan_percent": percent([sample.is_plan for sample in samples]),
        "tool_percent": percent([sample.is_tool_right for sample in samples]),
        "right_percent": percent([sample.is_right for sample in samples]),
        "median_total_s": round(statistics.median(sample.total_s for sample in samples), 3),
        **{f"median_first_token_{name}_s": round(statistics.median(v), 3) for name, v in tokens.items() if v},
    }


async def measure(models: Path, output: Path, *, seed: int, with_baseline: bool) -> dict[str, Any]:
    """Run everything; the record holds the summary and the raw samples."""
    os.environ["OMP_WAIT_POLICY"] = "passive"
    path = next((models / MODEL).glob("*.gguf"))
    prompt = PlannerPrompt(json.loads(TOOLS.read_text()))
    model = EmbeddedModel(model_path=path, cache_dir=output / "llm-cache", tasks=Tasks(), nice=0, threads=THREADS)
    commands = load_commands(seed)
    load_before = os.getloadavg()
    await model.warm(prompt.prefix)
    samples = []
    for command in commands:
        samples.append(await run_command(model, prompt, command))
        print(f"{'ok ' if samples[-1].is_right else 'BAD'} {command.say}\n      {samples[-1].output}", flush=True)
    tokens: dict[str, list[float]] = {}
    if with_baseline:
        tokens = await first_tokens(model, prompt, BareLlama(path), commands)
    await model.close()
    return {
        "summary": summary(samples, tokens),
        "seed": seed,
        "engine": model.engine,
        "baseline": "xllamacpp.Server.handle_chat_completions, same messages, no grammar, max_tokens 1",
        "versions": {"xllamacpp": version("xllamacpp"), "python": platform.python_version()},
        "machine": {"cores": os.cpu_count(), "load_before": load_before, "load_after": os.getloadavg()},
        "first_token_s": tokens,
        "samples": [vars(sample) for sample in samples],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the planner and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder of the models")
    parser.add_argument("--output", type=Path, default=Path("build/bench"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-baseline", action="store_true", help="measure quality alone")
    options, _ = parser.parse_known_args(arguments)
    record = asyncio.run(
        measure(options.models, options.output, seed=options.seed, with_baseline=not options.no_baseline)
    )
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "planner.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record["summary"], indent=1))


if __name__ == "__main__":
    main()
