"""What the person asks, with facts drawn from a seed, and how each outcome is checked.

The daemons see nothing of this: files lie in the workspaces, words go into the microphone, and what is checked is
the file system and what was said.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from demo.mail_server import Received

Report = dict[str, Any]
Check = Callable[[Report], list[str]]
"""Gives what is wrong; nothing when all is as expected."""

# Words that the transcriber tells apart in these voices: the demonstration is not about mishearing.
TOPICS = ("invoice", "recipe", "contract", "budget", "ticket", "lesson", "garden", "meeting", "holiday")
MONTHS = ("january", "march", "april", "may", "june", "july", "august", "october", "november")
SUFFIXES = ("txt", "md", "csv", "log")
THINGS = ("ticket number", "customer number", "garage code", "account number", "order number", "member number")
PEOPLE = (("Mark", "wilson"), ("David", "miller"), ("Susan", "baker"))
"""A first name, and what is said of the address before its "at"."""
OLD_DAYS = (9, 60)


@dataclass
class Scene:
    """One request: what is said, what is answered when a question comes, and what must be true afterwards."""

    title: str
    request: str
    check: Check
    answer: str = ""
    prepare: Callable[[], None] = lambda: None


@dataclass
class Facts:
    """What is drawn from the seed."""

    seed: int
    workspaces: Path
    letters: Sequence[Received]
    """What has arrived at the mail server."""
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)


def scenes(facts: Facts) -> list[Scene]:
    """The requests of the demonstration, the one that everything is there for at the end."""
    remember, recall = _memory(facts)
    contact, everything = _errands(facts)
    return [
        Scene("the time", "what time is it", _tells_the_time),
        _search(facts),
        remember,
        recall,
        _deletion(facts, "yes"),
        _deletion(facts, "no"),
        _program(facts),
        contact,
        everything,
    ]


def fill(facts: Facts) -> None:
    """Put something into the workspaces, for a request of the user's own."""
    _search(facts).prepare()
    _deletion(facts, "yes").prepare()


def _tells_the_time(report: Report) -> list[str]:
    now = datetime.now().astimezone()
    found = re.search(r"(\d{1,2})[:.](\d{2})\s*([ap])?\.?\s*m?", report["reply"], re.IGNORECASE)
    if not found:
        return [f"no time in {report['reply']!r}"]
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    late = abs((hour * 60 + minute) - (now.hour * 60 + now.minute))
    late = min(late, 24 * 60 - late)
    return [] if late <= 3 else [f"said {found[0]!r} at {now:%H:%M}"]


def _search(facts: Facts) -> Scene:
    topic, *others = facts.random.sample(TOPICS, 4)
    folder = facts.workspaces / "documents"
    months = facts.random.sample(MONTHS, facts.random.randint(2, 6))
    wanted = {f"{topic}-{month}.{facts.random.choice(SUFFIXES)}" for month in months}
    noise = {f"{other}-{month}.txt" for other in others for month in facts.random.sample(MONTHS, 2)}

    def prepare() -> None:
        for name in wanted | noise:
            path = folder / ("archive" if len(name) % 2 else ".") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name}\n", "utf-8")

    def check(report: Report) -> list[str]:
        problems = _said(report, str(len(wanted)))
        text = str([step.get("result") for step in report["steps"]])
        problems += [f"{name} is not in the result" for name in wanted if name not in text]
        return problems + [f"{name} is in the result" for name in noise if name in text]

    return Scene("a file search", f"find the {topic} files", check, prepare=prepare)


def _memory(facts: Facts) -> tuple[Scene, Scene]:
    thing = facts.random.choice(THINGS)
    # No digit twice, no eight and none that is also a word: a listener doubles eights and takes four for "for".
    digits = facts.random.sample("135679", 4)
    number = "".join(digits)

    def kept(report: Report) -> list[str]:
        step = next((step for step in report["steps"] if step["tool"] == "remember"), None)
        if step is None or step["outcome"] != "done":
            return ["nothing was remembered"]
        return [] if number in _digits(str(report["plan"])) else [f"{number} is not what was kept"]

    def known(report: Report) -> list[str]:
        return [] if number in _digits(report["reply"]) else [f"{number} is not in {report['reply']!r}"]

    return (
        Scene("something to remember", f"remember that my {thing} is {' '.join(digits)}", kept),
        Scene("a question that needs it", f"what is my {thing}", known),
    )


