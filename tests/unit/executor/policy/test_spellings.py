"""However a place is spelled, the verdict is at least that on the place itself (decision 22)."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.policy import offline
from jarvisd.executor.policy.on_tree import TreeJudge
from jarvisd.executor.selftest.loader import ORDER
from tests.fakes.clock import ScriptedClock
from tests.figures import IS_FULL, Record

SEED = os.environ.get("JARVISD_SEED", "0")
TREES, SPELLINGS = (2_000, 500) if IS_FULL else (12, 150)
FOLDERS = (
    "notes",
    "Work",
    "proj",
    ".git",
    ".ssh",
    ".config",
    "hooks",
    ".vscode",
    "Été",
    "autostart",
    ".cache",
    "a b",
)
FILES = (
    "report.txt", "Bank-Letter.pdf", "id_rsa", ".bashrc", "bashrc", ".env", "env", "Makefile", "pre-commit",
    ".envrc", "config", "tasks.json", "résumé.md", "authorized_keys", "main.c", ".profile", "x.desktop",
)  # fmt: skip
Judged = tuple[str, list[JsonObject]]


def grow(folder: Path, draw: random.Random) -> None:
    """A random tree with links between its places and other names of its files."""
    places = [folder]
    for _ in range(draw.randint(2, 8)):
        made = draw.choice(places) / draw.choice(FOLDERS)
        made.mkdir(exist_ok=True)
        places.append(made)
    files = []
    for _ in range(draw.randint(3, 14)):
        file = draw.choice(places) / draw.choice(FILES)
        if not file.exists() and not file.is_symlink():
            file.write_text("text\n")
            files.append(file)
    for number in range(draw.randint(0, 4)):
        link = draw.choice(places) / f"link{number}"
        if not link.is_symlink() and not link.exists():
            link.symlink_to(os.path.relpath(draw.choice([*places, *files]), link.parent))
    for number in range(draw.randint(0, 2)):
        if files and not (other := draw.choice(places) / f"other{number}.txt").exists():
            os.link(draw.choice(files), other)


def spelled(path: str, draw: random.Random) -> str:
    """The same place in other words: another case, another form of its letters, by ear, through dots."""
    changes: tuple[Callable[[str], str], ...] = (
        str,
        str.upper,
        str.swapcase,
        lambda text: text.rpartition("/")[2],
        lambda text: text.rpartition("/")[2].lstrip("."),
        lambda text: text.rpartition("/")[2].replace("_", " ").replace("-", " "),
        lambda text: text.rpartition("/")[2].rpartition(".")[0] or text,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("/", "//"),
        lambda text: f"./{text}",
        lambda text: text.replace("/", "/./"),
        lambda text: text.replace(".", "\uff0e", 1),
        lambda text: "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in text),
        lambda text: f" {text} ",
    )
    for _ in range(draw.randint(1, 2)):
        path = draw.choice(changes)(path)
    return path


def request(path: str, draw: random.Random) -> tuple[JsonObject, str]:
    """A step on ``path``, and the argument that names it."""
    other = draw.choice(("report.txt", "new.txt", "notes/new.txt"))
    return draw.choice(
        (
            ({"tool": "file_read", "args": {"path": path}}, "path"),
            ({"tool": "file_append", "args": {"path": path, "content": "x"}}, "path"),
            ({"tool": "file_write", "args": {"path": path, "content": "x"}}, "path"),
            ({"tool": "file_delete", "args": {"path": path}}, "path"),
            ({"tool": "file_move", "args": {"source": path, "destination": other}}, "source"),
            ({"tool": "file_move", "args": {"source": "report.txt", "destination": path}}, "destination"),
            ({"tool": "file_copy", "args": {"source": path, "destination": other}}, "source"),
            ({"tool": "file_copy", "args": {"source": "report.txt", "destination": path}}, "destination"),
            ({"tool": "archive", "args": {"action": "create", "path": path}}, "path"),
            ({"tool": "mkdir", "args": {"path": path}}, "path"),
            ({"tool": "organize_files", "args": {"folder": path}}, "folder"),
            ({"tool": "search_files", "args": {"folder": path}}, "folder"),
        )
    )


def judged(judge: TreeJudge, asked: JsonObject) -> Judged:
    answer = judge.check(asked)
    targets = answer["targets"]
    assert isinstance(targets, list)
    return str(answer["verdict"]), targets


def named(targets: list[JsonObject], argument: str) -> str:
    """Where the argument led: what is read or goes for a source, what comes for a destination."""
    acts = {"source": ("read", "remove"), "destination": ("write",)}.get(argument, ())
    return next((str(target["path"]) for target in targets if not acts or target["act"] in acts), "")


@pytest.mark.soak("spellings of places on random trees", 1_000_000, "0 milder than their target")
def test_no_spelling_is_milder_than_what_it_leads_to(tmp_path: Path, record_property: Record) -> None:
    draw = random.Random(f"spellings {SEED}")
    tried = resolved = 0
    for number in range(TREES):
        root = tmp_path / f"tree{number}"
        root.mkdir()
        grow(root, draw)
        judge = TreeJudge(*offline.tools_and_reach(), str(root), ScriptedClock())
        paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
        for _ in range(SPELLINGS):
            tried += 1
            place = draw.choice(paths) if draw.random() < 0.7 else f"{draw.choice(paths)}/{draw.choice(FILES)}"
            asked, argument = request(spelled(place, draw), draw)
            verdict, targets = judged(judge, asked)
            goal = named(targets, argument)
            if not goal:
                continue
            resolved += 1
            direct = {**asked, "args": {**asked["args"], argument: f"{root}/{goal}"}}  # type: ignore[dict-item]
            strict, _ = judged(judge, direct)
            assert ORDER.index(verdict) >= ORDER.index(strict), (sorted(paths), asked, direct, verdict, strict)
    assert resolved > tried / 5
    record_property("tried", tried)
    record_property("seen", f"{resolved:,} led somewhere")
