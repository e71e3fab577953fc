"""``python -m jarvisd.workspaces up|down``: what ``jarvisd-workspaces.service`` runs, as root."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from jarvisd.config.loader import load
from jarvisd.core.error_texts import EX_USAGE, FAULTS
from jarvisd.core.errors import ConfigError
from jarvisd.workspaces import mounts

# Priorities of the journal, see sd-daemon(3).
_NOTICE, _WARNING = "<5>", "<4>"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; a workspace that is refused is said and is no failure of the others."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given == ["down"]:
        mounts.down()
        return 0
    if given != ["up"]:
        sys.stderr.write("usage: python -m jarvisd.workspaces up|down\n")
        return EX_USAGE
    try:
        config = load()
    except ConfigError as error:
        sys.stderr.writelines(f"{_WARNING}{problem}\n" for problem in error.problems)
        return FAULTS[error.code].exit_code
    for outcome in mounts.up(config.workspaces):
        priority = _NOTICE if outcome.state == "mounted" else _WARNING
        sys.stderr.write(f"{priority}workspace name={outcome.workspace.name} {outcome.state} {outcome.detail}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
