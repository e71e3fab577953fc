"""What the steps of a plan are run with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from jarvisd.core.planning.plan import Plan
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.files.selection import has_exactly
from jarvisd.executor.policy.licensing import Licensor
from jarvisd.executor.policy.screening import Screener, Screening
from jarvisd.executor.ports.brain import RiskAssessor
from jarvisd.executor.ports.consent import QuestionSpeaker
from jarvisd.executor.tools.context import ToolServices
from jarvisd.executor.tools.spec import Registry
from jarvisd.lang.pack import WordRules
from jarvisd.lang.question_sentences import QuestionSentences


@dataclass(frozen=True, slots=True)
class StepServices:
    """What steps are run with."""

    registry: Registry
    kit: ToolServices
    trail: AuditWriter
    asker: Asker
    assessor: RiskAssessor
    speech: QuestionSpeaker
    sentences: QuestionSentences
    words: WordRules
    licensor: Licensor
    level: Callable[[], ServiceLevel]
    step_deadline_s: float = 60.0
    with_content: bool = False

    def screen(self, plan: Plan, utterance: str, links: frozenset[str] = frozenset()) -> Screening:
        """What stands out about a plan before any of its steps runs (D7)."""
        roots = [root.path for root in self.kit.workspaces.roots]
        screener = Screener(self.registry, roots, partial(has_exactly, self.kit.workspaces), links)
        return screener.screen(plan.actions, utterance)
