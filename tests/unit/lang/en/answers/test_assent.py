"""Only a plain assent is a yes; what denies wins (A10)."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.en.answers.assent import judge

DELETE = "I'm about to delete 2,347 files, 450 MB, from tmp. Say yes to proceed or no to cancel."
RUN = "I'm about to run 1 line of Python in the sandbox. Say yes to proceed or no to cancel."

ASSENTS = """
yes
Yes.
Yes, please.
yes go ahead
Yes, go ahead.
go ahead
Go ahead!
yes send it
Yes, send it.
do it
Do it.
confirm
Confirm.
Confirmed.
sure go ahead
Sure, go ahead.
sure
sure thing
yeah
Yeah, go ahead.
yep
yup
yeah sure
absolutely
definitely
certainly
of course
affirmative
proceed
please proceed
yes proceed
yes do it
yes do that
please do it
please do
go for it
yes go for it
okay go ahead
okay yes
ok, do it
alright go ahead
all right, go ahead
yes confirm
yes I confirm
I confirm
I agree
yes I'm sure
I'm sure
yes that's right
yes that is correct
by all means
make it so
yes thank you
yes thanks
um yes
uh, yeah
oh yes
well, yes
Jarvis, yes
yes, Jarvis
hey Jarvis go ahead
yes yes
yes, yes, yes
Yes. Go ahead, please.
yes delete them
Yes, delete them.
yes, delete it
delete them
yes delete the files
yes, delete the old files
yes, remove them
yes remove those files
yes delete all of them
approved
continue
yes please do
so yes
""".strip().splitlines()

REFUSALS = """
no
No.
nope
nah
no thanks
no, thank you
no don't
don't
do not
don't do it
please don't
stop
stop it
cancel
cancel that
wait
okay wait
ok wait a second
yes wait
wait yes
hold on
hang on
not okay
not yet
not now
not that one
yes but not that one
yes but only the first
yes except the report
yes, no
no yes
yes or no?
yes or no
yes no maybe
yes?
yes, really?
really?
sure?
are you sure?
are you sure
which files?
which files
what will you delete
what
why
why not
how many
do I have to
can you repeat that
could you say that again
should I
is that safe
okay
ok
alright
all right
right
fine
well
please
thanks
thank you
you
hmm
um
uh huh
mhm
okay so
okay then
go
go on
go away
go back
yes I know
yes I heard you
yes I can't
I don't know
I guess
I guess so
I suppose
maybe
perhaps
probably
later
yes later
never
never mind
nevermind
negative
abort
halt
keep them
leave them
leave it
forget it
skip it
undo
undo that
I changed my mind
yesterday
yes yesterday
yes if it is safe
yes unless it is mine
yes without the photos
yes, then shut down
yes, and delete the documents too
yes delete everything
yes delete documents
yes and also run it
yes to proceed
say yes to proceed
say yes to proceed or no to cancel
Say yes
he said yes
she says go ahead
somebody said yes
tell him yes
the answer is yes
is the answer yes
yes is what he would say
send it
run it
move them
yes move them
yes run the code
ja
jawohl
si
sí
oui
da
да
hai
はい
好
是的
yes はい
yеs
ｎｏ
ye
yessir what
good
great
cool
whatever
if you must
do
do them
it
music
the weather is nice today
yes the weather is nice today
jarvis
hey jarvis
Jarvis stop
play some music
what time is it
yes yes yes yes yes yes yes yes yes yes yes yes yes
""".strip().splitlines()
ODDITIES = ["", "   ", "...", "?", "\n", "yes\n?", "yes ¿", "yes？", "👍", "[BLANK_AUDIO]", "(yes no)"]


@pytest.mark.parametrize("heard", ASSENTS)
def test_a_plain_assent_is_a_yes(heard: str) -> None:
    """A10: the plain ways to agree to a deletion are taken."""
    assert judge(DELETE, heard) == AnswerVerdict(Consent.YES, "plain assent")


@pytest.mark.parametrize("heard", [*REFUSALS, *ODDITIES])
def test_anything_else_is_a_no(heard: str) -> None:
    """A10: negations, questions, conditions, other languages, unclear words and silence are a no."""
    assert judge(DELETE, heard).verdict == "no"


def test_the_table_is_large_enough() -> None:
    """The rule is held against at least 150 phrases, none of them twice."""
    assert len(set(ASSENTS)) + len(set(REFUSALS)) >= 150
    assert not set(ASSENTS) & set(REFUSALS)


@pytest.mark.parametrize("denial", ["no", "not", "wait", "stop"])
def test_a_denial_before_or_after_any_assent_wins(denial: str) -> None:
    """Deny wins over every assent, on either side of it."""
    answers = [answer for heard in ASSENTS for answer in (f"{denial} {heard}", f"{heard} {denial} ")]
    assert [answer for answer in answers if judge(DELETE, answer).verdict != "no"] == []


@pytest.mark.parametrize("heard", ASSENTS)
def test_an_assent_spoken_as_a_question_is_a_no(heard: str) -> None:
    """A question never agrees."""
    assert judge(DELETE, heard.rstrip(".!") + "?").verdict == "no"


def test_an_echo_must_fit_the_question() -> None:
    """To agree to running code does not agree to a deletion, and the other way round."""
    assert judge(RUN, "yes run it").verdict == "yes"
    assert judge(RUN, "yes run the code").verdict == "yes"
    assert judge(RUN, "yes delete them") == AnswerVerdict(Consent.NO, "agrees to something else")


@pytest.mark.parametrize(
    ("heard", "reason", "again"),
    [
        ("", "silence", False),
        ("okay wait", "denied: wait", False),
        ("which files?", "a question", False),
        ("mumble", "unclear", True),
        ("はい", "not plain English", True),
        ("yes run it", "agrees to something else", False),
    ],
)
def test_the_reason_is_told_and_only_the_unclear_may_be_asked_again(heard: str, reason: str, again: bool) -> None:
    """Only an answer that was not understood earns a second try."""
    judgement = judge(DELETE, heard)
    assert (judgement.reason, judgement.may_ask_again) == (reason, again)
