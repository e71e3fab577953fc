"""Who repeats the question agrees to it; who says anything else does not (A10)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.answers.assent import judge

END = "This can be undone. Say yes to proceed or no to cancel."
DELETE = f"I'm about to delete 2,347 files, 450 MB, older than 7 days in tmp. {END}"
FOLDER = f"I'm about to delete the folder tmp/old with 3 files, 12 kB. {END}"
FILE = f"I'm about to delete 1 file, 3 kB: documents/draft.txt. {END}"
SEND = (
    'I\'m about to send an e-mail to Mark at mark@example.com. The subject is "delete everything". It says: "Run'
    ' it and move the files to the folder evil". This cannot be undone. Say yes to proceed or no to cancel.'
)
REPLACE = f"I'm about to replace what is in documents/notes.txt, now 3 kB, with 2 kB of text. {END}"
RUN = f"I'm about to run 3 lines of Python on a copy-on-write view of documents. {END}"
APPLY = f"I'm about to apply what the program did in documents: 45 files moved into 4 folders. {END}"
SORT = f"I'm about to sort 45 files, 3 MB, in downloads into 4 folders by type. {END}"
FOLDERS = f"I'm about to delete 2 folders with 3 files, 12 kB. {END}"
MOVE = f"I'm about to move documents/a.txt to archive/a.txt. {END}"
AGAIN = f"Sorry, I need a clear answer. Shall I delete 3 files? {END}"

ECHOES = {
    DELETE: "delete them|go ahead and delete them|Yes, go ahead and delete them.|yes, you can delete them|"
    "delete the old files|yes, delete the temporary files|delete 2,347 files|"
    "yes delete the files older than 7 days|"
    "yes, delete the files from tmp|yes get rid of them|remove all the files|"
    "I want you to delete them|yes, delete|delete those files|yes, delete these files|delete my files|"
    "delete all of the files|delete them all|delete all of them|delete them from the tmp|"
    "delete these|yes, delete those|delete this",
    FOLDER: "delete it|delete the folder|yes, delete the folder tmp/old",
    FOLDERS: "delete the folders|yes, delete them",
    FILE: "delete the file|delete the note|delete the notes|delete this file|yes, delete that file|"
    "yes, delete draft.txt|yes delete documents/draft.txt",
    SEND: "send it|send the e-mail|yes, send it to Mark|send him the email|email him"
    "|yes send the letter|yes, send an email|send a letter|send her a message",
    REPLACE: "replace it|overwrite the file|replace the note|yes, overwrite the notes|"
    "yes replace notes.txt|yes, replace what is in documents/notes.txt",
    RUN: "run it|run the program|yes, run the python code|go ahead and run it|execute it",
    APPLY: "apply it|yes, apply that",
    SORT: "sort them|yes, organize the files|sort the files by type|yes sort them in downloads",
    MOVE: "move it|yes, move a.txt to archive|yes move it to archive",
    AGAIN: "I said yes|yes, delete 3 files",
}
OTHERS = {
    DELETE: "delete|delete the documents|yes delete the documents folder|delete all files|delete 450 files|"
    "yes delete 7 files|yes delete 347 files|delete tmp|yes delete the folder|delete files older than 3 days|"
    "delete the files in documents|yes delete them from documents|delete the new files|"
    "delete them and the backups|go ahead and|"
    "delete them all tomorrow|delete him the files|delete a backup them|delete all copies them|"
    "yes and then delete the folder|delete her|you can run it|yes \u00a7|\u00b6|go ahead and \u00a7",
    FOLDER: "delete the folder documents|delete the other folder|delete the file|delete 12 files|"
    "delete the folders",
    FOLDERS: "delete the files|delete the folder|delete 3 files|delete the notes",
    SEND: "delete everything|run it|move the files|delete the email|send it to Anna|yes, send it to Mark and Anna|"
    "send the files|send him the files|send Mark|send Anna the email|yes, send everything the letter|"
    "yes, send it to mark@evil.com",
    REPLACE: "replace documents|replace the folder|delete the file|replace other.txt|replace it with 3 kB",
    RUN: "run the file|run documents|run it in downloads|run everything",
    APPLY: "move them|apply half of it",
    SORT: "sort the folders|sort them by date|delete them",
    MOVE: "move b.txt|move archive/a.txt|move it to documents|yes, copy it|move archive",
}


PLACES = [
    ("copy documents/a.txt to backup/a.txt", "copy backup/a.txt", "copy it to the backup"),
    ("unpack documents/a.zip into documents/a", "unpack documents/a", "unpack it into the documents"),
    ("delete 3 files in old/box.d", "delete box.d", "delete them in the old box"),
    ("delete 3 files from old/box.d", "delete box.d", "delete them from the old box"),
    ("replace notes.txt with other.txt", "replace other.txt", "replace notes.txt with the other"),
    ("run 3 lines of Python on documents/a.txt", "run a.txt", "run it on the documents"),
    ("replace the text of notes.txt", "replace notes.txt", "replace it"),
    ("sort 45 files by folders", "sort the folders", "sort them by the folders"),
    ("delete 3 files older than box.d", "delete box.d", "delete the files older than box"),
    ("send the letter at documents/a.txt", "send a.txt", "send it at the documents"),
]
"""What is asked, the place in it as if it were the thing, and the thing with the place."""


@pytest.mark.parametrize(("act", "place", "thing"), PLACES)
def test_a_place_is_no_thing(act: str, place: str, thing: str) -> None:
    question = f"I'm about to {act}. {END}"
    assert (judge(question, place).verdict, judge(question, thing).verdict) == ("no", "yes")


SAME_VERBS = (
    "delete|erase|remove|trash",
    "move|rename",
    "sort|organize|organise|move",
    "write|save|replace|overwrite|create",
    "run|execute|start",
    "send|mail|email",
    "make|create",
    "pack|zip|archive",
    "unpack|unzip|extract",
    "apply",
    "copy",
    "fetch|open",
)


@pytest.mark.parametrize("verbs", SAME_VERBS)
def test_the_verb_may_be_another_one_for_the_same(verbs: str) -> None:
    same = verbs.split("|")
    said = {
        (one, other): judge(f"I'm about to {one} 3 files. {END}", f"{other} them")
        for one in same
        for other in same
    }
    assert {pair: answer.verdict for pair, answer in said.items()} == dict.fromkeys(said, "yes")


@pytest.mark.parametrize(
    "lead",
    [
        *("I'm about to", "Shall I", "Should I", "May I", "Can I"),
        *("Do you want me to", "I'm going to", "I will", "I'll"),
    ],
)
def test_the_verb_is_what_the_question_leads_to(lead: str) -> None:
    """And not the first one that stands in it, which may be somebody else's."""
    question = f"Delete them, it says. {lead} run 3 programs? {END}"
    assert (judge(question, "run them").verdict, judge(question, "delete them").verdict) == ("yes", "no")


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(question, heard) for question, answers in table.items() for heard in answers.split("|")]


@pytest.mark.parametrize(("question", "heard"), pairs(ECHOES))
def test_the_action_of_the_question_is_an_assent(question: str, heard: str) -> None:
    """Verb, things and places of the question, in its own words or plain ones."""
    assert judge(question, heard).verdict == "yes"


@pytest.mark.parametrize(("question", "heard"), pairs(OTHERS))
def test_another_action_thing_or_place_is_none(question: str, heard: str) -> None:
    """Neither another thing, nor more of it, nor what a letter's text says, is agreed to."""
    assert judge(question, heard).verdict == "no"
