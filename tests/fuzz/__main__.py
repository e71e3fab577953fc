"""Fuzzes the readers with atheris, as many at once as there are processors, and ends with a table (``make fuzz``).

Each target runs in a process of its own, because the fuzzer ends the one that it is in.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.targets import TARGETS, as_hex

_RUNS = re.compile(r"Done (\d+) runs in")


def fuzz(target: str, seconds: int, output: Path) -> tuple[str, bool]:
    """A row of the table about ``target``, and whether it was held."""
    folder = output / target
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    before = set(folder.glob("*-*"))
    command = [sys.executable, "-m", "tests.fuzz.one", target, str(seconds), str(folder)]
    with log.open("w") as written:
        code = subprocess.run(command, stdout=written, stderr=subprocess.STDOUT, check=False).returncode
    found = [_as_seed(path, target) for path in sorted(set(folder.glob("*-*")) - before)]
    done = _RUNS.search(log.read_text("utf-8", "replace"))
    is_held = code == 0 and done is not None
    result = "held" if is_held else f"NOT HELD, see {log}"
    size = f"{int(done[1]):,} runs in {seconds} s" if done else "unknown"
    return f"| {target} | {size} | 0 crashes | {'; '.join([result, *found])} |", is_held


def _as_seed(path: Path, target: str) -> str:
    """Write what was found as a seed, and say where."""
    data = path.read_bytes()
    seed = path.with_name(f"{path.name.rpartition('-')[0]}-{hashlib.sha256(data).hexdigest()[:12]}.hex")
    seed.write_text(as_hex(data), "ascii")
    path.unlink()
    return f"add {seed} to tests/fuzz/seeds/{target}/"


def main() -> int:
    """Fuzz what the command line names, or everything; 1 if anything crashed."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, required=True, help="how long each target runs")
    parser.add_argument("--output", type=Path, required=True, help="where corpora, logs and crashes are written")
    parser.add_argument("target", nargs="*", help=f"of {', '.join(TARGETS)}; all of them unless told")
    arguments = parser.parse_args()
    if unknown := set(arguments.target) - set(TARGETS):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    names = arguments.target or list(TARGETS)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda name: fuzz(name, arguments.seconds, arguments.output), names))
    table = ["| fuzzed | size | target | result |", "| --- | --- | --- | --- |", *(row for row, _ in found)]
    sys.stdout.write("".join(f"{line}\n" for line in table))
    return 0 if all(is_held for _, is_held in found) else 1


if __name__ == "__main__":
    sys.exit(main())
