"""Where something goes: destinations as they are said, names that are free, room on the disk. Blocking."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import PurePath

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces
from jarvisd.lang.en import amounts

KEPT_FREE_BYTES = 64_000_000
"""A step never fills a disk to the last byte: journal and audit must still fit. Chosen."""


def destination(workspaces: Workspaces, source: WorkspacePath, text: str, said: str = "") -> WorkspacePath:
    """Where ``source`` goes when ``text`` is said; a folder, or what ends like one, keeps the file's name.

    Who called the source "report" when it is ``report.pdf`` does not speak of suffixes, so the target gets it too.
    """
    try:
        folders = workspaces.folders(text)
    except JarvisError:
        folders = []
    if len(folders) == 1 and text.strip():
        return folders[0].child(source.name)
    target = workspaces.new(text, near=source.root)
    if text.rstrip().endswith("/"):
        return target.child(source.name)
    suffix = PurePath(source.name).suffix
    suffix = ".tar" + suffix if source.name.endswith(".tar" + suffix) else suffix
    is_unspoken = bool(said) and bool(suffix) and not said.strip().casefold().endswith(suffix.casefold())
    if not is_unspoken or PurePath(target.name).suffix:
        return target
    return WorkspacePath(target.root, (*target.parts[:-1], target.name + suffix))


def demand_free(workspaces: Workspaces, source: WorkspacePath, target: WorkspacePath) -> None:
    """Raise unless ``target`` can be made from ``source``: writable, not inside it, and not there yet."""
    workspaces.writable(target)
    if target.root == source.root and target.parts[: len(source.parts)] == source.parts:
        raise RequestError(f"{source.shown} cannot go into itself")
    if workspaces.identify(target) is not None:
        raise RequestError(f"{target.shown} already exists", code=ErrorCode.REFUSED)


def existing_or_none(workspaces: Workspaces, text: str, *, search: bool) -> Entry | None:
    """The one thing that ``text`` names, or ``None`` when there is no such thing."""
    try:
        return workspaces.existing(text, search=search)
    except JarvisError as error:
        if error.code is ErrorCode.NOT_FOUND:
            return None
        raise


def numbered(name: str, taken: Collection[str]) -> str:
    """``name`` or, when it is taken, the first of ``name 2.txt``, ``name 3.txt`` that is not."""
    if name not in taken:
        return name
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem else (name, "")
    number = 2
    while (candidate := _joined(stem, f" {number}{suffix}")) in taken:
        number += 1
    return candidate


def demand_room(workspaces: Workspaces, place: WorkspacePath, needed_bytes: int) -> None:
    """Raise DISK_FULL unless ``needed_bytes`` fit where ``place`` is to be."""
    with workspaces.opened(WorkspacePath(place.root, ())) as fd:
        found = os.fstatvfs(fd)
    free_bytes = found.f_bavail * found.f_frsize
    if needed_bytes + KEPT_FREE_BYTES > free_bytes:
        needed, free = amounts.size(needed_bytes), amounts.size(free_bytes)
        reason = f"{needed} are needed and {place.root.name} has {free} left"
        raise EngineError(reason, code=ErrorCode.DISK_FULL)


def is_one_mount(workspaces: Workspaces, one: WorkspacePath, other: WorkspacePath) -> bool:
    """Whether something can be renamed from where ``one`` is to where ``other`` is to be."""
    numbers = []
    for place in (one.folder, _nearest(workspaces, other.folder)):
        with workspaces.opened(place) as fd:
            numbers.append(workspaces.disk.mount_of(fd))
    return numbers[0] == numbers[1]


def _nearest(workspaces: Workspaces, folder: WorkspacePath) -> WorkspacePath:
    while folder.parts and workspaces.identify(folder) is None:
        folder = folder.folder
    return folder


def _joined(stem: str, ending: str) -> str:
    room = 255 - len(os.fsencode(ending))
    raw = os.fsencode(stem)
    return os.fsdecode(raw[:room]) + ending if len(raw) > room else stem + ending
