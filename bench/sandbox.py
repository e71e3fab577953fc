"""What a program costs in a container that waited for it: ratio to a cold ``podman run``, interleaved, medians.

``pooled``: one program through the sandbox with a container kept ready. ``fresh``: the same with none ready, for
comparison. The baseline is the same program and the same limits with the command ``podman run``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from jarvisd.config.schema import SandboxSettings
from jarvisd.executor.adapters.podman import dev_service
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.ports.sandbox import SandboxJob
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers

ROUNDS = 15
LIMIT_RATIO = 0.35
START_S = 60.0
PROGRAM = "print(6 * 7)"


def cold_command(settings: SandboxSettings) -> list[str]:
    """``podman run`` of the program with the limits that the sandbox sets."""
    limits = [f"--memory={settings.memory_mb}m", f"--memory-swap={settings.memory_mb}m", f"--cpus={settings.cpus}"]
    walls = ["--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"]
    bounds = [f"--pids-limit={settings.pids}", "--ulimit=nofile=64:64", f"--ulimit=nproc={settings.pids}"]
    program = [settings.image, "/usr/bin/python3", "-I", "-B", "-u", "-c", PROGRAM]
    options = dev_service.options_here()
    return ["podman", *options, "run", "--rm", "--user=64321:64321", *limits, *walls, *bounds, *program]


async def timed_ms(work: Callable[[], Awaitable[str]]) -> float:
    """How long ``work`` takes; it must print the right answer."""
    began_s = time.perf_counter()
    printed = await work()
    took_ms = 1000 * (time.perf_counter() - began_s)
    if printed != "42\n":
        raise RuntimeError(f"the program printed {printed!r}")
    return took_ms


@asynccontextmanager
async def sandbox(settings: SandboxSettings, workers: Workers, tasks: Tasks) -> AsyncIterator[PodmanSandbox]:
    """A started sandbox whose waiting containers are there."""
    box = PodmanSandbox(settings, workers, start_task=tasks.start)
    await box.start()
    try:
        yield box
    finally:
        await box.close()


async def measure(settings: SandboxSettings) -> dict[str, Any]:
    """The three ways in turn, each when the machine has nothing left to do for the one before."""
    workers, tasks = Workers(), Tasks()
    command = cold_command(settings)
    job = SandboxJob("python", PROGRAM, settings.timeout_s, settings.memory_mb, settings.output_limit_bytes)

    async def cold() -> str:
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
        return done.stdout

    samples: dict[str, list[float]] = {"cold_ms": [], "pooled_ms": [], "fresh_ms": []}
    # A sandbox that starts removes what others of this process have made: the one that keeps some ready is last.
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(sandbox(replace(settings, pool=0), workers, tasks))
        ready = await stack.enter_async_context(sandbox(settings, workers, tasks))
        ways = {"cold_ms": cold, "pooled_ms": _run(ready, job), "fresh_ms": _run(bare, job)}
        await settled(ready, workers)
        for _ in range(ROUNDS):
            for name, work in ways.items():
                samples[name].append(await timed_ms(work))
                await settled(ready, workers)
        engine = ready.engine
    await tasks.cancel_all()
    workers.close()
    medians = {name: statistics.median(values) for name, values in samples.items()}
    ratio = medians["pooled_ms"] / medians["cold_ms"]
    figure = {"value": round(ratio, 3), "limit": LIMIT_RATIO, "holds": ratio <= LIMIT_RATIO}
    baseline = " ".join(command)
    return {
        "engine": engine,
        "baseline": baseline,
        "figures": {"pooled_ratio": figure},
        "medians": medians,
        "samples": samples,
    }


def _run(box: PodmanSandbox, job: SandboxJob) -> Callable[[], Awaitable[str]]:
    async def work() -> str:
        return (await box.run(job)).stdout

    return work


async def settled(box: PodmanSandbox, workers: Workers) -> None:
    """Return when used containers are gone and a new one waits."""
    if box.pool is not None:
        await box.pool.filled()
    await workers.run("sandbox", lambda: None)


@contextmanager
def podman(folder: Path) -> Iterator[Path]:
    """The socket of a Podman service of its own."""
    socket = folder / "podman.sock"
    command = [sys.executable, "-m", "jarvisd.executor.adapters.podman.dev_service", str(socket)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_S
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("there is no Podman service")
            time.sleep(0.05)
        yield socket
    finally:
        process.terminate()
        process.wait(START_S)


def main() -> None:
    """Measure and write ``sandbox.json``."""
    parser = argparse.ArgumentParser(prog="bench.sandbox")
    parser.add_argument("--output", type=Path, required=True)
    args, _ = parser.parse_known_args()
    args.output.mkdir(parents=True, exist_ok=True)
    # A socket path has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="jarvisd-bench-"))
    try:
        with podman(folder) as socket:
            result = asyncio.run(measure(SandboxSettings(socket=f"unix://{socket}")))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (args.output / "sandbox.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps({"figures": result["figures"], "medians": result["medians"]}, indent=1))


if __name__ == "__main__":
    main()
