"""The other three units as the brain sees them, under a test's control."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Outcome, PlanReport, StepReport, UndoReport, Verdict, VerdictKind

TOOLS: list[JsonObject] = [
    {
        "name": "get_time",
        "description": "The time.",
        "parameters": {"type": "object", "properties": {"what": {"type": "string"}}, "required": ["what"]},
        "effects": "none",
        "examples": [{"say": "What time is it?", "args": {"what": "time"}}],
    },
    {
        "name": "file_delete",
        "description": "Delete files.",
        "parameters": {"type": "object", "properties": {"folder": {"type": "string"}}, "required": ["folder"]},
        "effects": "delete",
        "examples": [],
    },
]


def step_report(
    outcome: Outcome = Outcome.DONE, spoken: str = "", *, undo_id: int = 0, error: str = "", question: str = ""
) -> StepReport:
    """The report of a step that could run by itself."""
    verdict = Verdict(VerdictKind.RUN, 1, 0.0)
    return StepReport(
        0, "get_time", outcome, verdict, question=question, spoken=spoken, undo_id=undo_id, error=error
    )


class ScriptedHands:
    """Carries out plans by handing back ``steps``, or plan after plan the next of ``rounds``.

    While ``held`` is not set, plans from number ``holds_from`` on are held when ``ended`` of their steps are done,
    and ``looked_at`` is set once somebody has asked about one. None is taken while ``takes`` is not set.
    """

    def __init__(self) -> None:
        self.steps = [step_report(spoken="I did it.")]
        self.held = asyncio.Event()
        self.held.set()
        self.takes = asyncio.Event()
        self.takes.set()
        self.submitted: list[tuple[JsonObject, Mapping[str, str]]] = []
        self.begun: list[JsonObject] = []
        self.cancelled: list[str] = []
        self.undone: list[str] = []
        self.questions: list[tuple[str, tuple[str, ...]]] = []
        self.answers: list[str] = []
        """What is said to questions back, one after the other; nothing when there are no more."""
        self.clarify_fault: JarvisError | None = None
        self.fault: JarvisError | None = None
        self.late_answers = 0
        self.ended = 0
        self.rounds: list[list[StepReport]] = []
        self.holds_from = 1
        self.looked_at = asyncio.Event()
        self.tools: list[JsonObject] = list(TOOLS)

    async def list_tools(self) -> list[JsonObject]:
        """Two tools, or those that a test gives."""
        return self.tools

    async def begin(self, turn_id: str, index: int, action: JsonObject) -> Verdict:
        """Everything may run."""
        self.begun.append(action)
        return Verdict(VerdictKind.RUN, 1, 0.0)

    async def clarify(self, turn_id: str, origin: str, question: str, choices: Sequence[str]) -> str:
        """The next of ``answers``, or fail with ``clarify_fault``."""
        if self.clarify_fault:
            raise self.clarify_fault
        self.questions.append((question, tuple(choices)))
        return self.answers.pop(0) if self.answers else ""

    async def submit(self, plan: JsonObject, options: Mapping[str, str]) -> str:
        """Take a plan, or fail with ``fault``."""
        await self.takes.wait()
        if self.fault:
            raise self.fault
        self.submitted.append((plan, options))
        return f"plan-{len(self.submitted)}"

    async def result(self, plan_id: str) -> PlanReport:
        """Finished once ``held`` is set or the plan was cancelled; not told in time ``late_answers`` times."""
        if self.late_answers:
            self.late_answers -= 1
            raise Unavailable("no answer in time", code=ErrorCode.TIMEOUT)
        number = int(plan_id.rpartition("-")[2])
        steps = self.rounds[number - 1] if number <= len(self.rounds) else self.steps
        is_finished = self.held.is_set() or number < self.holds_from or plan_id in self.cancelled
        if not is_finished:
            self.looked_at.set()
            return PlanReport(plan_id, False, "", tuple(steps[: self.ended]))
        return PlanReport(plan_id, True, "done", tuple(steps))

    async def cancel(self, plan_id: str) -> None:
        """Note the cancellation."""
        self.cancelled.append(plan_id)

    async def undo(self, what: str) -> UndoReport:
        """Note the undo."""
        self.undone.append(what)
        return UndoReport((1,), "I put it back.")

    async def level(self) -> tuple[str, Sequence[str]]:
        """All is well."""
        return "full", []


class ScriptedVoice:
    """Speaks at once, or never finishes while ``is_slow``. While ``is_deaf``, it never stops."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.stops = 0
        self.hushes = 0
        self.is_slow = False
        self.is_deaf = False
        self.fault: JarvisError | None = None
        self.volume = 50
        self.speed = 100
        self.cut = ""
        self.sounded_us = 0
        self.heard_of: dict[str, int] = {}
        """How many characters were heard of what was cut off, by its id."""
        self._silenced = asyncio.Event()
        self._news = asyncio.Event()

    async def say(self, text: str, turn_id: str) -> str:
        """Note the text, or fail with ``fault``."""
        if self.fault:
            raise self.fault
        self.said.append(text)
        self._news.set()
        return f"utterance-{len(self.said)}"

    async def heard(self, text: str) -> None:
        """Return when ``text`` has been said."""
        while text not in self.said:
            await self._news.wait()
            self._news.clear()

    async def spoken(self, utterance_id: str) -> int:
        """Return at once, or when stopped; it began to sound at ``sounded_us``."""
        if self.is_slow:
            await self._silenced.wait()
        return self.sounded_us

    def heard_chars(self, utterance_id: str) -> int:
        """All of it, unless scripted."""
        said = self.said[int(utterance_id.rpartition("-")[2]) - 1]
        return self.heard_of.get(utterance_id, len(said))

    async def stop(self) -> None:
        """End what is slow."""
        self.stops += 1
        if self.is_deaf:
            await asyncio.Event().wait()
        self._silenced.set()

    async def hush(self) -> None:
        """End what is slow, and not what would ring."""
        self.hushes += 1
        if self.is_deaf:
            await asyncio.Event().wait()
        self._silenced.set()

    async def change_speed(self, by_percent: int) -> int:
        """Note it."""
        self.speed += by_percent
        return self.speed

    async def go_on(self) -> str:
        """What was cut, or fail."""
        if not self.cut:
            raise RequestError("no reply was broken off", code=ErrorCode.NOT_FOUND)
        return await self.say(self.cut, "")

    async def set_volume(self, percent: int) -> int:
        """Note it, or fail with ``fault``."""
        if self.fault:
            raise self.fault
        self.volume = percent
        return percent

    async def change_volume(self, by_percent: int) -> int:
        """Note it, or fail with ``fault``."""
        return await self.set_volume(max(0, min(100, self.volume + by_percent)))


class ScriptedEars:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.cancels = 0
        self.muted: bool | None = None
        self.muted_for_s: float | None = None

    async def cancel(self) -> None:
        """Note the cancellation."""
        self.cancels += 1

    async def mute(self, length_s: float | None) -> None:
        """Note the state."""
        self.muted, self.muted_for_s = True, length_s

    async def unmute(self) -> None:
        """Note the state."""
        self.muted = False


class KeptTraces:
    """Keeps records in memory, or fails with ``fault``."""

    def __init__(self) -> None:
        self.records: dict[str, JsonObject] = {}
        self.fault: JarvisError | None = None

    async def write(self, turn_id: str, record: JsonObject, began_us: int) -> None:
        """Keep a record."""
        if self.fault:
            raise self.fault
        self.records[turn_id] = record
