"""How soon somebody who speaks is answered: from the last sound of a request to the first word of its answer.

Requests of the everyday mix are spoken by flite's voices into the microphone of the real daemons, whose ear, voice
and sentences are the product's; the model is scripted, so that only what is answered by sentence is counted. The
baseline is asked the same in turns in the same run: the suite as it was before (``BEFORE``). An acknowledgement is
no answer and is told apart. On a busy machine compare the ratio alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import shutil
import statistics
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.mind import MIX, ROOT, requests_of, worktree
from bench.voice import figure
from demo import person
from demo.stage import Stage
from demo.suite import Suite, SuiteError
from jarvisd.cli.client import linked
from tests.integration.conftest import SCRIPTED
from tests.scope.house import FILES
from tests.week.cases import Setup
from tests.week.home import laid_out

BEFORE = "9311d235aa3f57496c642082d79f912e2cccd7d3"
"""The parent of the first commit of this work: 1.5 s of silence ended every request."""
BY_SENTENCE = ("sentence", "control")
"""Routes of what a template or the words themselves answer."""
BY_SENTENCE_S, OF_BEFORE = 0.7, 0.35
SETTINGS: Mapping[str, Mapping[str, Any]] = {name: SCRIPTED[name] for name in ("llm", "memory", "sandbox")}
LIBRARIES = ("faster-whisper", "ctranslate2", "onnxruntime", "openwakeword", "piper-tts")


@asynccontextmanager
async def staged(name: str, code: Path | None, folder: Path, models: Path) -> AsyncIterator[Stage]:
    """A suite with a person in front of it, ready."""
    place = folder / name
    shutil.rmtree(place, ignore_errors=True)
    laid_out(place / "workspaces", Setup(files={name: f"{name} holds text\n" for name in FILES}))
    suite = Suite(place, models, {**SETTINGS, "paths": {"cache_dir": str(place / "cache")}})
    suite.code = code
    with suite:
        async with linked(suite.address) as link:
            stage = Stage(suite, link, place)
            await stage.open()
            yield stage


async def measure(before: Path, folder: Path, models: Path, said: Sequence[str]) -> list[dict[str, Any]]:
    """Ask both sides everything, in alternating order."""
    samples: list[dict[str, Any]] = []
    async with staged("before", before, folder, models) as old, staged("now", ROOT, folder, models) as new:
        for number, say in enumerate(said):
            voice = person.VOICES[number % len(person.VOICES)]
            pcm = person.speak(f"{person.WAKE}, {say}", voice)
            sides = {"before": old, "now": new}
            for name in sides if number % 2 else reversed(sides):
                samples.append(
                    {"side": name, "say": say, "voice": voice, **await _answer(sides[name], pcm, voice)}
                )
    return samples


async def _answer(stage: Stage, pcm: bytes, voice: str) -> dict[str, Any]:
    try:
        report = await stage.request(pcm, voice, "no")
    except SuiteError as error:
        return {"route": "unheard", "problem": str(error)}
    at_ms = report["timings_ms"]
    end_ms = at_ms.get("speech_end", 0.0)
    later = {name: round((at_ms[name] - end_ms) / 1000, 4) for name in at_ms if name != "speech_end"}
    return {
        "heard": report["utterance"],
        "route": report.get("route", ""),
        "outcome": report["outcome"],
        "first_word_s": later.get("first_audio"),
        "acknowledged_s": later.get("acknowledged"),
        "after_end_s": later,
    }


def figures(samples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How soon requests are answered by sentence, and that beside the side of before where it did so, too."""
    sides: dict[str, dict[str, Mapping[str, Any]]] = {"before": {}, "now": {}}
    for it in samples:
        if it["route"] in BY_SENTENCE and it.get("first_word_s") is not None:
            sides[it["side"]][it["say"]] = it
    now = [float(it["first_word_s"]) for it in sides["now"].values()]
    both = [say for say in sides["now"] if say in sides["before"]]
    ratios = [sides["now"][say]["first_word_s"] / sides["before"][say]["first_word_s"] for say in both]
    routes = [it["route"] for it in samples if it["side"] == "now"]
    acknowledged = [it["acknowledged_s"] for it in samples if it.get("acknowledged_s") is not None]
    found: dict[str, Any] = {
        "routes": {route: routes.count(route) for route in sorted(set(routes))},
        "acknowledged_s": acknowledged,
    }
    if now:
        found["by_sentence_s"] = figure(now, BY_SENTENCE_S, of=statistics.median)
        found["by_sentence_p90_s"] = sorted(now)[min(len(now) - 1, int(0.9 * len(now)))]
    if ratios:
        found["of_before"] = figure(ratios, OF_BEFORE, of=statistics.median)
    return found


def missed(found: Mapping[str, Any]) -> list[str]:
    """Figures that are not met or could not be measured."""
    return [name for name in ("by_sentence_s", "of_before") if not found.get(name, {}).get("is_met")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write ``spoken.json`` and, with ``--check``, fail where a figure is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.spoken", description=__doc__)
    parser.add_argument("mix", type=Path, nargs="?", default=MIX)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=Path("build/bench"))
    parser.add_argument("--requests", type=int, default=12, help="how many of the mix; 0 is all of them")
    parser.add_argument("--before", default=BEFORE, help="another revision to compare with")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    os.environ["OMP_WAIT_POLICY"] = "passive"
    output, models = options.output.absolute(), options.models.absolute()
    output.mkdir(parents=True, exist_ok=True)
    said = requests_of(options.mix)
    if options.requests:
        said = random.Random(14).sample(said, min(len(said), options.requests))
    with worktree(options.before, output / "spoken-before") as before:
        samples = asyncio.run(measure(before, output / "spoken", models, said))
    found = figures(samples)
    record = {
        "baseline": f"the suite of {options.before}, in the same run, in turns",
        "command": [sys.executable, "-m", "bench.spoken", "--requests", str(options.requests)],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "cores": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()],
        "figures": found,
        "samples": samples,
    }
    (output / "spoken.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(found, indent=1))
    failures = missed(found)
    print(f"missed: {', '.join(failures)}" if failures else "every figure is met")
    return int(bool(failures) and options.check)


if __name__ == "__main__":
    sys.exit(main())
