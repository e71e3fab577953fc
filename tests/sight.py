"""What the owner of files sees of a folder: all that undo must bring back."""

from __future__ import annotations

import os
from pathlib import Path


def state_of(folder: Path, *, exactly: bool = True) -> dict[str, tuple[object, ...]]:
    """Everything beneath ``folder`` but the trash: of a file content, mode, time, owner, attributes and links.

    ``exactly`` also tells an object from a copy of it.
    """
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(".Trash-"):
            continue
        status = path.lstat()
        same = (status.st_ino,) if exactly else ()
        if path.is_symlink():
            found[name] = (os.readlink(path), *((status.st_mtime_ns,) if exactly else ()), *same)
        elif path.is_dir():
            found[name] = (oct(status.st_mode), *same)
        else:
            owner = (status.st_uid, status.st_gid)
            attributes = tuple((key, os.getxattr(path, key)) for key in sorted(os.listxattr(path)))
            kept = (path.read_bytes(), oct(status.st_mode), status.st_mtime_ns)
            found[name] = (*kept, owner, attributes, status.st_nlink, *same)
    return found
