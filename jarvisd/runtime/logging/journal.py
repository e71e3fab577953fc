"""Log records as entries of the journal, with fields that ``journalctl TURN=...`` finds.

The protocol is that of https://systemd.io/JOURNAL_NATIVE_PROTOCOL/: one datagram for each entry, or a sealed
memory file for one that is too long for a datagram. systemd-python speaks it too, but is published as source only,
for a machine that has libsystemd's headers.
"""

from __future__ import annotations

import array
import errno
import fcntl
import logging
import os
import socket
import struct
import traceback
from collections.abc import Mapping
from pathlib import Path

SOCKET = Path("/run/systemd/journal/socket")
NO_TURN = "-"
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG = 7


def priority_of(level: int) -> int:
    """The syslog priority of a level of ``logging``."""
    return next((priority for least, priority in _PRIORITIES if level >= least), _DEBUG)


def reads(descriptor: int) -> bool:
    """Whether what is written to ``descriptor`` goes to the journal, by systemd.exec(5) on ``$JOURNAL_STREAM``."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM", "") == f"{found.st_dev}:{found.st_ino}"


def encode(fields: Mapping[str, str]) -> bytes:
    """An entry as the journal takes it: a value with a line break has its length before it."""
    parts = []
    for name, text in fields.items():
        value = text.encode("utf-8", "backslashreplace")
        if b"\n" in value:
            parts.append(name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n")
        else:
            parts.append(name.encode() + b"=" + value + b"\n")
    return b"".join(parts)


def fields_of(record: logging.LogRecord, unit: str) -> dict[str, str]:
    """The fields of a record: one line of message, what it belongs to, and where it was written."""
    fields = {
        "MESSAGE": " ".join(record.getMessage().split()),
        "PRIORITY": str(priority_of(record.levelno)),
        "SYSLOG_IDENTIFIER": f"jarvisd-{unit}",
        "UNIT": unit,
        "LOGGER": record.name,
        "CODE_FILE": record.pathname,
        "CODE_LINE": str(record.lineno),
        "CODE_FUNC": record.funcName,
    }
    if (turn := getattr(record, "turn", NO_TURN)) != NO_TURN:
        fields["TURN"] = turn
    if code := getattr(record, "code", ""):
        fields["CODE"] = code
    if record.exc_info is not None and record.exc_info[0] is not None:
        fields["TRACEBACK"] = "".join(traceback.format_exception(*record.exc_info)).rstrip()
    return fields


class JournalHandler(logging.Handler):
    """Sends every record to the journal at ``path``; ``fallback`` takes those that the journal does not."""

    def __init__(self, unit: str, fallback: logging.Handler, path: Path = SOCKET) -> None:
        super().__init__()
        self._unit = unit
        self._fallback = fallback
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def emit(self, record: logging.LogRecord) -> None:
        """Send ``record``."""
        try:
            self._send(encode(fields_of(record, self._unit)))
        except OSError:
            self._fallback.handle(record)

    def close(self) -> None:
        """Send no more."""
        self._socket.close()
        super().close()

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendto(data, self._path)
        except OSError as error:
            if error.errno not in (errno.EMSGSIZE, errno.ENOBUFS):
                raise
            self._send_as_file(data)

    def _send_as_file(self, data: bytes) -> None:
        descriptor = os.memfd_create("jarvisd-log", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(data)
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
            fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))
            self._socket.sendmsg([], [rights], 0, self._path)
