"""Somebody who holds the audit log against its chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from jarvisd.core.audit_chain import EXECUTOR_UNIT, HEAD_LOGGER, ChainVerifier, KnownHeads, head_text, heads_in

EXECUTOR_UID = "997"


def followed(lines: Iterable[str]) -> ChainVerifier:
    """What following a log in one file has found."""
    follower = ChainVerifier()
    follower.follow("", lines)
    follower.end()
    return follower


def journal_entry(message: object, **fields: object) -> str:
    """A line of ``journalctl --output json``: a message of the executor, where ``fields`` do not say otherwise."""
    told = {"_UID": EXECUTOR_UID, "_SYSTEMD_UNIT": EXECUTOR_UNIT, "_TRANSPORT": "journal", "LOGGER": HEAD_LOGGER}
    return json.dumps({"MESSAGE": message, **told, **fields})


def known(heads: Mapping[int, str]) -> KnownHeads:
    """What a journal knows that was told of ``heads``, oldest first."""
    return heads_in(journal_entry(head_text(count, link)) for count, link in heads.items())
