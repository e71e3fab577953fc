"""Who could have written a file, or put another in its place."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class TrustedOwners:
    """The users to whom a file and every folder above it may belong."""

    uids: Collection[int]
    lstat: Callable[[Path], os.stat_result] = Path.lstat
    """What the disk says of a path."""
    may_be_sticky: bool = False
    """Whether a folder like ``/tmp`` will do, where everybody may add and nobody may replace what is another's."""

    def demand(self, path: Path) -> None:
        """Raise NOT_PERMITTED unless nobody else could have written ``path`` or any folder above it.

        Both the path as it is named and the one that links lead to are looked at. What is not there yet is what
        the folders above it allow.
        """
        for start in (path.absolute(), Path(os.path.realpath(path))):
            for place in (start, *start.parents):
                try:
                    self._demand(place, path, self.lstat(place))
                except FileNotFoundError:
                    continue

    def _demand(self, place: Path, path: Path, status: os.stat_result) -> None:
        if status.st_uid not in self.uids:
            raise NotPermitted(f"{place} belongs to uid {status.st_uid}, so {path} is not used")
        is_sticky = self.may_be_sticky and stat.S_ISDIR(status.st_mode) and bool(status.st_mode & stat.S_ISVTX)
        if stat.S_ISLNK(status.st_mode) or is_sticky:
            return
        if status.st_mode & stat.S_IWOTH:
            raise NotPermitted(f"everybody can write {place}, so {path} is not used")
        if status.st_mode & stat.S_IWGRP:
            # Who is in a group changes without a word here; and an access list shows as these bits too.
            raise NotPermitted(f"a group can write {place}, so {path} is not used; try: chmod g-w {place}")


ROOT = TrustedOwners((0,), may_be_sticky=True)


def demand_config_owned(main_file: Path, owners: TrustedOwners = ROOT) -> None:
    """Raise NOT_PERMITTED unless nobody else could have written the configuration or a drop-in."""
    drop_ins = main_file.parent / "conf.d"
    files = sorted(drop_ins.glob("*.toml")) if drop_ins.is_dir() else []
    for path in (main_file, drop_ins, *files):
        owners.demand(path)
