"""What a step would touch, when everything is resolved: links followed, names as they are on disk. Blocking.

A tool hands these over with its preview; :mod:`jarvisd.executor.policy.targets` judges them, and
:meth:`~jarvisd.executor.undo.changes.Changes.carry_out` touches nothing that is protected and was not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from jarvisd.codecheck.protected import PlaceClass, place_class
from jarvisd.core.json_types import JsonValue
from jarvisd.executor.files.disk import Identity
from jarvisd.executor.files.paths import Entry, WorkspacePath, Workspaces


class Act(str, Enum):
    """What happens to a target."""

    LIST = "list"
    """Names of what is in it are told."""
    READ = "read"
    WRITE = "write"
    """It is made, changed, or something is moved there."""
    REMOVE = "remove"
    """It is deleted or moved away."""


@dataclass(frozen=True, slots=True)
class Target:
    """One place and what happens to it. ``place`` is named without links."""

    act: Act
    place: WorkspacePath
    other_classes: frozenset[PlaceClass] = frozenset()
    """Classes of the other names of the same file, as far as they are in workspaces (hard links)."""
    has_unknown_names: bool = False
    """The file has a name that is in no workspace."""
    before: PlaceClass = PlaceClass.ORDINARY
    """Class that it has where it is now, of something that comes along in its folder."""
    is_program: bool = False
    """It is left executable."""

    @property
    def place_class(self) -> PlaceClass:
        """The strictest class of all its names."""
        return max((place_class(self.place.parts), *self.other_classes))

    def to_json(self) -> dict[str, JsonValue]:
        """``{"act","workspace","path","class"}``; the path is beneath the workspace."""
        return {
            "act": self.act.value,
            "workspace": self.place.root.name,
            "path": self.place.relative,
            "class": self.place_class.name.casefold(),
        }


@dataclass
class TargetList:
    """Collects the targets of one step; finds the other names of files that have several."""

    workspaces: Workspaces
    stop: Callable[[], None] = lambda: None
    _targets: list[Target] = field(default_factory=list)
    _names: dict[tuple[int, int], list[WorkspacePath]] | None = None

    def add(self, act: Act, entries: Iterable[Entry]) -> TargetList:
        """Things that exist."""
        for entry in entries:
            self._targets.append(self._target(act, entry.place, entry.identity))
        return self

    def inside(self, act: Act, entries: Iterable[Entry]) -> TargetList:
        """Things in a folder that was added: by themselves they are no more than they were."""
        for entry in entries:
            found = self._target(act, entry.place, entry.identity)
            self._targets.append(replace(found, before=place_class(entry.place.parts)))
        return self

    def look(self, *folders: WorkspacePath) -> TargetList:
        """Folders whose names are listed."""
        self._targets += [Target(Act.LIST, place) for place in folders]
        return self

    def make(self, *places: WorkspacePath, is_program: bool = False) -> TargetList:
        """Things that do not exist yet."""
        self._targets += [Target(Act.WRITE, place, is_program=is_program) for place in places]
        return self

    def move(self, entry: Entry, target: WorkspacePath, inside: Iterable[Entry] = ()) -> TargetList:
        """Something that moves with all that is in it, which is judged where it arrives."""
        self.add(Act.REMOVE, [entry])
        return self.arrive(entry, target, inside)

    def arrive(self, entry: Entry, target: WorkspacePath, inside: Iterable[Entry] = ()) -> TargetList:
        """Something that comes to ``target``, with all that is in it."""
        self.make(target)
        depth = len(entry.place.parts)
        for item in inside:
            place = WorkspacePath(target.root, target.parts + item.place.parts[depth:])
            self._targets.append(Target(Act.WRITE, place, before=place_class(item.place.parts)))
        return self

    def all(self) -> tuple[Target, ...]:
        """Everything that was added."""
        return tuple(self._targets)

    def _target(self, act: Act, place: WorkspacePath, identity: Identity) -> Target:
        if not has_hard_links(identity):
            return Target(act, place)
        names, count = self._all_names(identity), self.workspaces.count_of_names(place)
        others = frozenset(place_class(name.parts) for name in names if name != place)
        return Target(act, place, others, has_unknown_names=count > len(names))

    def _all_names(self, identity: Identity) -> list[WorkspacePath]:
        """Every name in the workspaces of a file that has several; looked for once."""
        if self._names is None:
            self._names = {}
            for root in self.workspaces.roots:
                for item in self.workspaces.walk(WorkspacePath(root, ()), self.stop):
                    if has_hard_links(item.identity):
                        key = (item.identity.device, item.identity.inode)
                        self._names.setdefault(key, []).append(item.place)
        return self._names.get((identity.device, identity.inode), [])


def has_hard_links(identity: Identity) -> bool:
    """Whether a file can also be reached by another name, here or elsewhere (a hard link)."""
    return identity.is_file and identity.ctime_ns == 0
