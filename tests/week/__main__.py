"""``python -m tests.week [CASES]``: ask the real units many things as one dialogue, and tell what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.mail_server import MailServer
from demo.suite import SuiteError
from jarvisd.config.schema import Config
from jarvisd.core.errors import JarvisError
from tests.scope.running import say
from tests.week.cases import OWN, Request, Seen, load
from tests.week.home import Home, house

SCRIPTED_MODEL = "tests.fakes.language_model:model"
"""Stands in for a model that is not there, so that what goes by sentence can be asked."""
SENDER = "jarvis@home.example.org"


@dataclass
class Tally:
    """What was right so far."""

    right: int = 0
    took_s: list[float] = field(default_factory=list)

    def add(self, request: Request, seen: Seen) -> str:
        """Count a request; a line for what is wrong with it, or an empty text."""
        faults = request.faults(seen)
        self.right += not faults
        self.took_s.append(seen.took_s)
        if not faults:
            return ""
        told = f"{seen.reply!r} [{','.join(seen.tools)}]{' asked' if seen.was_asked else ''} by {seen.route}"
        return f"wrong: {request.say!r}: {'; '.join(faults)}: {told}"

    def line(self) -> str:
        """The last line of a run."""
        took_s = sorted(self.took_s) or [0.0]
        p90_s = took_s[min(len(took_s) - 1, int(0.9 * len(took_s)))]
        median_s = statistics.median(took_s)
        return f"{self.right}/{len(self.took_s)} right, median {median_s:.2f} s, p90 {p90_s:.2f} s"


async def live(home: Home, requests: Sequence[Request], *, is_verbose: bool = False) -> Tally:
    """Ask everything in order."""
    tally = Tally()
    for request in requests:
        seen = await home.ask(request)
        if wrong := tally.add(request, seen):
            say(wrong)
        elif is_verbose:
            say(f"right: {request.say!r}: {seen.reply!r} ({seen.route}, {seen.took_s:.2f} s)")
    return tally


async def run(options: argparse.Namespace) -> Tally:
    """What the command line asks for."""
    setup, requests = load(options.cases or OWN)
    folder = options.output / "suite"
    shutil.rmtree(folder, ignore_errors=True)
    model = options.llm or Config().llm.model
    llm = {"model": model}
    if not (options.models / model).is_dir():
        say(f"the model {model} is not there: whatever needs it fails")
        llm = {"backend": SCRIPTED_MODEL}
    with MailServer() as post:
        mail = {"host": "localhost", "port": post.port, "security": "plain", "sender": SENDER}
        settings = {"mail": mail, "llm": llm}
        async with house(folder.absolute(), options.models.absolute(), settings, setup) as home:
            return await live(home, requests, is_verbose=options.verbose)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, then the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, nargs="?", help=f"default: {OWN.name}")
    parser.add_argument("--models", type=Path, default=Path("build/cache/models"))
    parser.add_argument("--llm", default="", metavar="ID", help="plan with this model instead of the default one")
    parser.add_argument("--output", type=Path, default=Path("build/eval-week"))
    parser.add_argument("--verbose", action="store_true", help="print what is right as well")
    try:
        tally = asyncio.run(run(parser.parse_args(arguments)))
    except (SuiteError, JarvisError, ValueError) as error:
        say(f"the evaluation failed: {error}")
        return 1
    say(tally.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
