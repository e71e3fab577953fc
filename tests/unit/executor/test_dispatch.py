"""A plan runs step by step under policy, consent, journal and audit, and says what was not done (A9-A12)."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from jarvisd.core.auditchain import heads_in
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted, RequestError, Unavailable
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.asking import Windows
from jarvisd.executor.context import ToolContext
from jarvisd.executor.events import ConfirmResolved, StepFinished, StepStarted
from jarvisd.executor.ports import RiskOpinion, SandboxJob, SandboxResult
from jarvisd.executor.tool import Effect, Facts, Preview, Tool, ToolResult, ToolSpec
from tests.fakes.executor import ScriptedEars, ScriptedIdentities, heard
from tests.unit.executor.conftest import Bench

OLD = ("file_delete", {"folder": "tmp", "older_than": "old"})
CODE = ("execute_code", {"language": "python", "code": "print(6 * 7)"})


def old_files(bench: Bench, count: int = 3) -> None:
    for number in range(count):
        bench.file(f"tmp/old-{number}.tmp", "x" * 1000, age_days=30)
    bench.file("tmp/fresh.tmp")


async def test_reading_runs_by_itself(bench: Bench) -> None:
    """A9: TIER_1 runs without a question; the step reports what it found."""
    bench.file("docs/taxes-2025.pdf", "x" * 2000)
    [step] = await bench.run(("search_files", {"name": "taxes"}))
    assert (step["outcome"], step["tier"], step["consent"]) == ("done", 1, "not_asked")
    assert step["spoken"] == "I found 1 file, 2 kB: taxes-2025.pdf."
    assert bench.speech.questions == []


async def test_a_deletion_is_asked_with_measured_facts_and_done_on_yes(bench: Bench) -> None:
    """A10: files, bytes and reversal are in the question; yes moves exactly them to the trash."""
    old_files(bench)
    bench.answers("Yes, go ahead.")
    [step] = await bench.run(OLD)
    assert bench.speech.questions == [
        "I'm about to delete 3 files, 3 kB, older than 7 days in tmp. Deleted files go to the trash. "
        "This can be undone. Say yes to proceed or no to cancel."
    ]
    assert (step["outcome"], step["tier"], step["consent"]) == ("done", 3, "yes")
    assert step["spoken"] == "I deleted 3 files, 3 kB. They are in the trash."
    assert bench.names("tmp") == ["fresh.tmp"]
    assert bench.trashed() == ["old-0.tmp", "old-1.tmp", "old-2.tmp"]
    assert bench.ears.windows == [15.0]


@pytest.mark.parametrize(
    ("answer", "consent", "spoken"),
    [
        ("no", "no", "Okay, I did not delete"),
        ("okay wait", "no", "Okay, I did not delete"),
        ("", "silence", "I heard no answer, so I did not delete"),
        (heard("yes", 0, outcome="cancelled"), "no", "Okay, I did not delete"),
        (Unavailable("no microphone", code=ErrorCode.MICROPHONE_GONE), "unavailable", "I could not ask you"),
    ],
)
async def test_anything_but_yes_changes_nothing(bench: Bench, answer: object, consent: str, spoken: str) -> None:
    """Silence, denial, a cancelled window and a missing microphone are a no that says why."""
    old_files(bench)
    bench.answers(answer)  # type: ignore[arg-type] # the table holds every kind of answer
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", consent)
    assert str(step["spoken"]).startswith(spoken)
    assert len(bench.names("tmp")) == 4
    assert bench.journal.entries == {}
    assert bench.ears.released == bench.ears.reserved
    assert bench.speech.released == bench.ears.reserved


async def test_an_unclear_answer_is_asked_about_once_more(bench: Bench) -> None:
    """Two windows at most: unclear then yes is a yes."""
    old_files(bench)
    bench.answers("mumble mumble", "yes")
    [step] = await bench.run(OLD)
    assert step["outcome"] == "done"
    assert len(bench.speech.questions) == 2
    assert bench.speech.questions[1].startswith("Sorry, I need a clear answer.")


async def test_two_unclear_answers_are_a_no(bench: Bench) -> None:
    old_files(bench)
    bench.answers("mumble", "mumble", "yes")
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.ears.windows)) == ("declined", "no", 2)


async def test_speech_that_began_before_the_question_ended_is_never_an_answer(bench: Bench) -> None:
    """Decision 2: an early yes does not count, not even twice."""
    old_files(bench)
    bench.answers(heard("yes", 10), heard("yes", 10))
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", "no")


async def test_speech_that_is_not_live_is_never_an_answer(bench: Bench) -> None:
    """Decision 2: a file or a test feed cannot consent."""
    old_files(bench)
    bench.answers(heard("yes", 10**12, live=False))
    [step] = await bench.run(OLD)
    assert step["outcome"] == "declined"


async def test_a_missing_speaker_means_not_done_and_says_so(bench: Bench) -> None:
    old_files(bench)
    bench.speech.error = Unavailable("no loudspeaker", code=ErrorCode.SPEAKER_GONE)
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("declined", "unavailable")
    assert "no loudspeaker" in str(step["spoken"])


async def test_a_turn_from_dbus_is_answered_by_the_user_who_started_it(bench: Bench) -> None:
    """Decision 2: the room is not asked; another user may not answer; the one who asked may."""
    old_files(bench)
    plan_id = await bench.start(OLD, channel="dbus", origin=":1.9")
    asked = await bench.question()
    assert asked.channel == "dbus"
    for wrong in (":1.8", ":1.5", ":1.404"):
        with pytest.raises(NotPermitted):
            await bench.asker.answer(asked.request_id, wrong, is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("done", "yes")
    assert bench.speech.questions == []
    with pytest.raises(RequestError):
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)


async def test_deny_over_dbus_is_a_no(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD, channel="dbus", origin=":1.9")
    await bench.asker.answer((await bench.question()).request_id, ":1.7", is_yes=False)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("declined", "no")


async def test_a_question_over_dbus_closes_as_silence(bench: Bench) -> None:
    """Nobody answers within consent.remote_window_s: no."""
    old_files(bench)
    bench.windows = Windows(remote_s=0.01)
    bench.set_up()
    [step] = await bench.run(OLD, channel="dbus", origin=":1.9")
    assert (step["outcome"], step["consent"]) == ("declined", "silence")


async def test_root_may_answer_a_spoken_turn_and_the_room_is_released(bench: Bench) -> None:
    """A voice turn waits for the room; root over D-Bus is quicker."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    await bench.ears.listening.wait()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.7", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert step["outcome"] == "done"
    assert bench.ears.released == [asked.request_id]


