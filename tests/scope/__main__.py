"""``python -m tests.scope [CASES]``: ask the real planner, rehearse what it proposes, count what is wrong.

Every answer is kept under ``--output`` for the prompt that it was given to, so that a run that was ended goes on
where it was. ``--recorded`` takes the answers of ``tests/data/scope/plans.jsonl`` and asks no model; ``--sample``
takes so many of the cases by chance, drawn from ``--seed``; ``--forced`` asks what a sentence would answer too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.scope.answers import Answers, KeptModel
from tests.scope.cases import OWN, PLANS, Case, load
from tests.scope.evaluation import Tally, summary
from tests.scope.house import House
from tests.scope.running import Progress, live, say


async def evaluate(
    cases: Sequence[Case], model: KeptModel, *, is_forced: bool = False, with_progress: bool = False
) -> Tally:
    """Every case on one box."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), model, is_forced=is_forced)
        await house.furnish()
        progress = Progress(len(cases)) if with_progress else None
        try:
            for number, case in enumerate(cases, 1):
                notes = tally.add(case, await house.rehearse(case.say))
                if progress is not None:
                    progress.tell(number, notes)
        finally:
            await house.close()
            await model.close()
    return tally


async def run(options: argparse.Namespace) -> Tally:
    """What the command line asks for."""
    paths = [options.cases] if options.cases else OWN
    cases = [case for path in paths for case in load(path)]
    if options.sample:
        random.Random(options.seed).shuffle(cases)
        cases = cases[: options.sample]
    if options.recorded:
        model = KeptModel(Answers(PLANS))
    else:
        model = await live(options.models, options.output, options.nice)
    tally = await evaluate(cases, model, is_forced=options.forced, with_progress=True)
    for line in [*summary(tally, cases), *tally.lines()]:
        say(line)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, then the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", help="default: those of tests/data/scope")
    parser.add_argument("--models", type=Path, default=Path("build/cache/models"))
    parser.add_argument("--output", type=Path, default=Path("build/eval-scope"))
    parser.add_argument("--recorded", action="store_true", help="ask no model")
    parser.add_argument("--forced", action="store_true", help="answer nothing by sentence")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="fail where more is wrong than may be")
    parser.add_argument("--nice", type=int, default=5)
    options = parser.parse_args(arguments)
    tally = asyncio.run(run(options))
    return 1 if options.strict and tally.too_many() else 0


if __name__ == "__main__":
    sys.exit(main())
