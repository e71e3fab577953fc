"""The audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jarvisd.core.audit_chain import ChainVerifier
from jarvisd.core.json_types import JsonObject


@dataclass(frozen=True, slots=True)
class AuditRetention:
    """How long an audit log is kept. The file that grows is never removed."""

    rotate_bytes: int = 16_000_000
    keep_bytes: int = 256_000_000
    keep_days: float = 365.0


class AuditLog(Protocol):
    """An append-only chain of records. Blocking. Errors: AUDIT_UNWRITABLE."""

    @property
    def engine(self) -> str:
        """Name and format, for reports."""
        ...

    def open(self) -> None:
        """Open the log, closing a line that a crash left half-written."""
        ...

    def append(self, record: JsonObject, *, durable: bool) -> str:
        """Add ``record`` and return its chain hash; with ``durable`` it survives a power cut on return."""
        ...

    def head(self) -> tuple[int, str]:
        """How many records there are, and the hash of the last one."""
        ...

    def verify(self) -> ChainVerifier:
        """Follow the whole chain as it is now; others may append meanwhile."""
        ...

    def check(self) -> None:
        """Raise AUDIT_UNWRITABLE if nothing could be written now."""
        ...

    def close(self) -> None:
        """Release the file; safe to call twice."""
        ...
