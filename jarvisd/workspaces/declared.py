"""The declared workspaces in the configuration: a file of its own in ``conf.d``, which holds the whole list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.config.schema import Workspace
from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.linux.durable import replace_file

FILE_NAME = "workspaces.toml"
MODE = 0o644
_HEAD = "# Written by 'jarvisctl workspace'; it replaces lists of workspaces in files before this one.\n"


def declared(main_file: Path = DEFAULT_FILE) -> tuple[Workspace, ...]:
    """What the configuration declares now; raises ConfigError."""
    return load(main_file).workspaces


def declare(workspaces: Sequence[Workspace], main_file: Path = DEFAULT_FILE) -> None:
    """Make ``workspaces`` the list. A list that would be wrong or without effect leaves the old file as it was.

    Raises ConfigError, RequestError(INVALID_REQUEST) and OSError.
    """
    target = main_file.parent / "conf.d" / FILE_NAME
    before = target.read_text("utf-8") if target.exists() else None
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        replace_file(target, _HEAD + "".join(_text(workspace) for workspace in workspaces), MODE)
        if declared(main_file) != tuple(workspaces):
            raise RequestError(f"a file after {target} declares workspaces too", code=ErrorCode.INVALID_REQUEST)
    except BaseException:
        if before is None:
            target.unlink(missing_ok=True)
        else:
            replace_file(target, before, MODE)
        raise


def _text(workspace: Workspace) -> str:
    name, path, kind = (_string(str(value)) for value in (workspace.name, workspace.path, workspace.kind))
    read_only = "true" if workspace.read_only else "false"
    return f"\n[[workspaces]]\nname = {name}\npath = {path}\nkind = {kind}\nread_only = {read_only}\n"


def _string(text: str) -> str:
    """A string of JSON is one of TOML, but for halves of characters and one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
