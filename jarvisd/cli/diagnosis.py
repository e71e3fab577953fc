"""One finding of ``jarvisctl doctor``."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.core.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at."""

    what: str
    detail: str
    code: ErrorCode | None = None
    """What is wrong; ``None`` when all is well."""
    is_note: bool = False
    """Something that is missing but not needed, or not known."""
    mends: str = ""
    """The command that mends it, where it is not that of the code."""

    @property
    def remedy(self) -> str:
        """The command that mends it; empty when nothing is wrong."""
        return self.mends or (FAULTS[self.code].remedy if self.code else "")

    def to_json(self) -> JsonObject:
        """As ``--json`` shows it."""
        state = "fail" if self.code else "note" if self.is_note else "ok"
        found = {"what": self.what, "state": state, "detail": self.detail}
        return {**found, "code": str(self.code or ""), "remedy": self.remedy}

    def show(self) -> None:
        """Print it as a line."""
        if self.code is not None:
            print(f"FAIL  {self.what}: {self.detail} ({self.code}); try: {self.remedy}")
        else:
            print(f"{'note' if self.is_note else 'ok  '}  {self.what}: {self.detail}")
