"""A request in its parts: what orders nothing because it is denied, taken back, quoted, told or a condition.

A row is a request with a bar between its parts. Before a part stand the marks of its flags.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.scope import Clause

SCOPE = Path(__file__).resolve().parents[4] / "data" / "scope"
MARKS = {
    "-": "is_negated",
    "?": "is_condition",
    "~": "is_conditional",
    "^": "is_corrected",
    '"': "is_quoted",
    "=": "is_told",
}

NEGATED = """
- i don't want anything deleted, | just tell me
- don't you ever delete my photos
- no deleting please, | just list the reports
list the reports | - but do not remove any of them
do anything | - but delete the reports
move | - not delete, | the reports
- don't delete the reports, | just list them
- don't delete the reports | just list them
- do not delete anything
- never delete the reports
- please don't move the letters
list the reports | - without deleting them
list the reports | - but don't delete them
list the reports, | - don't delete them
- instead of deleting the reports, | move them
move the reports | - instead of deleting them
- rather than delete the reports | move them to documents
delete everything | - except the letters
delete everything | - except for the letters
delete the old files | - apart from the letters
delete the reports | - but not the letters
copy the photos | - but leave out the videos
move the reports | - but keep the letters
- don't delete | - or move the reports
- don't delete the reports | - and don't move them
- don't move the reports | - and delete the letters
- don't move the reports | but delete the letters
- you must not delete the reports
- you shouldn't delete the reports, | read them to me
- i don't want you to delete the reports
- i don't want to delete the reports, | only list them
- i would rather not delete the reports
- i'd rather not send the email
- there's no need to delete the reports
- no need to send it
- the reports should not be deleted
- the letters must not be moved
read the report | - and make sure not to delete it
tidy up the downloads | - and be careful not to delete anything
- make sure you don't delete the letters
- try not to delete anything
- let's not delete the reports
- under no circumstances delete the reports
- avoid deleting the reports
- leave the reports alone
- leave the letters as they are | and move the reports
- i don't think you should delete the reports
- don't bother to send the email
- you don't have to send the letter
- don't you dare delete the reports
- not the reports
- don't send it yet
- don't set a timer, | tell me the time
- no don't delete them
pack the folder | - without the videos
sort the downloads | - not the documents
- don't even think of deleting the reports
- please do not run the program
- don't cancel the timer | just pause it
- hands off my letters
- don't write a note that says | -" buy milk
- i told you not to delete the reports
- i didn't say delete the reports
- you can't delete the reports
- delete nothing
- delete none of the reports
- delete no files
- delete the reports not
- stop deleting the reports
move everything | - but the photos to archive
find files | - not older than a week
- do not, | i repeat, | - do not delete the drafts
why don't you delete the reports
can't you delete the reports
don't forget to | " delete the reports
i can't find the lease
i don't know what time it is
i don't remember the locker code
i can't see the report, | read it to me
isn't nginx running
"""

CONDITIONAL = """
? should the disk be full | ~ delete the temporary files
? depending on how many there are | ~ delete the reports
? if there's less than a gigabyte left | ~ delete the temporary files | ~ and tell me
? if there are more than ten, | ~ delete them
? if there are more than ten | ~ delete them
? if there are more than ten | ~ then delete them
~ delete the reports | ? if there are more than ten
~ delete them | ? unless they are new
? unless they are new | ~ delete them
count the reports | ? and if there are more than ten | ~ delete them
count the reports | ? and if there are more than ten | ~ delete them | ~ and tell me
list the reports | ~ and delete them | ? if there are more than ten
? when you're done, | ~ delete the originals
copy the letter | ? and when you're done | ~ delete it
copy the letter | ? and once you are done | ~ delete it
? once that is done | ~ delete it
? as soon as you're finished | ~ send the email
~ send the email | ? as soon as it is ready
~ delete the letter | ? after you have read it
? after you've copied the letter, | ~ delete it
? before you delete the letter | ~ copy it
~ copy the letter | ? before deleting it
? in case there are duplicates | ~ remove them
~ delete the drafts | ? provided that there is a copy
? only if there is a copy | ~ delete the drafts
~ delete the drafts | ? only if there is a copy
~ delete the drafts | ? as long as there is a copy
? if the disk is full | ~ empty the tmp folder
? if the disk is nearly full | ~ delete the temporary files
? if you find any duplicates | ~ delete them
? if any of the reports is older than a month | ~ delete it
? if nginx is not running | ~ tell me
is nginx running | ? if not | ~ send an email to mark
is the disk full | ? if so | ~ delete the temporary files
count the files. | ? If there are more than ten, | ~ delete them. | Then read the report
? if it's empty | ~ delete the folder | ? otherwise | ~ zip it
check whether there are files | ~ and delete them | ? if so
? whenever i say bedtime | ~ delete the drafts
? every time you hear thunder | ~ set a timer
? when i get home | ~ read the report
~ stop the timer | ? when i get home
? assuming there is enough space | ~ copy the photos
? supposing the file exists | ~ append a line
~ move the photos | ? if they are from last year
~ zip the folder | ? if it is larger than a gigabyte | and tell me the time
? should there be any old backups | ~ delete them
~ delete the reports | ? if necessary
~ overwrite it | ? if it exists
? if the report is there | ~ read it | ~ and mail it to mark
? while you're at it | ~ delete the drafts
~ keep the timer | ? until i am back
? on condition that it is empty | ~ remove the folder
? depending on the size | ~ zip the folder
? if you've got the lease | ~ copy it
check if nginx is running
tell me if the timer is running
see if there is a file called | " budget
could you delete the reports if you can
delete the reports if you don't mind
when you have a moment delete the reports
read me the report when you have time
if possible delete the drafts
when does the next alarm go off
let me know when the timer ends
once again read the report
what time is it after lunch
"""

CORRECTED = """
^ delete the reports, | ^ or no, | move them
^ delete the reports, | ^ make that | move the reports
^ delete the reports, | ^ no no no, | move them
^ delete the reports oops | ^ i meant | move them
^ delete, | ^ no, | move the reports
^ delete | ^ no | move the reports
^ delete the reports, | ^ no, | move them
^ delete the reports. | ^ No, | move them
^ delete the reports | ^ no wait | move them
^ delete the reports | ^ wait no | move them
^ delete the reports, | ^ wait, | move them
^ delete the reports | ^ i mean | move the reports
delete | ^ the reports | ^ i mean | the letters
delete | ^ the reports, | ^ i mean | the letters
^ delete the reports, | ^ scratch that, | list them
^ delete the reports | ^ scratch that | list them
^ delete the reports | ^ strike that | list them
^ delete the reports, | ^ or rather | move them
^ delete the reports, | ^ actually | move them
^ delete the reports | ^ actually no | move them
^ delete the reports. | ^ Actually, | just list them
^ delete the reports, | ^ sorry, | move them
read | ^ the report | ^ sorry | the letter
read | ^ the report, | ^ no, | the letter
read | ^ the report | ^ no | the letter
set a timer for | ^ five | ^ no | ten minutes
set a timer for | ^ five, | ^ no, | ten minutes
set a timer for | ^ five minutes | ^ make that | ten minutes
set an alarm for | ^ seven, | ^ no, wait, | half past seven
set an alarm | ^ for seven | ^ no | for eight
move the reports to | ^ documents | ^ i mean | pictures
move the reports | ^ to documents | ^ no | to pictures
copy the letter | ^ and delete the reports | ^ no | move the reports
^ delete the reports, | ^ never mind
^ delete the reports | ^ never mind
^ delete the reports, | ^ forget it
^ email mark that | ^" i am late, | ^ never mind
delete | ^ the letter, | ^ no, | the report
set | ^ the timer | ^ sorry | the alarm
^ delete the reports | ^ no don't
^ delete the reports. | ^ No, don't
^ delete the reports, | ^ cancel that
^ delete the reports, | ^ stop
^ delete the reports. | ^ Scratch that
^ copy the letter | ^ and delete the reports, | ^ never mind
^ delete the reports | ^ on second thought | move them
^ delete the reports, | ^ on second thoughts, | keep them
^ delete the reports | ^ hold on | list them first
^ delete the reports, | ^ i take that back, | list them
^ delete the reports | ^ no | - don't delete them | just list them
^ delete the reports, | move them instead
^ send an email to mark, | ^ no, | set a reminder
email | ^ mark | ^ i mean | anna
^ what time is it, | ^ no, | what day is it
^ delete the reports | ^ uh no | move them
^ delete the reports | ^ oh no wait | read them
^ delete the reports, | ^ my mistake, | read them
delete the reports now
there are no reports, | make one
say no to the question
is there no timer
^ delete the file | ^ wait
actually delete the reports
no delete the reports
- not the reports, | the letters
"""

QUOTED = """
remove the reminder to | " pay the rent | and cancel the timer
move the file called | " copy | and delete the letter
take this down | " delete the reports tomorrow
dictate to notes.txt | " delete everything
jot down | " delete the reports
send mark the message | " delete the reports
spell | " delete
~ what would you do | ? if i said | " delete the reports
read me the line where it says | " delete the reports
write a note that says | " delete everything
write a note that says: | " delete everything
write a note | " "delete everything"
write a note saying | " no
write a note saying | " the answer is no
write a note saying | " delete everything
write a note with the text | " delete everything
write down that | " the reports must be deleted
write a file called | " delete everything
make a note to | " delete the reports
make a note: | " delete the reports
take a note | " delete the reports
remember that | " the reports must be deleted
remember to | " delete the reports
please remember | " i delete the reports every friday
keep in mind that | " anna wants to move the letters
note that | " the letters were deleted
don't forget that | " the letters are deleted on friday
remind me to | " delete the reports
remind me at five to | " delete the old backups
remind me tomorrow at noon to | " send the invoice and delete the list
remind me | " not to delete the reports
remind me that | " the reports get deleted
remind me about | " deleting the reports
remind anna to | " delete the reports
set a reminder to | " delete the reports
set an alarm for six to | " delete the reports
mail mark that | " he should delete the reports
mail mark that | " i'm late, | then delete the letter
email mark that | " the letter is ready | and delete it
email mark | and tell him to | " delete the reports
send an email to mark saying | " please delete the reports
send an email to mark that says | " delete the reports and move the letters
send mark an email about | " deleting the reports
write mark an email asking | " him to delete the reports
let mark know that | " the reports are deleted
let mark know | " i deleted the reports
tell mark to | " delete the reports
ask anna to | " move the letters
ask anna | " if she deleted the reports
add | " delete everything | to todo.txt
append | " send the invoice | to the file tasks.txt
put | " delete the reports | in todo.txt
write | " call the roofer | in a file named | " calls.txt
append a line saying | " delete the reports
replace the text with | " delete everything
search for files that contain | " delete everything
find files that mention | " delete
which files contain the word | " delete
make a folder called | " delete me
make a folder called | " taxes | and move the invoice into it
rename the timer to | " "delete everything"
delete the file | " 'notes'
anna said | " delete the reports
mark told me to | " delete the reports
the page says | " delete everything
my boss wants me to | " send the reports
find the reports that mention | " the roof | and delete them
remember that | " my code is nine | and set an alarm for six
remind me to | " call mom, | and what time is it
send mark an email. | Delete the letter
remind me to | " call mom. | Delete the letter
tell me what the readme says
read what the letter says | then delete it
tell me to whom it belongs
do you remember where i parked
"""

TOLD = """
= what does delete everything mean
= pretend to delete the reports
= when did i delete the reports
= i'm thinking about deleting the reports
= let me delete the reports myself
= i'd have deleted the reports
= imagine i asked you to delete the reports
= i was told to delete the reports
= do you think i should delete the reports
let me know when twenty minutes are up
= how do i delete a file
= how can i move the reports
= how do you delete a folder
= how would one rename a file
= how to delete a folder
~ what happens | ? if i delete the reports
= should i delete the reports
= shall we send the email
= can i delete the reports
= may i move the letters
= do i have to send the email
= did you delete the reports
= have you sent the email
= has anybody deleted the reports
= did i send the email
= have i deleted the reports
= why did you delete the reports
= who deleted the reports
= is it safe to delete the reports
= are you able to delete files
= do you ever delete files
= i deleted the reports yesterday
= i've already deleted the reports
= i have moved the letters
= i will delete the reports myself
= i'll send the email later
= i'm going to delete the reports
= i was going to delete the reports
= i always delete the reports
= she deleted the reports
= they moved the letters | and now where are they
= we already sent the email
= somebody deleted the reports
= you deleted the wrong file
= what does delete do
= what does rename mean
= explain how to delete a file
= tell me how to send an email
= do you know how i delete a file
= i wonder why you moved the letters
= would you normally delete the reports
= should i run the program
can you delete the reports
could you move the letters
would you delete the reports
will you send the email
can i have a timer for ten minutes
can i get the report read
i want you to delete the reports
i'd like you to move the letters
i need you to send the email
i want to delete the reports
i need a timer for ten minutes
would you mind deleting the reports
is it possible to hear the report
how much space is left
who is helen
how do i like my tea
= did the backup run through
"""

APART = """
what time is it | and how long is left on the timer
find the report | and read it to me
make a folder | then move the invoice into it
read the report | and then delete it
read the report. | Delete the letter
read the report, | delete the letter
read the report | also delete the letter
read the report, | then the letter
what's the date | also how much memory is free
delete the reports and the letters
find bread and butter recipes
set three timers, five, ten and fifteen minutes
copy mark and anna
move the file now and then
pause the timer | and remind me in an hour to | " go on
set a timer | but tell me the time first
zip the photos | and after that delete them
how much is eight times eight, | then run a program
turn on the lights | and set a timer for five minutes
play some jazz | and what time is it
create list.txt with apples | and then move it to notes
read the first and the last line
sort the files by date or by type
could you read the report | and could you delete the letter
i'm tired, | set an alarm for six
fetch example.com | and tell me what it says
read the report to me please
jarvis read the report | and jarvis delete the letter
list the files | as well as count them
find the photos | so move them
read todo.txt | and append | " buy milk | to it
what's 12.5 times 3 | and what's 2 plus 2
tidy up downloads, | zip documents, | and list the folder
read the letter | followed by read the report
open the file | and please read it
delete the letter | and also the report
search for the lease, the contract or the letter
is nginx running | and how busy is the cpu
remove notes.txt
cancel it
"""


def read(row: str) -> list[tuple[frozenset[str], list[str]]]:
    """The parts of a row: the names of their flags, and their words."""
    parts = []
    for part in row.split(" | "):
        marks, text = part.split(" ", 1) if part[0] in MARKS else ("", part)
        parts.append((frozenset(MARKS[mark] for mark in marks), words(text)))
    return parts


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['.:][^\W_]+)*", text.casefold())


def taken_apart(request: str) -> list[tuple[frozenset[str], list[str]]]:
    return [(flags_of(part), words(part.text)) for part in ENGLISH.scope.clauses(request)]


def flags_of(part: Clause) -> frozenset[str]:
    return frozenset(flag for flag in MARKS.values() if getattr(part, flag))


def shown(parts: list[tuple[frozenset[str], list[str]]]) -> str:
    names = {flag: mark for mark, flag in MARKS.items()}
    return " | ".join(
        " ".join(["".join(sorted(names[flag] for flag in flags)), *said]).strip() for flags, said in parts
    )


@pytest.mark.parametrize("table", [NEGATED, CONDITIONAL, CORRECTED, QUOTED, TOLD, APART])
def test_each_part_of_a_request_is_what_it_is(table: str) -> None:
    wrong = []
    rows = table.strip().splitlines()
    assert len(rows) >= 40
    for row in rows:
        found = taken_apart(_request(row))
        if found != read(row):
            wrong.append(f"{shown(found)}\n    not {row}")
    assert not wrong, "\n".join(wrong)


def _request(row: str) -> str:
    """A row without bars and marks; quotation marks inside of a part stay."""
    return " ".join(part.split(" ", 1)[1] if part[0] in MARKS else part for part in row.split(" | "))


def requests() -> Iterator[str]:
    for name in ("outside", "within"):
        for line in (SCOPE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["say"]
    for table in (NEGATED, CONDITIONAL, CORRECTED, QUOTED, TOLD, APART):
        yield from map(_request, table.strip().splitlines())


def test_every_word_of_a_request_lies_in_exactly_one_part() -> None:
    for say in requests():
        parts = ENGLISH.scope.clauses(say)
        assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])], say
        assert [word for part in parts for word in words(part.text)] == words(say), say
        assert [part.stop - part.start for part in parts] == [len(words(part.text)) for part in parts], say


@pytest.mark.parametrize(
    "words_again", ["no", "and", "remind me", "add delete to", "' a", "don't", "if it is", "i mean ,"]
)
def test_words_said_over_and_over_take_no_time(words_again: str) -> None:
    request = (f"{words_again} " * 1200)[:1200]
    begun = time.process_time()
    ENGLISH.scope.clauses(request)
    assert time.process_time() - begun < 0.5
