"""The verdict on a step from everything that is known of it: the one place that live runs, checks and the red-team
share (requirements A9, D7, D9). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.network.web_url import parse_allowed, parse_spoken_url
from jarvisd.core.planning.plan import Action, Plan, Verdict, VerdictKind, parse_action, parse_plan
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy import risk
from jarvisd.executor.policy.licensing import Licensor, PlanLicences
from jarvisd.executor.policy.provenance import Sources, StepProvenance, trace, tracer_of
from jarvisd.executor.policy.risk import Risk, RiskInput
from jarvisd.executor.policy.screening import Screener, Screening
from jarvisd.executor.tools.context import Reach
from jarvisd.executor.tools.spec import Effect, Facts, Registry, Tool
from jarvisd.executor.tools.url_provenance import unnamed
from jarvisd.lang.pack import LanguagePack

_PATH_RULES = frozenset({"path", "path_traversal", "system_path", "secret", "persistence", "self_referential"})


def weigh(
    tool: Tool,
    args: Mapping[str, object],
    screening: Screening,
    index: int,
    *,
    factors: tuple[str, ...] = (),
    facts: Facts | None = None,
    is_tainted: bool = False,
    warnings: tuple[str, ...] = (),
    provenance: StepProvenance | None = None,
) -> Risk:
    """The risk of a step of ``tool``, with what was measured as far as it has been."""
    origins = provenance or StepProvenance()
    return risk.assess(
        RiskInput(
            effects=tool.spec.effects,
            factors=tool.spec.factors + factors,
            facts=facts or Facts(),
            is_tainted=is_tainted,
            warnings=(*screening.warnings(index), *warnings, *origins.reasons),
            is_contained=risk.is_contained(tool.name, args),
            is_announced=origins.is_announced,
        )
    )


class Judge:
    """Verdicts without a disk, a bus or a language model: what is not measured counts as unknown, not as safe."""

    def __init__(
        self,
        registry: Registry,
        roots: Sequence[str],
        reach: Reach,
        language: LanguagePack,
        is_there: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.registry = registry
        self.language = language
        self._licensor = Licensor(registry, language)
        self._screener = Screener(registry, roots, is_there)
        self.reach = reach

    def works_on_files(self, name: object) -> bool:
        """Whether there is a tool called ``name`` that works on files of workspaces."""
        return isinstance(name, str) and self.registry.has(name) and self.registry.find(name).spec.on_files

    def check(self, request: object) -> JsonObject:
        """Answer one line of ``jarvisctl policy check``; raises RequestError for what is no such line.

        With ``"utterance"`` every step has ``"origins"``, argument to where it comes from; what is remembered
        and read besides stands in the lists ``"remembered"`` and ``"read"``. ``"allow_hosts"`` stands for
        ``web.allow_hosts`` of the configuration.
        """
        if not isinstance(request, Mapping) or len({"tool", "plan", "actions"} & set(request)) != 1:
            raise RequestError('expected an object with "tool" and "args", or with "plan"')
        asked = self._asked(request)
        if "tool" in request:
            return self._one(request, asked)
        plan = request.get("plan", request)
        inner, inner_taint = request_context(plan) if isinstance(plan, Mapping) else (Sources(), False)
        sources = asked.sources if asked.utterance else inner
        return self._whole(plan, replace(asked, sources=sources, is_tainted=asked.is_tainted or inner_taint))

    def _asked(self, request: Mapping[str, object]) -> Asked:
        sources, is_tainted = request_context(request)
        reach = self.reach
        if "allow_hosts" in request:
            try:
                reach = replace(reach, allowed_hosts=parse_allowed(str(request["allow_hosts"])))
            except ValueError as error:
                raise RequestError(f"allow_hosts: {error}") from error
        return Asked(sources, is_tainted, reach)

    def _licensed(self, plan: Plan, asked: Asked) -> Asked:
        licences = self._licensor.licences(plan, asked.utterance, asked.sources.remembered)
        return replace(asked, licences=licences)

    def _one(self, request: Mapping[str, object], asked: Asked) -> JsonObject:
        try:
            action = parse_action({key: request[key] for key in ("tool", "args") if key in request})
        except JarvisError as error:
            return risk.refuse(error.message).to_json()
        asked = replace(
            asked,
            licences=self._licensor.licences(Plan("", 1.0, (action,)), asked.utterance, asked.sources.remembered),
        )
        return self._step(action, self._screener.screen((action,), asked.utterance), 0, asked)

    def _whole(self, value: object, asked: Asked) -> JsonObject:
        try:
            plan = parse_plan(without_context(value))
        except JarvisError as error:
            return {**risk.refuse(error.message).to_json(), "anomalies": [], "steps": []}
        screening = self._screener.screen(plan.actions, asked.utterance)
        asked = self._licensed(plan, asked)
        steps = [self._step(action, screening, index, asked) for index, action in enumerate(plan.actions)]
        return {
            "verdict": strictest(VerdictKind(str(step["verdict"])) for step in steps).value,
            "anomalies": [anomaly.to_json() for anomaly in screening.anomalies],
            "steps": [
                {"index": index, "tool": action.tool, **step}
                for index, (action, step) in enumerate(zip(plan.actions, steps, strict=True))
            ],
        }

    def _step(self, action: Action, screening: Screening, index: int, asked: Asked) -> dict[str, JsonValue]:
        """The verdict on one step and the origins of its arguments, as they are shown."""
        verdict = self._verdict(action, screening, index, asked)
        origins = self._provenance(action, asked).to_json()
        return {**verdict.to_json(), "origins": origins, "licence": asked.licence(index)}

    def _provenance(self, action: Action, asked: Asked, *, is_new: bool = True) -> StepProvenance:
        """Where the arguments come from; of a name that was not looked for it is taken that nothing has it."""
        if not self.registry.has(action.tool):
            return StepProvenance()
        tracer = tracer_of(asked.sources, self.language.wording)
        return trace(self.registry.find(action.tool), action.args, tracer, is_new=is_new)

    def _verdict(self, action: Action, screening: Screening, index: int, asked: Asked) -> Verdict:
        try:
            tool = admitted(self.registry, action, ServiceLevel.FULL)
            demand_passed(tool, screening, index)
            args = tool.validate(action.args)
            tool.vet(asked.reach, args)
            if asked.licences is not None:
                asked.licences.demand(index)
        except JarvisError as error:
            return risk.refuse(error.message)
        factors = asked.foreseen(tool, args)
        provenance = self._provenance(action, asked)
        return risk.decide(
            weigh(
                tool,
                args,
                screening,
                index,
                factors=factors,
                is_tainted=asked.is_tainted,
                warnings=asked.warnings(tool, index),
                provenance=provenance,
            )
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known around a request."""

    sources: Sources
    is_tainted: bool
    reach: Reach
    licences: PlanLicences | None = None

    def licence(self, index: int) -> JsonObject:
        """How a step stands to what was said; empty where nobody said anything."""
        return self.licences.of(index).to_json() if self.licences else {}

    def warnings(self, tool: Tool, index: int, *, is_new: bool = True) -> tuple[str, ...]:
        """Why a step with an effect is asked about that leaves words of what was said over.

        Of a name that was not looked for it is taken that nothing has it.
        """
        return self.licences.warnings(index, is_new=is_new) if self.licences and tool.spec.changes else ()

    @property
    def utterance(self) -> str:
        """What the person said."""
        return self.sources.said

    def foreseen(self, tool: Tool, args: Mapping[str, Any]) -> tuple[str, ...]:
        """What a preview will measure without looking at anything: whether an address carries something away."""
        url = args.get("url")
        if Effect.FETCH not in tool.spec.effects or not isinstance(url, str):
            return ()
        return ("send",) if unnamed(parse_spoken_url(url), self.utterance, self.reach.allowed_hosts) else ()


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
        return {
            key: inner
            for key, inner in value.items()
            if key not in ("utterance", "remembered", "read", "taint", "tainted", "allow_hosts")
        }
    return value


def request_context(request: Mapping[str, object]) -> tuple[Sources, bool]:
    """What was said, remembered and read, and whether untrusted text is behind the request."""
    utterance = request.get("utterance", "")
    taint = request.get("taint", request.get("tainted", False))
    is_tainted = bool(taint) and taint not in ("false", "none", "no")
    said = utterance if isinstance(utterance, str) else ""
    return Sources(said, _texts(request.get("remembered")), _texts(request.get("read"))), is_tainted


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
