"""Files of sentence templates that an administrator has put beside the configuration.

Whoever could write one could have requests understood as something else, so each must be root's alone to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jarvisd.config.ownership import ROOT, TrustedOwners
from jarvisd.core.errors import ErrorCode, RequestError

LIMIT_BYTES = 200_000
"""Chosen: all sentences of the suite together are a tenth of it."""


def sentence_files(folder: Path) -> list[Path]:
    """The files in ``folder``, in the order of their names; none where there is no such folder."""
    return sorted(folder.glob("*.yaml"))


def read_sentences(path: Path, owners: TrustedOwners = ROOT) -> Mapping[str, Any]:
    """What a file holds.

    Raises NOT_PERMITTED where somebody else could have written it, SENTENCES_INVALID where it is no YAML mapping.
    """
    import yaml

    owners.demand(path)
    try:
        text = path.read_text("utf-8")
        if len(text) > LIMIT_BYTES:
            raise ValueError(f"it is longer than {LIMIT_BYTES:,} characters")
        content = yaml.safe_load(text)
    except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:
        raise RequestError(f"{path}: {error}", code=ErrorCode.SENTENCES_INVALID) from error
    if not isinstance(content, Mapping):
        raise RequestError(f"{path} holds no language, intents and lists", code=ErrorCode.SENTENCES_INVALID)
    return content
