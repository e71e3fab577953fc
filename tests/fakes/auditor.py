"""Somebody who holds the audit log against its chain."""

from __future__ import annotations

from collections.abc import Iterable

from jarvisd.core.audit_chain import Follower


def followed(lines: Iterable[str]) -> Follower:
    """What following a log in one file has found."""
    follower = Follower()
    follower.follow("", lines)
    follower.end()
    return follower
