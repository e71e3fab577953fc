"""Which places a step touches, as it is told to policy."""

from __future__ import annotations

import os

from jarvisd.codecheck.protected import PlaceClass
from jarvisd.executor.files.paths import WorkspacePath
from jarvisd.executor.files.targets import Act, TargetList
from tests.unit.executor.conftest import Bench


def test_a_move_takes_away_and_makes_with_all_that_is_inside(bench: Bench) -> None:
    bench.file("docs/box/.env")
    box = bench.workspaces.existing("box")
    goal = WorkspacePath(box.place.root, ("goal", "box"))
    told = TargetList(bench.workspaces).move(box, goal, bench.workspaces.walk(box.place)).all()
    assert [(target.act, target.place.relative) for target in told] == [
        (Act.REMOVE, "box"),
        (Act.WRITE, "goal/box"),
        (Act.WRITE, "goal/box/.env"),
    ]
    assert told[-1].before is PlaceClass.SECRET


def test_the_other_classes_of_a_file_are_told_and_those_that_nobody_knows(bench: Bench) -> None:
    bench.file("docs/.env", "x")
    bench.file("docs/sole")
    os.link(bench.docs / ".env", bench.docs / "a")
    add = TargetList(bench.workspaces).add(
        Act.READ, [bench.workspaces.existing("a"), bench.workspaces.existing("sole")]
    )
    [linked, sole] = add.all()
    assert (linked.other_classes, linked.has_unknown_names) == (frozenset({PlaceClass.SECRET}), False)
    assert (sole.other_classes, sole.has_unknown_names) == (frozenset(), False)
    os.link(bench.docs / ".env", bench.docs.parent / "outside")
    [linked] = TargetList(bench.workspaces).add(Act.READ, [bench.workspaces.existing("a")]).all()
    assert linked.has_unknown_names


def test_what_is_inside_is_no_more_than_it_was(bench: Bench) -> None:
    bench.file("docs/box/.env")
    bench.file("docs/box/a")
    box = bench.workspaces.existing("box")
    told = TargetList(bench.workspaces).inside(Act.REMOVE, bench.workspaces.walk(box.place)).all()
    assert [(target.act, target.place.relative, target.before) for target in told] == [
        (Act.REMOVE, "box/.env", PlaceClass.SECRET),
        (Act.REMOVE, "box/a", PlaceClass.ORDINARY),
    ]


def test_what_is_looked_at_and_made_is_told_as_that(bench: Bench) -> None:
    root = bench.workspaces.roots[0]
    places = [WorkspacePath(root, (name,)) for name in ("a", "b")]
    targets = TargetList(bench.workspaces).look(places[0]).make(places[1]).make(places[1], is_program=True).all()
    assert [(target.act, target.place.name, target.is_program) for target in targets] == [
        (Act.LIST, "a", False),
        (Act.WRITE, "b", False),
        (Act.WRITE, "b", True),
    ]
