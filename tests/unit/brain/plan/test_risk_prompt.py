"""The model is asked about a risk with the words that the action answers, and only a clear answer counts (A9)."""

from __future__ import annotations

import json

import pytest

from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.plan.planner import Planner
from jarvisd.config.schema import Config
from jarvisd.core.errors import RequestError
from jarvisd.core.planning.opinion import RiskOpinion, parse_opinion
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.runtime.tasks import Tasks
from tests.fakes.brain import ScriptedHands
from tests.fakes.clock import SteadyClock
from tests.fakes.language_model import Rule, ScriptedModel
from tests.fakes.memory import HashingEmbedder, InMemoryStore


class Assessor:
    """A thinker with a model that gives one answer."""

    def __init__(self, answer: str) -> None:
        clock = SteadyClock()
        self.model = ScriptedModel([Rule("", answer)])
        self.model.open()
        memories = Memories(HashingEmbedder(), InMemoryStore(), clock, 0.9)
        self.planner = Planner(
            config=Config(),
            clock=clock,
            tasks=Tasks(),
            models=self,
            memories=memories,
            hands=ScriptedHands(),
            language=ENGLISH,
        )

    def current(self) -> ScriptedModel:
        return self.model


async def test_an_action_is_shown_with_what_was_said() -> None:
    """In a place of its own, so that a long action does not hide the words, nor they the action."""
    assessor = Assessor(json.dumps({"reason": "moves files", "risk": 0.5}))
    action = {"tool": "file_move", "args": {"source": "x" * 10_000}, "asked": "tidy up"}
    text = await assessor.planner.assess_risk(json.dumps(action))
    assert parse_opinion(text) == RiskOpinion(0.5, "moves files")
    [request] = assessor.model.asked
    shown = json.loads(request.messages[-1].content)
    assert shown["asked"] == "tidy up"
    assert "tidy up" not in shown["action"]
    # Decision 9: no other role evicts the planner's prompt.
    assert tuple(request.messages[:-1]) == (await assessor.planner.prompt()).prefix


async def test_an_unclear_answer_is_none() -> None:
    assert await Assessor("harmless").planner.assess_risk('{"tool": "x", "args": {}}') == ""


@pytest.mark.parametrize("text", ["", "[]", '{"tool": "x"'])
async def test_what_is_no_action_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        await Assessor("{}").planner.assess_risk(text)
