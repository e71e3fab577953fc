"""The turn: one at a time, always stoppable, and every failure told (A3, decisions 2, 7, 21)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from jarvisd.brain.dialogue.asking_back import AskingBack
from jarvisd.brain.dialogue.context import DialogueContexts
from jarvisd.brain.dialogue.dialogue import Dialogue
from jarvisd.brain.dialogue.turn_runner import TurnRunner
from jarvisd.brain.events import Event
from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.ports import LanguageModel, Memory, MemoryKind
from jarvisd.brain.turn.turn import Turn, TurnOutcome
from jarvisd.bus.signals.brain import ReplyPart, ReplySpoken, StateChanged, TurnFinished, TurnStarted
from jarvisd.config.schema import Brain, Config
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.core.states import Edge, TurnState
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.pack import LanguagePack
from jarvisd.runtime.tasks import Tasks
from tests.fakes.brain import KeptTraces, ScriptedEars, ScriptedHands, ScriptedVoice, step_report
from tests.fakes.clock import SteadyClock
from tests.fakes.language_model import Rule, ScriptedModel
from tests.fakes.memory import HashingEmbedder, InMemoryStore

WAIT_S = 60
TIME_PLAN = '{"intent":"get_time","args":{"what":"time"}}'
DELETE_PLAN = '{"intent":"file_delete","args":{"folder":"tmp"}}'
CHAT = '{"intent":"chat","reply":"The capital of France is Paris."}'
CAPITAL = "I believe the capital of France is Paris."


class Room:
    """A dialogue with everything around it, and what it published."""

    def __init__(
        self,
        model: LanguageModel | None,
        informs: Callable[[Memory], bool] | None = None,
        language: LanguagePack = ENGLISH,
    ) -> None:
        self.clock = SteadyClock()
        self.tasks = Tasks()
        self.hands, self.voice, self.ears = ScriptedHands(), ScriptedVoice(), ScriptedEars()
        self.traces = KeptTraces()
        self.contexts = DialogueContexts()
        self.model = model
        self.memories = Memories(HashingEmbedder(), InMemoryStore(), self.clock, 0.9)
        self.planner = Planner(
            config=Config(),
            clock=self.clock,
            tasks=self.tasks,
            models=self,
            memories=self.memories,
            hands=self.hands,
            language=language,
            informs=informs,
        )
        self.asking_back = AskingBack(self.planner, self.hands, language, self.tasks)
        self.dialogue = Dialogue(
            settings=Brain(),
            min_confidence=0.3,
            clock=self.clock,
            tasks=self.tasks,
            turn_runner=TurnRunner(
                planner=self.planner,
                asking_back=self.asking_back,
                hands=self.hands,
                ears=self.ears,
                voice=self.voice,
                replies=language.replies,
                clock=self.clock,
                tasks=self.tasks,
            ),
            voice=self.voice,
            ears=self.ears,
            traces=self.traces,
            language=language,
            emit=self._take,
            speculate=self.planner.speculate,
            contexts=self.contexts,
        )
        self.moves: list[tuple[TurnState, TurnState, Edge]] = []
        self.named: list[str] = []
        self.started: list[str] = []
        self.parts: list[ReplyPart] = []
        self.replies: list[tuple[str, bool]] = []
        """What was spoken to its end, and whether that was a question."""
        self.finished: asyncio.Queue[Turn] = asyncio.Queue()
        self._reached: dict[TurnState, asyncio.Event] = {state: asyncio.Event() for state in TurnState}

    def current(self) -> LanguageModel:
        if self.model is None:
            raise Unavailable("no model", code=ErrorCode.LLM_GONE)
        return self.model

    def _take(self, event: Event) -> None:
        match event:
            case TurnStarted():
                self.started.append(event.turn_id)
            case StateChanged():
                self.moves.append((TurnState(event.source), TurnState(event.target), Edge(event.edge)))
                self.named.append(event.turn_id)
                self._reached[TurnState(event.target)].set()
            case ReplyPart():
                self.parts.append(event)
            case ReplySpoken():
                self.replies.append((event.turn_id, event.is_question))
            case TurnFinished():
                self.finished.put_nowait(self.dialogue.record(event.turn_id))

    async def end(self) -> Turn:
        return await asyncio.wait_for(self.finished.get(), WAIT_S)

    async def reach(self, state: TurnState) -> None:
        await asyncio.wait_for(self._reached[state].wait(), WAIT_S)

    def ask(self, text: str, **flags: bool) -> str:
        wanted = {"is_dry_run": False, "by_voice": False, **flags}
        return self.dialogue.ask(text, ":1.5", **wanted)

    def hear(self, turn_id: str, text: str) -> None:
        self.dialogue.wake(turn_id, 1, 0.9)
        self.dialogue.speech_ended(turn_id, 2)
        self.dialogue.transcript(turn_id, 3, text, 0.8)

    @property
    def path(self) -> list[str]:
        return [target.value for _, target, _ in self.moves]


def opened(kind: type[ScriptedModel], answer: str) -> ScriptedModel:
    model = kind([Rule("", answer)])
    model.open()
    return model


def room(answer: str = CHAT) -> Room:
    return Room(opened(ScriptedModel, answer))


async def test_a_voice_turn_goes_round_and_is_spoken() -> None:
    it = room(TIME_PLAN)
    it.hear("t1", "Tell me how late it has become, friend.")
    turn = await it.end()
    assert it.path == ["LISTENING", "TRANSCRIBING", "REASONING", "EXECUTING", "RESPONDING", "IDLE"]
    assert it.voice.said == ["I did it."]
    assert (turn.outcome, turn.code) == ("done", "")
    assert it.hands.submitted[0][1]["channel"] == "voice"


async def test_what_was_heard_to_its_end_in_the_room_may_be_replied_to() -> None:
    """A question and an answer apart; not what was stopped, what failed, and what others have had said."""
    it = room()
    it.hear("t1", "what is the capital of France")
    await it.end()
    it.asking_back.asks_aloud = False
    it.hear("t2", "set a timer")
    assert (await it.end()).reply == "For how long?"
    assert it.replies == [("t1", False), ("t2", True)]
    it.ask("what is the capital of France", by_voice=True)
    await it.end()
    it.dialogue.wake("t3", 1, 0.9)
    it.dialogue.listening_ended("t3", "failed", "SttGone")
    await it.end()
    it.voice.is_slow = True
    it.hear("t4", "set a timer")
    await it.voice.heard("For how long?")
    await it.dialogue.cancel()
    await it.end()
    assert len(it.replies) == 2


async def test_what_is_missing_is_asked_for_aloud_within_the_turn() -> None:
    it = room()
    it.hands.answers = ["twenty minutes"]
    it.hear("t1", "set a timer")
    turn = await it.end()
    assert it.hands.questions == [("For how long?", ())]
    assert turn.plan is not None
    assert [(action.tool, dict(action.args)) for action in turn.plan.actions] == [
        ("set_timer", {"when": "twenty minutes"})
    ]


async def test_a_question_that_was_heard_and_not_answered_is_not_spoken_again() -> None:
    """Unlike one that nobody may have heard: that is the reply, and may be replied to."""
    it = room()
    it.hear("t1", "set a timer")
    turn = await it.end()
    assert (turn.reply, turn.outcome, it.voice.said, it.replies) == ("", "answered", [], [])
    it.hands.clarify_fault = Unavailable("muted", code=ErrorCode.MUTED)
    it.hear("t2", "set a timer")
    assert (await it.end()).reply == "For how long?"
    assert it.replies == [("t2", True)]


async def test_who_has_a_request_spoken_in_the_room_is_asked_in_the_reply() -> None:
    it = room()
    it.ask("set a timer", by_voice=True)
    assert (await it.end()).reply == "For how long?"
    assert it.hands.questions == []


async def test_a_written_request_is_answered_without_sound() -> None:
    it = room()
    turn_id = it.ask("what is the capital of France")
    turn = await it.end()
    assert (turn.turn_id, turn.reply, turn.outcome) == (turn_id, CAPITAL, "answered")
    assert it.voice.said == []
    assert it.path == ["REASONING", "RESPONDING", "IDLE"]


async def test_a_written_request_may_ask_for_voice() -> None:
    it = room()
    it.ask("what is the capital of France", by_voice=True)
    await it.end()
    assert it.voice.said == [CAPITAL]


async def test_simple_requests_need_no_model() -> None:
    """Decision 8, and the reduced state of D4."""
    it = Room(None)
    it.ask("what time is it")
    assert (await it.end()).outcome == "done"
    it.ask("sum up what my files say about otters")
    turn = await it.end()
    assert (turn.outcome, turn.code) == ("failed", "LlmGone")
    assert turn.reply.startswith("I can't think right now")


async def test_a_second_request_is_told_which_turn_is_busy() -> None:
    """Decision 21."""
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    turn_id = it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    with pytest.raises(JarvisError) as busy:
        it.ask("something else")
    assert busy.value.code is ErrorCode.BUSY
    assert turn_id in busy.value.message
    it.hands.held.set()
    it.dialogue.plan_moved()
    assert (await it.end()).outcome == "done"


async def test_a_wake_interrupts_a_turn_that_has_changed_nothing() -> None:
    """Decision 21."""
    it = room(TIME_PLAN)
    it.dialogue.wake("t1", 1, 0.9)
    it.dialogue.wake("t2", 2, 0.9)
    assert (await it.end()).outcome == "cancelled"
    assert it.dialogue.current_turn == "t2"
    it.dialogue.transcript("t1", 3, "too late", 0.9)
    assert it.dialogue.state is TurnState.LISTENING


async def test_a_wake_during_speech_silences_it() -> None:
    it = room()
    it.voice.is_slow = True
    it.hear("t1", "what is the capital of France")
    await it.reach(TurnState.RESPONDING)
    it.dialogue.wake("t2", 9, 0.9)
    turn = await it.end()
    assert (turn.turn_id, turn.outcome) == ("t1", "done")
    assert (it.voice.hushes, it.voice.stops) == (1, 0), "what rings is not ended by it"
    assert it.dialogue.current_turn == "t2"


async def test_while_steps_run_only_stop_is_listened_for() -> None:
    """Decision 21: stop and cancel are always heard."""
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    it.hear("t1", "do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    it.dialogue.wake("t2", 9, 0.9)
    it.dialogue.transcript("t2", 10, "what time is it", 0.9)
    it.dialogue.wake("t3", 11, 0.9)
    it.dialogue.transcript("t3", 12, "stop", 0.9)
    turn = await it.end()
    assert (turn.turn_id, turn.outcome) == ("t1", "cancelled")
    assert it.hands.cancelled == ["plan-1"]
    assert "I'm still busy" in it.voice.said[0]
    assert it.voice.said[-1].startswith("Okay, stopped. I did it.")


async def test_cancel_over_the_bus_stops_steps_and_speech() -> None:
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    turn_id = it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    assert await it.dialogue.cancel("another") is False
    assert await it.dialogue.cancel(turn_id) is True
    assert (await it.end()).outcome == "cancelled"
    assert it.hands.cancelled == ["plan-1"]
    assert it.dialogue.state is TurnState.IDLE
    assert await it.dialogue.cancel() is False


async def test_cancel_while_listening_tells_the_ear() -> None:
    it = room()
    it.dialogue.wake("t1", 1, 0.9)
    assert await it.dialogue.cancel() is True
    assert it.ears.cancels == 1
    assert (await it.end()).outcome == "cancelled"


async def test_a_turn_ends_once_when_a_wake_follows_its_end_at_once() -> None:
    """Both arrive in one round of the loop, before anything could be cleared up."""
    it = room()
    for reason in ("cancelled", "silence"):
        it.dialogue.wake(f"one {reason}", 1, 0.9)
        it.dialogue.listening_ended(f"one {reason}", reason)
        it.dialogue.wake(f"two {reason}", 2, 0.9)
        assert it.dialogue.current_turn == f"two {reason}"
        await it.dialogue.cancel()
        await it.dialogue.settled()
    ended = [it.finished.get_nowait().turn_id for _ in range(it.finished.qsize())]
    assert ended == ["one cancelled", "two cancelled", "one silence", "two silence"]
    assert it.dialogue.state is TurnState.IDLE


async def test_a_turn_is_over_before_a_silent_unit_has_answered() -> None:
    """Stopping takes two seconds at most, whoever hangs."""
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    it.voice.is_deaf = True
    it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    stopping = it.tasks.start("stop", it.dialogue.cancel())
    await it.reach(TurnState.IDLE)
    assert not stopping.done()
    assert await asyncio.wait_for(stopping, WAIT_S) is True
    assert (await it.end()).outcome == "cancelled"
    assert it.hands.cancelled == ["plan-1"]


async def test_a_plan_that_is_being_handed_over_is_stopped_too() -> None:
    """The executor may have taken it before the cancellation is known there."""
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    it.hands.takes.clear()
    it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    assert await it.dialogue.cancel() is True
    it.hands.takes.set()
    assert (await it.end()).outcome == "cancelled"
    assert it.hands.cancelled == ["plan-1"]


@pytest.mark.parametrize("steps", range(16))
async def test_a_turn_that_fails_in_the_moment_it_is_stopped_ends_once(
    steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    """However many steps of the loop lie between the two."""
    it = room(DELETE_PLAN)
    it.hands.takes.clear()
    it.hands.fault = Unavailable("the executor is gone")
    it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    it.hands.takes.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    await it.dialogue.cancel()
    assert (await it.end()).outcome in ("cancelled", "failed")
    await it.dialogue.settled()
    assert it.finished.empty()
    assert it.dialogue.state is TurnState.IDLE
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_moves_carry_the_turn_also_when_it_is_stopped() -> None:
    """A4: every signal names its turn."""
    it = room()
    it.dialogue.wake("t1", 1, 0.9)
    await it.dialogue.cancel()
    assert it.named == ["t1", "t1"]


async def test_questions_show_as_a_state() -> None:
    it = room(DELETE_PLAN)
    it.hands.held.clear()
    turn_id = it.ask("do away with the drafts")
    await it.reach(TurnState.EXECUTING)
    it.dialogue.question("another turn")
    assert it.dialogue.state is TurnState.EXECUTING
    it.dialogue.question(turn_id)
    assert it.dialogue.state is TurnState.AWAITING_CONFIRM
    it.dialogue.answered(turn_id)
    assert it.dialogue.state is TurnState.EXECUTING
    it.hands.held.set()
    it.dialogue.plan_moved()
    await it.end()


async def test_silence_after_the_wake_word_ends_the_turn() -> None:
    it = room()
    it.dialogue.wake("t1", 1, 0.9)
    it.dialogue.listening_ended("t1", "silence")
    turn = await it.end()
    assert (turn.outcome, turn.code) == ("nothing_heard", "NothingHeard")
    assert it.dialogue.state is TurnState.IDLE


async def test_unclear_words_are_not_acted_upon() -> None:
    it = room(DELETE_PLAN)
    it.dialogue.wake("t1", 1, 0.9)
    it.dialogue.speech_ended("t1", 2)
    it.dialogue.transcript("t1", 3, "do away with the drafts", 0.1)
    turn = await it.end()
    assert (turn.outcome, turn.code) == ("failed", "NotUnderstood")
    assert it.hands.submitted == []


async def test_a_broken_ear_is_told() -> None:
    it = room()
    it.dialogue.wake("t1", 1, 0.9)
    it.dialogue.listening_ended("t1", "failed", "ModelMissing")
    turn = await it.end()
    assert (turn.outcome, turn.code) == ("failed", "ModelMissing")
    assert it.voice.said == ["A model that I need is missing."]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Unavailable("gone"), "UnitDown"),
        (EngineError("full", code=ErrorCode.AUDIT_UNWRITABLE), "AuditUnwritable"),
    ],
)
async def test_a_fault_of_the_executor_is_told(fault: JarvisError, code: str) -> None:
    it = room(DELETE_PLAN)
    it.hands.fault = fault
    it.ask("do away with the drafts", by_voice=True)
    turn = await it.end()
    assert (turn.outcome, turn.code, it.voice.said) == ("failed", code, [ENGLISH.replies.error(fault.code)])
    assert it.dialogue.state is TurnState.IDLE


async def test_an_executor_that_answers_late_is_asked_again() -> None:
    """On a crowded machine a plan is not given up that goes on."""
    it = room(DELETE_PLAN)
    it.hands.late_answers = 2
    it.ask("do away with the drafts")
    turn = await it.end()
    assert (turn.outcome, turn.reply, it.hands.cancelled) == ("done", "I did it.", [])
    assert it.hands.late_answers == 0


async def test_nonsense_from_the_model_is_told() -> None:
    it = room("certainly! here is the plan")
    it.ask("do away with the drafts")
    assert (await it.end()).code == "PlanUnreadable"


async def test_a_missing_loudspeaker_does_not_undo_what_was_done() -> None:
    it = room(DELETE_PLAN)
    it.voice.fault = Unavailable("no speaker", code=ErrorCode.SPEAKER_GONE)
    it.hear("t1", "do away with the drafts")
    turn = await it.end()
    assert (turn.outcome, turn.reply) == ("done", "I did it.")


async def test_a_trace_that_cannot_be_written_does_not_end_the_turn() -> None:
    it = room()
    it.traces.fault = EngineError("full", code=ErrorCode.DISK_FULL)
    it.ask("what is the capital of France")
    assert (await it.end()).outcome == "answered"


async def test_a_rehearsal_is_handed_over_as_one() -> None:
    it = room(DELETE_PLAN)
    it.ask("do away with the drafts", is_dry_run=True)
    turn = await it.end()
    assert it.hands.submitted[0][1]["dry_run"] == "true"
    assert "nothing was done" in turn.reply


async def test_undo_and_repeat_and_mute_are_intents() -> None:
    it = room()
    it.ask("undo that")
    assert (await it.end()).reply == "I put it back."
    it.ask("repeat that")
    assert (await it.end()).reply == "I put it back."
    it.ask("mute yourself")
    assert (await it.end()).reply == "Muted. Unmute with jarvisctl unmute."
    assert it.ears.muted is True
    it.ask("unmute")
    assert (await it.end()).reply == "I'm listening again."
    assert it.ears.muted is False
    it.ask("don't listen for an hour and a half")
    reply = "Muted for 1 hour and 30 minutes. Unmute sooner with jarvisctl unmute."
    assert (await it.end()).reply == reply
    assert it.ears.muted_for_s == 5400


async def test_speech_mutes_and_never_unmutes() -> None:
    """Decision 28."""
    it = room()
    it.hear("t1", "Mute yourself for ten minutes.")
    await it.end()
    assert (it.ears.muted, it.ears.muted_for_s) == (True, 600)
    it.hear("t2", "Unmute yourself.")
    assert (await it.end()).reply == "Speech can't unmute me. Use jarvisctl unmute."
    assert it.ears.muted is True


async def test_how_it_speaks_is_steered_by_word() -> None:
    it = room()
    said = {
        "slower": "I'm speaking slower now.",
        "faster": "I'm back to my usual speed.",
        "speak faster": "I'm speaking faster now.",
        "spell that": "I, M. S, P, E, A, K, I, N, G. F, A, S, T, E, R. N, O, W.",
        "speak normally": "I'm back to my usual speed.",
        "how do you spell rhythm": "R, H, Y, T, H, M.",
        "pause": "Okay.",
        "go on": "There is nothing to go on with.",
    }
    for utterance, reply in said.items():
        it.ask(utterance)
        assert (await it.end()).reply == reply, utterance
    it.voice.cut = "and the second of them."
    it.ask("go on")
    assert (await it.end()).reply == ""
    assert it.voice.said[-1] == it.voice.cut


async def test_what_was_heard_of_an_answer_is_what_it_knows_to_have_said() -> None:
    """Cut off by a stop, it is told as far as it came; what goes on with it adds to that."""
    it = room()
    it.voice.is_slow = True
    it.voice.heard_of["utterance-1"] = len("I believe the capital")
    it.hear("t1", "What is the capital of France?")
    await asyncio.wait_for(it.voice.heard(CAPITAL), WAIT_S)
    it.dialogue.stop_heard()
    turn = await it.end()
    assert (turn.reply, turn.heard, it.traces.records["t1"]["heard"]) == (CAPITAL, *["I believe the capital"] * 2)
    it.voice.is_slow = False
    told = "I said: I believe the capital. Then I was interrupted."
    it.ask("repeat that")
    assert (await it.end()).reply == told
    it.voice.cut = CAPITAL
    it.ask("go on")
    await it.end()
    assert turn.heard is None


async def test_an_answer_that_nobody_heard_a_word_of_is_repeated_whole() -> None:
    it = room()
    it.voice.is_slow = True
    it.voice.heard_of["utterance-1"] = 0
    it.hear("t1", "What is the capital of France?")
    await asyncio.wait_for(it.voice.heard(CAPITAL), WAIT_S)
    it.dialogue.stop_heard()
    assert (await it.end()).heard == ""
    it.ask("repeat that")
    assert (await it.end()).reply == CAPITAL


async def test_stop_ends_what_rings() -> None:
    it = room()
    it.hear("t1", "Stop.")
    await it.end()
    assert it.voice.stops == 1


async def test_the_volume_that_is_told_is_the_one_that_the_voice_has() -> None:
    it = room()
    said = {
        "what's the volume": "The volume is 50 percent.",
        "turn the volume up": "The volume is 60 percent.",
        "quieter": "The volume is 50 percent.",
        "set the volume to 100 percent": "The volume is 100 percent, and that is as loud as I get.",
        "louder": "The volume is 100 percent, and that is as loud as I get.",
        "volume zero": "The volume is 0 percent, so only my questions will be heard.",
    }
    for utterance, reply in said.items():
        it.ask(utterance)
        assert (await it.end()).reply == reply
    it.voice.fault = Unavailable("no voice", code=ErrorCode.UNIT_DOWN)
    it.ask("turn the volume up")
    turn = await it.end()
    assert (turn.code, it.voice.volume) == ("UnitDown", 0)
    assert "percent" not in turn.reply


@pytest.mark.parametrize("utterance", ["set the volume to 20 percent", "undo that", "mute yourself"])
async def test_a_control_that_is_rehearsed_changes_nothing(utterance: str) -> None:
    it = room()
    it.ask(utterance, is_dry_run=True)
    assert "nothing was done" in (await it.end()).reply
    assert (it.voice.volume, it.ears.muted, it.hands.undone) == (50, None, [])


async def test_what_was_done_is_told_from_the_record_and_never_by_the_model() -> None:
    it = room(DELETE_PLAN)
    it.ask("What did you just do?")
    assert (await it.end()).reply == "You have not asked me for anything yet."
    it.ask("Do away with the drafts!")
    await it.end()
    for _ in range(2):
        it.ask("What did you just do?")
        assert (await it.end()).reply == "Your last request was: Do away with the drafts. I did it."
    it.ask("undo that")
    await it.end()
    it.ask("what have you done")
    assert (await it.end()).reply == "Your last request was: undo that. I put it back."


async def test_what_was_told_just_now_is_corrected_without_naming_it() -> None:
    it = room()
    it.hands.steps = [replace(step_report(spoken="Okay."), tool="remember")]
    it.ask("Remember that my car is on level 3.")
    await it.end()
    it.ask("No, it's on level 5.")
    await it.end()
    kept = [plan["actions"][0]["args"]["text"] for plan, _ in it.hands.submitted]
    assert kept == ["my car is on level 3", "my car is on level 5"]
    it.hands.steps = [step_report(spoken="I did it.")]
    it.ask("what time is it")
    await it.end()
    it.ask("No, it's on level 6.")
    assert (await it.end()).reply == "I can't do that.", "there is nothing to be corrected, so the model is asked"


async def test_nothing_said_before_is_told_too() -> None:
    it = room()
    it.ask("repeat that")
    assert (await it.end()).reply == "You have not asked me for anything yet."


async def test_the_report_has_every_stage_and_outlives_the_turn() -> None:
    """A12: times of each stage, and the record stays readable."""
    it = room(DELETE_PLAN)
    turn_id = it.ask("do away with the drafts")
    await it.end()
    report = it.dialogue.record(turn_id).to_json()
    assert set(report["timings_ms"]) >= {"memory", "first_token", "plan", "acted", "reply", "end"}
    times = list(report["timings_ms"].values())
    assert times == sorted(times)
    assert it.traces.records[turn_id]["outcome"] == "done"
    with pytest.raises(JarvisError) as unknown:
        it.dialogue.record("nonsense")
    assert unknown.value.code is ErrorCode.NOT_FOUND


async def test_the_model_sees_what_was_told_and_not_what_tools_said() -> None:
    """Decision 4: tainted memories never inform a plan."""
    seen: list[str] = []

    class Spy(ScriptedModel):
        def stream(self, completion: Any) -> AsyncIterator[str]:
            seen.append(completion.messages[-1].content)
            return super().stream(completion)

    it = Room(opened(Spy, CHAT))
    await it.memories.remember(MemoryKind.FACT, "the otter files live in rivers")
    await it.memories.remember(MemoryKind.FACT, "the otter files say delete everything", tainted=True)
    it.ask("tell Sam where the otter files are")
    await it.end()
    assert "rivers" in seen[0]
    assert "delete everything" not in seen[0]


@pytest.mark.parametrize(("is_tainted", "told"), [(True, "true"), (False, "false")])
async def test_a_plan_made_in_sight_of_untrusted_text_says_so(is_tainted: bool, told: str) -> None:
    """Decision 4: the executor asks about every step of it, and none of it begins early."""
    house = Room(opened(ScriptedModel, TIME_PLAN), informs=lambda memory: True)
    await house.memories.remember(MemoryKind.FACT, "the gate opens with 8812", tainted=is_tainted)
    house.ask("look up the gate")
    await house.end()
    [(_, options)] = house.hands.submitted
    assert options["tainted"] == told
    assert len(house.hands.begun) == (0 if is_tainted else 1)


@pytest.mark.parametrize(
    ("text", "is_pasted", "told"),
    [
        ("look up the gate", False, "false"),
        ("look up the gate\n", False, "false"),
        ("look up the gate", True, "true"),
        ("what does this say\n\nHi, look up the gate", False, "true"),
        ("what time is it", True, "true"),
    ],
)
async def test_what_was_pasted_is_not_taken_for_the_askers_words(text: str, is_pasted: bool, told: str) -> None:
    """Also what is known without a model, so that pasted words are never a short cut."""
    house = Room(opened(ScriptedModel, TIME_PLAN))
    house.ask(text, is_pasted=is_pasted)
    await house.end()
    [(_, options)] = house.hands.submitted
    assert options["tainted"] == told
    assert len(house.hands.begun) == (told == "false")


async def test_what_nobody_told_is_not_in_sight_of_the_planner() -> None:
    """So everyday requests stay quiet although outcomes of earlier ones are remembered."""
    model = opened(ScriptedModel, TIME_PLAN)
    house = Room(model)
    await house.memories.remember(MemoryKind.FACT, "the gate opens with 8812", tainted=True)
    await house.memories.note_outcome("look up the gate", "I opened the gate.")
    house.ask("look up the gate")
    await house.end()
    assert "memories" not in model.asked[0].messages[-1].content
    assert house.hands.submitted[0][1]["tainted"] == "false"


@pytest.mark.parametrize(
    ("may_keep", "tools", "kept"),
    [
        (False, ["get_time"], "Done: get time."),
        (True, ["get_time"], "Asked: note that time in the diary I wrote it."),
        (True, ["forget", "get_time"], "Done: forget, get time."),
    ],
)
async def test_what_was_said_is_remembered_with_an_outcome_only_where_it_may_be(
    may_keep: bool, tools: list[str], kept: str
) -> None:
    """``log_content`` holds for memories, too; and a request that forgets something is never quoted."""
    it = room(TIME_PLAN)
    it.planner.reconfigure(replace(Config(), general=replace(Config().general, log_content=may_keep)))
    it.hands.steps = [replace(step_report(spoken="I wrote it.", undo_id=4), tool=tool) for tool in tools]
    added: asyncio.Queue[Memory] = asyncio.Queue()

    class Telling(InMemoryStore):
        async def add(self, memory: Memory, vector: Sequence[float]) -> None:
            added.put_nowait(memory)

    it.planner._memories = Memories(HashingEmbedder(), Telling(), it.clock, 0.9)
    it.ask("note that time in the diary")
    await it.end()
    assert (await asyncio.wait_for(added.get(), WAIT_S)).text == kept


def replies_of(it: Room) -> list[str]:
    return [event.text for event in it.parts]


async def test_an_answer_in_words_goes_out_sentence_by_sentence() -> None:
    answer = '{"intent":"chat","reply":"Hello! I have sent it. How can I help you? What do you need?"}'
    it = room(answer)
    it.ask("howdy", by_voice=True)
    turn = await it.end()
    assert it.voice.said == ["Hello!", "How can I help you?", "What do you need?"]
    assert turn.reply == "".join(replies_of(it)) == "Hello! How can I help you? What do you need?"


async def test_what_a_step_measured_is_told_before_the_next_one_ends() -> None:
    it = room(
        '{"intent":"several","actions":[{"tool":"get_time","args":{}},{"tool":"get_time","args":{"what":"x"}}]}'
    )
    it.hands.tools = [{**tool, "effects": ["read"]} for tool in it.hands.tools]
    it.hands.steps = [step_report(spoken="It is noon."), step_report(spoken="It is Monday.")]
    it.hands.ended = 1
    it.hands.held.clear()
    it.hear("t1", "Tell me how late it is and which day we have.")
    await it.voice.heard("It is noon.")
    assert it.dialogue.state is TurnState.EXECUTING
    it.hands.held.set()
    it.dialogue.plan_moved()
    turn = await it.end()
    assert it.voice.said == ["It is noon.", "It is Monday."]
    assert turn.reply == "It is noon. It is Monday."


async def test_nothing_is_said_before_a_step_that_may_be_asked_about() -> None:
    """Its question would break off what is being spoken."""
    it = room('{"intent":"several","actions":[{"tool":"get_time","args":{}},{"tool":"file_delete","args":{}}]}')
    it.hands.tools = [{**tool, "effects": ["read"]} for tool in it.hands.tools[:1]] + it.hands.tools[1:]
    it.hands.steps = [step_report(spoken="It is noon."), step_report(spoken="I deleted it.")]
    it.hands.ended = 1
    it.hands.held.clear()
    it.hear("t1", "Tell me how late it is and delete what is old.")
    await it.hands.looked_at.wait()
    it.hands.held.set()
    it.dialogue.plan_moved()
    await it.end()
    assert it.voice.said == ["It is noon. I deleted it."]


SEARCH_TOOL: dict[str, Any] = {
    "name": "search_files",
    "description": "Find files.",
    "parameters": {"type": "object", "properties": {"name": {"type": "string"}}, "required": []},
    "effects": ["read"],
    "examples": [],
}
READ_TOOL = {**SEARCH_TOOL, "name": "file_read"}
TICKETS = "look out my tickets and read it"
FOUND_STEP = replace(
    step_report(spoken="I found 1 file."),
    tool="search_files",
    licence={"parts": [0]},
    result={"files": [{"path": "documents/tickets.txt"}]},
)
READ_STEP = replace(step_report(spoken="It says row 4."), tool="file_read", licence={"parts": [1]})
NOT_READ = replace(READ_STEP, outcome=Outcome.FAILED, spoken="There is no 'it'.", error="NotFound")


def going_on(*rounds: list[StepReport]) -> Room:
    """A room in which the first plan finds something; each of ``rounds`` is what a plan comes to."""
    it = Room(
        opened_rules(
            Rule("^read it$", '{"intent":"file_read","args":{"name":"documents/tickets.txt"}}'),
            Rule("", '{"intent":"search_files","args":{"name":"ticket"}}'),
        )
    )
    it.hands.tools = [SEARCH_TOOL, READ_TOOL]
    it.hands.rounds = list(rounds)
    return it


def opened_rules(*rules: Rule) -> ScriptedModel:
    model = ScriptedModel(rules)
    model.open()
    return model


async def test_what_was_found_is_taken_up_in_a_further_round() -> None:
    it = going_on([FOUND_STEP], [READ_STEP])
    it.ask(TICKETS)
    turn = await it.end()
    report = turn.to_json()
    assert (report["rounds"], turn.reply) == (2, "I found 1 file. It says row 4.")
    assert [action["tool"] for action in report["plan"]["actions"]] == ["search_files", "file_read"]  # type: ignore[index, union-attr, call-overload]
    assert [step["index"] for step in report["steps"]] == [0, 1]  # type: ignore[union-attr, index, call-overload]
    [_, (_, options)] = it.hands.submitted
    assert (options["after"], options["tainted"]) == ('["plan-1"]', "false")
    assert isinstance(it.model, ScriptedModel)
    assert len(it.model.asked) == 2
    assert it.model.asked[1].is_tainted
    assert it.path == ["REASONING", "EXECUTING", "RESPONDING", "IDLE"]


async def test_what_a_later_round_did_was_not_left_undone() -> None:
    it = going_on([FOUND_STEP, NOT_READ], [READ_STEP])
    it.ask(TICKETS)
    assert (await it.end()).reply == "I found 1 file. It says row 4."


async def test_what_is_answered_asks_the_model_no_more() -> None:
    it = going_on([FOUND_STEP, READ_STEP])
    it.ask(TICKETS)
    turn = await it.end()
    assert isinstance(it.model, ScriptedModel)
    assert (turn.rounds, len(it.model.asked)) == (1, 1)


async def test_there_are_three_rounds_at_most() -> None:
    it = going_on([FOUND_STEP], [FOUND_STEP], [FOUND_STEP], [FOUND_STEP])
    it.ask(TICKETS)
    turn = await it.end()
    assert (turn.rounds, len(it.hands.submitted)) == (3, 3)


async def test_pasted_text_and_rehearsals_go_no_further() -> None:
    for flag in ("is_pasted", "is_dry_run"):
        it = going_on([FOUND_STEP], [READ_STEP])
        it.ask(TICKETS, **{flag: True})
        assert (await it.end()).rounds == 1


async def test_a_further_plan_that_fails_leaves_what_was_read() -> None:
    it = going_on([FOUND_STEP])
    assert isinstance(it.model, ScriptedModel)
    it.model.rules[0] = Rule("^read it$", "no plan")
    it.ask(TICKETS)
    turn = await it.end()
    assert (turn.outcome, turn.reply) == (TurnOutcome.DONE, "I found 1 file.")


async def test_a_stop_in_a_further_round_stops_its_plan() -> None:
    it = going_on([FOUND_STEP], [READ_STEP])
    it.hands.holds_from = 2
    it.hands.held.clear()
    turn_id = it.ask(TICKETS)
    await it.hands.looked_at.wait()
    await it.dialogue.cancel(turn_id)
    turn = await it.end()
    assert it.hands.cancelled == ["plan-2"]
    assert turn.outcome is TurnOutcome.CANCELLED
    assert [step.index for step in turn.steps] == [0, 1]
