"""A list of requests as one dialogue, and what has to come of each. Pure.

The first line may be ``{"setup": {"files": {PATH: TEXT}, "contacts": {NAME: ADDRESS}, "memories": [TEXT],
"now", "zone"}}``: paths begin with a workspace, ``tmp/`` or ``documents/``, or lie in the documents; ``now`` is a
time such as ``2026-11-28T16:00``, at which the clocks of all units begin. Every other line is a request:
``{"say", "answer"}``, where a question for consent is answered with ``answer`` (``no`` without one), and one which
of several is meant with any other text. Then comes what is expected: ``tool``, a regular expression for the names
of the steps that were done, joined by commas, ``reply`` and ``reply_not`` for what is said, and ``asked``, whether
consent was asked for. Other keys of a request, and lines that begin with ``//``, are for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

OWN = Path(__file__).parents[1] / "data" / "week" / "week.jsonl"
YES, NO = "yes", "no"
_SETUP = frozenset({"files", "contacts", "memories", "now", "zone"})


@dataclass(frozen=True)
class Setup:
    """What there is before the first request."""

    files: Mapping[str, str] = field(default_factory=dict)
    contacts: Mapping[str, str] = field(default_factory=dict)
    memories: Sequence[str] = ()
    now: datetime | None = None
    zone: str = ""


@dataclass(frozen=True)
class Request:
    """What is said and answered, and what has to come of it."""

    say: str
    answer: str = NO
    tool: re.Pattern[str] | None = None
    reply: re.Pattern[str] | None = None
    reply_not: re.Pattern[str] | None = None
    asked: bool | None = None

    def faults(self, seen: Seen) -> list[str]:
        """What is wrong with what came of it."""
        tools = ",".join(seen.tools)
        found = []
        if self.tool is not None and not self.tool.search(tools):
            found.append(f"tool {tools!r}, not {self.tool.pattern!r}")
        if self.reply is not None and not self.reply.search(seen.reply):
            found.append(f"not {self.reply.pattern!r}")
        if self.reply_not is not None and self.reply_not.search(seen.reply):
            found.append(f"{self.reply_not.pattern!r}")
        if self.asked is not None and self.asked != seen.was_asked:
            found.append("asked" if seen.was_asked else "not asked")
        return found


@dataclass(frozen=True)
class Seen:
    """What came of a request."""

    reply: str
    tools: tuple[str, ...]
    """Of the steps that were done."""
    was_asked: bool
    took_s: float
    route: str = ""


def load(path: Path) -> tuple[Setup, list[Request]]:
    """The dialogue of a file; raises ValueError with the line of what is none, or an unknown setting."""
    setup = Setup()
    requests: list[Request] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            row = json.loads(line)
            if "setup" in row and not requests:
                setup = _setup(row["setup"])
            else:
                requests.append(_request(row))
        except (ValueError, KeyError, TypeError, AttributeError, re.error, OSError) as error:
            raise ValueError(f"{path}:{number} is no request: {error!r}") from error
    return setup, requests


def _setup(row: Mapping[str, Any]) -> Setup:
    if unknown := sorted(set(row) - _SETUP):
        raise ValueError(f"there is no way to set up {unknown}")
    zone, now = str(row.get("zone", "")), row.get("now")
    place = ZoneInfo(zone) if zone else None
    said = None if now is None else datetime.fromisoformat(str(now).replace("Z", "+00:00"))
    if said is not None and said.tzinfo is None:
        said = said.replace(tzinfo=place) if place else said.astimezone()
    contacts, files = row.get("contacts", {}), row.get("files", {})
    return Setup(
        files={str(path): str(text) for path, text in files.items()},
        contacts={str(name): _address(said) for name, said in contacts.items()},
        memories=tuple(map(str, row.get("memories", ()))),
        now=said,
        zone=zone,
    )


def _request(row: Mapping[str, Any]) -> Request:
    say, asked = row["say"], row.get("asked")
    if not (isinstance(say, str) and say.strip() and asked in (None, True, False)):
        raise ValueError("say is a text, asked is true or false")
    patterns = {
        name: re.compile(row[name], re.IGNORECASE) for name in ("tool", "reply", "reply_not") if name in row
    }
    return Request(say, str(row.get("answer", NO)), asked=asked, **patterns)


def _address(said: Any) -> str:
    """Of a contact: an address, or ``{"email": ADDRESS}``."""
    return str(said["email"] if isinstance(said, Mapping) else said)
