"""What a request costs, against the suite as it was before requests went by sentence (``BEFORE``).

Both run at once, each with its own bus, state and a cache that is empty at first; they are asked the same in
alternating order. Counted are CPU seconds of the brain and the processes beneath it: from the request to the first
word of its answer, which is its first part where parts are told and else its end, and to its end. A second pass
answers nothing by sentence on the side of now, with the short form of answers if ``--lean``. Everything else that
the machine does costs none of these. Beside them: what the brain's own process uses until the first word, its
memory and the model's, when the stages of a turn were reached, and how long the brain takes to say it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from demo.suite import UNITS, Suite
from jarvisd.cli.client import DaemonClient, linked
from tests.integration.conftest import SCRIPTED
from tests.scope.house import FILES
from tests.week.cases import Setup
from tests.week.home import laid_out

ROOT = Path(__file__).resolve().parents[1]
BEFORE = "89480cdda0952ed556771f7f64e7bc4ab9dd254a"
"""The parent of the first commit of this work: 7 of 79 everyday commands had an intent, all others a model."""
MIX = ROOT / "bench" / "data" / "mix.jsonl"
TURN_S = 900.0
"""Longest wait for one answer, on a machine that has other things to do."""
READY_RUNS = 5
MEANWHILE = ("wake", "stt", "tts", "sandbox", "endpoint", "consent")
"""Parts that play no role and are scripted, so that two suites fit on a small machine."""


@dataclass(frozen=True)
class Cost:
    """One request on one side, in CPU seconds."""

    say: str
    route: str
    first_s: float
    """To the first word of the answer."""
    whole_s: float
    own_s: float
    """Of the first word, what the brain's own process used."""
    outcome: str
    reply: str
    timings_ms: Mapping[str, float]


@dataclass(frozen=True)
class Used:
    """CPU seconds since the start."""

    own_s: float
    """Of the brain's own process."""
    all_s: float
    """With everything beneath it."""


@dataclass
class Side:
    """A running suite."""

    name: str
    suite: Suite
    link: DaemonClient
    evaluated_s: float = 0.0
    """CPU seconds until it was ready for the first time ever."""
    costs: list[Cost] = field(default_factory=list)
    _events: asyncio.Queue[tuple[str, list[Any], Used]] = field(default_factory=asyncio.Queue)

    def used(self) -> Used:
        """By the brain and everything beneath it."""
        brain = self.suite.process("brain").pid
        own_s = cpu_s(brain)
        return Used(own_s, own_s + sum(map(cpu_s, beneath(brain))))

    def memory_mb(self) -> dict[str, float]:
        """Proportional set sizes of the brain's own process and of everything beneath it, the model above all."""
        brain = self.suite.process("brain").pid
        return {"brain": pss_mb([brain]), "model": pss_mb(beneath(brain))}

    async def open(self) -> None:
        """Hear of everything that happens, and wait until it is ready."""
        for unit, members in (
            (self.link.brain, ("ReplyPart", "TurnFinished")),
            (self.link.executor, ("ConfirmRequested",)),
        ):
            await unit.follow()
            for member in members:
                unit.on(member, partial(self._note, member))
        await self.suite.until(self._is_ready, f"{self.name} being ready", TURN_S)
        self.evaluated_s = self.used().all_s

    async def ask(self, say: str) -> None:
        """Ask, deny what is asked back, and add what it cost."""
        while not self._events.empty():
            self._events.get_nowait()
        began = self.used()
        [turn] = await self.link.brain.call("Ask", "sa{sv}", [say, {}])
        first, whole = await asyncio.wait_for(self._costs(turn), TURN_S)
        [text] = await self.link.brain.call("Report", "s", [turn])
        report = json.loads(text)
        route = report.get("route") or ("plan" if "first_token" in report["timings_ms"] else "sentence")
        self.costs.append(
            Cost(
                say,
                route,
                first_s=first.all_s - began.all_s,
                whole_s=whole.all_s - began.all_s,
                own_s=first.own_s - began.own_s,
                outcome=report["outcome"],
                reply=report["reply"],
                timings_ms=report["timings_ms"],
            )
        )

    async def _costs(self, turn: str) -> tuple[Used, Used]:
        """What had been used at the first word of the answer, and at its end."""
        first: Used | None = None
        while True:
            member, body, used = await self._events.get()
            if body[0] != turn:
                continue
            if member == "ConfirmRequested":
                await self.link.executor.call("Deny", "s", [body[2]])
                continue
            first = first or used
            if member == "TurnFinished":
                return first, used

    def _note(self, member: str, body: Sequence[Any]) -> None:
        self._events.put_nowait((member, list(body), self.used()))

    async def _is_ready(self) -> bool:
        states = [await self.link.properties(unit) for unit in self.link.units]
        return all(state and state["Ready"] for state in states)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process with its threads, also those that have ended; 0 when it is gone.

    A process's CPU clock by its id (clock_getcpuclockid(3)): exact, where /proc counts hundredths.
    """
    try:
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    except OSError:
        return 0.0


def beneath(pid: int) -> Iterator[int]:
    """The processes beneath a process."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            yield int(child)
            yield from beneath(int(child))


