"""Risk tiers come from named factors; an opinion only raises (A9, D4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.planning.opinion import RiskOpinion
from jarvisd.core.planning.plan import VerdictKind
from jarvisd.core.states import ServiceLevel
from jarvisd.executor.policy.risk import (
    WEIGHTS,
    RiskInput,
    assess,
    decide,
    is_contained,
    is_offered,
    wants_opinion,
)
from jarvisd.executor.tools.spec import Effect, Facts

READ = RiskInput((Effect.READ,))
DELETE = RiskInput((Effect.DELETE,), facts=Facts(files=2347, folders=12, total_bytes=450_000_000))
CODE = RiskInput((Effect.EXECUTE,))
SEND = RiskInput((Effect.SEND,))
CONTAINED = RiskInput((Effect.EXECUTE,), is_contained=True)
BULK_MOVE = RiskInput((Effect.WRITE,), factors=("move",), facts=Facts(files=45))


def test_the_five_actions_of_the_example_have_their_tiers() -> None:
    """A9: tiers 1, 3, 1, 3, 3, with the code's opinion of 0.55 as in the example; that code is shown a folder."""
    actions = [READ, DELETE, READ, CODE, SEND]
    assert [decide(assess(risk), RiskOpinion(0.55, "moves files")).tier for risk in actions] == [1, 3, 1, 3, 3]


@pytest.mark.parametrize("opinion", [None, RiskOpinion(1.0, ""), RiskOpinion(0.0, "")])
def test_a_program_with_nothing_in_reach_is_announced_whatever_a_model_thinks(opinion: RiskOpinion | None) -> None:
    """Decision 23: the sandbox is the wall, so nobody is asked for an opinion either."""
    verdict = decide(assess(CONTAINED), opinion)
    assert (verdict.kind, verdict.tier, verdict.reasons) == (VerdictKind.RUN, 2, ("code 0.4",))
    assert not wants_opinion(assess(CONTAINED))


@pytest.mark.parametrize(
    "change",
    [
        {"is_tainted": True},
        {"warnings": ("opaque: it runs another file",)},
        {"factors": ("deletion",)},
        {"factors": ("write",)},
        {"facts": Facts(files=11)},
        {"effects": (Effect.EXECUTE, Effect.SEND)},
        {"effects": (Effect.EXECUTE, Effect.WRITE)},
        {"is_contained": False},
    ],
)
def test_anything_beyond_that_makes_it_asked(change: dict[str, Any]) -> None:
    assert decide(assess(replace(CONTAINED, **change)), RiskOpinion(0.0, "")).kind is VerdictKind.ASK
    assert decide(assess(CONTAINED), level=ServiceLevel.SAFE).kind is VerdictKind.ASK


@pytest.mark.parametrize(
    ("tool", "args", "contained"),
    [
        ("execute_code", {"code": "1"}, True),
        ("execute_code", {"code": "1", "workspace": ""}, True),
        ("execute_code", {"code": "1", "workspace": "documents"}, False),
        ("execute_code", {"code": "1", "workspace": "documents", "mode": "write"}, False),
        ("run_script", {"code": "1"}, False),
    ],
)
def test_only_the_sandboxed_tool_without_a_folder_is_contained(
    tool: str, args: dict[str, str], contained: bool
) -> None:
    assert is_contained(tool, args) is contained


def test_the_weights_are_those_of_the_requirement() -> None:
    """A9: recursive 0.5, deletion 0.7, bulk 0.4, send 0.6, code 0.4."""
    named = {name: WEIGHTS[name] for name in ("recursive", "deletion", "bulk", "send", "code")}
    assert named == {"recursive": 0.5, "deletion": 0.7, "bulk": 0.4, "send": 0.6, "code": 0.4}


def test_factors_combine_by_maximum_and_are_all_listed() -> None:
    """A verdict lists every reason."""
    verdict = decide(assess(DELETE))
    assert verdict.score == 0.7
    assert verdict.reasons == ("deletion 0.7", "recursive 0.5", "bulk 0.4")


@pytest.mark.parametrize(
    ("opinion", "tier", "kind"),
    [
        (None, 3, VerdictKind.ASK),
        (RiskOpinion(float("nan"), ""), 3, VerdictKind.ASK),
        (RiskOpinion(-1.0, ""), 3, VerdictKind.ASK),
        (RiskOpinion(1.5, ""), 3, VerdictKind.ASK),
        (RiskOpinion(0.0, "harmless"), 2, VerdictKind.RUN),
        (RiskOpinion(0.59, ""), 2, VerdictKind.RUN),
        (RiskOpinion(0.6, ""), 3, VerdictKind.ASK),
    ],
)
def test_the_ambiguous_band_is_asked_unless_an_opinion_is_usable_and_low(
    opinion: RiskOpinion | None, tier: int, kind: VerdictKind
) -> None:
    """A9: no or a bad answer counts as TIER_3; a low one announces."""
    verdict = decide(assess(BULK_MOVE), opinion)
    assert (verdict.tier, verdict.kind) == (tier, kind)


@given(
    effects=st.lists(st.sampled_from(list(Effect)), max_size=3).map(tuple),
    factors=st.lists(st.sampled_from([*WEIGHTS, "unheard of"]), max_size=4).map(tuple),
    files=st.integers(0, 5000),
    opinion=st.one_of(st.none(), st.floats(allow_nan=True).map(lambda value: RiskOpinion(value, ""))),
)
def test_no_opinion_lowers_a_tier(
    effects: tuple[Effect, ...], factors: tuple[str, ...], files: int, opinion: RiskOpinion | None
) -> None:
    """Whatever a language model says, a step outside the ambiguous band keeps its tier, and no score falls."""
    risk = assess(RiskInput(effects, factors, Facts(files=files)))
    verdict = decide(risk, opinion)
    assert verdict.score >= risk.score
    if not wants_opinion(risk):
        assert verdict == decide(risk, RiskOpinion(1.0, ""))
    if {Effect.DELETE, Effect.EXECUTE, Effect.SEND} & set(effects) or "overwrite" in factors:
        assert verdict.kind is VerdictKind.ASK


def test_whatever_derives_from_untrusted_text_is_asked() -> None:
    """Decision 4: a tainted step is confirmed, even a reading one."""
    verdict = decide(assess(RiskInput((Effect.READ,), is_tainted=True)))
    assert (verdict.kind, verdict.tier) == (VerdictKind.ASK, 3)
    assert "derives from untrusted text" in verdict.reasons


def test_an_unknown_factor_counts_fully() -> None:
    """A plugin that invents a factor is asked about."""
    assert decide(assess(RiskInput((Effect.READ,), factors=("telepathy",)))).kind is VerdictKind.ASK


def test_safe_mode_offers_three_tools_and_asks_about_each() -> None:
    """D4: only file_read, search_files and system_info, everything TIER_3."""
    names = ["get_time", "system_info", "search_files", "file_read", "file_write", "execute_code"]
    offered = [name for name in names if is_offered(name, ServiceLevel.SAFE)]
    assert offered == ["system_info", "search_files", "file_read"]
    assert decide(assess(READ), level=ServiceLevel.SAFE).tier == 3


def test_refusing_offers_nothing() -> None:
    """D8: a failed self-test leaves no tool."""
    assert not is_offered("get_time", ServiceLevel.REFUSING)