def _deletion(facts: Facts, answer: str) -> Scene:
    clutter = _Clutter(facts)

    def check(report: Report) -> list[str]:
        problems = clutter.problems(report, is_agreed=answer == "yes")
        consent = {step["consent"] for step in report["steps"] if step["tool"] == "file_delete"}
        problems += [] if consent == {answer} else [f"consent was {consent}"]
        return problems + (_said(report, str(len(clutter.old))) if answer == "yes" else [])

    title = f"old temporary files, answered {answer}"
    return Scene(title, "delete the old temporary files", check, answer=answer, prepare=clutter.prepare)


class _Clutter:
    """Temporary files, old and fresh."""

    def __init__(self, facts: Facts) -> None:
        draw = facts.random
        tag = draw.randint(1000, 9999)
        self._random = draw
        self._folder = facts.workspaces / "tmp"
        self.old = {f"scratch-{tag}-{index}.tmp": draw.randint(*OLD_DAYS) for index in range(draw.randint(4, 14))}
        self.fresh = {f"current-{tag}-{index}.tmp" for index in range(draw.randint(2, 5))}

    def prepare(self) -> None:
        """Put them there, and nothing else."""
        for entry in self._folder.iterdir():
            if entry.is_file():
                entry.unlink()
        for name, days in [*self.old.items(), *((name, 0) for name in self.fresh)]:
            path = self._folder / name
            path.write_text("x" * self._random.randint(100, 5000), "utf-8")
            at = time.time() - days * 86400
            os.utime(path, (at, at))

    def problems(self, report: Report, *, is_agreed: bool) -> list[str]:
        """What is wrong with the folder, the trash and the question after the old ones were to be deleted."""
        left = _files_in(self._folder)
        gone = set(self.old) if is_agreed else set()
        problems = [f"{name} should be gone" for name in gone & left]
        problems += [f"{name} should be there" for name in (self.fresh | set(self.old)) - gone - left]
        kept = {path.name for path in self._folder.rglob("*") if path.is_file()}
        problems += [f"{name} is lost, not in the trash" for name in gone - kept]
        asked = " ".join(step.get("question", "") for step in report["steps"])
        count = str(len(self.old))
        return problems + ([] if count in asked else [f"{count} is not in the question {asked!r}"])


def _errands(facts: Facts) -> tuple[Scene, Scene]:
    """Requirement A14: who somebody is, then three errands in one sentence, the last of them for that person."""
    name, local = facts.random.choice(PEOPLE)
    address = f"{local}@example.org"
    clutter = _Clutter(facts)
    documents = facts.workspaces / "documents"
    kinds = {
        f"{facts.random.choice(TOPICS)}-{index}.{suffix}": suffix
        for index, suffix in enumerate(("jpg", "png", "pdf", "csv", "txt", "md", "mp3", "zip", "jpg", "pdf"))
    }

    def prepare() -> None:
        clutter.prepare()
        for path in documents.iterdir():
            if path.is_file():
                path.unlink()
        for file_name, suffix in kinds.items():
            (documents / file_name).write_text(f"{suffix}\n", "utf-8")

    def known(report: Report) -> list[str]:
        told = address in report["reply"].lower()
        return [] if told else [f"{address} is not in {report['reply']!r}"]

    def done(report: Report) -> list[str]:
        problems = clutter.problems(report, is_agreed=True)
        problems += [f"{file_name} was not sorted" for file_name in _files_in(documents)]
        kept = {path.name for path in documents.rglob("*") if path.is_file()}
        problems += [f"{file_name} is lost" for file_name in set(kinds) - kept]
        if [letter.recipients for letter in facts.letters] != [[address]]:
            return [*problems, f"letters went to {[letter.recipients for letter in facts.letters]}"]
        text = facts.letters[0].message.get_content()
        counts = (len(clutter.old), len(kinds))
        return problems + [f"{count} is not in the letter {text!r}" for count in counts if str(count) not in text]

    errands = f"delete the old temporary files, sort my documents by type and send a summary to {name}"
    return (
        Scene("a person", f"remember that {name} can be reached at {local} at example dot org", known),
        Scene("three errands", errands, done, answer="yes", prepare=prepare),
    )


def _files_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir() if entry.is_file()}


def _program(facts: Facts) -> Scene:
    # "Eight" is not always heard at the end, and "one to eight" is taken for 128.
    count = facts.random.randint(9, 12)

    def check(report: Report) -> list[str]:
        ran = [step for step in report["steps"] if step["tool"] == "execute_code" and step["outcome"] == "done"]
        return _said(report, str(count)) + ([] if ran else ["no code ran in the sandbox"])

    return Scene("a program", f"run a program that counts down from {count}", check, answer="yes")


def _said(report: Report, number: str) -> list[str]:
    spoken = report["reply"].replace(",", "")
    return [] if re.search(rf"(?<!\d){number}(?!\d)", spoken) else [f"{number} is not in {report['reply']!r}"]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