def pss_mb(pids: Iterable[int]) -> float:
    """Proportional set size in megabytes: shared pages are divided among those who share them."""
    return round(float(sum(psutil.Process(pid).memory_full_info().pss for pid in pids)) / 1e6, 1)


@contextmanager
def worktree(revision: str, folder: Path) -> Iterator[Path]:
    """The repository as it was at ``revision``."""
    subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "worktree", "add", "--force", "--detach", folder, revision], cwd=ROOT, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=ROOT, check=True)


@asynccontextmanager
async def running(
    name: str, code: Path, folder: Path, models: Path, settings: Mapping[str, Mapping[str, Any]]
) -> AsyncIterator[Side]:
    """A suite from the code in ``code``."""
    laid_out(folder / "workspaces", Setup(files={name: f"{name} holds text\n" for name in FILES}))
    scripted = {name: SCRIPTED[name] for name in MEANWHILE}
    paths = {"paths": {"cache_dir": str(folder / "cache")}}
    suite = _suite(code, folder, models, {**scripted, **paths, **settings})
    with suite:
        async with linked(suite.address) as link:
            side = Side(name, suite, link)
            await side.open()
            yield side


def _suite(code: Path, folder: Path, models: Path, settings: Mapping[str, Mapping[str, Any]]) -> Suite:
    suite = Suite(folder, models, settings)
    suite.code = code
    return suite


