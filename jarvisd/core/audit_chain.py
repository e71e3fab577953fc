"""The chain of the audit log: each record's hash covers the one before it, across files (requirement A12). Pure.

Cutting off the end of a chain leaves a chain. That is why the executor tells the system journal its head, number
of records and last hash, at the end of each turn, and why :class:`ChainVerifier` is told what the journal knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jarvisd.core import formats
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject, JsonValue, canonical, digest, parse_object

GENESIS = "0" * 64
"""What the first record's hash builds on."""
CONTINUED, PRUNED, RECOVERED = "continued", "pruned", "recovered"
"""Events that belong to the log itself: a new file begins, old files were removed, a torn line was closed."""
NEWEST_FILE, OLDER_FILES = "audit.jsonl", f"audit-{'[0-9]' * 12}.jsonl"
"""The file that grows, and the pattern of those before it, by how many records they end with."""
REMOVED = "audit log removed"
"""What the administrator's package manager tells the system journal when it removes the log."""
EXECUTOR_UNIT, HEAD_LOGGER = "jarvisd-executor.service", "jarvisd.audit"
"""Who tells the journal of a head: the unit, as the journal itself found it, and the name of its logger."""
JOURNAL_FIELDS = ("MESSAGE", "LOGGER", "OBJECT_SYSTEMD_UNIT", "_SYSTEMD_UNIT", "_TRANSPORT", "_UID")
"""What of an entry is looked at. Names with an underscore are the journal's own knowledge: nobody can send them
(systemd.journal-fields(7))."""
_HEAD = re.compile(r"audit head count=(?P<count>\d{1,18}) hash=(?P<hash>[0-9a-f]{64})")


def seal(previous: str, record: JsonObject) -> tuple[str, str]:
    """The line for ``record`` after the one with hash ``previous``, and its own hash."""
    versioned = {**record, "v": formats.AUDIT}
    link = digest({"previous": previous, "record": versioned})
    return canonical({**versioned, "hash": link}) + "\n", link


def is_newer(record: JsonObject) -> bool:
    """Whether a later version of this package wrote ``record``: what its hash covers is not known here."""
    version = record.get("v", 1)
    return isinstance(version, int) and version > formats.AUDIT


def parse(line: str) -> dict[str, JsonValue] | None:
    """A line's record with its hash, or ``None`` when it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("hash"), str) else None


def head_text(count: int, link: str) -> str:
    """How the head is told to the system journal; :class:`KnownHeads` reads it."""
    return f"audit head count={count} hash={link}"


@dataclass
class KnownHeads:
    """What the system journal knows of a log, without what others have written there to look like it."""

    hashes: dict[int, set[str]] = field(default_factory=dict)
    """Number of records to the hash of the last. Two for one number: the log was rewritten in between."""
    forged: int = 0
    """Entries that read like a head and are not the executor's."""

    @property
    def newest(self) -> int:
        """The most records that any head tells of."""
        return max(self.hashes, default=0)

    def take(self, entry: JsonObject, uid: str = "") -> None:
        """Take an entry of the journal into account; ``uid`` is the executor's, where that is known.

        A head is a whole message of the executor's own logger, sent by a process of its unit: text in another
        message is none, and neither is a line that a program wrote to the unit's output.
        """
        message = entry.get("MESSAGE")
        if not isinstance(message, str):
            return
        whose = (entry.get("_UID"), entry.get("OBJECT_SYSTEMD_UNIT"))
        if message == REMOVED and whose == ("0", EXECUTOR_UNIT):
            self.hashes.clear()
            return
        if _HEAD.search(message) is None:
            return
        head = _HEAD.fullmatch(message)
        told = (entry.get("_SYSTEMD_UNIT"), entry.get("_TRANSPORT"), entry.get("LOGGER"))
        is_ours = told == (EXECUTOR_UNIT, "journal", HEAD_LOGGER) and uid in ("", entry.get("_UID"))
        if head is None or not is_ours:
            self.forged += 1
            return
        self.hashes.setdefault(int(head["count"]), set()).add(head["hash"])


def heads_in(lines: Iterable[str], uid: str = "") -> KnownHeads:
    """The heads in lines of ``journalctl --output json``, oldest first; what is no entry is passed over."""
    heads = KnownHeads()
    for line in lines:
        try:
            heads.take(parse_object(line, "an entry of the journal"), uid)
        except RequestError:
            continue
    return heads


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

    known: KnownHeads = field(default_factory=KnownHeads)
    """Heads that are known from elsewhere."""
    count: int = 0
    """Records from the beginning of the log on, those of removed files included."""
    head: str = GENESIS
    problems: list[ChainBreak] = field(default_factory=list)
    removed: int = 0
    """Records that were in files that are gone."""
    newer: int = 0
    """Records of a later format, which cannot be judged."""
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
        newest = self.known.newest
        if newest > self.count:
            self._break("", 0, f"the last {newest - self.count} of {newest} records are missing")
        for count, hashes in sorted(self.known.hashes.items()):
            if len(hashes) > 1:
                self._break("", 0, f"the journal knows {len(hashes)} different records as number {count}")

    def _take(self, file: str, number: int, record: dict[str, JsonValue]) -> None:
        link = str(record.pop("hash"))
        before = record.get("count")
        if not self._is_begun and record.get("event") == CONTINUED and isinstance(before, int):
            # The files before this one are gone; whether that is right, the pruned record must tell.
            self.head, self.count, self.removed = str(record.get("previous")), before, before
        self._is_begun = True
        if is_newer(record):
            self.newer += 1
        elif link != digest({"previous": self.head, "record": record}):
            self._break(file, number, "does not follow the record before it")
        through = record.get("through")
        if record.get("event") == PRUNED and isinstance(through, int):
            self._pruned_through = max(self._pruned_through, through)
        self.count += 1
        self.head = link
        if link not in self.known.hashes.get(self.count, {link}):
            self._break(file, number, "is not the record that the journal knows")

    def _break(self, file: str, line: int, problem: str) -> None:
        self.problems.append(ChainBreak(file, line, problem))