async def test_whom_polkit_lets_may_answer_the_room(bench: Bench) -> None:
    """Decision 2: a voice turn is answered by voice or by the polkit action org.jarvisd.confirm."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], bench.identities.asked) == ("done", [":1.9"])


@pytest.mark.parametrize(("options", "caller"), [({}, ":1.5"), ({"channel": "dbus", "origin": ":1.7"}, ":1.9")])
async def test_polkit_is_not_asked_for_the_brain_or_for_a_written_question(
    bench: Bench, options: dict[str, str], caller: str
) -> None:
    """Not even a rule that allows everybody everything gives the brain a say, or somebody else's question away."""
    old_files(bench)
    bench.identities.authorised.add(caller)
    await bench.start(OLD, **options)
    asked = await bench.question()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, caller, is_yes=True)
    assert bench.identities.asked == []


async def test_a_password_that_comes_too_late_confirms_nothing(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    bench.identities.gate = asyncio.Event()
    answering = asyncio.gather(bench.asker.answer(asked.request_id, ":1.9", is_yes=True), return_exceptions=True)
    await asyncio.sleep(0)
    await bench.dispatcher.cancel("")
    [step] = await bench.ended(plan_id)
    bench.identities.gate.set()
    [error] = await answering
    assert isinstance(error, RequestError)
    assert error.code is ErrorCode.NOT_FOUND
    assert step["outcome"] == "cancelled"


@pytest.mark.parametrize("when", ["before the answer", "while a password is typed"])
async def test_a_question_does_not_outlive_a_sleep(bench: Bench, when: str) -> None:
    """Its time-outs stood still; who opens the lid need not be who closed it."""
    old_files(bench)
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    bench.identities.authorised.add(":1.9")
    if when == "before the answer":
        bench.clock.sleep(3600)
    else:
        bench.identities.on_asked = lambda: bench.clock.sleep(3600)
    with pytest.raises(RequestError) as late:
        await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    assert late.value.code is ErrorCode.NOT_FOUND
    bench.asker.resumed()
    [step] = await bench.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("declined", "unavailable")
    assert "the machine slept meanwhile, so I did not delete" in str(step["spoken"])
    assert len(bench.names("tmp")) == 4


async def test_a_yes_that_was_heard_across_a_sleep_is_none(bench: Bench) -> None:
    """Even when the answer comes before anybody has noticed the sleep."""
    old_files(bench)
    bench.answers("Yes, go ahead.")
    bench.ears.before_answer = lambda: bench.clock.sleep(60)
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"], len(bench.names("tmp"))) == ("declined", "unavailable", 4)


async def test_a_question_outlives_a_clock_that_is_set(bench: Bench) -> None:
    old_files(bench)
    bench.answers("Yes, go ahead.")
    bench.ears.before_answer = lambda: bench.clock.set(10 * 365 * 86_400)
    [step] = await bench.run(OLD)
    assert step["outcome"] == "done"


async def test_on_a_private_bus_the_user_of_the_units_stands_for_root(bench: Bench) -> None:
    old_files(bench)
    bench.identities = ScriptedIdentities({":1.9": 1000, ":1.5": 1000}, own_uid=1000, private_bus=True)
    bench.set_up()
    plan_id = await bench.start(OLD)
    asked = await bench.question()
    with pytest.raises(NotPermitted):
        await bench.asker.answer(asked.request_id, ":1.5", is_yes=True)
    await bench.asker.answer(asked.request_id, ":1.9", is_yes=True)
    assert (await bench.ended(plan_id))[0]["outcome"] == "done"


async def test_a_sandbox_that_says_nothing_is_not_waited_for(bench: Bench) -> None:
    """Podman may hang with its socket open; nothing is asked about what cannot be run."""
    bench.sandbox.silent = True
    bench.kit = replace(bench.kit, limits=replace(bench.kit.limits, sandbox_answers_in_s=0.01))
    bench.set_up()
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"], step["consent"]) == ("failed", "SandboxGone", "not_asked")


async def test_what_was_asked_is_what_is_deleted(bench: Bench) -> None:
    """A file that changed or appeared after the question stays, and the report says so."""
    old_files(bench)

    class MeddlingEars(ScriptedEars):
        async def listen(self, request_id: str, window_s: float):  # type: ignore[no-untyped-def]
            bench.file("tmp/old-1.tmp", "changed", age_days=30)
            bench.file("tmp/old-9.tmp", age_days=30)
            (bench.tmp / "old-2.tmp").unlink()
            bench.file("tmp/old-2.tmp", "x" * 1000, age_days=30)
            return await super().listen(request_id, window_s)

    bench.ears = MeddlingEars(bench.speech, ["yes"])
    bench.set_up()
    [step] = await bench.run(OLD)
    assert bench.trashed() == ["old-0.tmp"]
    assert bench.names("tmp") == ["fresh.tmp", "old-1.tmp", "old-2.tmp", "old-9.tmp"]
    assert step["spoken"] == (
        "I deleted 1 file, 1 kB. It is in the trash. I left out 2 files that had changed since I asked."
    )


async def test_dependants_of_a_step_that_was_not_done_are_skipped(bench: Bench) -> None:
    """A11, also through a chain; a step that depends on nothing goes on."""
    old_files(bench)
    bench.answers("no")
    steps = await bench.run(
        {"tool": OLD[0], "args": OLD[1]},
        {"tool": "get_time", "args": {"what": "time"}, "depends_on": [0]},
        {"tool": "get_time", "args": {"what": "date"}, "depends_on": 1},
        {"tool": "get_time", "args": {"what": "time"}},
    )
    assert [step["outcome"] for step in steps] == ["declined", "skipped", "skipped", "done"]
    assert "because step 1 was not done" in str(steps[1]["spoken"])
    result = bench.dispatcher.result(bench.events[-1].plan_id)  # type: ignore[union-attr] # the last is PlanFinished
    assert result["outcome"] == "partly"


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (("format_disk", {}), "Refused"),
        (("file_read", {}), "InvalidRequest"),
        (("file_read", {"path": "a", "mode": "rw"}), "InvalidRequest"),
        (("file_read", {"path": 7}), "InvalidRequest"),
        (("file_read", {"path": "../../etc/passwd"}), "PathRefused"),
        (("file_read", {"path": "/etc/passwd"}), "PathRefused"),
        (("file_write", {"path": "a\nb", "content": ""}), "PathRefused"),
        (("file_delete", {"path": "."}), "InvalidRequest"),
        (("file_delete", {"folder": "documents"}), "Refused"),
        (("file_delete", {"folder": "tmp", "older_than": "blue"}), "InvalidRequest"),
        (("execute_code", {"language": "perl", "code": "1"}), "InvalidRequest"),
    ],
)
async def test_bad_calls_are_refused_with_a_reason(bench: Bench, action: tuple, error: str) -> None:  # type: ignore[type-arg]
    """D9: unknown tools, wrong arguments and paths that lead out never run and never ask."""
    bench.answers("yes")
    [step] = await bench.run(action)
    assert (step["outcome"], step["error"], step["verdict"]["verdict"]) == ("refused", error, "refuse")  # type: ignore[index,call-overload]
    assert str(step["spoken"]).startswith("I won't")
    assert bench.speech.questions == []


