"""What is said of files that were found is the answer to what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from jarvisd.lang.en.everyday.file_questions import FileAsk, FileQuestion, file_question
from jarvisd.lang.en.sentences.found_files import FileAnswer, FoundFile, told

NOW = datetime(2026, 11, 29, 15, 0, tzinfo=timezone.utc)
A = FoundFile("a.txt", "documents", 1200, NOW - timedelta(days=30))
B = FoundFile("b.txt", "documents/work", 300, NOW - timedelta(hours=2))
C = FoundFile("c.txt", "tmp", 1200, NOW - timedelta(days=400))
NONE, ONE = FileAnswer([], 0), FileAnswer([B], 300)
THREE = FileAnswer([A, B, C], 2700, name="*.txt", where=" in documents")


@pytest.mark.parametrize(
    ("said", "looked_for", "question"),
    [
        ("how many text files are there", ("*.txt",), FileQuestion(FileAsk.COUNT)),
        ("count the photos", (), FileQuestion(FileAsk.COUNT)),
        ("how large is report.pdf", ("report.pdf",), FileQuestion(FileAsk.SIZE)),
        ("when was the lease changed", ("lease",), FileQuestion(FileAsk.TIME)),
        ("where's the lease", ("lease",), FileQuestion(FileAsk.WHERE)),
        ("do I have any photos", (), FileQuestion(FileAsk.WHETHER)),
        ("please tell me which is the largest file", (), FileQuestion(FileAsk.WHICH, "largest")),
        ("show me the latest photos", (), FileQuestion(FileAsk.WHICH, "newest", is_many=True)),
        ("find the report", ("report",), FileQuestion()),
        ("find the longest report and read it", ("report",), FileQuestion(FileAsk.WHICH, "largest")),
        ("find the report and delete the oldest backup", ("report",), FileQuestion()),
        ("how many photos are there, and where is the lease", ("lease",), FileQuestion(FileAsk.WHERE)),
        ("how many photos are there and how many videos", (), FileQuestion()),
        ("find latest news", ("latest news",), FileQuestion()),
        ("is it the largest or the smallest file", (), FileQuestion()),
    ],
)
def test_what_is_asked(said: str, looked_for: tuple[str, ...], question: FileQuestion) -> None:
    assert file_question(said, looked_for) == question


@pytest.mark.parametrize(
    ("answer", "question", "sentence"),
    [
        (NONE, FileQuestion(), "I found no such files."),
        (NONE, FileQuestion(FileAsk.COUNT), "There are no such files."),
        (NONE, FileQuestion(FileAsk.WHETHER), "No, I found no such files."),
        (NONE, FileQuestion(FileAsk.WHICH, "newest"), "I found no such files."),
        (ONE, FileQuestion(), "I found 1 file, 300 bytes: b.txt."),
        (ONE, FileQuestion(FileAsk.COUNT), "There is 1 file: b.txt."),
        (ONE, FileQuestion(FileAsk.SIZE), "b.txt has 300 bytes."),
        (ONE, FileQuestion(FileAsk.TIME), "b.txt was last changed today at 1:00 PM."),
        (ONE, FileQuestion(FileAsk.WHERE), "b.txt is in documents/work."),
        (ONE, FileQuestion(FileAsk.WHETHER), "Yes, 1 file, 300 bytes: b.txt."),
        (THREE, FileQuestion(FileAsk.COUNT), "There are 3 text files in documents: a.txt, b.txt and c.txt."),
        (
            THREE,
            FileQuestion(FileAsk.SIZE),
            "The 3 text files in documents have 2.7 kB in all: a.txt, b.txt and c.txt.",
        ),
        (
            THREE,
            FileQuestion(FileAsk.WHERE),
            "I found 3 text files: a.txt in documents, b.txt in documents/work and c.txt in tmp.",
        ),
        (
            replace(THREE, leading=1),
            FileQuestion(FileAsk.WHICH, "largest"),
            "The largest text file in documents is a.txt, 1.2 kB.",
        ),
        (
            replace(THREE, leading=1),
            FileQuestion(FileAsk.WHICH, "oldest"),
            "The oldest text file in documents is a.txt, changed on Friday, October 30, at 3:00 PM.",
        ),
        (
            FileAnswer([C, A, B], 2700, leading=2),
            FileQuestion(FileAsk.WHICH, "largest"),
            "2 files are equally large: c.txt and a.txt, 1.2 kB.",
        ),
        (
            FileAnswer([C], 1, leading=1),
            FileQuestion(FileAsk.WHICH, "newest"),
            "The newest file is c.txt, changed on Saturday, October 25, 2025, at 3:00 PM.",
        ),
        (
            THREE,
            FileQuestion(FileAsk.WHICH, "newest", is_many=True),
            "I found 3 text files, 2.7 kB in documents, the newest first: a.txt, b.txt and c.txt.",
        ),
    ],
)
def test_the_answer(answer: FileAnswer, question: FileQuestion, sentence: str) -> None:
    assert told(answer, question, NOW) == sentence


def test_when_of_several_names_each() -> None:
    assert told(FileAnswer([A, B], 1500), FileQuestion(FileAsk.TIME), NOW) == (
        "I found 2 files: a.txt was last changed on Friday, October 30, at 3:00 PM "
        "and b.txt was last changed today at 1:00 PM."
    )
