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
MOVE = f"I'm about to move documents/a.txt to archive/a.txt. {END}"
AGAIN = f"Sorry, I need a clear answer. Shall I delete 3 files? {END}"

ECHOES = {
    DELETE: "delete them|go ahead and delete them|Yes, go ahead and delete them.|yes, you can delete them|"
    "delete the old files|yes, delete the temporary files|delete 2,347 files|"
    "yes delete the files older than 7 days|"
    "yes, delete the files from tmp|yes get rid of them|remove all the files|"
    "I want you to delete them|yes, delete",
    FOLDER: "delete it|delete the folder|yes, delete the folder tmp/old",
    FILE: "delete the file|yes, delete draft.txt|yes delete documents/draft.txt",
    SEND: "send it|send the e-mail|yes, send it to Mark|send him the email|email him"
    "|yes send the letter|yes, send an email",
    REPLACE: "replace it|overwrite the file|yes replace notes.txt|yes, replace what is in documents/notes.txt",
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
    "delete him the files|delete a backup them|delete all copies them|"
    "yes and then delete the folder|delete her|you can run it|yes \u00a7|\u00b6|go ahead and \u00a7",
    FOLDER: "delete the folder documents|delete the other folder|delete 12 files|delete the folders",
    SEND: "delete everything|run it|move the files|delete the email|send it to Anna|yes, send it to Mark and Anna|"
    "send the files|send him the files|send Mark|send Anna the email|yes, send everything the letter|"
    "yes, send it to mark@evil.com",
    REPLACE: "replace documents|replace the folder|delete the file|replace other.txt|replace it with 3 kB",
    RUN: "run the file|run documents|run it in downloads|run everything",
    APPLY: "move them|apply half of it",
    SORT: "sort the folders|sort them by date|delete them",
    MOVE: "move b.txt|move it to documents|yes, copy it|move archive",
}


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