async def test_code_is_always_asked_and_its_output_spoken(bench: Bench) -> None:
    """A9: executable steps ask whatever the score; the question says what the sandbox walls off."""
    bench.answers("yes")
    bench.sandbox._answers = {"print(6 * 7)": SandboxResult(0, "42\n", "", False, False, 90.0)}
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["tier"], step["spoken"]) == ("done", 3, "The result is 42.")
    assert bench.speech.questions == [
        "I'm about to run 1 line of Python code in the sandbox. It can reach neither your files nor the network. "
        "Say yes to proceed or no to cancel."
    ]
    assert bench.assessor.asked == []


@pytest.mark.parametrize(
    ("printed", "spoken"),
    [
        ("399.50000000000006", "399.5"),
        ("3.3333333333333335", "3.3333"),
        ("-0.016666666666666666", "-0.01667"),
        ("3.1415926536", "3.1415926536"),
        ("1.4142135623730951e-05", "1.4142135623730951e-05"),
    ],
)
async def test_no_more_digits_of_a_float_are_spoken_than_mean_something(
    bench: Bench, printed: str, spoken: str
) -> None:
    bench.answers("yes")
    bench.sandbox._answers = {"print(6 * 7)": SandboxResult(0, printed + "\n", "", False, False, 90.0)}
    [step] = await bench.run(CODE)
    assert step["spoken"] == f"The result is {spoken}."
    assert printed in str(step["result"])


