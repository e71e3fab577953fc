"""A request in its parts: what orders nothing because it is denied, taken back, quoted, told or a condition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.scope.clause_line import ClauseLine

SCOPE = Path(__file__).resolve().parents[4] / "data" / "scope"


def requests() -> Iterator[str]:
    for name in ("outside", "within"):
        for line in (SCOPE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["say"]


def test_every_word_of_a_request_lies_in_exactly_one_part() -> None:
    for say in requests():
        parts = ENGLISH.scope.clauses(say)
        line = ClauseLine(say)
        assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])], say
        assert parts[-1].stop == sum(line.is_word(at) for at in range(len(line))), say
