"""What may run by itself, what is asked and what is refused (requirements A9, D4). Pure.

Risk is the highest of named factors. A language model's opinion is wanted only in the ambiguous band and can
only raise. Whatever destroys, executes or sends is asked, whatever its score; but for a program that is shown no
folder and in which reading found nothing: it is announced, for the sandbox holds it (decision 23).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.planning.plan import Verdict, VerdictKind
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.tools.spec import Effect, Facts

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "deletion": 0.7,
        "send": 0.6,
        "overwrite": 0.6,
        "appointment": 0.6,
        "recursive": 0.5,
        "bulk": 0.4,
        "code": 0.4,
        "write": 0.2,
        "move": 0.2,
        "memory": 0.1,
    }
)
"""Named factors and their weights (A9); reading has none."""

BULK_FILES = 10
"""More files than this in one step are ``bulk``."""
AMBIGUOUS_FROM, ASK_FROM = 0.3, 0.6
"""Scores at which the ambiguous band and asking begin (A9)."""
SAFE_MODE_TOOLS = frozenset({"file_read", "search_files", "system_info"})
"""All that is left in safe mode (D4)."""

SANDBOXED_TOOLS = frozenset({"execute_code"})
"""Tools whose programs see nothing but the workspace that an argument names. No plugin can take these names."""

_EFFECT_FACTORS: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.WRITE: "write",
        Effect.DELETE: "deletion",
        Effect.EXECUTE: "code",
        Effect.SEND: "send",
        Effect.MEMORY: "memory",
    }
)
_ALWAYS_ASKED = frozenset({"deletion", "code", "send", "overwrite", "appointment"})


@dataclass(frozen=True, slots=True)
class RiskInput:
    """All that risk depends on: nothing here was written by a language model."""

    effects: tuple[Effect, ...]
    factors: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)
    is_tainted: bool = False
    """Arguments derive from tool output, file contents or tainted memories (decision 4)."""
    warnings: tuple[str, ...] = ()
    """What screening found unusual; each is a reason to ask (D7)."""
    is_contained: bool = False
    """It runs in the sandbox, without network, and is shown no folder."""
    is_announced: bool = False
    """It makes something new, under a name that nobody said."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A score with its named factors, highest first."""

    score: float
    factors: tuple[str, ...]
    reasons: tuple[str, ...]
    must_ask: bool
    is_contained: bool
    """All that it does is run a program which has nothing in reach: it is announced, whatever its score."""
    is_announced: bool
    """It is told before it is done."""


def is_contained(tool: str, args: Mapping[str, object]) -> bool:
    """Whether a step runs a program that is shown no folder."""
    return tool in SANDBOXED_TOOLS and not args.get("workspace")


def assess(risk: RiskInput) -> Risk:
    """Combine the named factors of a step by their maximum; an unknown factor counts fully."""
    names = set(risk.factors)
    names.update(_EFFECT_FACTORS[effect] for effect in risk.effects if effect in _EFFECT_FACTORS)
    changes = any(effect is not Effect.READ for effect in risk.effects)
    if changes and risk.facts.files > BULK_FILES:
        names.add("bulk")
    if changes and risk.facts.folders > 0:
        names.add("recursive")
    weights = {name: WEIGHTS.get(name, 1.0) for name in names}
    ordered = tuple(sorted(names, key=lambda name: (-weights[name], name)))
    reasons = [f"{name} {weights[name]:g}" for name in ordered] or ["only reads 0"]
    if risk.is_tainted:
        reasons.append("derives from untrusted text")
    reasons.extend(risk.warnings)
    is_contained = risk.is_contained and names == {"code"}
    must_be_asked = _ALWAYS_ASKED - {"code"} if is_contained else _ALWAYS_ASKED
    return Risk(
        score=max(weights.values(), default=0.0),
        factors=ordered,
        reasons=tuple(reasons),
        must_ask=risk.is_tainted or bool(risk.warnings) or not must_be_asked.isdisjoint(names),
        is_contained=is_contained,
        is_announced=is_contained or risk.is_announced,
    )


def wants_opinion(risk: Risk) -> bool:
    """Whether a language model's opinion could still change the tier."""
    return not risk.must_ask and not risk.is_contained and AMBIGUOUS_FROM <= risk.score < ASK_FROM


def decide(risk: Risk, opinion: RiskOpinion | None = None, *, level: ServiceLevel = ServiceLevel.FULL) -> Verdict:
    """The verdict on a validated step. Without a usable opinion the ambiguous band is asked (A9)."""
    reasons = list(risk.reasons)
    score = risk.score
    ambiguous = wants_opinion(risk)
    asked = risk.must_ask or score >= ASK_FROM
    if ambiguous and opinion is not None and 0.0 <= opinion.risk <= 1.0:
        score = max(score, opinion.risk)
        reasons.append(f"opinion {opinion.risk:g}")
        asked = score >= ASK_FROM
    elif ambiguous:
        reasons.append("no opinion to be had")
        asked = True
    if level is ServiceLevel.SAFE:
        reasons.append("safe mode")
        asked = True
    if asked:
        return Verdict(VerdictKind.ASK, tier=3, score=score, reasons=tuple(reasons))
    is_announced = ambiguous or risk.is_announced
    return Verdict(VerdictKind.RUN, tier=2 if is_announced else 1, score=score, reasons=tuple(reasons))


def refuse(*reasons: str) -> Verdict:
    """The verdict on a step that must not run at all."""
    return Verdict(VerdictKind.REFUSE, tier=3, score=1.0, reasons=reasons)


def refusal(reason: str) -> RequestError:
    """The error that ends a step which must not run."""
    return RequestError(reason, code=ErrorCode.REFUSED)


def is_offered(tool: str, level: ServiceLevel) -> bool:
    """Whether a tool exists at this service level (D4)."""
    if level is ServiceLevel.REFUSING:
        return False
    return level is not ServiceLevel.SAFE or tool in SAFE_MODE_TOOLS
