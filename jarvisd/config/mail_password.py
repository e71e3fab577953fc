"""The file with the mail password: where it is, and that it is for root alone."""

from __future__ import annotations

from pathlib import Path

from jarvisd.core.errors import ErrorCode, NotPermitted

PASSWORD_FILE = Path("/etc/jarvisd/mail-password")
_OTHERS = 0o066
"""Group and others, reading and writing."""


def require_kept(path: Path = PASSWORD_FILE) -> None:
    """Raise NotPermitted(MAIL_PASSWORD_EXPOSED) if others than the owner can read or write the file.

    A file that is not there, or that this process may not even look at, is no fault: the service manager may hold
    the password encrypted.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if mode & _OTHERS:
        raise NotPermitted(
            f"{path} has the mode {mode & 0o777:04o}; it is for its owner alone",
            code=ErrorCode.MAIL_PASSWORD_EXPOSED,
        )
