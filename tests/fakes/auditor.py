"""Somebody who holds the audit log against its chain."""

from __future__ import annotations

from collections.abc import Iterable

from jarvisd.core.audit_chain import ChainVerifier


def followed(lines: Iterable[str]) -> ChainVerifier:
    """What following a log in one file has found."""
    follower = ChainVerifier()
    follower.follow("", lines)
    follower.end()
    return follower
