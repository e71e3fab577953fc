"""A small workspace for one trial of the self-test: places that matter, links, and other names. Blocking."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.executor.policy.on_tree import TreeJudge
from jarvisd.executor.policy.verdict import Judge

PLACES = (None, "/dev/shm")  # noqa: S108 - a private folder is made there
"""Where the folder is made: the system's place for temporary files, or memory where that is full."""
FILES = (
    ".bashrc", ".env", ".profile", ".ssh/authorized_keys", ".ssh/id_rsa", ".config/autostart/x.desktop",
    "proj/.envrc", "proj/.git/config", "proj/.git/hooks/pre-commit", "proj/.vscode/tasks.json", "proj/Makefile",
    "proj/main.c", "report.txt", "notes/plan.md", "notes/Bank Letter.pdf", "tmp/old.log",
)  # fmt: skip
LINKS = (("shortcut", "proj/.git/hooks"), ("letter.txt", ".ssh/id_rsa"), ("recent", "notes"), ("out", "/etc"))
HARD_LINKS = (("holiday.txt", ".ssh/id_rsa"),)


@contextmanager
def laid_out(judge: Judge) -> Iterator[TreeJudge]:
    """A judge by the same tools on a tree that is gone afterwards; EngineError where none can be made."""
    with _folder() as folder:
        for name in FILES:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("text\n", "ascii")
        for name, target in LINKS:
            (folder / name).symlink_to(target)
        for name, target in HARD_LINKS:
            os.link(folder / target, folder / name)
        yield TreeJudge(judge.registry, judge.reach, judge.language, str(folder), SystemClock())


@contextmanager
def _folder() -> Iterator[Path]:
    reason = ""
    for place in PLACES:
        try:
            made = tempfile.TemporaryDirectory(prefix="jarvisd-selftest-", dir=place)
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        with made as name:
            yield Path(name)
        return
    raise EngineError(f"no folder for the self-test could be made: {reason}", code=ErrorCode.POLICY_BROKEN)
