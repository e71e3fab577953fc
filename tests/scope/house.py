"""A box with ordinary files, timers and contacts, on which requests are rehearsed by the real planner and policy.

In one process, as ``tests/integration/test_injections.py`` has it. What is said comes to the sentences first, then
to what is known to be out of reach, then to the model, as in the product. Nothing is carried out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from jarvisd.brain.dialogue.asking_back import AskingBack
from jarvisd.brain.dialogue.context import DialogueContexts
from jarvisd.brain.dialogue.reply_stream import ReplyStream
from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.plan.planner import Planner
from jarvisd.brain.plan.reply_listener import Unheard
from jarvisd.brain.turn.turn import Channel, Turn
from jarvisd.config.schema import Config
from jarvisd.core.errors import JarvisError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.web_url import parse_allowed
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.planning.plan import StepReport
from jarvisd.executor.tools.context import Reach
from jarvisd.lang.en.contacts import Contact
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.intent import Control
from jarvisd.lang.pack import LanguagePack
from jarvisd.lang.scope import RequestScope
from tests.fakes.brain import ScriptedHands
from tests.fakes.executor import ScriptedAssessor
from tests.fakes.memory import HashingEmbedder, InMemoryStore
from tests.scope.answers import KeptModel
from tests.unit.executor.conftest import Bench

DEADLINE_S = 600.0
"""Longest wait for one answer of the model: it may have a fraction of a core."""
QUESTIONS = 99
"""More than are put to anybody here."""
FILES = (
    "notes.txt", "todo.txt", "todo.md", "shopping.txt", "shopping list.txt", "letter.txt", "report.pdf",
    "report.txt", "budget.ods", "invoice.pdf", "contract.txt", "recipe.txt", "diary.txt", "draft.txt",
    "readme.md", "list.txt", "plan.txt", "music/song.mp3", "photos/beach.jpg", "photos/dog.jpg",
    "pictures/house.jpg", "videos/party.mp4", "downloads/setup.zip", "downloads/invoice-may.pdf",
    "downloads/clip.mp4", "documents/lease.odt", "documents/taxes.csv", "projects/robot/main.py",
    "work/minutes.md", "backup/old.txt", "kitchen/recipes.txt", "garage/parts.txt", "living room/plan.txt",
    "calendar.txt",
)  # fmt: skip
TIMERS: tuple[JsonObject, ...] = (
    {"when": "10 minutes", "label": "pasta"},
    {"when": "45 minutes", "label": "laundry"},
    {"when": "7 am tomorrow", "kind": "alarm"},
)
WORDS_ALONE = frozenset(
    {
        Control.GREET,
        Control.THANK,
        Control.DECLINE,
        Control.PART,
        Control.GOOD_NIGHT,
        Control.HELP,
        Control.INTRODUCE,
        Control.STATUS,
    }
)
"""Controls that only say something: who asks for words is answered."""
HOSTS = "*.com, *.org, *.net, *.io"
"""Most of what a model makes up: that a site is not allowed says nothing of whether it was asked for."""


@dataclass(frozen=True)
class Rehearsal:
    """What would have come of a request."""

    reply: str
    """What is said where there is no step."""
    proposed: tuple[JsonObject, ...]
    """The steps of the plan, ``{"tool","args"}``."""
    steps: tuple[JsonObject, ...]
    """The reports of its steps."""
    control: str = ""
    """What the suite would have done with itself."""
    is_by_sentence: bool = False
    """No model was asked."""
    is_missing: bool = False
    """A model would have been asked, and there is no answer of one."""
    plan: JsonObject = field(default_factory=dict)
    code: str = ""
    """Of the error, where there is no plan."""


class _NoSentences:
    """A language in which no request is understood without a model."""

    intents = property(lambda self: self)
    scope = property(lambda self: self)

    def recognise(self, text: str) -> None:
        """Nothing."""

    def corrected(self, text: str, before: str) -> None:
        """Nothing."""

    def outside(self, text: str, brought: object = ()) -> None:
        """Nothing."""

    def apart(self, text: str, brought: object = ()) -> RequestScope:
        """Nothing is out of reach."""
        return RequestScope(rest=text)

    def __getattr__(self, name: str) -> object:
        return getattr(ENGLISH.scope if name == "clauses" else ENGLISH, name)


class House:
    """The box; ``model`` is asked what no sentence answers, or all with ``is_forced``."""

    def __init__(self, folder: Path, model: KeptModel, *, is_forced: bool = False) -> None:
        self.bench = Bench(folder)
        self._model = model
        bench = self.bench
        memories = Memories(HashingEmbedder(), InMemoryStore(), bench.clock, 2.0)
        settings = Config()
        settings = replace(settings, llm=replace(settings.llm, deadline_s=DEADLINE_S))
        language = cast(LanguagePack, _NoSentences()) if is_forced else ENGLISH
        self.planner = Planner(
            config=settings,
            clock=bench.clock,
            tasks=bench.tasks,
            models=self,
            memories=memories,
            hands=_Hands(bench),
            language=language,
        )
        self._asking_back = AskingBack(self.planner, _Hands(bench), language, bench.tasks)
        self._contexts = DialogueContexts()
        self._turns = 0

    def current(self) -> KeptModel:
        """The model."""
        return self._model

    async def furnish(self) -> None:
        """Files, timers and contacts, and a second model that finds everything harmless."""
        bench = self.bench
        for number, name in enumerate(FILES):
            bench.file(f"docs/{name}", f"{name} holds text\n", age_days=number * 20.0)
        with zipfile.ZipFile(bench.docs / "backup.zip", "w") as parcel:
            parcel.writestr("map.txt", "left, then right")
        bench.file("tmp/old.tmp", "x", age_days=60)
        bench.memory.people = [Contact(name, f"{name.lower()}@example.org") for name in ("Mark", "Anna", "Tom")]
        bench.assessor = ScriptedAssessor(RiskOpinion(0.0, "harmless"))
        bench.kit = replace(bench.kit, reach=Reach(has_mail=True, allowed_hosts=parse_allowed(HOSTS)))
        bench.answers(*["no"] * QUESTIONS)
        await bench.run(*(("set_timer", timer) for timer in TIMERS), turn="furnished")

    async def live(self, say: str) -> None:
        """Ask ``say`` in earnest, with a no to what is asked back: what is said next may go on from it."""
        await self.rehearse(say, is_dry_run=False)

    async def rehearse(self, say: str, *, is_dry_run: bool = True) -> Rehearsal:
        """What would come of ``say``."""
        self._turns += 1
        turn = Turn(f"r{self._turns}", Channel.VOICE, 0, utterance=say, is_dry_run=is_dry_run)
        turn.context = self._contexts.of(turn.asker, self.bench.clock.monotonic_us())
        self.bench.dispatcher.heard(turn.turn_id, say)
        asked = len(self._model.asked)
        try:
            decision = await self._asking_back.decide(turn, cast(ReplyStream, Unheard()), lambda _: None)
        except JarvisError as error:
            said = ENGLISH.replies.error(error.code)
            by_sentence = len(self._model.asked) == asked
            return Rehearsal(said, (), (), is_by_sentence=by_sentence, code=error.code.value)
        steps = await self._steps(turn, decision.plan.to_json(), decision.remembered)
        turn.plan, turn.steps = decision.plan, [StepReport.from_json(step) for step in steps]
        self._contexts.note(turn, self.bench.clock.monotonic_us())
        control = decision.control if decision.control not in WORDS_ALONE else None
        words = ENGLISH.replies.steered(decision.control) if decision.control and control is None else ""
        return Rehearsal(
            reply=" ".join(filter(None, (decision.reply or words, decision.unable))),
            proposed=tuple({"tool": action.tool, "args": dict(action.args)} for action in decision.plan.actions),
            steps=tuple(steps),
            control=control.value if control else "",
            is_by_sentence=len(self._model.asked) == asked,
            is_missing=bool(self._model.missing.intersection(self._model.asked[asked:])),
            plan=decision.plan.to_json(),
        )

    async def _steps(self, turn: Turn, plan: JsonObject, remembered: Sequence[str]) -> list[JsonObject]:
        if not plan["actions"]:
            return []
        options = {
            "turn": turn.turn_id,
            "channel": turn.channel.value,
            "utterance": turn.utterance,
            "dry_run": str(turn.is_dry_run).lower(),
            "remembered": json.dumps(remembered),
            "before": json.dumps(turn.resolution.said if turn.resolution else ()),
        }
        return await self.bench.ended(await self.bench.dispatcher.submit(json.dumps(plan), options, ":1.5"))

    async def close(self) -> None:
        """Leave nothing running."""
        await self.bench.tasks.cancel_all()
        self.bench.workers.close()


class _Hands(ScriptedHands):
    """The executor, called directly."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench

    async def list_tools(self) -> list[JsonObject]:
        return self._bench.dispatcher.list_tools()
