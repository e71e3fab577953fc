"""Which folders may become a workspace. Pure: no I/O."""

from __future__ import annotations

from pathlib import PurePosixPath

FIRST_PERSON_UID, LAST_PERSON_UID = 1000, 60_000
"""Ids of people on Debian (UID_MIN and UID_MAX)."""

SYSTEM_FOLDERS = frozenset(
    {"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run", "sbin", "sys", "tmp"}
    | {"usr", "var"}
)
"""Nothing in these becomes a workspace."""


def refusal(path: str, owner_uid: int, executor_uid: int) -> str:
    """Why the folder at ``path`` cannot be a workspace; empty if it can.

    ``path`` is where the folder really is, without links. Whole homes and hidden folders hold keys and settings.
    """
    place = PurePosixPath(path)
    if not place.is_absolute() or ".." in place.parts or str(place) != path or not path.isprintable():
        return f"{path!r} is no plain absolute path"
    names = place.parts[1:]
    if not names:
        return "the whole disk cannot be a workspace"
    if names[0] in SYSTEM_FOLDERS:
        return f"{path} is part of the system"
    if hidden := next((name for name in names if name.startswith(".")), ""):
        return f"{path} is inside of a hidden folder, {hidden}"
    if names[0] == "home" and len(names) < 3:
        return f"{path} is a whole home; choose a folder in it"
    if owner_uid != executor_uid and not FIRST_PERSON_UID <= owner_uid <= LAST_PERSON_UID:
        return f"{path} belongs to uid {owner_uid}, who is no person"
    return ""


def name_for(path: str, taken: frozenset[str]) -> str:
    """A name for the folder that is not taken, from its own."""
    letters = (
        letter if letter.isalnum() or letter in "-_" else "-" for letter in PurePosixPath(path).name.lower()
    )
    wanted = "".join(letters).strip("-_") or "folder"
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)
