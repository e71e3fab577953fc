"""A tool as people are shown it: arguments, effects, when it is asked, how it is taken back. Pure.

Everything comes from the registry and from asking the policy itself, so that it cannot say anything else than what
happens.
"""

from __future__ import annotations

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.planning.plan import Verdict, VerdictKind
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy import risk as policy
from jarvisd.executor.policy.risk import BULK_FILES, WEIGHTS, RiskInput
from jarvisd.executor.tools.spec import Facts, Tool

HARMLESS = RiskOpinion(0.0, "")
_TIERS = {1: "runs by itself", 2: "is announced", 3: "is asked about"}


def describe(tool: Tool, level: ServiceLevel, origin: str = "", step_deadline_s: float = 0.0) -> JsonObject:
    """What ``jarvisctl tools show`` shows."""
    spec = tool.spec
    return {
        **tool.to_json(),
        "origin": origin or "built in",
        "offered": policy.is_offered(tool.name, level),
        "in_safe_mode": policy.is_offered(tool.name, ServiceLevel.SAFE),
        "deadline_s": spec.deadline_s or step_deadline_s,
        "tier": _tier(tool),
        "undo": _undo(tool),
    }


def _undo(tool: Tool) -> str:
    if not tool.spec.has_effects:
        return "It changes nothing."
    return tool.spec.undo or "It cannot be undone."


def _tier(tool: Tool) -> dict[str, JsonValue]:
    """The least tier of a step, and what raises it."""
    usual = _verdict(tool)
    rises: list[JsonValue] = []
    for cause, verdict in _harder(tool):
        if verdict.tier > usual.tier or (verdict.tier == usual.tier and verdict.score > usual.score):
            rises.append(f"{cause}: {_said(verdict)}")
    return {"least": usual.tier, "score": usual.score, "said": _said(usual), "rises": rises}


def _harder(tool: Tool) -> list[tuple[str, Verdict]]:
    """What can make a step riskier than it usually is."""
    if tool.name in policy.SANDBOXED_TOOLS:
        shown = "a workspace, or something that reading the program found"
        return [(shown, _verdict(tool, is_alone=False)), *_anywhere(tool)]
    causes = [
        (f"more than {BULK_FILES} files", _verdict(tool, facts=Facts(files=BULK_FILES + 1))),
        ("whole folders", _verdict(tool, facts=Facts(folders=1))),
    ]
    for factor in tool.spec.measured:
        causes.append((f"{factor} ({WEIGHTS.get(factor, 1.0):g})", _verdict(tool, factor=factor)))
    return [*causes, *_anywhere(tool)]


def _anywhere(tool: Tool) -> list[tuple[str, Verdict]]:
    """What makes a step of any tool riskier."""
    return [
        ("arguments from untrusted text", _verdict(tool, is_tainted=True)),
        ("safe mode", _verdict(tool, level=ServiceLevel.SAFE)),
    ]


def _verdict(
    tool: Tool,
    *,
    facts: Facts | None = None,
    factor: str = "",
    is_tainted: bool = False,
    is_alone: bool = True,
    level: ServiceLevel = ServiceLevel.FULL,
) -> Verdict:
    if not policy.is_offered(tool.name, level):
        return policy.refuse("not offered")
    factors = (*tool.spec.factors, *([factor] if factor else []))
    is_contained = is_alone and policy.is_contained(tool.name, {})
    risk = policy.assess(
        RiskInput(tool.spec.effects, factors, facts or Facts(), is_tainted, is_contained=is_contained)
    )
    return policy.decide(risk, HARMLESS, level=level)


def _said(verdict: Verdict) -> str:
    if verdict.kind is VerdictKind.REFUSE:
        return "is refused"
    if verdict.tier == 2 and any(reason.startswith("opinion") for reason in verdict.reasons):
        return "is announced if the language model finds it harmless too, else asked about"
    return _TIERS[verdict.tier]