@pytest.mark.parametrize(
    ("result", "error", "spoken"),
    [
        (
            SandboxResult(1, "", "Traceback\nZeroDivisionError: x", False, False, 1),
            "ToolFailed",
            "ZeroDivisionError",
        ),
        (SandboxResult(137, "", "", True, False, 30000), "Timeout", "did not end within 30 seconds"),
        (SandboxResult(3, "", "", False, False, 1), "ToolFailed", "status 3"),
    ],
)
async def test_failed_code_is_a_failed_step_with_its_output(
    bench: Bench, result: SandboxResult, error: str, spoken: str
) -> None:
    bench.answers("yes")
    bench.sandbox._answers = lambda job: result
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"]) == ("failed", error)
    assert spoken in str(step["spoken"])
    assert step["result"]["exit_code"] == result.exit_code  # type: ignore[index,call-overload]


async def test_without_a_sandbox_code_is_refused_before_anybody_is_asked(bench: Bench) -> None:
    """Decision 3: no sandbox, no code."""
    bench.sandbox.gone = True
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"]) == ("failed", "SandboxGone")
    assert bench.speech.questions == []


async def test_the_intent_is_synced_before_the_effect_and_content_stays_out(bench: Bench) -> None:
    """A12: plan, asked, answered, intent (durable), step, finished; no spoken words, names or texts."""
    seen: list[int] = []
    bench.answers("yes")

    def answer(job: SandboxJob) -> SandboxResult:
        seen.append(len(bench.audit.records))
        return SandboxResult(0, "the secret\n", "", False, False, 1)

    bench.sandbox._answers = answer
    await bench.run(CODE, utterance="what is six times seven")
    events = [record["event"] for record in bench.audit.records]
    assert events == ["plan", "asked", "answered", "intent", "step", "finished"]
    assert bench.audit.synced[5] is True
    assert seen == [4]
    assert bench.audit.synced[3] is True
    text = json.dumps(bench.audit.records)
    for content in ("six", "print", "secret", "Python"):
        assert content not in text


