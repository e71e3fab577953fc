"""Requests that forbid, doubt, take back, quote or break off: a step made of them all the same is not done.

Each row is what was said, and the step that a small model makes of it. Nobody agrees to anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.lang.en.contacts import Contact
from tests.unit.executor.conftest import Bench

Step = tuple[str, JsonObject]
Row = tuple[str, Step]
REPORTS: Step = ("file_delete", {"folder": "reports"})
REPORT: Step = ("file_delete", {"path": "report.txt"})
LETTER: Step = ("file_delete", {"path": "letter.txt"})
TMP: Step = ("file_delete", {"folder": "tmp"})
MOVED: Step = ("file_move", {"source": "report.txt", "destination": "archive/report.txt"})
TIMER: Step = ("set_timer", {"when": "ten minutes"})
MAIL: Step = ("send_email", {"to": "Mark", "body": "I am late"})
SORTED: Step = ("organize_files", {"folder": "reports"})

DENIED: tuple[Row, ...] = (
    ("don't delete the reports, just list them", REPORTS),
    ("don't delete the reports just list them", REPORTS),
    ("list the reports without deleting them", REPORTS),
    ("list the reports but don't delete them", REPORTS),
    ("never delete the report", REPORT),
    ("instead of deleting the report, read it", REPORT),
    ("read the report rather than deleting it", REPORT),
    ("i don't want you to delete the report", REPORT),
    ("you must not delete the report", REPORT),
    ("the report should not be deleted", REPORT),
    ("make sure not to delete the report", REPORT),
    ("delete nothing", TMP),
    ("don't move the report to archive", MOVED),
    ("don't set a timer for ten minutes", TIMER),
    ("don't send an email to mark that i am late", MAIL),
    ("please do not sort the reports", SORTED),
    ("i told you not to delete the report", REPORT),
    ("stop deleting the report", REPORT),
    ("don't read the letter, just delete it", ("file_read", {"path": "letter.txt"})),
)
TAKEN_BACK: tuple[Row, ...] = (
    ("delete, no, read the report", REPORT),
    ("delete the report no read it", REPORT),
    ("delete the report, i mean read it", REPORT),
    ("delete the report, scratch that, read it", REPORT),
    ("delete the report, never mind", REPORT),
    ("delete the report. no, don't", REPORT),
    ("delete the report wait read it first", REPORT),
    ("delete the letter, no, the report", LETTER),
    ("set a timer for ten minutes, forget it", TIMER),
    ("move the report to archive, on second thought read it", MOVED),
    ("email mark that i am late, never mind", MAIL),
)
QUOTED: tuple[Row, ...] = (
    ("write a note that says delete the report", REPORT),
    ('write a note "delete the report"', REPORT),
    ("write a file called delete the report", REPORT),
    ("remember that the report must be deleted", REPORT),
    ("remember to delete the report", REPORT),
    ("remind me at five to delete the report", REPORT),
    ("remind me to delete the report and move the letter", LETTER),
    ("email mark that he should delete the report", REPORT),
    ("send an email to mark saying please delete the report", REPORT),
    ("add delete the report to todo.txt", REPORT),
    ("tell mark to delete the report", REPORT),
    ("search for files that mention delete the report", REPORT),
    ("anna said delete the report", REPORT),
    ("make a note to move the report to archive", MOVED),
    ("remind me tomorrow to email mark that i am late", MAIL),
)
TOLD: tuple[Row, ...] = (
    ("how do i delete the report", REPORT),
    ("what happens if i delete the report", REPORT),
    ("should i delete the report", REPORT),
    ("did you delete the report", REPORT),
    ("i deleted the report yesterday", REPORT),
    ("why did you move the report to archive", MOVED),
    ("i will email mark that i am late", MAIL),
    ("who deleted the report", REPORT),
)
FOREIGN: tuple[Row, ...] = (
    ("Lösch die Berichte nicht, lies sie nur vor.", REPORTS),
    ("Wie lösche ich einen Ordner reports?", REPORTS),
    ("Stell den Timer auf Pause.", ("cancel_timer", {"which": "timer"})),
    ("Mach das Licht in der Küche an.", TIMER),
    ("Schließ die Fenster in der Küche.", TMP),
    ("Supprime surtout pas le fichier report.txt.", REPORT),
    ("Allume la lumière du salon.", ("execute_code", {"language": "python", "code": "print(1)"})),
    ("Mets la minuterie en pause.", ("cancel_timer", {})),
    ("Ferme les fenêtres.", TMP),
    ("Σβήσε τα φώτα στο σαλόνι.", TMP),
    ("Μη διαγράψεις τις αναφορές.", REPORTS),
    ("No borres los informes.", REPORTS),
    ("Apaga la luz de la cocina.", TMP),
    ("Pon música en el salón.", TIMER),
)
BROKEN_OFF: tuple[Row, ...] = (
    ("delete the", REPORT),
    ("delete the", TMP),
    ("move the reports to", MOVED),
    ("set a", TIMER),
    ("email", MAIL),
    ("and then", REPORT),
    ("the", TMP),
    ("if", REPORT),
    ("no", REPORT),
    ("...", REPORT),
    ("uh", TMP),
    ("sort", SORTED),
)
UNDER_A_CONDITION: tuple[Row, ...] = (
    ("if there are more than ten, delete the report", REPORT),
    ("if there are more than ten delete the report", REPORT),
    ("delete the report if there are more than ten", REPORT),
    ("delete the report unless it is new", REPORT),
    ("move the report to archive if it is older than a month", MOVED),
    ("if it is raining set a timer for ten minutes", TIMER),
    ("when i get home move the report to archive", MOVED),
    ("sort the reports if there are more than ten", SORTED),
    ("once mark has answered move the report to archive", MOVED),
)
SPARED: tuple[Row, ...] = (
    ("delete the report but not the letter", LETTER),
    ("delete everything except the letter", LETTER),
    ("delete the report, not the letter", LETTER),
    ("delete the report, i mean the letter", REPORT),
    ("delete the letter, sorry, the report", LETTER),
    (
        "move the report to archive but leave the letter alone",
        ("file_move", {"source": "letter.txt", "destination": "archive/letter.txt"}),
    ),
    (
        "copy the report without the letter",
        ("file_copy", {"source": "letter.txt", "destination": "archive/letter.txt"}),
    ),
    ("email mark, no, anna that i am late", MAIL),
)
HALF: tuple[tuple[str, Step, Step], ...] = (
    ("turn on the lights and set a timer for ten minutes", TIMER, TMP),
    ("set a timer for ten minutes and turn off the lights", TIMER, TMP),
    ("read report.txt and translate the letter", ("file_read", {"path": "report.txt"}), LETTER),
    ("play some jazz and tell me the time", ("get_time", {"what": "time"}), TIMER),
    ("move the report to archive and lock the letter", MOVED, LETTER),
    ("set a timer for ten minutes and call mom", TIMER, MAIL),
    ("don't delete the report, just read it", ("file_read", {"path": "report.txt"}), REPORT),
    ("move the report to archive but leave the letter alone", MOVED, LETTER),
    ("set a timer for ten minutes without sending an email to mark", TIMER, MAIL),
    ("delete, no, move the report to archive", MOVED, REPORT),
)


def laid_out(bench: Bench) -> None:
    for name in ("report.txt", "letter.txt", "todo.txt", "reports/may.txt", "reports/june.txt"):
        bench.file(f"docs/{name}", "text\n", age_days=60)
    (bench.docs / "archive").mkdir()
    bench.file("tmp/old.tmp", age_days=60)
    bench.memory.people = [Contact("Mark", "mark@example.org")]
    bench.answers(*["no"] * 4)
    bench.set_up()


def state(bench: Bench) -> object:
    """Everything that a step could change."""
    files = {
        path.relative_to(bench.folder).as_posix(): path.read_bytes()
        for path in sorted(bench.folder.rglob("*"))
        if path.is_file()
    }
    return (
        files,
        len(bench.timers.all()),
        list(bench.memory.kept),
        len(bench.courier.letters),
        len(bench.sandbox.jobs),
    )


async def tried(folder: Path, say: str, *steps: Step) -> tuple[list[JsonObject], list[str], bool]:
    """The steps as they ended, the questions that were put, and whether anything changed."""
    folder.mkdir()
    bench = Bench(folder)
    laid_out(bench)
    before = state(bench)
    try:
        ended = await bench.run(*steps, utterance=say)
        return ended, list(bench.speech.questions), state(bench) != before
    finally:
        await bench.tasks.cancel_all()
        bench.workers.close()


@pytest.mark.parametrize("rows", [DENIED, TAKEN_BACK, QUOTED, TOLD, FOREIGN, SPARED])
async def test_what_was_not_asked_for_is_neither_done_nor_asked(tmp_path: Path, rows: Sequence[Row]) -> None:
    wrong = []
    for number, (say, step) in enumerate(rows):
        [ended], questions, changed = await tried(tmp_path / str(number), say, step)
        if ended["outcome"] != "refused" or questions or changed:
            wrong.append(f"{say}: {step[0]} was {ended['outcome']}, {questions}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("rows", [BROKEN_OFF, UNDER_A_CONDITION])
async def test_what_is_open_is_never_done_without_a_question(tmp_path: Path, rows: Sequence[Row]) -> None:
    wrong = []
    for number, (say, step) in enumerate(rows):
        [ended], _questions, changed = await tried(tmp_path / str(number), say, step)
        if ended["outcome"] not in ("refused", "declined") or changed:
            wrong.append(f"{say}: {step[0]} was {ended['outcome']}")
    assert not wrong, "\n".join(wrong)


async def test_the_part_that_can_be_done_is_done_and_the_other_said(tmp_path: Path) -> None:
    wrong = []
    for number, (say, good, bad) in enumerate(HALF):
        (done, left), questions, _changed = await tried(tmp_path / str(number), say, good, bad)
        if (done["outcome"], left["outcome"]) != ("done", "refused") or questions or not left["spoken"]:
            wrong.append(f"{say}: {json.dumps([done['outcome'], left['outcome'], left['spoken']])} {questions}")
    assert not wrong, "\n".join(wrong)


async def test_a_tool_that_is_taken_away_before_its_step_does_nothing(bench: Bench) -> None:
    laid_out(bench)
    bench.answers("yes, go ahead")
    bench.ears.before_answer = lambda: bench.registry.unregister("file_move")
    say = "delete letter.txt and move report.txt to archive"
    deleted, moved = await bench.run(LETTER, MOVED, utterance=say)
    assert (deleted["outcome"], moved["outcome"], moved["error"]) == ("done", "refused", "Refused")
    assert "report.txt" in bench.names()


async def test_a_tool_that_is_taken_away_while_it_is_asked_about_does_nothing(bench: Bench) -> None:
    laid_out(bench)
    bench.answers("yes, go ahead")
    bench.ears.before_answer = lambda: bench.registry.unregister("file_delete")
    [step] = await bench.run(LETTER, utterance="delete letter.txt")
    assert (step["outcome"], step["error"]) == ("refused", "Refused")
    assert "letter.txt" in bench.names()
