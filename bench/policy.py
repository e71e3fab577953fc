"""What it costs to judge a plan of five steps: validation, screening of its programs and paths, anomalies, risk.

Each plan is judged between two measurements of the baseline, which only reads the same plan as JSON and parses its
programs with Python's own parser. Also the whole self-test, once per round.
"""

from __future__ import annotations

import argparse
import ast
import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any

from jarvisd.core.clock import SystemClock
from jarvisd.executor.policy import offline
from jarvisd.executor.policy.verdict import Judge
from jarvisd.executor.selftest import loader, trial

ROUNDS = 400
P99_LIMIT_MS = 1.0
SELF_TEST_LIMIT_MS = 2000.0
SORTING = """\
import shutil
from pathlib import Path
for found in sorted(Path(".").iterdir()):
    if found.is_file():
        folder = Path(found.suffix[1:] or "other")
        folder.mkdir(exist_ok=True)
        shutil.move(str(found), str(folder / found.name))
"""
PLANS: dict[str, list[dict[str, Any]]] = {
    "the example of the requirements": [
        {"tool": "search_files", "args": {"folder": "tmp"}},
        {"tool": "file_delete", "args": {"folder": "tmp", "older_than": "old"}, "depends_on": [0]},
        {"tool": "search_files", "args": {"folder": "documents"}},
        {
            "tool": "execute_code",
            "args": {"language": "python", "code": SORTING, "workspace": "documents", "mode": "write"},
            "depends_on": [2],
        },
        {"tool": "send_email", "args": {"to": "Mark"}, "depends_on": [3]},
    ],
    "files only": [{"tool": "file_read", "args": {"path": f"notes/{number}.txt"}} for number in range(5)],
    "five programs": [
        {"tool": "execute_code", "args": {"language": "bash", "code": 'for f in *.jpg; do mv "$f" photos/; done'}},
        {"tool": "execute_code", "args": {"language": "bash", "code": "find . -name '*.log' -exec rm {} +"}},
        {"tool": "execute_code", "args": {"language": "python", "code": "print(sum(n**3 for n in range(13)))"}},
        {"tool": "execute_code", "args": {"language": "bash", "code": "wc -l *.txt | sort -n | tail -1"}},
        {"tool": "execute_code", "args": {"language": "python", "code": "import math\nprint(math.cos(1))"}},
    ],
}


def measure() -> dict[str, Any]:
    """All figures and raw samples, in milliseconds."""
    judge = offline.judge()
    plans = {name: json.dumps({"plan": {"actions": actions}}) for name, actions in PLANS.items()}
    samples: dict[str, list[float]] = {name: [] for name in plans}
    baseline: dict[str, list[float]] = {name: [] for name in plans}
    for _ in range(ROUNDS):
        for name, text in plans.items():
            baseline[name].append(timed(lambda text=text: read(text)))
            samples[name].append(timed(lambda text=text: judge.check(json.loads(text))))
    figures = {
        name: {
            "p50_ms": round(statistics.median(taken), 3),
            "p99_ms": round(statistics.quantiles(taken, n=100)[98], 3),
            "ratio_to_baseline": round(statistics.median(taken) / statistics.median(baseline[name]), 2),
        }
        for name, taken in samples.items()
    }
    self_test = self_tests(judge)
    return {
        "baseline": "json.loads of the plan and ast.parse of its Python programs",
        "limits": {"p99_ms": P99_LIMIT_MS, "self_test_ms": SELF_TEST_LIMIT_MS},
        "figures": {**figures, "self_test_ms": round(max(self_test), 1)},
        "samples_ms": samples,
        "baseline_ms": baseline,
        "self_test_ms": self_test,
        "python": platform.python_version(),
    }


def self_tests(judge: Judge) -> list[float]:
    """How long the packaged corpus takes, three times."""
    cases = list(loader.load([loader.PACKAGED]))
    return [trial.run(cases, judge, offline.ANSWERS, SystemClock().monotonic_us).took_ms for _ in range(3)]


def read(text: str) -> None:
    """The baseline."""
    for action in json.loads(text)["plan"]["actions"]:
        if action["args"].get("language") == "python":
            ast.parse(action["args"]["code"])


def timed(work: Any) -> float:
    """Milliseconds of processor time that a call takes: what others do on the machine does not count."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def main() -> None:
    """Measure and write ``policy.json``."""
    parser = argparse.ArgumentParser(prog="bench.policy")
    parser.add_argument("--output", type=Path, required=True)
    args, _ = parser.parse_known_args()
    args.output.mkdir(parents=True, exist_ok=True)
    result = measure()
    (args.output / "policy.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result["figures"], indent=1))


if __name__ == "__main__":
    main()
