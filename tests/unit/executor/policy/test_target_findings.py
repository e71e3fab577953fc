"""What is wrong with touching a place, and what a question says about it (decision 22, D9). Pure."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.protected import PlaceClass
from jarvisd.executor.files.paths import WorkspacePath, WorkspaceRoot
from jarvisd.executor.files.targets import Act, Target
from jarvisd.executor.policy.targets import findings, shortened, told

ROOT = WorkspaceRoot("documents", "/srv/docs")
LATER = "can be run later by other programs."
UNSEEN = {"has_unknown_names": True}


def target(path: str, act: Act = Act.WRITE, **more: object) -> Target:
    return Target(act, WorkspacePath(ROOT, tuple(path.split("/"))), **more)  # type: ignore[arg-type] # as its fields are


def found(one: Target, *, changes: bool = True) -> list[tuple[bool, str, str]]:
    return [(finding.refuses, finding.rule, finding.detail) for finding in findings([one], changes=changes)]


SECRETS = [(True, "secret", ".ssh holds secrets")]
STARTS = [(True, "persistence", ".bashrc makes programs run later")]
LINKED = [(True, "secret", "another name of it holds secrets")]
MADE = [(False, "persistence", "documents/Makefile may be run later")]
UNKNOWN = [(False, "hidden_place", "documents/a has another name outside of sight")]
PROGRAM = (False, "persistence", "documents/.a is a program")
HIDDEN = [(False, "hidden_place", "documents/.a is out of sight")]


@pytest.mark.parametrize(
    ("one", "changes", "expected"),
    [
        (target("a.txt"), True, []),
        (target(".ssh/id_rsa", Act.READ), False, SECRETS),
        (target(".ssh/id_rsa", Act.LIST), False, SECRETS),
        (target(".bashrc", Act.WRITE), True, STARTS),
        (target(".bashrc", Act.READ), True, STARTS),
        (target(".bashrc", Act.READ), False, []),
        (target(".a", Act.WRITE), True, HIDDEN),
        (target(".a", Act.REMOVE), True, HIDDEN),
        (target(".a", Act.WRITE), False, HIDDEN),
        (target(".a", Act.READ), True, []),
        (target("Makefile", Act.READ), True, []),
        (target("a", other_classes=frozenset({PlaceClass.SECRET})), True, LINKED),
        (target("Makefile"), True, MADE),
        (target("Makefile", Act.REMOVE), True, MADE),
        (target("a.bin", is_program=True), True, [(False, "persistence", "documents/a.bin is a program")]),
        (target("a", Act.READ, **UNSEEN), False, UNKNOWN),
        # What comes along with its folder is no more than it was; what becomes more is judged.
        (target(".a", before=PlaceClass.HIDDEN), True, []),
        (target("Makefile", before=PlaceClass.STARTUP), True, []),
        (target("Makefile", before=PlaceClass.HIDDEN), True, MADE),
        (target(".a", before=PlaceClass.ORDINARY, is_program=True), True, [*HIDDEN, PROGRAM]),
    ],
)
def test_each_kind_of_place_has_its_finding(
    one: Target, changes: bool, expected: list[tuple[bool, str, str]]
) -> None:
    assert found(one, changes=changes) == expected


def test_refusals_come_first_and_each_thing_once() -> None:
    several = [target(".a"), target(".a"), target(".bashrc")]
    assert [finding.refuses for finding in findings(several, changes=True)] == [True, False]


def test_a_long_name_is_cut() -> None:
    for name, told_of in ((".env.", "holds secrets"), ("cron.", "makes programs run later")):
        [finding] = findings([target(name + "x" * 60)], changes=True)
        assert finding.detail == f"{(name + 'x' * 60)[:40]} {told_of}"


@pytest.mark.parametrize(
    ("count", "reasons"), [(0, 0), (1, 1), (3, 3), (4, 4), (9, 4)], ids=lambda value: str(value)
)
def test_a_question_gives_three_reasons_and_the_number_of_the_others(count: int, reasons: int) -> None:
    made = findings([target(f".a{number}") for number in range(count)], changes=True)
    told_of = shortened(made)
    assert len(told_of) == reasons
    assert (told_of[-1:] == (f"{count - 3} more places",)) == (count > 3)
    assert shortened(findings([target(".bashrc")], changes=True)) == ()


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        ([target("a")], ""),
        ([target("Makefile")], f"Makefile {LATER}"),
        ([target("Makefile", Act.READ)], ""),
        ([target("a", Act.READ, is_program=True)], f"a {LATER}"),
        ([target(".a")], ".a is out of sight."),
        ([target(".a", Act.REMOVE)], ".a is out of sight."),
        ([target(".a", Act.READ)], ""),
        ([target(".a", before=PlaceClass.HIDDEN)], ""),
        ([target("Makefile", before=PlaceClass.HIDDEN)], f"Makefile {LATER}"),
        ([target(".a", is_program=True)], f".a {LATER}"),
        ([target(".a"), target(".b")], ".a and .b are out of sight."),
        ([target(".a"), target(".a")], ".a is out of sight."),
        ([target("a", Act.READ, **UNSEEN)], "a has another name out of sight."),
        ([target("a", **UNSEEN), target("b", **UNSEEN)], "a and b have other names out of sight."),
        ([target("Makefile"), target(".a")], f"Makefile {LATER} .a is out of sight."),
    ],
)
def test_a_question_names_what_matters(targets: list[Target], sentence: str) -> None:
    assert told(targets) == sentence
