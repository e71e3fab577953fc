"""The verdict on a step from everything that is known of it: the one place that live runs, checks and the red-team
share (requirements A9, D7, D9). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Action, Verdict, VerdictKind, parse_action, parse_plan
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy import risk
from jarvisd.executor.policy.risk import Risk, RiskInput
from jarvisd.executor.policy.screening import Screener, Screening
from jarvisd.executor.tools.context import Reach
from jarvisd.executor.tools.spec import Effect, Facts, Registry, Tool

_PATH_RULES = frozenset({"path", "path_traversal", "system_path", "secret", "persistence", "self_referential"})


def weigh(
    tool: Tool,
    screening: Screening,
    index: int,
    *,
    factors: tuple[str, ...] = (),
    facts: Facts | None = None,
    is_tainted: bool = False,
) -> Risk:
    """The risk of a step of ``tool``, with what was measured as far as it has been."""
    return risk.assess(
        RiskInput(
            effects=tool.spec.effects,
            factors=tool.spec.factors + factors,
            facts=facts or Facts(),
            is_tainted=is_tainted,
            warnings=screening.warnings(index),
        )
    )


class Judge:
    """Verdicts without a disk, a bus or a language model: what is not measured counts as unknown, not as safe."""

    def __init__(
        self,
        registry: Registry,
        roots: Sequence[str],
        reach: Reach,
    ) -> None:
        self._registry = registry
        self._screener = Screener(registry, roots)
        self._reach = reach

    def check(self, request: object) -> JsonObject:
        """Answer one line of ``jarvisctl policy check``; raises RequestError for what is no such line."""
        if not isinstance(request, Mapping) or len({"tool", "plan", "actions"} & set(request)) != 1:
            raise RequestError('expected an object with "tool" and "args", or with "plan"')
        utterance, is_tainted = request_context(request)
        if "tool" in request:
            return self._one(request, utterance, is_tainted)
        plan = request.get("plan", request)
        inner_utterance, inner_taint = request_context(plan) if isinstance(plan, Mapping) else ("", False)
        return self._whole(plan, utterance or inner_utterance, is_tainted or inner_taint)

    def _one(self, request: Mapping[str, object], utterance: str, is_tainted: bool) -> JsonObject:
        try:
            action = parse_action({key: request[key] for key in ("tool", "args") if key in request})
        except JarvisError as error:
            return risk.refuse(error.message).to_json()
        [verdict] = self.verdicts((action,), self._screener.screen((action,), utterance), is_tainted)
        return verdict.to_json()

    def _whole(self, value: object, utterance: str, is_tainted: bool) -> JsonObject:
        try:
            plan = parse_plan(without_context(value))
        except JarvisError as error:
            return {**risk.refuse(error.message).to_json(), "anomalies": [], "steps": []}
        screening = self._screener.screen(plan.actions, utterance)
        verdicts = self.verdicts(plan.actions, screening, is_tainted)
        return {
            "verdict": strictest(verdict.kind for verdict in verdicts).value,
            "anomalies": [anomaly.to_json() for anomaly in screening.anomalies],
            "steps": [
                {"index": index, "tool": action.tool, **verdict.to_json()}
                for index, (action, verdict) in enumerate(zip(plan.actions, verdicts, strict=True))
            ],
        }

    def verdicts(self, actions: Sequence[Action], screening: Screening, is_tainted: bool) -> list[Verdict]:
        """A verdict for each action."""
        return [self._verdict(action, screening, index, is_tainted) for index, action in enumerate(actions)]

    def _verdict(self, action: Action, screening: Screening, index: int, is_tainted: bool) -> Verdict:
        try:
            tool = admitted(self._registry, action, ServiceLevel.FULL)
            demand_passed(tool, screening, index)
            tool.vet(self._reach, tool.validate(action.args))
        except JarvisError as error:
            return risk.refuse(error.message)
        return risk.decide(weigh(tool, screening, index, is_tainted=is_tainted))


def admitted(registry: Registry, action: Action, level: ServiceLevel) -> Tool:
    """The tool of an action, if there is one at this service level; raises REFUSED."""
    tool = registry.find(action.tool)
    if not risk.is_offered(tool.name, level):
        raise risk.refusal(f"that is not offered in {level.value} mode; my status says why")
    return tool


def demand_passed(tool: Tool, screening: Screening, index: int) -> None:
    """Raise REFUSED, or PATH_REFUSED for a path, with the reason when screening refused a step."""
    finding = screening.refusal(index)
    if finding is None:
        return
    is_path = finding.rule in _PATH_RULES and Effect.EXECUTE not in tool.spec.effects
    raise RequestError(finding.reason, code=ErrorCode.PATH_REFUSED if is_path else ErrorCode.REFUSED)


def strictest(kinds: Iterable[VerdictKind]) -> VerdictKind:
    """The strictest of several verdicts; none is ``run``."""
    found = set(kinds)
    return next((kind for kind in (VerdictKind.REFUSE, VerdictKind.ASK) if kind in found), VerdictKind.RUN)


def without_context(value: object) -> object:
    """A request without what :func:`request_context` reads."""
    if isinstance(value, Mapping):
        return {key: inner for key, inner in value.items() if key not in ("utterance", "taint", "tainted")}
    return value


def request_context(request: Mapping[str, object]) -> tuple[str, bool]:
    """What the person said, and whether untrusted text is behind the request."""
    utterance = request.get("utterance", "")
    taint = request.get("taint", request.get("tainted", False))
    return (utterance if isinstance(utterance, str) else ""), bool(taint) and taint not in ("false", "none", "no")
