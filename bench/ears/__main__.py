"""``python -m bench.ears``: conditions one by one or all, into ``ears.json``, in the place of earlier results."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.ears import decoding, frames, listening, loops, memory, negatives, over, recall, turns, wake
from bench.ears.condition import Asked, Condition
from bench.ears.sound import Clip, clips
from bench.ears.sounds.speakers import in_quiet_room, speakers
from bench.ears.turns import Rule
from jarvisd.core.clock import SystemClock

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("faster-whisper", "ctranslate2", "onnxruntime", "openwakeword", "webrtcvad-wheels", "numpy", "av")


SAMPLED = 12
"""Recordings and phrases where neither their number nor the full size is asked for."""


def conditions(rules: Sequence[Rule]) -> Mapping[str, Condition]:
    """What can be measured, in order; ``rules`` are the ways to end turns."""
    return {
        "delay": Condition(
            lambda asked: turns.delay(rules, asked.models, asked.people, asked.told),
            lambda result: turns.missed({"delay": result}),
            needs_people=True,
        ),
        "cuts": Condition(
            lambda asked: turns.cuts(rules, asked.models, asked.people, asked.seed, asked.told),
            lambda result: turns.missed({"cuts": result}),
            needs_people=True,
        ),
        "delay of synthetic speech": Condition(
            # Its flat melody misleads the turn model, so that no figure is held against it.
            lambda asked: turns.delay(rules, asked.models, _synthetic(asked), asked.told),
            lambda result: (),
        ),
        "decode": decoding.CONDITION,
        "wake": Condition(lambda asked: wake.measure(asked.models, asked.limit, asked.told), wake.missed),
        "recall": recall.CONDITION,
        "negatives": negatives.CONDITION,
        "frames": frames.CONDITION,
        "loops": loops.CONDITION,
        "over": Condition(
            lambda asked: over.measure(asked.models, asked.people, asked.seed, asked.told),
            lambda result: (),
            needs_people=True,
        ),
        "memory": memory.CONDITION,
        "listening": listening.CONDITION,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures and write ``ears.json``; 1 when ``--check`` finds one missed."""
    options = _parse(arguments)
    os.environ["OMP_WAIT_POLICY"] = "passive"
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "ears.json"
    record: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"conditions": {}}
    known = conditions(_rules(options))
    wanted = [name for name in options.only or known if options.speech or not known[name].needs_people]
    for name in set(options.only or known) - set(wanted):
        if options.only:
            raise SystemExit(f"{name}: say where recordings of people are: --speech FOLDER")
        print(f"{name}: left out, since nobody said where recordings of people are (--speech FOLDER)")
    asked = _asked(options)
    for name in wanted:
        result = known[name].measure(asked)
        record["conditions"][name] = {**_circumstances(options), **result}
        if curve := turns.curve(record["conditions"]):
            record["curve"] = curve
        path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(name, json.dumps(result["rules"], indent=1))
    failures = [text for name in wanted for text in known[name].missed(record["conditions"][name])]
    for failure in failures:
        print(f"missed: {failure}")
    return int(bool(failures) and options.check)


def _rules(options: argparse.Namespace) -> list[Rule]:
    rules = [*(turns.fixed(length) for length in turns.FIXED_MS)]
    rules += [turns.at_threshold(threshold) for threshold in options.thresholds]
    return [rule for rule in [*rules, turns.SHIPPED] if not options.rules or rule.name in options.rules]


def _asked(options: argparse.Namespace) -> Asked:
    models = options.models.absolute()
    limit = options.clips or (None if options.full else SAMPLED)
    people = [] if options.speech is None else clips(options.speech, models / "whisper-base", limit, options.seed)
    return Asked(models, people, limit, options.seed, _told)


def _synthetic(asked: Asked) -> list[Clip]:
    said = wake.COMMANDS if asked.limit is None else wake.COMMANDS[: asked.limit]
    voices = [voice for voice in speakers(asked.models) if voice.counts]
    spoken = [(voices[number % len(voices)], text) for number, text in enumerate(said)]
    return [Clip(f"{voice.name}: {text}", in_quiet_room(voice.say(text)), ()) for voice, text in spoken]


def _circumstances(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "command": "python -m bench.ears " + shlex.join(f"--only={name}" for name in options.only or ()),
        "revision": subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip(),
        "at": SystemClock().now().isoformat(timespec="seconds"),
        "versions": {name: version(name) for name in LIBRARIES},
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "seed": options.seed,
    }


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.ears", description=__doc__)
    parser.add_argument("--speech", type=Path, help="folder of people's recordings, a sentence each")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models")
    parser.add_argument("--output", type=Path, default=Path("build/bench"))
    parser.add_argument(
        "--only", action="append", choices=list(conditions(())), help="this condition; may be repeated"
    )
    parser.add_argument("--rules", action="append", metavar="NAME", help="this rule: fixed-1500, shipped, ...")
    parser.add_argument(
        "--thresholds", type=float, nargs="*", default=[], help="further ones of the turn model, for its curve"
    )
    parser.add_argument("--clips", type=int, help=f"about so many recordings, and phrases of a voice: {SAMPLED}")
    parser.add_argument("--full", action="store_true", help="all of them, and hours of other sound")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--check", action="store_true", help="fail where a figure is missed")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
