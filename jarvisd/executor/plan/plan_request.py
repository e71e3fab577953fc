"""A plan as it was frozen, with who asked for it and what is known around it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Plan
from jarvisd.executor.audit.records import PlanRecords
from jarvisd.executor.plan.readings import AskerKey
from jarvisd.executor.plan.round_before import RoundBefore
from jarvisd.executor.policy.licensing import PlanLicences
from jarvisd.executor.policy.provenance import Tracer
from jarvisd.executor.policy.screening import Screening
from jarvisd.executor.tools.spec import Tool


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A plan as it was frozen when it was submitted, and who asked for it."""

    plan_id: str
    plan: Plan
    plan_hash: str
    turn_id: str = ""
    channel: str = "dbus"
    asker_uid: int | None = None
    asked_by: str = ""
    """Name of the user whose request the room is asked about; empty where the room itself asked."""
    utterance: str = ""
    is_dry_run: bool = False
    is_tainted: bool = False
    asks_in_reply: bool = False
    """Nobody is asked which of several things is meant: that is the outcome, and the next request tells it."""
    screening: Screening = field(default_factory=Screening)
    """What was found about the plan as a whole before any step ran (D7)."""
    tracer: Tracer | None = None
    """Tells where arguments come from; ``None`` where the plan itself is what somebody wrote."""
    licences: PlanLicences | None = None
    """What the request says of each step; ``None`` where nobody said anything."""

    taken: Mapping[str, str] = field(default_factory=dict)
    """Of the step at hand: argument that was taken from an earlier step, to what a question says of that."""

    after: RoundBefore | None = None
    """What an earlier plan of the turn brought, where this one was made after it was read."""

    @property
    def asker(self) -> AskerKey:
        """Whose dialogue it belongs to."""
        return self.channel, self.asker_uid

    @property
    def links(self) -> frozenset[str]:
        """Addresses to which pages link that were fetched in this dialogue."""
        return self.tracer.sources.links if self.tracer else frozenset()

    def taints(self, tool: Tool, args: JsonObject) -> bool:
        """Whether untrusted text may have asked for a step: what an earlier plan brought allows looks at that."""
        return self.is_tainted or not (self.after is None or self.after.allows(tool, args, self.tracer))

    def records(self, *, with_content: bool) -> PlanRecords:
        """The writer of this plan's audit records, which hold what was said and written only if that is wanted."""
        return PlanRecords(self.turn_id, self.plan_id, self.plan_hash, with_content)