async def test_content_is_in_the_audit_only_when_it_is_wanted(bench: Bench) -> None:
    bench.with_content = True
    bench.answers("yes")
    await bench.run(CODE, utterance="what is six times seven")
    text = json.dumps(bench.audit.records)
    assert "six times seven" in text
    assert "print(6 * 7)" in text


@pytest.mark.parametrize("broken", ["audit", "journal"])
async def test_without_audit_or_journal_nothing_changes_but_reading_works(bench: Bench, broken: str) -> None:
    """D4: no effects, and nobody is asked for what cannot be done."""
    old_files(bench)
    bench.file("docs/note.txt", "hello")
    getattr(bench, broken).broken = True
    deleted, written, read = await bench.run(
        OLD, ("file_write", {"path": "new.txt", "content": "x"}), ("file_read", {"path": "note.txt"})
    )
    assert [deleted["error"], written["error"]] == ["AuditUnwritable", "AuditUnwritable"]
    assert read["outcome"] == "done"
    assert bench.speech.questions == []
    assert len(bench.names("tmp")) == 4
    assert bench.health[broken] is False


async def test_one_plan_at_a_time(bench: Bench) -> None:
    """Decision 21: BUSY with the plan that runs."""
    bench.sandbox.hangs = True
    bench.answers("yes")
    plan_id = await bench.start(CODE)
    with pytest.raises(RequestError, match=plan_id) as caught:
        await bench.start(("get_time", {"what": "time"}))
    assert caught.value.code is ErrorCode.BUSY
    with pytest.raises(RequestError) as busy:
        await bench.dispatcher.undo("last")
    assert busy.value.code is ErrorCode.BUSY
    await bench.dispatcher.cancel("")
    await bench.ended(plan_id)


async def test_cancel_kills_a_program_and_the_steps_after_it(bench: Bench) -> None:
    bench.sandbox.hangs = True
    bench.answers("yes")
    plan_id = await bench.start(CODE, ("get_time", {"what": "time"}))
    await bench.sandbox.running.wait()
    await bench.dispatcher.cancel("another plan")
    await bench.dispatcher.cancel(plan_id)
    steps = await bench.ended(plan_id)
    assert [step["outcome"] for step in steps] == ["cancelled", "cancelled"]
    assert bench.dispatcher.result(plan_id)["outcome"] == "cancelled"
    await bench.dispatcher.cancel(plan_id)


async def test_cancel_during_a_question_closes_it_unanswered(bench: Bench) -> None:
    old_files(bench)
    plan_id = await bench.start(OLD)
    await bench.ears.listening.wait()
    await bench.dispatcher.cancel("")
    [step] = await bench.ended(plan_id)
    assert step["outcome"] == "cancelled"
    resolved = [event.answer for event in bench.events if isinstance(event, ConfirmResolved)]
    assert resolved == ["cancelled"]
    assert bench.ears.released == bench.ears.reserved
    assert len(bench.names("tmp")) == 4


async def test_a_step_cancelled_between_two_effects_is_rolled_back(bench: Bench) -> None:
    """Cancel stops at once between effects and leaves the files as they were."""
    old_files(bench, 5)
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    rename = bench.workspaces.disk.rename
    calls: list[str] = []

    def slow(source_fd: int, source: str, target_fd: int, target: str) -> None:
        calls.append(source)
        if len(calls) == 3:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(60)
        rename(source_fd, source, target_fd, target)

    bench.workspaces.disk.rename = slow  # type: ignore[method-assign] # the disk is the port that a test slows down
    bench.answers("yes")
    plan_id = await bench.start(OLD)
    await begun.wait()
    await bench.dispatcher.cancel(plan_id)
    go_on.set()
    [step] = await bench.ended(plan_id)
    assert step["outcome"] == "cancelled"
    assert len(bench.names("tmp")) == 6
    assert bench.trashed() == []


async def test_a_step_that_takes_too_long_is_stopped_and_rolled_back(bench: Bench) -> None:
    bench.sandbox.hangs = True
    bench.step_deadline_s = 0.05
    bench.answers("yes")
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"]) == ("failed", "Timeout")


