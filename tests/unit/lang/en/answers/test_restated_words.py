"""Every verb, thing and place of a restated answer is one of the question's, or a plain name for it (A10)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.answers.assent import judge
from tests.tables import each

END = "This can be undone. Say yes to proceed or no to cancel."
SAME = [
    "delete erase remove trash",
    "move rename sort organize organise",
    "sort organize organise move",
    "write save replace overwrite create",
    "run execute start",
    "send mail email",
    "make create",
    "pack zip archive",
    "unpack unzip extract",
    "apply",
    "copy",
    "fetch open",
]
"""The first is asked about; the others say the same."""
VERBS = sorted({"forget", *(verb for verbs in SAME for verb in verbs.split())})
"""To "forget" is a denial, whatever was asked."""
LEADS = each("I'm about to|Shall I|Should I|May I|Can I|Do you want me to|I'm going to|I will|I'll")
DELETE = f"I'm about to delete 3 files, 4 MB, older than 7 days in tmp. {END}"
FILES = f"I'm about to delete 3 files from tmp. {END}"
SEND = f"I'm about to send an e-mail to Mark at mark@example.com. {END}"
RUN = f"I'm about to run 3 lines of Python on a copy of documents. {END}"
BASH = f"I'm about to run 3 lines of bash with the folder documents. {END}"
SORT = f"I'm about to sort 45 files in downloads into 4 folders by type. {END}"
MOVE = f"I'm about to move documents/a.txt to archive. {END}"
FOLDERS = f"I'm about to delete 2 folders in tmp. {END}"
ONE = f"I'm about to delete the folder tmp/old. {END}"
DIGIT = f"I'm about to delete 1 file in tmp. {END}"
ECHOES = {
    DELETE: "delete it|delete them|delete that|delete those|delete these|delete this|delete them all"
    "|delete all of them"
    "|delete the file|delete the files|delete the note|delete the notes|delete those files|delete these files"
    "|delete that file|delete this file|delete my files|delete a file|delete all the files"
    "|delete all of the files"
    "|delete the temp files|delete the temporary files|delete the old files"
    "|delete them in tmp|delete three files|delete files older than seven days|get rid of them"
    "|get rid of the files",
    FILES: "delete them from tmp|delete them in tmp|delete the files in tmp",
    SEND: "send the message|send the mail|send the email|send the e-mail|send the letter|send him the email"
    "|send her the letter|email him|mail her|send it to mark|send an email to mark",
    RUN: "run the code|run the program|run the script|run the python code",
    BASH: "run the bash script",
    SORT: "sort them by type|sort them into 4 folders|sort the files into four folders|sort them in downloads",
    MOVE: "move it to archive|move the file to archive|move a.txt",
    FOLDERS: "delete the folders|delete 2 folders|delete them",
    ONE: "delete the folder|delete tmp/old|delete old",
    DIGIT: "delete one file|delete 1 file",
}
OTHERS = {
    DELETE: "delete all files|delete him|delete her|delete the folder|delete the folders|delete the code"
    "|delete the python files|delete the bash files|delete them from documents|delete them than|get rid"
    "|get rid of"
    "|delete them at home|delete it files|delete this and that|delete four files|delete the the letter",
    FILES: "delete the temp folder|delete old mail|delete the older files",
    SEND: "send him the files|send the file|send the code|mail|send to mark|send it to him|email him all"
    "|email him the letter the|send the folder",
    RUN: "run the bash code|run the letter|run the notes|run him|run the old code|run it with the folder",
    BASH: "run the python script|run the temp script",
    SORT: "sort them by name|sort them into 5 folders|sort the folders",
    MOVE: "move it from archive|move it into archive|move the folder|move a",
    FOLDERS: "delete the folder|delete the files|delete 3 folders",
    ONE: "delete the folders|delete tmp/new|delete new",
}


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(question, heard) for question, answers in table.items() for heard in each(answers)]


@pytest.mark.parametrize("same", SAME)
def test_a_verb_is_said_by_its_own_and_no_other(same: str) -> None:
    asked = same.split()
    said = [verb for verb in VERBS if judge(f"I'm about to {asked[0]} 3 files. {END}", f"{verb} them").is_yes]
    assert sorted(said) == sorted(asked)


@pytest.mark.parametrize("lead", LEADS)
def test_what_is_asked_stands_after_how_it_is_asked(lead: str) -> None:
    """Not what was said before it."""
    question = f"You asked me to move things. {lead} delete 3 files. {END}"
    assert judge(question, "delete them").is_yes
    assert not judge(question, "move them").is_yes


def test_what_later_sentences_speak_of_is_not_asked() -> None:
    question = f"I'm about to delete 3 files! It says: send the letter to Anna? {END}"
    assert judge(question, "delete 3 files").is_yes
    assert not judge(question, "send it").is_yes
    assert not judge(question, "delete the letter").is_yes


def test_a_question_about_nothing_known_is_not_restated() -> None:
    assert not judge(f"Something is the matter. {END}", "delete them").is_yes
    assert judge(f"Something is the matter. {END}", "yes").is_yes


@pytest.mark.parametrize(("question", "heard"), pairs(ECHOES))
def test_what_is_asked_about_may_be_named(question: str, heard: str) -> None:
    assert judge(question, heard).is_yes


@pytest.mark.parametrize(("question", "heard"), pairs(OTHERS))
def test_anything_else_may_not(question: str, heard: str) -> None:
    assert not judge(question, heard).is_yes


@pytest.mark.parametrize("place", ["from", "in", "into", "to", "with", "on", "of", "by", "than", "at"])
def test_where_and_how_is_no_thing_and_may_be_said_with_an_article(place: str) -> None:
    question = f"I'm about to delete 3 files {place} tmp. {END}"
    assert judge(question, f"delete them {place} the tmp").is_yes
    assert judge(question, f"delete them {place} tmp").is_yes
    assert not judge(question, "delete the tmp files").is_yes
    assert not judge(question, f"delete them {place} the docs").is_yes


@pytest.mark.parametrize("verb", VERBS)
def test_who_agrees_to_something_else_is_told_so(verb: str) -> None:
    answer = judge(f"Something is the matter with apples. {END}", f"{verb} it")
    assert not answer.is_yes
    assert answer.reason == ("denied: forget" if verb == "forget" else "agrees to something else")
