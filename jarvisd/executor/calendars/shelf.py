"""The calendar files in folders of workspaces: read when they have changed, and where a new one goes. Blocking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from pathlib import PurePath

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.executor.calendars.ics import FILE_LIMIT_BYTES, CalendarText, read_calendar
from jarvisd.executor.calendars.series import EventSeries, Stop
from jarvisd.executor.files.disk import Identity
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces
from jarvisd.executor.files.selection import read_entry

ENDING = ".ics"
FILES_LIMIT = 5_000
"""Chosen: programs that keep one file for each event have as many."""
TOTAL_LIMIT_BYTES = 12_000_000
"""Chosen: three of the largest files, some 60,000 events in memory."""
_UNSAFE = re.compile(r"[^\w]+")


class CalendarFolders:
    """Reads what has changed since the last time; what cannot be read is named, and the rest counts."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = tuple(folders)
        self._read: dict[str, tuple[Identity, CalendarText | None]] = {}

    def series(
        self, workspaces: Workspaces, local: tzinfo | None, stop: Stop
    ) -> tuple[list[EventSeries], list[str]]:
        """All events, and what of the files could not be read: ``["work.ics", "2 entries of home.ics"]``."""
        series: list[EventSeries] = []
        problems: list[str] = []
        before, self._read = self._read, {}
        size_bytes = 0
        for count, entry in enumerate(self._files(workspaces, stop, problems), 1):
            stop()
            size_bytes += entry.identity.size
            if count > FILES_LIMIT or size_bytes > TOTAL_LIMIT_BYTES:
                problems.append("the calendar files beyond the first that are allowed")
                break
            shown = entry.place.shown
            known = before.get(shown)
            if known is None or not known[0].is_unchanged(entry.identity):
                known = entry.identity, _content(workspaces, entry, local)
            self._read[shown] = known
            text = known[1]
            if text is None:
                problems.append(entry.place.name)
                continue
            series += text.series
            if text.unreadable:
                what = "entry" if text.unreadable == 1 else "entries"
                problems.append(f"{text.unreadable} {what} of {entry.place.name}")
        return series, problems

    def place_for(self, workspaces: Workspaces, title: str, when: str) -> WorkspacePath:
        """A place for a new file in the first folder, named after its event."""
        folder = self._first(workspaces)
        stem = "-".join(part for part in _UNSAFE.split(f"{title[:40]} {when}".casefold()) if part)
        for number in range(1, 100):
            place = folder.child(f"{stem}{'' if number == 1 else f'-{number}'}{ENDING}")
            if workspaces.identify(place) is None:
                return place
        raise RequestError(f"there are too many files called {stem}", code=ErrorCode.REFUSED)

    def _first(self, workspaces: Workspaces) -> WorkspacePath:
        folder = self._folders[0]
        try:
            return workspaces.existing(folder, search=False).place
        except JarvisError as error:
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            return workspaces.new(folder)

    def _files(self, workspaces: Workspaces, stop: Stop, problems: list[str]) -> Iterator[Entry]:
        for folder in self._folders:
            try:
                found = workspaces.existing(folder, search=False)
            except JarvisError as error:
                if error.code is not ErrorCode.NOT_FOUND:
                    raise
                problems.append(f"the folder {folder}")
                continue
            entries = workspaces.walk(found.place, stop) if found.identity.is_folder else [found]
            for entry in entries:
                if entry.identity.is_file and PurePath(entry.place.name).suffix.casefold() == ENDING:
                    yield entry


def _content(workspaces: Workspaces, entry: Entry, local: tzinfo | None) -> CalendarText | None:
    try:
        content, size_bytes = read_entry(workspaces, entry, FILE_LIMIT_BYTES)
        return read_calendar(content, local, entry.place.shown) if size_bytes <= FILE_LIMIT_BYTES else None
    except (ValueError, RequestError):
        return None