async def compare(
    before: Path, folder: Path, models: Path, mix: Sequence[str], now_only: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Ask both sides everything, in alternating order; ``now_only`` are settings of the side of now."""
    shutil.rmtree(folder, ignore_errors=True)
    async with (
        running("before", before, folder / "before", models, {}) as old,
        running("now", ROOT, folder / "now", models, now_only) as new,
    ):
        for number, say in enumerate(mix):
            for side in (old, new) if number % 2 else (new, old):
                await side.ask(say)
            print(
                f"{old.costs[-1].whole_s:7.3f} {new.costs[-1].whole_s:7.3f} s {new.costs[-1].route:8} {say}",
                flush=True,
            )
        return {**_compared(old, new), "memory_mb": {side.name: side.memory_mb() for side in (old, new)}}


def _compared(old: Side, new: Side) -> dict[str, Any]:
    pairs = list(zip(old.costs, new.costs, strict=True))
    return {
        "first_evaluation_s": {
            "before": old.evaluated_s,
            "now": new.evaluated_s,
            "ratio": round(new.evaluated_s / old.evaluated_s, 3),
        },
        **_figures(pairs),
        "routes": {
            route: _figures([pair for pair in pairs if pair[1].route == route])
            for route in sorted({cost.route for cost in new.costs})
        },
        "samples": [{"before": asdict(one), "now": asdict(other)} for one, other in pairs],
    }


def _figures(pairs: Sequence[tuple[Cost, Cost]]) -> dict[str, Any]:
    return {
        "requests": len(pairs),
        "first_word": _ratios(pairs, "first_s"),
        "whole": _ratios(pairs, "whole_s"),
        "own": _ratios(pairs, "own_s"),
        "stages_ms": _stages_ms([now for _, now in pairs]),
    }


def _stages_ms(costs: Sequence[Cost]) -> dict[str, dict[str, float]]:
    """When the stages of the requests of now were reached, by the clock: median and 90th percentile."""
    stages = dict.fromkeys(stage for cost in costs for stage in cost.timings_ms)
    reached = {stage: [c.timings_ms[stage] for c in costs if stage in c.timings_ms] for stage in stages}
    return {
        stage: {"n": len(values), "p50": quantile(values, 0.5), "p90": quantile(values, 0.9)}
        for stage, values in reached.items()
    }


class _BusAlone(Suite):
    """A bus without units."""

    units = ()


def ready(folder: Path, models: Path) -> list[dict[str, float]]:
    """Seconds by the clock and of the processor from the start of the brain to its ``READY=1`` (sd_notify(3))."""
    found: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as place, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(f"{place}/notify")
        told.settimeout(TURN_S)
        for _ in range(READY_RUNS):
            with _BusAlone(folder / "ready", models, {}) as suite:
                # The bus would tell that it is ready, too.
                os.environ["NOTIFY_SOCKET"] = f"{place}/notify"
                began_s = time.monotonic()
                brain = suite.start_unit("brain")
                del os.environ["NOTIFY_SOCKET"]
                while b"READY=1" not in told.recv(4096):
                    pass
                took_s = time.monotonic() - began_s
                found.append({"wall_s": round(took_s, 3), "cpu_s": round(cpu_s(brain.pid), 3)})
    return found


def _ratios(pairs: Sequence[tuple[Cost, Cost]], name: str) -> dict[str, Any]:
    """Median and 90th percentile of both sides and their ratios; the median ratio of a pair beside them."""
    sides = [[float(getattr(cost, name)) for cost in side] for side in zip(*pairs, strict=True)]
    found: dict[str, Any] = {}
    for label, share in (("p50", 0.5), ("p90", 0.9)):
        before, now = (quantile(side, share) for side in sides)
        found[label] = {"before_s": before, "now_s": now, "ratio": round(now / before, 3) if before else None}
    both = [now / before for before, now in zip(*sides, strict=True) if before]
    return {**found, "median_of_pairs": round(statistics.median(both), 3) if both else None}


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 4)


def requests_of(path: Path) -> list[str]:
    """What is asked: ``{"say"}`` as JSON or bare text, a line each."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    kept = [line for line in lines if line and not line.startswith("//")]
    return [str(json.loads(line)["say"]) if line.startswith("{") else line for line in kept]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the figures and write ``mind.json``."""
    parser = argparse.ArgumentParser(prog="bench.mind", description=__doc__)
    parser.add_argument("mix", type=Path, nargs="?", default=MIX)
    parser.add_argument("--models", type=Path, required=True, help="folder of the models")
    parser.add_argument("--output", type=Path, default=Path("build/bench"))
    parser.add_argument("--lean", action="store_true", help="the second pass with llm.lean_answers")
    parser.add_argument("--before", default=BEFORE, help="another revision to compare with")
    options = parser.parse_args(arguments)
    os.environ["OMP_WAIT_POLICY"] = "passive"
    output, models, mix = options.output.absolute(), options.models.absolute(), requests_of(options.mix)
    with worktree(options.before, output / "mind-before") as before:
        record: dict[str, Any] = {
            "before": options.before,
            "now": subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip(),
            "cores": os.cpu_count(),
            "units": UNITS,
            "load_average": os.getloadavg(),
            "ready": ready(output / "mind", models),
            "is_lean": options.lean,
        }
        passes: dict[str, dict[str, dict[str, Any]]] = {
            "mix": {},
            "planner": {"brain": {"sentences": False}, "llm": {"lean_answers": options.lean}},
        }
        for name, now_only in passes.items():
            record[name] = asyncio.run(compare(before, output / "mind" / name, models, mix, now_only))
    (output / "mind.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print("ready", record["ready"])
    for name in passes:
        shown = {key: value for key, value in record[name].items() if key != "samples"}
        print(name, json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