async def test_a_dry_run_measures_judges_and_does_nothing(bench: Bench) -> None:
    """Verdicts and questions as they would be, no effect, nobody asked."""
    old_files(bench)
    deletion, time = await bench.run(OLD, ("get_time", {"what": "time"}), dry_run=True)
    assert (deletion["outcome"], deletion["tier"]) == ("dry_run", 3)
    assert "3 files" in str(deletion["question"])
    assert time["outcome"] == "dry_run"
    assert bench.speech.questions == []
    assert len(bench.names("tmp")) == 4
    assert bench.journal.entries == {}


async def test_check_gives_verdicts_without_a_trace(bench: Bench) -> None:
    old_files(bench)
    one = await bench.dispatcher.check(json.dumps({"tool": OLD[0], "args": OLD[1]}))
    assert (one["verdict"], one["tier"], "3 files" in str(one["question"])) == ("ask", 3, True)
    actions = [{"tool": "get_time", "args": {"what": "time"}}, {"tool": "rm", "args": {}}]
    plan = await bench.dispatcher.check(json.dumps({"actions": actions}))
    assert plan["verdict"] == "refuse"
    assert [step["verdict"]["verdict"] for step in plan["steps"]] == ["run", "refuse"]  # type: ignore[index,union-attr,call-overload]
    assert bench.audit.records == []
    with pytest.raises(RequestError):
        await bench.dispatcher.check("no json")


async def test_nothing_to_delete_is_done_without_a_question(bench: Bench) -> None:
    [step] = await bench.run(OLD)
    assert (step["outcome"], step["consent"]) == ("done", "not_asked")
    assert step["spoken"] == "There is nothing to delete: no files older than 7 days in tmp."


async def test_safe_mode_offers_little_and_asks_about_it(bench: Bench) -> None:
    """D4."""
    bench.file("docs/note.txt", "hello")
    bench.level = ServiceLevel.SAFE
    assert [tool["name"] for tool in bench.dispatcher.list_tools()] == ["system_info", "search_files", "file_read"]
    bench.answers("yes")
    time, read = await bench.run(("get_time", {"what": "time"}), ("file_read", {"path": "note.txt"}))
    assert (time["outcome"], time["error"]) == ("refused", "Refused")
    assert (read["outcome"], read["tier"], read["consent"]) == ("done", 3, "yes")


async def test_a_level_that_falls_during_the_question_stops_the_step(bench: Bench) -> None:
    """Validated again after consent."""
    old_files(bench)

    class FallingEars(ScriptedEars):
        async def listen(self, request_id: str, window_s: float):  # type: ignore[no-untyped-def]
            bench.level = ServiceLevel.REFUSING
            return await super().listen(request_id, window_s)

    bench.ears = FallingEars(bench.speech, ["yes"])
    bench.set_up()
    [step] = await bench.run(OLD)
    assert step["outcome"] == "refused"
    assert len(bench.names("tmp")) == 4


async def test_a_tainted_plan_is_asked_even_to_read(bench: Bench) -> None:
    """Decision 4."""
    bench.file("docs/note.txt", "hello")
    bench.answers("no")
    [step] = await bench.run(("file_read", {"path": "note.txt"}), tainted=True)
    assert (step["outcome"], step["tier"]) == ("declined", 3)


BULK = ToolSpec(name="bulk", description="Move many.", effects=(Effect.WRITE,), factors=("move",))


def bulk_tool(error: Exception | None = None) -> Tool:
    async def measure(context: ToolContext) -> Preview:
        return Preview("move 45 files", facts=Facts(files=45))

    async def run(context: ToolContext) -> ToolResult:
        if error is not None:
            raise error
        return ToolResult({"text": "y" * 50_000, "count": 45}, "Moved.")

    return Tool(BULK, run, measure)


async def test_a_low_opinion_announces_an_ambiguous_step(bench: Bench) -> None:
    """A9: TIER_2 is announced; the opinion was asked with measured facts."""
    bench.registry.register(bulk_tool())
    bench.assessor.opinion = RiskOpinion(0.2, "harmless")
    [step] = await bench.run(("bulk", {}))
    assert (step["outcome"], step["tier"]) == ("done", 2)
    assert bench.speech.said == ["I'll move 45 files."]
    assert bench.assessor.asked[0]["facts"] == {"files": 45, "folders": 0, "total_bytes": 0}


async def test_no_opinion_asks(bench: Bench) -> None:
    bench.registry.register(bulk_tool())
    bench.answers("no")
    [step] = await bench.run(("bulk", {}))
    assert (step["outcome"], step["tier"]) == ("declined", 3)


