"""send_email and web_fetch behind policy, consent and audit (A9, A10, A12, D9)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from jarvisd.core.errors import EngineError, ErrorCode, NotPermitted, RequestError, Unavailable
from jarvisd.core.network.courier_protocol import Page
from jarvisd.executor.consent.grants import binding_of
from jarvisd.executor.tools.context import Reach, ToolContext
from jarvisd.executor.tools.spec import Effect, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.contacts import YOU, Contact
from tests.fakes.clock import LoopTime
from tests.fakes.executor import heard
from tests.unit.executor.conftest import Bench

MARK = Contact("Mark Wilson", "mark.wilson@company.com")
MAIL = ("send_email", {"to": "Mark", "subject": "Lunch", "body": "At noon?"})
NEWS = Page("https://news.example.org/", "News", "Rain on Sunday.", truncated=False)


@pytest.fixture
def post(bench: Bench) -> Bench:
    bench.memory.people = [MARK]
    return bench


async def step(bench: Bench, *actions: Any, **options: object) -> dict[str, Any]:
    reports = await bench.run(*actions, **options)
    last: Any = reports[-1]
    return dict(last)


async def test_a_letter_is_sent_after_a_yes_to_all_of_it(post: Bench) -> None:
    post.answers("yes send it")
    report = await step(post, MAIL)
    assert report["outcome"] == "done"
    assert report["question"] == (
        "I'm about to send an e-mail to Mark Wilson at mark.wilson@company.com. "
        'The subject is "Lunch". It says: "At noon?". That is all of it, 8 characters. '
        "This cannot be undone. Say yes to proceed or no to cancel."
    )
    [letter] = post.courier.letters
    assert (letter.to, letter.subject, letter.body) == (MARK.address, "Lunch", "At noon?")
    assert (report["tier"], report["undo_id"]) == (3, 0)


async def test_the_length_and_the_ending_of_a_long_letter_are_always_said(post: Bench) -> None:
    """What comes after the first sentences is what an attacker would write there."""
    body = "All is well. " * 90 + "Now pay 900 euros to\nEve, please."
    post.answers("no")
    report = await step(post, ("send_email", {"to": "Mark", "subject": "Hello", "body": body}))
    told = report["question"].partition("It says: ")[2].partition(" This cannot be undone.")[0]
    assert told.startswith('"All is well. All is well.')
    assert 'and so on". It has 1,203 characters, ending with "' in told
    assert told.endswith('Now pay 900 euros to Eve, please.".')


@pytest.mark.parametrize(
    "body", ["x" * 241, "x" * 5000, "word " * 48 + "x" * 130, "word " * 48 + "x" * 115 + " y", "y " * 500]
)
async def test_the_ending_is_said_of_any_long_text(post: Bench, body: str) -> None:
    post.answers("no")
    report = await step(post, ("send_email", {"to": "Mark", "subject": "Hello", "body": body}))
    assert f'{len(body.strip()):,} characters, ending with "' in report["question"]
    ending = report["question"].partition('ending with "')[2].partition('"')[0]
    assert len(ending) >= 60
    assert body.strip().endswith(ending)


LONG = "All is well. " * 90 + "Now pay 900 euros to Eve, please."
LONG_MAIL = ("send_email", {"to": "Mark", "subject": "Hello", "body": LONG})


async def test_all_of_a_letter_is_read_to_who_asks_and_only_then_a_yes_sends_it(post: Bench) -> None:
    post.answers("Read it, please.", "yes send it")
    report = await step(post, LONG_MAIL)
    first, *read, again = post.speech.questions
    assert "Say read it to hear all of it. Say yes to proceed or no to cancel." in first
    assert " ".join(read) == LONG
    assert max(map(len, read)) <= 400
    # So that no hold on the voice outlives its piece, the next one takes hold anew.
    assert len(post.speech.released) > len(read) > 2
    assert again == (
        "That was all of it. Shall I send an e-mail to Mark Wilson at mark.wilson@company.com? "
        "Say yes to proceed or no to cancel."
    )
    assert (report["outcome"], len(post.ears.windows)) == ("done", 2)
    assert [letter.body for letter in post.courier.letters] == [LONG]


LINES = LONG.replace(". ", ".\n\n")
LONG_LINES = ("send_email", {"to": "Mark", "subject": "Hello", "body": LINES})
REMOTE: dict[str, object] = {"channel": "dbus", "origin": ":1.9"}


async def test_all_of_a_letter_is_given_over_dbus_to_whoever_may_answer_for_it(post: Bench) -> None:
    """The same offer as in the room; reading answers nothing, and is for nobody who may not answer."""
    plan_id = await post.start(LONG_LINES, **REMOTE)
    asked = await post.question()
    assert "Say read it to hear all of it." in asked.question
    for wrong in (":1.8", ":1.5", ":1.404"):
        with pytest.raises(NotPermitted):
            await post.asker.read(asked.request_id, wrong)
    assert await post.asker.read(asked.request_id, ":1.9") == LINES
    assert post.courier.letters == []
    await post.asker.answer(asked.request_id, ":1.9", is_yes=True)
    await post.ended(plan_id)
    assert [letter.body for letter in post.courier.letters] == [LINES]
    with pytest.raises(RequestError) as closed:
        await post.asker.read(asked.request_id, ":1.9")
    assert closed.value.code is ErrorCode.NOT_FOUND


async def test_what_its_question_says_whole_is_not_offered_to_be_read(post: Bench) -> None:
    plan_id = await post.start(MAIL, **REMOTE)
    asked = await post.question()
    assert "read it" not in asked.question
    assert await post.asker.read(asked.request_id, ":1.9") == ""
    await post.asker.answer(asked.request_id, ":1.9", is_yes=False)
    await post.ended(plan_id)


@pytest.mark.parametrize(("readings", "windows"), [(0, 1), (1, 2), (2, 3), (9, 3)])
async def test_who_reads_all_of_it_has_another_window_and_not_for_ever(
    post: Bench, readings: int, windows: int
) -> None:
    time = LoopTime()
    plan_id = await post.start(LONG_LINES, **REMOTE)
    asked = await post.question()
    for _ in range(readings):
        await post.asker.read(asked.request_id, ":1.9")
    for number in range(windows):
        assert post.asker.is_asking, number
        await time.advance(post.windows.remote_s)
    assert not post.asker.is_asking
    assert (await post.ended(plan_id))[0]["consent"] == "silence"


@pytest.mark.parametrize(
    ("answers", "windows"),
    [
        (("read it", "no"), 2),
        (("read it", ""), 2),
        (("read it", "read it again", "read it", "yes, go ahead"), 3),
        (("read it", "read me all of it", "mumble", "read it"), 4),
        (("mumble", "read it", "yes, go ahead"), 2),
        (("don't read it", "yes, go ahead"), 1),
        (("read it and send it to Ben", "no"), 2),
    ],
)
async def test_readings_are_bounded_and_no_answer(post: Bench, answers: tuple[str, ...], windows: int) -> None:
    """Reading is neither a yes nor a way to be asked for ever: twice at most, each with a window of its own."""
    post.answers(*answers)
    report = await step(post, LONG_MAIL)
    assert (report["outcome"], len(post.ears.windows)) == ("declined", windows)
    assert post.courier.letters == []
    assert set(post.ears.reserved) == set(post.ears.released) == set(post.speech.released)


async def test_a_yes_that_began_while_it_was_read_is_none(post: Bench) -> None:
    post.answers("read it", heard("yes, go ahead", 10), heard("yes, go ahead", 10))
    assert (await step(post, LONG_MAIL))["outcome"] == "declined"
    assert post.courier.letters == []


async def test_what_was_said_whole_is_not_offered_again(post: Bench) -> None:
    post.answers("read it", "yes, go ahead")
    report = await step(post, MAIL)
    assert "read it" not in post.speech.questions[0]
    assert report["outcome"] == "declined"


@pytest.mark.parametrize("answer", ["no", "", "send it to Ben instead", "what does it say?"])
async def test_nothing_is_sent_without_a_yes(post: Bench, answer: str) -> None:
    post.answers(answer, answer)
    report = await step(post, MAIL)
    assert report["outcome"] == "declined"
    assert "did not send an e-mail to Mark Wilson" in report["spoken"]
    assert post.courier.letters == []


async def test_consent_is_bound_to_address_and_text(post: Bench) -> None:
    """The audit shows the same identity in question and intent, and it covers every part of the letter."""
    post.answers("yes, go ahead")
    await step(post, MAIL)
    [letter] = post.courier.letters
    events = {str(record["event"]): record for record in post.audit.records}
    assert events["asked"]["bound"] == events["intent"]["bound"] == letter.binding == binding_of(letter)
    order = [record["event"] for record in post.audit.records]
    assert order.index("answered") < order.index("intent") < order.index("step")
    assert post.audit.synced[order.index("intent")], "the intent is durable before the letter leaves"
    assert "At noon?" not in str(post.audit.records)


class ShiftingLetter:
    """Something measured that is another one each time somebody looks."""

    def __init__(self) -> None:
        self._seen = 0

    @property
    def binding(self) -> str:
        self._seen += 1
        return f"letter {self._seen}"


async def test_a_letter_that_is_not_the_one_asked_about_is_not_sent(post: Bench) -> None:
    async def measure(context: ToolContext, *, to: str) -> Preview[ShiftingLetter]:
        return Preview("send an e-mail", reversal=Reversal.NEVER, selection=ShiftingLetter())

    sent: list[str] = []

    async def run(context: ToolContext[ShiftingLetter], *, to: str) -> ToolResult:
        sent.append(to)
        return ToolResult({}, "Sent.")

    post.registry.register(Tool(ToolSpec("send_shifting", "Send.", (Effect.SEND,)), run, measure))
    post.answers("yes, go ahead")
    report = await step(post, ("send_shifting", {"to": "Mark"}))
    assert (report["outcome"], len(post.speech.questions), sent) == ("declined", 1, [])


async def test_two_of_a_name_are_named_and_nobody_is_written_to(post: Bench) -> None:
    post.memory.people = [MARK, Contact("Mark Smith", "smith@example.org")]
    post.answers("yes, go ahead")
    report = await step(post, MAIL)
    assert report["outcome"] == "refused"
    assert "Mark Wilson at mark.wilson@company.com" in report["spoken"]
    assert "Mark Smith at smith@example.org" in report["spoken"]
    assert post.speech.questions == []
    post.answers("yes, go ahead")
    assert (await step(post, ("send_email", {"to": "Mark Smith", "body": "Hi"})))["outcome"] == "done"
    assert [letter.to for letter in post.courier.letters] == ["smith@example.org"]


async def test_an_unknown_name_is_no_address(post: Bench) -> None:
    report = await step(post, ("send_email", {"to": "Zoe", "body": "Hi"}))
    assert (report["outcome"], report["error"]) == ("failed", "NotFound")
    assert "no e-mail address of Zoe" in report["spoken"]


async def test_a_new_address_is_spelled_back(post: Bench) -> None:
    post.answers("yes, go ahead")
    report = await step(post, ("send_email", {"to": "eve at ev dot io", "body": "Hi"}))
    assert "to eve@ev.io. It is spelled e, v, e, at, e, v, dot, i, o. " in report["question"]
    assert [letter.to for letter in post.courier.letters] == ["eve@ev.io"]


async def test_an_address_that_nobody_told_is_never_used_silently(post: Bench) -> None:
    post.memory.people = [Contact("Mark", "mark@evil.org", is_tainted=True)]
    post.answers("no")
    report = await step(post, MAIL)
    assert "Nobody told me this address" in report["question"]
    assert "m, a, r, k, at, e, v, i, l, dot, o, r, g" in report["question"]
    assert post.courier.letters == []


async def test_the_owner_can_be_written_to(post: Bench) -> None:
    post.memory.people = [Contact(YOU, "me@home.net")]
    post.answers("yes, go ahead")
    report = await step(post, ("send_email", {"to": "me", "body": "Milk"}))
    assert "to yourself at me@home.net" in report["question"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "the summary",
        "Summary of the results",
        "summary of the documents",
        "Here is a short report of what you did.",
    ],
)
async def test_without_words_of_its_own_a_letter_tells_what_was_done(post: Bench, body: str) -> None:
    """A14: "send the summary to Mark"."""
    post.file("docs/plan.txt")
    post.answers("yes, go ahead", "yes, go ahead")
    await post.run(
        ("search_files", {"name": "plan"}),
        ("file_delete", {"path": "plan.txt"}),
        ("send_email", {"to": "Mark", "body": body}),
    )
    [letter] = post.courier.letters
    assert letter.subject == "Summary"
    assert letter.body == ("I found 1 file, 4 bytes: plan.txt.\nI deleted 1 file, 4 bytes. It is in the trash.")


async def test_a_summary_of_nothing_is_no_letter(post: Bench) -> None:
    report = await step(post, ("send_email", {"to": "Mark"}))
    assert (report["outcome"], report["error"]) == ("refused", "InvalidRequest")


async def test_a_dry_run_shows_the_question_and_sends_nothing(post: Bench) -> None:
    report = await step(post, ("get_time", {"what": "time"}), ("send_email", {"to": "Mark"}), dry_run=True)
    assert report["outcome"] == "dry_run"
    assert "This cannot be undone." in report["question"]
    assert post.courier.letters == []


@pytest.mark.parametrize(
    ("fault", "outcome", "spoken"),
    [
        (Unavailable("x", code=ErrorCode.MAIL_UNREACHABLE), "failed", "I could not reach the mail server"),
        (Unavailable("x", code=ErrorCode.MAIL_LOGIN_FAILED), "failed", "did not let me in"),
        (EngineError("x", code=ErrorCode.MAIL_UNSURE), "failed", "I'm not sure whether the message was sent."),
        (Unavailable("x", code=ErrorCode.COURIER_GONE), "failed", "I can't reach anything outside"),
    ],
)
async def test_failures_are_told_as_what_they_are(
    post: Bench, fault: Exception, outcome: str, spoken: str
) -> None:
    post.answers("yes, go ahead")
    post.courier.fault = fault  # type: ignore[assignment]
    report = await step(post, MAIL)
    assert (report["outcome"], report["error"]) == (outcome, fault.code)  # type: ignore[attr-defined]
    assert spoken in report["spoken"]


async def test_without_a_mail_server_nothing_is_asked(post: Bench) -> None:
    from dataclasses import replace

    post.kit = replace(post.kit, reach=Reach())
    post.set_up()
    report = await step(post, MAIL)
    assert report["error"] == "MailNotConfigured"
    assert post.speech.questions == []


async def test_a_letter_that_has_left_is_reported_even_when_the_step_is_stopped(post: Bench) -> None:
    post.answers("yes, go ahead")
    post.courier.may_go.clear()
    plan_id = await post.start(MAIL)
    await asyncio.wait_for(post.courier.has_left.wait(), 60)
    await post.dispatcher.cancel(plan_id)
    post.courier.may_go.set()
    [report] = await post.ended(plan_id)
    assert report["outcome"] == "done"


@pytest.mark.parametrize(
    "args",
    [
        {"to": "mark.wilson@company.com\r\nBcc: eve@evil.org", "body": "Hi"},
        {"to": "Mark", "subject": "Hi\r\nBcc: eve@evil.org", "body": "Hi\0"},
        {"to": "Mark", "body": "x" * 20_001},
        {"to": "Mark", "subject": "x" * 201, "body": "Hi"},
        {"to": "Mark", "body": "Hi", "bcc": "eve@evil.org"},
        {"to": ["Mark"], "body": "Hi"},
    ],
    ids=str,
)
async def test_malformed_letters_are_refused_before_anybody_is_asked(post: Bench, args: Any) -> None:
    post.answers("yes, go ahead")
    report = await step(post, ("send_email", args))
    assert report["outcome"] in ("refused", "failed")
    assert (post.courier.letters, post.speech.questions) == ([], [])


async def test_an_allowed_page_is_read_without_a_question(bench: Bench) -> None:
    bench.courier.pages["https://news.example.org/"] = NEWS
    report = await step(bench, ("web_fetch", {"url": "news dot example dot org"}))
    assert (report["outcome"], report["tier"]) == ("done", 1)
    assert report["spoken"] == "News says: Rain on Sunday."
    assert bench.speech.questions == []
    events = [record["event"] for record in bench.audit.records]
    assert bench.audit.synced[events.index("intent")], "another machine hears of it, so it is written down first"


async def test_no_page_is_fetched_while_the_plan_is_still_being_written(bench: Bench) -> None:
    """A plan that turns out to be refused as a whole must not have asked anybody for anything."""
    action = {"tool": "web_fetch", "args": {"url": "news.example.org"}}
    verdict = await bench.dispatcher.begin("t1", 0, json.dumps(action))
    assert verdict["verdict"] == "run"
    await bench.run(("get_time", {"what": "time"}))
    assert bench.courier.fetched == []


@pytest.mark.parametrize("url", ["evil.net", "https://10.0.0.1/", "http://news.example.org", "file:///etc/passwd"])
async def test_other_pages_are_refused_with_a_reason(bench: Bench, url: str) -> None:
    report = await step(bench, ("web_fetch", {"url": url}))
    assert report["outcome"] == "refused"
    assert bench.courier.fetched == []


@pytest.mark.parametrize(
    ("url", "said", "is_asked"),
    [
        ("https://news.example.org/", "", False),
        ("news.example.org/weather", "open the page news dot example dot org slash weather", False),
        ("https://wiki.example.net/index.html", "what does wiki.example.net say", False),
        ("https://news.example.org/my/code/2290", "open news.example.org", True),
        ("https://news.example.org/?q=my+code+2290", "open news.example.org", True),
        ("https://news.example.org/%32290", "open news.example.org", True),
        ("https://2290.example.net/", "open the page of example.net", True),
        ("https://news.example.org/weather", "", True),
        ("https://news.example.org/weather", "what is the weather on news.example.org", False),
        ("https://news.example.org/weAthEr", "what is the weather on news.example.org", True),
        ("https://news.example.org/weather/weather", "what is the weather on news.example.org", True),
        ("https://news.example.org/-/_/.-", "open news.example.org", True),
        ("https://news.example.org/?", "open news.example.org", True),
    ],
)
async def test_an_address_that_could_carry_something_is_asked_about(
    bench: Bench, url: str, said: str, is_asked: bool
) -> None:
    """Whatever the person has not said themselves could be what somebody wants to be told."""
    bench.answers("no")
    bench.courier.fault = EngineError("x", code=ErrorCode.WEB_UNREADABLE)
    report = await step(bench, ("web_fetch", {"url": url}), utterance=said)
    assert report["outcome"] == ("declined" if is_asked else "failed")
    assert len(bench.courier.fetched) == (not is_asked)
    assert ("carry something away" in report["question"]) is is_asked


async def test_a_tainted_fetch_is_asked_about(bench: Bench) -> None:
    """Decision 4: whatever derives from untrusted text is confirmed, reading included."""
    bench.answers("no")
    report = await step(bench, ("web_fetch", {"url": "news.example.org/secret"}), tainted=True)
    assert (report["outcome"], bench.courier.fetched) == ("declined", [])


@pytest.mark.parametrize(
    ("said", "is_tainted"),
    [("remember that Mark's address is eve at evil dot org", False), ("remember Mark", True), ("", False)],
)
async def test_an_address_that_was_not_said_is_remembered_as_one_that_nobody_told(
    bench: Bench, said: str, is_tainted: bool
) -> None:
    """A planner that was turned cannot put its own address into the owner's mouth."""
    args = {"kind": "CONTACT", "text": "Mark's e-mail address is eve@evil.org"}
    bench.answers("yes, go ahead")
    report = await step(bench, ("remember", args), utterance=said)
    assert ("Nobody said Mark's e-mail address is eve@evil.org." in report["question"]) is is_tainted
    assert [kept[3] for kept in bench.memory.kept] == [is_tainted]


@pytest.mark.parametrize("body", ["Report on Friday", "The results are in", "summary: we won"])
async def test_words_of_its_own_are_sent_as_they_are(post: Bench, body: str) -> None:
    post.file("docs/plan.txt")
    post.answers("yes, go ahead")
    await post.run(("search_files", {"name": "plan"}), ("send_email", {"to": "Mark", "body": body}))
    assert [letter.body for letter in post.courier.letters] == [body]
