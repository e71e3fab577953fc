"""What a request costs, against the suite as it was before requests went by sentence (``BEFORE``).

Both run at once, each with its own bus, state and a cache that is empty at first; they are asked the same in
alternating order. Counted are CPU seconds of the brain and the processes beneath it: from the request to the first
word of its answer, which is its first part where parts are told and else its end, and to its end. A second pass
answers nothing by sentence on the side of now. Everything else that the machine does costs none of these.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

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
    outcome: str
    reply: str


@dataclass
class Side:
    """A running suite."""

    name: str
    suite: Suite
    link: DaemonClient
    evaluated_s: float = 0.0
    """CPU seconds until it was ready for the first time ever."""
    costs: list[Cost] = field(default_factory=list)
    _events: asyncio.Queue[tuple[str, list[Any], float]] = field(default_factory=asyncio.Queue)

    def cpu_s(self) -> float:
        """Of the brain and everything beneath it."""
        brain = self.suite.process("brain").pid
        return sum(map(cpu_s, [brain, *beneath(brain)]))

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
        self.evaluated_s = self.cpu_s()

    async def ask(self, say: str) -> None:
        """Ask, deny what is asked back, and add what it cost."""
        while not self._events.empty():
            self._events.get_nowait()
        began_s = self.cpu_s()
        [turn] = await self.link.brain.call("Ask", "sa{sv}", [say, {}])
        first_s, whole_s = await asyncio.wait_for(self._costs(turn), TURN_S)
        [text] = await self.link.brain.call("Report", "s", [turn])
        report = json.loads(text)
        route = report.get("route") or ("plan" if "first_token" in report["timings_ms"] else "sentence")
        self.costs.append(
            Cost(say, route, first_s - began_s, whole_s - began_s, report["outcome"], report["reply"])
        )

    async def _costs(self, turn: str) -> tuple[float, float]:
        """What had been used at the first word of the answer, and at its end."""
        first_s: float | None = None
        while True:
            member, body, used_s = await self._events.get()
            if body[0] != turn:
                continue
            if member == "ConfirmRequested":
                await self.link.executor.call("Deny", "s", [body[2]])
                continue
            first_s = used_s if first_s is None else first_s
            if member == "TurnFinished":
                return first_s, used_s

    def _note(self, member: str, body: Sequence[Any]) -> None:
        self._events.put_nowait((member, list(body), self.cpu_s()))

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
    before: Path, output: Path, models: Path, mix: Sequence[str], *, with_sentences: bool
) -> dict[str, Any]:
    """Ask both sides everything, in alternating order."""
    folder = output / "mind" / ("sentences" if with_sentences else "planner")
    shutil.rmtree(folder, ignore_errors=True)
    now_only = {} if with_sentences else {"brain": {"sentences": False}}
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
        return _compared(old, new)


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
    }


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
        }
        for name, with_sentences in (("mix", True), ("planner", False)):
            record[name] = asyncio.run(compare(before, output, models, mix, with_sentences=with_sentences))
    (output / "mind.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name in ("mix", "planner"):
        shown = {key: value for key, value in record[name].items() if key != "samples"}
        print(name, json.dumps(shown, indent=1))


if __name__ == "__main__":
    main()
