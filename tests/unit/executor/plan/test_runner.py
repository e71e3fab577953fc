"""A plan runs step by step under policy, consent, journal and audit, and says what was not done (A9-A12)."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest

from jarvisd.bus.signals.executor import StepAnnounced, StepFinished, StepStarted
from jarvisd.core.audit_chain import heads_in
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.ports.sandbox import SandboxJob, SandboxResult
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Facts, Preview, Tool, ToolResult, ToolSpec
from jarvisd.lang.licence import ToolWords
from tests.fakes.auditor import journal_entry
from tests.fakes.executor import ScriptedEars
from tests.unit.executor.conftest import CODE, OLD, Bench, old_files


async def test_reading_runs_by_itself(bench: Bench) -> None:
    """A9: TIER_1 runs without a question; the step reports what it found."""
    bench.file("docs/taxes-2025.pdf", "x" * 2000)
    [step] = await bench.run(("search_files", {"name": "taxes"}))
    assert (step["outcome"], step["tier"], step["consent"]) == ("done", 1, "not_asked")
    assert step["spoken"] == "I found 1 file, 2 kB: taxes-2025.pdf."
    assert bench.speech.questions == []


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

    bench.ears = MeddlingEars(bench.speech, ["yes, go ahead"])
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
    assert result.outcome == "partly"


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
    bench.answers("yes, go ahead")
    [step] = await bench.run(action)
    assert (step["outcome"], step["error"], step["verdict"]["verdict"]) == ("refused", error, "refuse")  # type: ignore[index,call-overload]
    assert str(step["spoken"]).startswith("I won't")
    assert bench.speech.questions == []


async def test_the_intent_is_synced_before_the_effect_and_content_stays_out(bench: Bench) -> None:
    """A12: plan, asked, answered, intent (durable), step, finished; no spoken words, names or texts."""
    seen: list[int] = []
    bench.answers("yes, go ahead")
    asked = (CODE[0], {**CODE[1], "workspace": "documents"})

    def answer(job: SandboxJob) -> SandboxResult:
        seen.append(len(bench.audit.records))
        return SandboxResult(0, "the secret\n", "", False, False, 1)

    bench.sandbox._answers = answer
    await bench.run(asked, utterance="what is six times seven")
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
    bench.answers("yes, go ahead")
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
    bench.answers("yes, go ahead")
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
    bench.answers("yes, go ahead")
    plan_id = await bench.start(CODE, ("get_time", {"what": "time"}))
    await bench.sandbox.running.wait()
    await bench.dispatcher.cancel("another plan")
    await bench.dispatcher.cancel(plan_id)
    steps = await bench.ended(plan_id)
    assert [step["outcome"] for step in steps] == ["cancelled", "cancelled"]
    assert bench.dispatcher.result(plan_id).outcome == "cancelled"
    await bench.dispatcher.cancel(plan_id)


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
    bench.answers("yes, go ahead")
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
    bench.answers("yes, go ahead")
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
    bench.answers("yes, go ahead")
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

    bench.ears = FallingEars(bench.speech, ["yes, go ahead"])
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


BULK = ToolSpec(
    name="bulk",
    description="Move many.",
    effects=(Effect.WRITE,),
    factors=("move",),
    words=ToolWords(asks=("move everything",)),
)


def bulk_tool(error: Exception | None = None) -> Tool:
    async def measure(context: ToolContext) -> Preview:
        return Preview("move 45 files", facts=Facts(files=45))

    async def run(context: ToolContext) -> ToolResult:
        if error is not None:
            raise error
        return ToolResult({"text": "y" * 50_000, "count": 45}, "Moved.")

    return Tool(BULK, run, measure)


async def test_a_low_opinion_announces_an_ambiguous_step(bench: Bench) -> None:
    """A9: TIER_2 is announced; the opinion was asked with measured facts, and with what the person had said."""
    bench.registry.register(bulk_tool())
    bench.assessor.opinion = RiskOpinion(0.2, "harmless")
    [step] = await bench.run(("bulk", {}), utterance="move everything")
    assert (step["outcome"], step["tier"]) == ("done", 2)
    assert bench.speech.said == ["I'll move 45 files."]
    assert bench.assessor.asked[0]["facts"] == {"files": 45, "folders": 0, "total_bytes": 0}
    assert bench.assessor.asked[0]["asked"] == "move everything"


@pytest.mark.parametrize(("channel", "spoken"), [("voice", ["I'll move 45 files."]), ("dbus", [])])
async def test_who_asked_over_the_bus_is_told_of_what_is_not_asked(
    bench: Bench, channel: str, spoken: list[str]
) -> None:
    """A9: announced on D-Bus whatever the channel, aloud only where the request was."""
    bench.registry.register(bulk_tool())
    bench.assessor.opinion = RiskOpinion(0.2, "harmless")
    [step] = await bench.run(("bulk", {}), channel=channel)
    assert step["tier"] == 2
    told = [(event.index, event.text) for event in bench.events if isinstance(event, StepAnnounced)]
    assert (told, bench.speech.said) == ([(0, "I'll move 45 files.")], spoken)


async def test_no_opinion_asks(bench: Bench) -> None:
    bench.registry.register(bulk_tool())
    bench.answers("no")
    [step] = await bench.run(("bulk", {}))
    assert (step["outcome"], step["tier"]) == ("declined", 3)


async def test_a_large_result_is_cut(bench: Bench) -> None:
    """The output cap holds for every tool."""
    bench.registry.register(bulk_tool())
    bench.answers("yes, go ahead")
    [step] = await bench.run(("bulk", {}))
    assert step["result"] == {"count": 45, "truncated": True}


async def test_a_fault_in_a_tool_is_an_internal_error_not_a_crash(bench: Bench) -> None:
    bench.registry.register(bulk_tool(ZeroDivisionError("oops")))
    bench.answers("yes, go ahead")
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
    bench.answers("yes, go ahead")
    [step] = await bench.run(OLD)
    undone = await bench.dispatcher.undo("last")
    assert undone.undone == (step["undo_id"],)
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


async def test_the_head_of_the_log_goes_to_the_journal_at_the_end_of_each_plan(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """A12: whatever the journal gets otherwise; cutting off the log's end cannot take it back."""
    logging.getLogger("jarvisd").setLevel("ERROR")
    try:
        await bench.run(CODE)
        await bench.run(("get_time", {}))
    finally:
        logging.getLogger("jarvisd").setLevel(logging.NOTSET)
    entries = (journal_entry(record.getMessage(), LOGGER=record.name) for record in caplog.records)
    heads = heads_in(entries).hashes
    assert heads == {4: heads[4], len(bench.audit.records): {bench.audit.head()[1]}}
