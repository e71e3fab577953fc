"""What runs of an evaluation have in common: the real model with its kept answers, and lines for who waits."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.plan.prompt import PlannerPrompt
from jarvisd.runtime.tasks import Tasks
from tests.scope.answers import Answers, KeptModel, digest_of
from tests.scope.house import House

MODEL = "qwen2.5-coder-1.5b"
PROGRESS_EVERY_S = 20.0


def say(text: str) -> None:
    """A line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Progress:
    """What was found wrong, at once, and now and then how far it is."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._began_s = self._told_s = time.monotonic()

    def tell(self, number: int, notes: Sequence[str]) -> None:
        """After request ``number``, of which ``notes`` are wrong."""
        for note in notes:
            say(note)
        now_s = time.monotonic()
        if now_s - self._told_s >= PROGRESS_EVERY_S:
            self._told_s = now_s
            say(f"{number} of {self._count} after {now_s - self._began_s:.0f} s")


async def prefix_digest() -> str:
    """A name for the prompt that the planner has with the tools as they are."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), KeptModel(Answers(Path(folder) / "none.jsonl")))
        prompt: PlannerPrompt = await house.planner.prompt()
        await house.close()
        return digest_of(prompt.prefix)


async def live(models: Path, output: Path, nice: int, model: str = MODEL, *, is_lean: bool = False) -> KeptModel:
    """The real model, with the answers that it gave before; ``is_lean`` has it write plans in the lean form."""
    os.environ["OMP_WAIT_POLICY"] = "passive"
    digest = await prefix_digest()
    path = next((models / model).glob("*.gguf"))
    engine = EmbeddedModel(
        model_path=path, cache_dir=output / "llm-cache", tasks=Tasks(), nice=nice, is_lean=is_lean
    )
    answers = Answers(output / f"{model}-{digest}{'-lean' if is_lean else ''}.jsonl")
    say(f"{len(answers)} answers are there already, prompt {digest}")
    return KeptModel(answers, engine, f"{model} {digest}")
