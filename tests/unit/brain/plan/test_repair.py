"""A model's answer that is no plan is asked for once more, and only once (faults of model servers)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from jarvisd.brain.plan.repair import MAX_ERROR_CHARS, repair_request
from jarvisd.brain.ports import Completion, Message
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import parse_plan
from jarvisd.lang.en.pack import ENGLISH
from tests.fakes.language_model import ScriptedModel
from tests.unit.brain.dialogue.test_dialogue import TIME_PLAN, Room

SAID = "Tell me how late it has become, friend."


class InTurn(ScriptedModel):
    """Gives ``answers`` one after the other."""

    def __init__(self, *answers: str, piece_chars: int = 1) -> None:
        super().__init__(piece_chars=piece_chars)
        self.answers = list(answers)
        self.open()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        self.asked.append(completion)
        answer = self.answers.pop(0)
        for start in range(0, len(answer), self._piece_chars):
            yield answer[start : start + self._piece_chars]


def tools(room: Room) -> list[tuple[str, JsonObject]]:
    """The steps of the one plan that was carried out."""
    [(plan, _)] = room.hands.submitted
    return [(action.tool, dict(action.args)) for action in parse_plan(plan).actions]


@pytest.mark.parametrize(
    "answer", ["no plan at all", "", TIME_PLAN[:-1], TIME_PLAN * 2, '{"plan":1}', "{" * 40, "}"]
)
async def test_what_is_no_plan_is_asked_for_again_with_what_was_wrong(answer: str) -> None:
    model = InTurn(answer, TIME_PLAN)
    room = Room(model)
    room.ask(SAID)
    await room.end()
    assert tools(room) == [("get_time", {"what": "time"})]
    first, second = model.asked
    assert second.messages[:-1] == first.messages[:-1], "only the last turn is evaluated anew"
    shown = json.loads(second.messages[-1].content)
    assert {**json.loads(first.messages[-1].content), "error": shown["error"]} == shown
    assert "unreadable" in shown["error"]
    assert 0 < second.deadline_s <= first.deadline_s


async def test_two_answers_that_are_no_plan_are_the_end() -> None:
    model = InTurn("no plan", "none either", TIME_PLAN)
    room = Room(model)
    room.ask(SAID)
    turn = await room.end()
    assert turn.code == ErrorCode.PLAN_UNREADABLE
    assert turn.reply
    assert (len(model.asked), room.hands.submitted) == (2, [])


async def test_only_the_answer_that_was_read_is_carried_out() -> None:
    """What came early in one that broke off is judged at most."""
    broken = TIME_PLAN.replace('"time"', '"date"') + TIME_PLAN
    room = Room(InTurn(broken, TIME_PLAN))
    room.ask(SAID)
    await room.end()
    assert tools(room) == [("get_time", {"what": "time"})]


def test_taint_and_limits_stay() -> None:
    last = Message("user", '{"say":"x"}', is_tainted=True)
    request = Completion((Message("system", "s"), last), schema={"type": "object"}, max_tokens=7)
    again = repair_request(request, "w" * 1000, 3.0)
    assert again.is_tainted
    assert (again.schema, again.max_tokens, again.deadline_s) == (request.schema, 7, 3.0)
    assert len(json.loads(again.messages[-1].content)["error"]) <= MAX_ERROR_CHARS


class Ending(ScriptedModel):
    """Writes ``text`` and then ends with ``fault``."""

    def __init__(self, text: str, fault: JarvisError) -> None:
        super().__init__()
        self.text, self.fault = text, fault
        self.open()

    async def stream(self, completion: Completion) -> AsyncIterator[str]:
        self.asked.append(completion)
        for piece in self.text:
            yield piece
        raise self.fault


@pytest.mark.parametrize("text", ["", TIME_PLAN[:-1], TIME_PLAN, "<html>"])
@pytest.mark.parametrize(
    "fault",
    [
        Unavailable("died", code=ErrorCode.LLM_GONE),
        EngineError("silent", code=ErrorCode.TIMEOUT),
        Unavailable("not pulled", code=ErrorCode.MODEL_MISSING),
        RequestError("refused"),
    ],
)
async def test_a_server_that_ends_in_mid_stream_is_said_and_nothing_is_done(text: str, fault: JarvisError) -> None:
    """Whatever it had written by then, and however complete that looked; nobody asks it again."""
    model = Ending(text, fault)
    room = Room(model)
    room.ask(SAID)
    turn = await room.end()
    assert (turn.code, turn.reply) == (fault.code, ENGLISH.replies.error(fault.code))
    assert (len(model.asked), room.hands.submitted) == (1, [])


@pytest.mark.parametrize(
    "answer",
    ["word " * 9_000, "{" * 9_000, f'{{"intent":"chat","reply":"{"x" * 30_000}', "<html>It works!</html>"],
)
async def test_endless_and_foreign_output_is_said_and_nothing_is_done(answer: str) -> None:
    room = Room(InTurn(answer, answer, piece_chars=500))
    room.ask(SAID)
    turn = await room.end()
    assert (turn.code, turn.reply) == (
        ErrorCode.PLAN_UNREADABLE,
        ENGLISH.replies.error(ErrorCode.PLAN_UNREADABLE),
    )
    assert room.hands.submitted == []
