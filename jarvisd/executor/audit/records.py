"""What the audit log says (requirement A12). Pure.

What was said or written is in no record unless ``general.log_content`` is on; then it is in ``content``, without
secrets. The chain of records is :mod:`jarvisd.core.audit_chain`.
"""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.json_types import JsonObject, JsonValue, digest
from jarvisd.core.planning.plan import Action, QuestionKind, StepReport, Verdict
from jarvisd.core.redaction import redact_object


@dataclass(frozen=True, slots=True)
class PlanRecords:
    """Writes the records of one plan. ``with_content`` is ``general.log_content``."""

    turn_id: str
    plan_id: str
    plan_hash: str
    with_content: bool

    def submitted(self, at: str, channel: str, tools: list[str], utterance: str) -> JsonObject:
        """A plan was frozen."""
        return self._record("plan", at, {"channel": channel, "tools": tools}, {"utterance": utterance})

    def asked(
        self, at: str, step: int, kind: QuestionKind, channel: str, question: str, bound: str = ""
    ) -> JsonObject:
        """A question was put; ``bound`` is the identity of an effect that is more than the plan says."""
        shown: JsonObject = {"step": step, "kind": kind.value, "channel": channel, "bound": bound}
        return self._record("asked", at, shown, {"question": question})

    def answered(self, at: str, step: int, request_id: str, answer: JsonObject) -> JsonObject:
        """A question was answered; ``answer`` has consent or, of a clarify, is_named, and by and reason."""
        return self._record("answered", at, {"step": step, "request": request_id, **answer}, {})

    def intent(
        self,
        at: str,
        step: int,
        action: Action,
        verdict: Verdict,
        bound: str = "",
        origins: JsonObject | None = None,
    ) -> JsonObject:
        """An effect is about to happen; written and synced before it. ``origins`` holds kinds and no content."""
        shown: JsonObject = {
            "step": step,
            "tool": action.tool,
            "tier": verdict.tier,
            "args_hash": digest(dict(action.args)),
            "bound": bound,
            "origins": dict(origins or {}),
        }
        return self._record("intent", at, shown, {"args": dict(action.args)})

    def outcome(self, at: str, report: StepReport) -> JsonObject:
        """A step ended."""
        shown: JsonObject = {
            "step": report.index,
            "tool": report.tool,
            "outcome": report.outcome.value,
            "tier": report.verdict.tier,
            "verdict": report.verdict.kind.value,
            "score": round(report.verdict.score, 3),
            "consent": report.consent.value,
            "undo": report.undo_id,
            "origins": dict(report.origins),
            "licence": report.licence.get("kind", ""),
            "error": report.error,
            "took_ms": round(report.took_ms, 1),
        }
        content: JsonObject = {
            "spoken": report.spoken,
            "result": dict(report.result),
            "reasons": list(report.verdict.reasons),
            "licence": dict(report.licence),
        }
        return self._record("step", at, shown, content)

    def finished(self, at: str, outcome: str) -> JsonObject:
        """A plan ended."""
        return self._record("finished", at, {"outcome": outcome}, {})

    def _record(self, event: str, at: str, shown: JsonObject, content: JsonObject) -> JsonObject:
        head: JsonObject = {"event": event, "at": at, "turn": self.turn_id, "plan": self.plan_id}
        tail: JsonObject = {"content": redact_object(content)} if self.with_content and content else {}
        return {**head, "plan_hash": self.plan_hash, **shown, **tail}


def event(name: str, at: str, **shown: JsonValue) -> JsonObject:
    """A record that belongs to no plan: start, recovery, undo."""
    return {"event": name, "at": at, **shown}
