"""``python -m tests.plans [CASES]``: plan what is said and count how often the plan is the right one.

``--route sentence`` asks no model, ``plan`` answers nothing by sentence. Every answer of the model is kept under
``--output`` for the prompt that it was given to, so that a run that was ended goes on where it was; ``--sample``
takes so many of the cases by chance, drawn from ``--seed``.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.plans.cases import OWN, Case, load
from tests.plans.evaluation import Tally
from tests.scope.answers import Answers, KeptModel
from tests.scope.house import House
from tests.scope.running import MODEL, Progress, live, say

ALL, SENTENCE, PLAN = "all", "sentence", "plan"


async def evaluate(
    cases: Sequence[Case], model: KeptModel, *, is_forced: bool = False, with_progress: bool = False
) -> Tally:
    """Every case, on a box of its own where something was said before."""
    tally = Tally()
    progress = Progress(len(cases)) if with_progress else None
    with tempfile.TemporaryDirectory() as folder:
        shared = House(_made(Path(folder) / "shared"), model, is_forced=is_forced)
        await shared.furnish()
        try:
            for number, case in enumerate(cases, 1):
                house = shared
                if case.before:
                    house = House(_made(Path(folder) / str(number)), model, is_forced=is_forced)
                    await house.furnish()
                for earlier in case.before:
                    await house.live(earlier)
                notes = tally.add(case, await house.rehearse(case.say))
                if progress is not None:
                    progress.tell(number, notes)
                if house is not shared:
                    await house.close()
        finally:
            await shared.close()
            await model.close()
    return tally


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def run(options: argparse.Namespace) -> Tally:
    """What the command line asks for."""
    cases = [case for path in ([options.cases] if options.cases else OWN) for case in load(path)]
    if options.sample:
        random.Random(options.seed).shuffle(cases)
        cases = cases[: options.sample]
    if options.route == SENTENCE:
        model = KeptModel(Answers(options.output / "none.jsonl"))
    else:
        model = await live(options.models, options.output, options.nice, options.model, is_lean=options.lean)
    tally = await evaluate(cases, model, is_forced=options.route == PLAN, with_progress=True)
    rest = f", {tally.missing} of them left to a model" if tally.missing else ""
    for line in [f"{len(cases)} requests{rest}", *tally.lines()]:
        say(line)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, then the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", help="default: those of tests/data/plans")
    parser.add_argument("--route", choices=[ALL, SENTENCE, PLAN], default=ALL)
    parser.add_argument("--models", type=Path, default=Path("build/cache/models"))
    parser.add_argument("--model", default=MODEL, help="a folder of --models")
    parser.add_argument("--lean", action="store_true", help="plans in the lean form, as llm.lean_answers has it")
    parser.add_argument("--output", type=Path, default=Path("build/eval-plans"))
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nice", type=int, default=5)
    asyncio.run(run(parser.parse_args(arguments)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
