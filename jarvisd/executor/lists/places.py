"""Which file a list is kept in (requirement A7: what people already have is used, not made anew). Blocking.

A list is a text file named like it: ``shopping.txt``, ``Shopping List.md``. Those at the top of a workspace
and in its folder ``lists`` come first; only when there is none of that name is it looked for in other folders.
A list that is new is made in ``lists``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces

FOLDER = "lists"
"""Where a new list is made."""
ENDINGS = frozenset({"", ".txt", ".md", ".markdown", ".list"})
Keys = Callable[[str], Sequence[str]]
"""The forms of a name in which two names of one list are equal, the strictest first."""


def stem(place: WorkspacePath) -> str:
    """The name of a list's file without its ending."""
    return PurePath(place.name).stem


def list_files(workspaces: Workspaces, keys: Keys, name: str, stop: Callable[[], None]) -> list[Entry]:
    """The files that may be the list called ``name``, by the strictest form of the name that finds any."""
    wanted = keys(name)
    near = near_files(workspaces)
    for files in (near, None):
        found = files if files is not None else _all_files(workspaces, stop)
        for index, key in enumerate(wanted):
            if fitting := [entry for entry in found if keys(stem(entry.place))[index] == key]:
                return fitting
    return []


def near_files(workspaces: Workspaces) -> list[Entry]:
    """Text files at the top of workspaces and in their folders ``lists``, without temporary ones."""
    found: list[Entry] = []
    for root in workspaces.roots:
        if root.is_temp:
            continue
        for entry in workspaces.entries(WorkspacePath(root, ())):
            if entry.identity.is_folder and entry.place.name.casefold() == FOLDER:
                found += [inner for inner in workspaces.entries(entry.place) if _is_text_file(inner)]
            elif _is_text_file(entry):
                found.append(entry)
    return found


def is_in_lists(entry: Entry) -> bool:
    """Whether a file is in a folder ``lists`` at the top."""
    parts = entry.place.parts
    return len(parts) == 2 and parts[0].casefold() == FOLDER


def _all_files(workspaces: Workspaces, stop: Callable[[], None]) -> list[Entry]:
    roots = [root for root in workspaces.roots if not root.is_temp]
    return [
        entry for root in roots for entry in workspaces.walk(WorkspacePath(root, ()), stop) if _is_text_file(entry)
    ]


def _is_text_file(entry: Entry) -> bool:
    path = PurePath(entry.place.name)
    return entry.identity.is_file and not path.name.startswith(".") and path.suffix.casefold() in ENDINGS
