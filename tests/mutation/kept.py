"""What runs leave in their folder, so that one that was ended goes on where it was.

Outcomes count for the very files that they were found with: :func:`state` tells two checkouts apart. What was
killed may be kept although tests have been added since (``AGAIN=1``): a test that fails goes on to fail.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

KILLED = ("killed", "too long")


def state(folders: Iterable[str], python: str, *, without: Path) -> str:
    """What the outcomes depend on: the files that are copied, the operators among them, and the Python."""
    found = hashlib.sha256(subprocess.run([python, "-VV"], capture_output=True, check=True).stdout)
    files = [path for path in Path().glob("*") if path.is_file()]
    for folder in folders:
        for root, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if name != "__pycache__"]
            files += [Path(root, name) for name in names]
    for path in sorted(files):
        if path.resolve() != without.resolve() and path.is_file():
            content = path.read_bytes()
            found.update(f"{path} {len(content)}\n".encode() + content)
    return found.hexdigest()


class Kept:
    """The files of one seed in the folder of outcomes."""

    def __init__(self, folder: Path, seed: str, now: str, *, again: bool) -> None:
        self._unchanged = folder / "unchanged.json"
        self._outcomes = folder / f"outcomes-{seed}.jsonl"
        self._state = now
        self._again = again
        folder.mkdir(parents=True, exist_ok=True)

    def unchanged(self) -> dict[str, Any] | None:
        """What the tests do without a change, if these files were run before."""
        if not self._unchanged.exists():
            return None
        found = json.loads(self._unchanged.read_text())
        return found["found"] if found["state"] == self._state else None

    def keep_unchanged(self, found: Mapping[str, Any]) -> None:
        """Note it for the next run."""
        self._unchanged.write_text(json.dumps({"state": self._state, "found": found}))

    def outcomes(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Those of mutants that need not be tried, by name; of two with one name both are tried."""
        if not self._outcomes.exists():
            return {}
        found = {}
        for line in self._outcomes.read_text().splitlines():
            row = json.loads(line)
            if row.get("state") == self._state or (self._again and row["how"] in KILLED):
                found[row["mutant"]] = row
            else:
                found.pop(row["mutant"], None)
        counts = Counter(names)
        return {name: row for name, row in found.items() if counts[name] == 1}

    def begin(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Leave these outcomes alone in the file."""
        self._outcomes.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def keep(self, row: Mapping[str, Any]) -> None:
        """Add one as soon as it is known."""
        with self._outcomes.open("a") as file:
            file.write(json.dumps({**row, "state": self._state}) + "\n")