async def test_a_large_result_is_cut(bench: Bench) -> None:
    """The output cap holds for every tool."""
    bench.registry.register(bulk_tool())
    bench.answers("yes")
    [step] = await bench.run(("bulk", {}))
    assert step["result"] == {"count": 45, "truncated": True}


async def test_a_fault_in_a_tool_is_an_internal_error_not_a_crash(bench: Bench) -> None:
    bench.registry.register(bulk_tool(ZeroDivisionError("oops")))
    bench.answers("yes")
    step, time = await bench.run(("bulk", {}), ("get_time", {"what": "time"}))
    assert (step["outcome"], step["error"]) == ("failed", "Internal")
    assert "oops" not in str(step["spoken"])
    assert time["outcome"] == "done"


async def test_steps_are_signalled_in_order(bench: Bench) -> None:
    await bench.run(("get_time", {"what": "time"}), ("get_time", {"what": "date"}))
    told = [(type(event), event.index) for event in bench.events if isinstance(event, (StepStarted, StepFinished))]
    assert told == [(StepStarted, 0), (StepFinished, 0), (StepStarted, 1), (StepFinished, 1)]


async def test_undo_reverses_the_last_step_and_is_audited(bench: Bench) -> None:
    old_files(bench)
    bench.answers("yes")
    [step] = await bench.run(OLD)
    undone = await bench.dispatcher.undo("last")
    assert undone["undone"] == [step["undo_id"]]
    assert len(bench.names("tmp")) == 4
    assert [record["event"] for record in bench.audit.records][-2:] == ["undo", "undone"]
    with pytest.raises(JarvisError) as caught:
        await bench.dispatcher.undo("last")
    assert caught.value.code is ErrorCode.NOT_FOUND


async def test_undo_of_a_whole_plan_goes_backwards(bench: Bench) -> None:
    bench.file("docs/a.txt", "one")
    plan_id = await bench.start(
        ("file_move", {"source": "a.txt", "destination": "box/b.txt"}),
        ("file_move", {"source": "box/b.txt", "destination": "c.txt"}),
    )
    await bench.ended(plan_id)
    assert bench.names() == ["c.txt"]
    await bench.dispatcher.undo(plan_id)
    assert bench.names() == ["a.txt"]
    assert not (bench.docs / "box").exists()


async def test_what_is_no_plan_is_refused_at_once(bench: Bench) -> None:
    for text in ("", "[]", '{"actions": 3}', '{"actions": [{"tool": 1}]}', "x" * 600_000, "[" * 100_000):
        with pytest.raises(RequestError):
            await bench.dispatcher.submit(text, {}, ":1.5")
    with pytest.raises(RequestError):
        bench.dispatcher.result("none")


async def test_remember_and_recall_reach_the_brains_memory(bench: Bench) -> None:
    """Decision 20: through policy and audit like any tool, never asked."""
    bench.memory._recollections = [{"text": "The user's bike lock opens with 2290", "distance": 0.2}]
    kept, found = await bench.run(
        ("remember", {"text": "The user's bike lock opens with 2290", "kind": "FACT"}),
        ("recall", {"query": "bike lock"}),
    )
    assert (kept["outcome"], kept["tier"]) == ("done", 1)
    assert bench.memory.kept == [("The user's bike lock opens with 2290", "FACT", 0.6, False)]
    assert found["spoken"] == "I remember: The user's bike lock opens with 2290"


async def test_an_empty_plan_is_done(bench: Bench) -> None:
    assert await bench.run() == []


def test_windows_are_those_of_the_requirement() -> None:
    """A10: 15 s."""
    assert replace(Windows()).voice_s == 15.0


async def test_the_head_of_the_log_goes_to_the_journal_at_the_end_of_each_plan(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """A12: whatever the journal gets otherwise; cutting off the log's end cannot take it back."""
    logging.getLogger("jarvisd").setLevel("ERROR")
    try:
        bench.answers("yes")
        await bench.run(CODE)
        await bench.run(("get_time", {}))
    finally:
        logging.getLogger("jarvisd").setLevel(logging.NOTSET)
    heads = heads_in(record.getMessage() for record in caplog.records)
    assert heads == {6: heads[6], len(bench.audit.records): bench.audit.head()[1]}
