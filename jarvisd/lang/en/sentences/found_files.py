"""What is said of files that were found: the answer to what was asked of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from jarvisd.lang.en import amounts
from jarvisd.lang.en.clock_words import spoken_time
from jarvisd.lang.en.everyday.file_questions import FileAsk, FileQuestion

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "document": "document", "image": "picture", "audio": "audio file", "video": "video",
        "archive": "archive", "code": "code file", "pdf": "PDF file",
        "*.txt": "text file", "*.md": "Markdown file", "*.csv": "CSV file", "*.mp3": "MP3 file",
        "*.zip": "zip file", "*.py": "Python file", "*.js": "JavaScript file", "*.json": "JSON file",
    }
)  # fmt: skip
"""What files of a kind, or of a name that was looked for, are called."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it is told."""

    name: str
    folder: str
    """Where it lies, from its workspace on."""
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What was looked for and found; ``leading`` files stand first where an order was asked for."""

    files: Sequence[FoundFile]
    total_bytes: int
    kind: str = "any"
    name: str = ""
    limits: str = ""
    """How age and size were understood: "older than 7 days"."""
    where: str = ""
    """" in documents", where one folder was looked through."""
    leading: int = 0

    @property
    def noun(self) -> str:
        """What one of them is called."""
        return _KINDS.get(self.name.casefold()) or _KINDS.get(self.kind, "file")


def told(answer: FileAnswer, question: FileQuestion, now: datetime) -> str:
    """One sentence."""
    if not answer.files:
        return _none(answer, question)
    if question.order and not question.is_many:
        return _leading(answer, question, now)
    if question.order:
        return f"I found {_extent(answer)}, the {question.order} first: {_names(answer)}."
    if question.ask is FileAsk.TIME:
        return _time(answer, now)
    if question.ask is FileAsk.COUNT:
        return _count(answer)
    if question.ask is FileAsk.SIZE:
        return _size(answer)
    if question.ask is FileAsk.WHERE:
        return _where(answer)
    lead = "Yes," if question.ask is FileAsk.WHETHER else "I found"
    return f"{lead} {_extent(answer)}: {_names(answer)}."


def _none(answer: FileAnswer, question: FileQuestion) -> str:
    limits = answer.limits and f" {answer.limits}"
    if question.ask is FileAsk.COUNT:
        return f"There are no such files{limits}{answer.where}."
    no = "No, I" if question.ask is FileAsk.WHETHER else "I"
    return f"{no} found no such files{limits}{answer.where}."


def _extent(answer: FileAnswer) -> str:
    extent = f"{_counted(answer)}, {amounts.size(answer.total_bytes)}"
    return f"{extent}{answer.limits and f', {answer.limits}'}{answer.where}"


def _counted(answer: FileAnswer) -> str:
    return amounts.counted(len(answer.files), answer.noun)


def _names(answer: FileAnswer) -> str:
    return amounts.listing([amounts.name(file.name) for file in answer.files])


def _count(answer: FileAnswer) -> str:
    is_one = len(answer.files) == 1
    limits = answer.limits and f" {answer.limits}"
    return f"There {'is' if is_one else 'are'} {_counted(answer)}{limits}{answer.where}: {_names(answer)}."


def _size(answer: FileAnswer) -> str:
    total = amounts.size(answer.total_bytes)
    if len(answer.files) == 1:
        return f"{amounts.name(answer.files[0].name)} has {total}."
    return f"The {_counted(answer)}{answer.where} have {total} in all: {_names(answer)}."


def _where(answer: FileAnswer) -> str:
    places = [f"{amounts.name(file.name)} in {amounts.name(file.folder)}" for file in answer.files]
    if len(places) == 1:
        return f"{amounts.name(answer.files[0].name)} is in {amounts.name(answer.files[0].folder)}."
    return f"I found {_counted(answer)}: {amounts.listing(places)}."


def _time(answer: FileAnswer, now: datetime) -> str:
    changed = [
        f"{amounts.name(file.name)} was last changed {_moment(file.modified, now)}" for file in answer.files
    ]
    if len(changed) == 1:
        return f"{changed[0]}."
    return f"I found {_counted(answer)}: {amounts.listing(changed)}."


def _leading(answer: FileAnswer, question: FileQuestion, now: datetime) -> str:
    first, order = answer.files[0], question.order
    by_time = order in ("newest", "oldest")
    measure = f"changed {_moment(first.modified, now)}" if by_time else amounts.size(first.size_bytes)
    limits = answer.limits and f" {answer.limits}"
    noun = f"{order} {answer.noun}{limits}{answer.where}"
    if answer.leading == 1:
        return f"The {noun} is {amounts.name(first.name)}, {measure}."
    names = amounts.listing([amounts.name(file.name) for file in answer.files[: answer.leading]])
    return f"{answer.leading:,} files are equally {_EQUALLY[order]}{answer.where}: {names}, {measure}."


_EQUALLY: Mapping[str, str] = MappingProxyType(
    {"newest": "new", "oldest": "old", "largest": "large", "smallest": "small"}
)


def _moment(moment: datetime, now: datetime) -> str:
    at = spoken_time(moment)
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} at {at}"
    year = f", {moment.year}" if moment.year != now.year else ""
    return f"on {moment:%A}, {moment:%B} {moment.day}{year}, at {at}"
