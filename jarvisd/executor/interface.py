"""The hands on the bus: ``org.jarvisd.Executor1``. Thin: decode, call the dispatcher, encode."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from jarvisd.bus.caller import Access, current_sender
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import PartHealth, UnitInterface, method, plain, prop, signal
from jarvisd.bus.signals.executor import ServiceLevelChanged
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.events import Event
from jarvisd.executor.health.monitor import HealthMonitor
from jarvisd.executor.plan.clarifications import Clarifications
from jarvisd.executor.plan.runner import Dispatcher
from jarvisd.executor.selftest.runner import SelfTest


class ExecutorInterface(UnitInterface):
    """What ``dbus/org.jarvisd.Executor1.xml`` describes."""

    def __init__(
        self,
        bus: Connection,
        health: PartHealth,
        *,
        dispatcher: Dispatcher,
        asker: Asker,
        clarifications: Clarifications,
        self_test: SelfTest,
        monitor: HealthMonitor,
        describe_tools: Callable[[str], list[JsonObject]],
        list_timers: Callable[[], Awaitable[list[JsonObject]]],
        snooze_timers: Callable[[str, float], Awaitable[int]],
    ) -> None:
        super().__init__(UnitName.EXECUTOR, bus, health)
        self._dispatcher = dispatcher
        self._asker = asker
        self._clarifications = clarifications
        self._self_test = self_test
        self._monitor = monitor
        self._describe_tools = describe_tools
        self._list_timers = list_timers
        self._snooze_timers = snooze_timers

    @method("sa{sv}", "s", "plan_id", who=Access.BRAIN_OR_ADMIN)
    async def Submit(self, plan_json: str, options: dict[str, Any]) -> str:
        """Start a plan; the reply is its id."""
        return await self._dispatcher.submit(plan_json, plain(options), current_sender())

    @method("s", "s", "result_json")
    async def Result(self, plan_id: str) -> str:
        """How a plan went, or is going."""
        return json.dumps(self._dispatcher.result(plan_id).to_json())

    @method("s", "s", "verdict_json")
    async def Check(self, plan_json: str) -> str:
        """The verdict on an action or a plan."""
        return json.dumps(await self._dispatcher.check(plan_json))

    @method("sus", "s", "verdict_json", who=Access.BRAIN)
    async def Begin(self, turn_id: str, index: int, action_json: str) -> str:
        """The verdict on a step that has just been written; a harmless read begins."""
        return json.dumps(await self._dispatcher.begin(turn_id, index, action_json))

    @method("ss", "s", "verdict_json")
    async def JudgeAnswer(self, question: str, heard: str) -> str:
        """Whether an answer would be a yes."""
        return json.dumps(self._asker.judge(question, heard).to_json())

    @method("", "s", "outcome_json", who=Access.RED_TEAM)
    async def RedTeam(self) -> str:
        """Try the policy with every attack; the outcome decides whether anything runs."""
        return json.dumps(await self._self_test.run())

    @method("s", "s", "text", who=Access.NOT_BRAIN)
    async def ReadQuestion(self, request_id: str) -> str:
        """All of what an open question is about."""
        return await self._asker.read(request_id, current_sender())

    @method("s", who=Access.NOT_BRAIN)
    async def Confirm(self, request_id: str) -> None:
        """Answer a question with yes."""
        await self._asker.answer(request_id, current_sender(), is_yes=True)

    @method("s", who=Access.NOT_BRAIN)
    async def Deny(self, request_id: str) -> None:
        """Answer a question with no."""
        await self._asker.answer(request_id, current_sender(), is_yes=False)

    @method("sssas", "s", "answer", who=Access.BRAIN)
    async def Clarify(self, turn_id: str, origin: str, question: str, choices: list[str]) -> str:
        """Ask what a request lacks, before there is a plan."""
        return await self._clarifications.ask(turn_id, origin, question, choices)

    @method("ss", who=Access.NOT_BRAIN)
    async def Answer(self, request_id: str, text: str) -> None:
        """Answer a question which of several is meant."""
        await self._asker.choose(request_id, current_sender(), text)

    @method("s")
    async def Cancel(self, plan_id: str) -> None:
        """Stop a plan between two effects."""
        self._clarifications.withdraw(plan_id)
        await self._dispatcher.cancel(plan_id)

    @method("s", "s", "undone_json")
    async def Undo(self, what: str) -> str:
        """Reverse the last step, an entry or a plan."""
        return json.dumps((await self._dispatcher.undo(what)).to_json())

    @method("", "s", "timers_json")
    async def ListTimers(self) -> str:
        """Every timer, alarm and reminder."""
        return json.dumps(await self._list_timers())

    @method("sd", "u", "count")
    async def SnoozeTimer(self, timer_id: str, seconds: float) -> int:
        """Let what is due come again later."""
        return await self._snooze_timers(timer_id, seconds)

    @method("", "s", "tools_json")
    async def ListTools(self) -> str:
        """The tools that are offered now."""
        return json.dumps(self._dispatcher.list_tools())

    @method("s", "s", "tools_json")
    async def DescribeTools(self, name: str) -> str:
        """Tools as people are shown them."""
        return json.dumps(self._describe_tools(name))

    @signal("stssssas")
    def ConfirmRequested(
        self, turn_id: str, at_us: int, request_id: str, question: str, channel: str, kind: str, choices: list[str]
    ) -> list[Any]:
        """A question is put."""
        return [turn_id, at_us, request_id, question, channel, kind, choices]

    @signal("stss")
    def ConfirmResolved(self, turn_id: str, at_us: int, request_id: str, answer: str) -> list[Any]:
        """A question is closed."""
        return [turn_id, at_us, request_id, answer]

    @signal("stus")
    def StepStarted(self, turn_id: str, at_us: int, index: int, tool: str) -> list[Any]:
        """A step is being worked on."""
        return [turn_id, at_us, index, tool]

    @signal("stus")
    def StepAnnounced(self, turn_id: str, at_us: int, index: int, text: str) -> list[Any]:
        """A step is about to be done without a question."""
        return [turn_id, at_us, index, text]

    @signal("stusuu")
    def StepProgress(self, turn_id: str, at_us: int, index: int, tool: str, done: int, total: int) -> list[Any]:
        """A step with many effects has come so far."""
        return [turn_id, at_us, index, tool, done, total]

    @signal("stusss")
    def StepOutput(self, turn_id: str, at_us: int, index: int, tool: str, stream: str, text: str) -> list[Any]:
        """A program of a step has written something."""
        return [turn_id, at_us, index, tool, stream, text]

    @signal("stuss")
    def StepFinished(self, turn_id: str, at_us: int, index: int, tool: str, outcome: str) -> list[Any]:
        """A step has ended."""
        return [turn_id, at_us, index, tool, outcome]

    @signal("stss")
    def PlanFinished(self, turn_id: str, at_us: int, plan_id: str, outcome: str) -> list[Any]:
        """A plan has ended."""
        return [turn_id, at_us, plan_id, outcome]

    @signal("stss")
    def TimerFinished(self, turn_id: str, at_us: int, timer_id: str, label: str) -> list[Any]:
        """A timer or alarm is due."""
        return [turn_id, at_us, timer_id, label]

    @signal("t")
    def ToolsChanged(self, at_us: int) -> list[Any]:
        """ListTools would answer differently now."""
        return [at_us]

    @signal("tsas")
    def ServiceLevelChanged(self, at_us: int, level: str, reasons: list[str]) -> list[Any]:
        """The service level or its reasons have changed."""
        return [at_us, level, reasons]

    @prop("s")
    def ServiceLevel(self) -> str:
        """What the suite may do now."""
        return self._monitor.level_status.level.value

    @prop("as")
    def Reasons(self) -> list[str]:
        """Why the service level is not full."""
        return list(self._monitor.level_status.reasons)

    def publish(self, event: Event) -> None:
        """Send the signal of an event, and the properties that changed with it."""
        self.send(event)
        if isinstance(event, ServiceLevelChanged):
            self.changed(ServiceLevel=event.level, Reasons=list(event.reasons))
