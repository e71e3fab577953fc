"""Mutation testing of the code that decides (``make mutation``): does a test fail for each of many small changes?

cosmic-ray makes the mutants; the runs are our own (:mod:`tests.mutation.runs`), because a process for each of
them that begins from nothing takes ten times as long. A first run of all tests, unchanged, tells which of them
touch the changed lines; those are run, the fastest first, until one fails. Those of one file, which most likely is
about the changed module, come before all: to load all files that touch a line takes longer than the tests in them.

Nothing leaves the denominator. A mutant is killed when a test fails, when the module or the tests can no longer be
loaded, or when the tests use :data:`CPU_FACTOR` times the processor time that they usually need: that is measured
in time of the processor, so that a busy machine kills nothing, and such a suite never ends. One that stands still
without working survives, as does one that no test touches. A test beside processes and sockets, which may have a
clock, has to pass without the change right after it failed with it; else it has killed nothing.

A run tells of each survivor as it comes and of how far it is; one that was ended goes on when it is begun again
with the same seed and files (:mod:`tests.mutation.kept`).
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutation import mutants
from tests.mutation.kept import KILLED, Kept, state
from tests.mutation.known import Known
from tests.mutation.mutants import Mutant

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COPIED = ("jarvisd", "tests", "demo", "bench", "config", "dbus", "docs", "packaging", "requirements", "systemd")
TESTS = (
    "tests/contract/test_dbus_xml.py",
    "tests/unit/bus",
    "tests/unit/codecheck",
    "tests/unit/courier",
    *(f"tests/unit/executor/{room}" for room in ("archives", "consent", "files", "health", "overlay", "plan")),
    *(f"tests/unit/executor/{room}" for room in ("policy", "selftest", "tools/builtin", "undo")),
    "tests/unit/lang",
    "tests/integration/test_access.py",
    "tests/integration/test_authority.py",
    "tests/integration/test_bus.py",
    "tests/ports/test_courier.py",
    "tests/ports/test_journal.py",
    "tests/ports/test_kill.py",
    "tests/ports/test_mail.py",
    "tests/ports/test_trash.py",
    "tests/ports/test_web.py",
)
REASONS = Path(__file__).with_name("survivors.toml")
TARGET_PERCENT = 90.0
CPU_FACTOR, CPU_FLOOR_S = 10, 30
"""Limit of the tests of one mutant, in terms of what they usually take."""
ALL_S = 3600
UNLOADED = (2, 4)
"""What pytest ends with where a test file, or one that all of them share, cannot be loaded."""
TOLD = 20
"""Outcomes after which it is told how far the run is."""


class Worker:
    """A copy of the checkout, and a process that runs tests in it."""

    def __init__(self, python: str, folder: Path) -> None:
        self._folder = folder
        for name in COPIED:
            shutil.copytree(name, folder / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in Path().glob("*"):
            if path.is_file():
                shutil.copy(path, folder / "copy" / path.name)
        self._process = subprocess.Popen(
            [python, "-B", "-m", "tests.mutation.runs", str(folder / "tmp")],
            cwd=folder / "copy",
            env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(folder / "copy"),
                # Nothing that a test starts leaves behind what the compiler made of a mutant.
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **job: object) -> dict[str, Any]:
        """One job and its answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"log": str(self._folder / "copy" / "log"), **job}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"mutation: the process of the tests has ended with {self._process.wait()}")
        return dict(json.loads(answer))

    def log(self) -> str:
        """The end of what the last run has written."""
        return "\n".join((self._folder / "copy" / "log").read_text("utf-8", "replace").splitlines()[-15:])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant."""

    mutant: Mutant
    name: str
    how: str
    """``killed``, ``too long``, ``survived``, ``stood still``, ``untested`` or ``error``."""
    by: str
    cpu_s: float

    @property
    def is_killed(self) -> bool:
        """Whether it counts as found."""
        return self.how in KILLED


def unchanged(workers: Sequence[Worker], modules: Sequence[str]) -> dict[str, Any]:
    """Run all tests unchanged: what they touch and take, which libraries they load, and which of them fail.

    One that fails without any change can hold nothing, so it is left out; that can only lower the figure.
    """

    def part(number: int) -> dict[str, Any]:
        tests = TESTS[number :: len(workers)]
        return workers[number].ask(watch=modules, tests=tests, cpu_s=ALL_S)

    with ThreadPoolExecutor(len(workers)) as pool:
        answers = list(pool.map(part, range(len(workers))))
    for worker, answer in zip(workers, answers, strict=True):
        if answer["code"] not in (0, 1):
            raise SystemExit(f"mutation: the tests cannot be run: {answer['failed']}\n{worker.log()}")
    failed = sorted({test for answer in answers for test in answer["failed"]})
    return {
        "seconds": {test: s for answer in answers for test, s in answer["seconds"].items() if test not in failed},
        "lines": {
            test: lines for answer in answers for test, lines in answer["lines"].items() if test not in failed
        },
        "libraries": sorted({name for answer in answers for name in answer["libraries"]}),
        "cpu_s": sum(answer["cpu_s"] for answer in answers),
        "failed": failed,
    }


def known(found: Mapping[str, Any]) -> Known:
    """What :func:`unchanged` has found, the other way round."""
    told = Known(found["seconds"])
    for test, lines in found["lines"].items():
        for module, number in lines:
            told.by_line[module, number].add(test)
            told.by_module[module].add(test)
    return told


def tried(worker: Worker, mutant: Mutant, source: str, told: Known, tests: Sequence[str]) -> Outcome:
    """Run the tests of one mutant."""
    name, code = mutant.name(source), mutant.code(source)
    outcome = Outcome(mutant, name, "untested", "", 0.0)
    for part in told.rounds(tests):
        usual_s = sum(told.seconds[test] for test in part)
        limit_s = CPU_FLOOR_S + CPU_FACTOR * usual_s
        answer = worker.ask(module=mutant.module, code=code, tests=part, cpu_s=limit_s)
        how = {0: "survived", **dict.fromkeys((1, *UNLOADED), "killed")}.get(answer["code"], "error")
        by = answer["failed"] or ("loading" if how == "killed" else "")
        how = {"it took too long": "too long", "it stood still": "stood still"}.get(by, how)
        outcome = Outcome(mutant, name, how, by, outcome.cpu_s + answer["cpu_s"])
        if outcome.is_killed:
            break
    return outcome


def all_tried(
    workers: Sequence[Worker], drawn: Sequence[Mutant], sources: Mapping[str, str], found: Known
) -> Iterator[Outcome]:
    """The outcomes of all mutants, as they come."""
    left: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    done: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()
    importers = {module: _importers(module, sources) for module in sources}
    for mutant in drawn:
        left.put(mutant)

    def work(worker: Worker) -> None:
        try:
            while True:
                mutant = left.get_nowait()
                tests = found.tests_for(mutant, importers[mutant.module])
                done.put(tried(worker, mutant, sources[mutant.module], found, tests))
        except queue.Empty:
            return
        except BaseException as error:
            done.put(error)
            raise

    for worker in workers:
        threading.Thread(target=work, args=[worker], daemon=True).start()
    for _ in drawn:
        outcome = done.get()
        if not isinstance(outcome, Outcome):
            raise SystemExit(f"mutation: a worker has failed: {outcome!r}")
        yield outcome


def _importers(module: str, sources: Mapping[str, str]) -> list[str]:
    """Mutated modules that name ``module``."""
    package, _, name = module.removesuffix(".py").replace("/", ".").rpartition(".")
    return [
        other
        for other, source in sources.items()
        if other != module
        and (
            f"{package}.{name} " in source
            or any(f"from {package} import" in line and name in line for line in source.splitlines())
        )
    ]


def report(outcomes: Sequence[Outcome], reasons: Mapping[str, str]) -> tuple[list[str], float]:
    """Survivors with their reasons and a table of folders; the percentage that was killed."""
    lines = []
    for outcome in sorted(outcomes, key=lambda outcome: outcome.name):
        if not outcome.is_killed:
            lines += [f"{outcome.how}: {outcome.name}", f"    {reasons.get(outcome.name, 'not explained')}"]
    lines += ["", "| mutated | mutants | rows | killed | of them too long | other | survived | explained |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
    by_folder: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_folder[outcome.mutant.module.rpartition("/")[0]].append(outcome)
    for folder, found in [*sorted(by_folder.items()), ("all", list(outcomes))]:
        killed = [outcome for outcome in found if outcome.is_killed]
        alive = [outcome for outcome in found if outcome.how == "survived"]
        cells = [
            folder,
            len(found),
            sum(outcome.mutant.is_row for outcome in found),
            len(killed),
            sum(outcome.how == "too long" for outcome in found),
            len(found) - len(killed) - len(alive),
            len(alive),
            sum(outcome.name in reasons for outcome in found if not outcome.is_killed),
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return lines, 100 * sum(outcome.is_killed for outcome in outcomes) / max(1, len(outcomes))


def _tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main() -> int:
    """Draw mutants and try them; 1 if fewer are killed than should be."""
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("--python", required=True, help="the Python that runs the tests")
    parser.add_argument("--seed", default="", help="what mutants are drawn from; by chance unless told")
    parser.add_argument("--count", type=int, default=400, help="how many mutants")
    parser.add_argument("--workers", type=int, default=2, help="how many are tried at the same time")
    parser.add_argument("--output", type=Path, required=True, help="where the outcomes are written")
    parser.add_argument(
        "--again", action="store_true", help="keep what was killed before, though tests were added"
    )
    arguments = parser.parse_args()
    seed = arguments.seed or str(random.randrange(10**6))
    mutants.check_operators()
    root = Path()
    sources = {module: (root / module).read_text("utf-8") for module in mutants.modules(root)}
    every = [mutant for module, source in sources.items() for mutant in mutants.find(module, source)]
    drawn = mutants.draw(every, arguments.count, seed)
    reasons = {one["mutant"]: one["why"] for one in tomllib.loads(REASONS.read_text("utf-8")).get("survivor", [])}
    now = state(COPIED, arguments.python, without=REASONS)
    kept = Kept(arguments.output, seed, now, again=arguments.again)
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        # Some tests take on the rights of somebody else.
        Path(folder).chmod(0o755)
        workers = [
            Worker(str(Path(arguments.python).absolute()), Path(folder, str(number)))
            for number in range(arguments.workers)
        ]
        with ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(lambda worker: worker.ask(compile=TESTS, cpu_s=ALL_S), workers))
        found = kept.unchanged()
        if found is None:
            found = unchanged(workers, list(sources))
            kept.keep_unchanged(found)
        _tell(f"{len(every)} mutants; {len(found['seconds'])} tests take {found['cpu_s']:.0f} s of a processor")
        _tell(*(f"left out, since it fails without any change: {test}" for test in found["failed"]))
        for worker in workers:
            worker.ask(libraries=found["libraries"])
        outcomes = _run(workers, drawn, sources, known(found), kept)
        for worker in workers:
            worker.close()
    lines, percent = report(outcomes, reasons)
    cpu_s = found["cpu_s"] + sum(outcome.cpu_s for outcome in outcomes)
    _tell(*lines, f"seed {seed}, {cpu_s / 60:.1f} minutes of a processor")
    _tell(f"{percent:.1f} % of {len(outcomes)} killed")
    return 0 if percent >= TARGET_PERCENT else 1


def _run(
    workers: Sequence[Worker], drawn: Sequence[Mutant], sources: Mapping[str, str], told: Known, kept: Kept
) -> list[Outcome]:
    """The outcomes of all drawn mutants: those of an earlier run, then those that were left."""
    names = [mutant.name(sources[mutant.module]) for mutant in drawn]
    rows = kept.outcomes(names)
    outcomes = [
        Outcome(mutant, name, rows[name]["how"], rows[name]["by"], rows[name]["cpu_s"])
        for mutant, name in zip(drawn, names, strict=True)
        if name in rows
    ]
    kept.begin(rows.values())
    if outcomes:
        _tell(f"{len(outcomes)} were tried by an earlier run")
    left = [mutant for mutant, name in zip(drawn, names, strict=True) if name not in rows]
    for outcome in all_tried(workers, left, sources, told):
        outcomes.append(outcome)
        kept.keep({"mutant": outcome.name, "how": outcome.how, "by": outcome.by, "cpu_s": round(outcome.cpu_s, 2)})
        if not outcome.is_killed:
            _tell(f"{outcome.how}: {outcome.name}")
        if len(outcomes) % TOLD == 0:
            killed = sum(one.is_killed for one in outcomes)
            _tell(f"{len(outcomes)} of {len(drawn)} tried, {killed} killed")
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
