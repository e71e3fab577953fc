"""The chain of the audit log: each record's hash covers the one before it, across files (requirement A12). Pure.

Cutting off the end of a chain leaves a chain. That is why the executor tells the system journal its head, number
of records and last hash, at the end of each turn, and why :class:`ChainVerifier` is told what the journal knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jarvisd.core.json_types import JsonObject, JsonValue, canonical, digest

GENESIS = "0" * 64
"""What the first record's hash builds on."""
CONTINUED, PRUNED, RECOVERED = "continued", "pruned", "recovered"
"""Events that belong to the log itself: a new file begins, old files were removed, a torn line was closed."""
NEWEST_FILE, OLDER_FILES = "audit.jsonl", f"audit-{'[0-9]' * 12}.jsonl"
"""The file that grows, and the pattern of those before it, by how many records they end with."""
REMOVED = "audit log removed"
"""What the administrator's package manager tells the system journal when it removes the log."""
_HEAD = re.compile(r"audit head count=(?P<count>\d{1,18}) hash=(?P<hash>[0-9a-f]{64})")


def seal(previous: str, record: JsonObject) -> tuple[str, str]:
    """The line for ``record`` after the one with hash ``previous``, and its own hash."""
    link = digest({"previous": previous, "record": record})
    return canonical({**record, "hash": link}) + "\n", link


def parse(line: str) -> dict[str, JsonValue] | None:
    """A line's record with its hash, or ``None`` when it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("hash"), str) else None


def head_text(count: int, link: str) -> str:
    """How the head is told to the system journal; :func:`heads_in` reads it."""
    return f"audit head count={count} hash={link}"


def heads_in(lines: Iterable[str]) -> dict[int, str]:
    """Every head that lines of the system journal tell of: number of records to the hash of the last."""
    found = (_HEAD.search(line) for line in lines)
    return {int(match["count"]): match["hash"] for match in found if match is not None}


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """A place where the chain does not hold; lines count from 1, 0 is the file or the log as a whole."""

    file: str
    line: int
    problem: str


@dataclass
class ChainVerifier:
    """Follows a chain from file to file, oldest first, and collects every break.

    A line that a crash left half-written is no break if the next record is the ``recovered`` that closes it.
    """

    known: Mapping[int, str] = field(default_factory=dict)
    """Heads that are known from elsewhere."""
    count: int = 0
    """Records from the beginning of the log on, those of removed files included."""
    head: str = GENESIS
    problems: list[ChainBreak] = field(default_factory=list)
    removed: int = 0
    """Records that were in files that are gone."""
    _pruned_through: int = 0
    _is_begun: bool = False

    def follow(self, file: str, lines: Iterable[str]) -> None:
        """Take the next file of the log."""
        torn: int | None = None
        for number, line in enumerate(lines, start=1):
            record = parse(line)
            if record is None:
                if torn is not None:
                    self._break(file, torn, "not a record")
                torn = number
                continue
            if torn is not None and record.get("event") != RECOVERED:
                self._break(file, torn, "not a record")
            torn = None
            self._take(file, number, record)
        if torn is not None:
            self._break(file, torn, "not a record")

    def end(self) -> None:
        """Hold the end of the log against what is known."""
        if self.removed > self._pruned_through:
            self._break("", 0, f"the first {self.removed} records are missing")
        newest = max(self.known, default=0)
        if newest > self.count:
            self._break("", 0, f"the last {newest - self.count} of {newest} records are missing")

    def _take(self, file: str, number: int, record: dict[str, JsonValue]) -> None:
        link = str(record.pop("hash"))
        before = record.get("count")
        if not self._is_begun and record.get("event") == CONTINUED and isinstance(before, int):
            # The files before this one are gone; whether that is right, the pruned record must tell.
            self.head, self.count, self.removed = str(record.get("previous")), before, before
        self._is_begun = True
        if link != digest({"previous": self.head, "record": record}):
            self._break(file, number, "does not follow the record before it")
        through = record.get("through")
        if record.get("event") == PRUNED and isinstance(through, int):
            self._pruned_through = max(self._pruned_through, through)
        self.count += 1
        self.head = link
        if self.known.get(self.count, link) != link:
            self._break(file, number, "is not the record that the journal knows")

    def _break(self, file: str, line: int, problem: str) -> None:
        self.problems.append(ChainBreak(file, line, problem))
