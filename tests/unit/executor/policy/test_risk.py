"""Risk tiers come from named factors; an opinion only raises (A9, D4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.errors import ErrorCode
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
    refusal,
    refuse,
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


@pytest.mark.parametrize(
    ("effect", "factor"),
    [
        (Effect.WRITE, "write"),
        (Effect.DELETE, "deletion"),
        (Effect.EXECUTE, "code"),
        (Effect.SEND, "send"),
        (Effect.MEMORY, "memory"),
    ],
)
def test_each_effect_brings_its_factor(effect: Effect, factor: str) -> None:
    assert assess(RiskInput((effect,))).factors == (factor,)
    assert assess(RiskInput((effect,))).score == WEIGHTS[factor]
    assert assess(RiskInput((Effect.READ, Effect.FETCH))).factors == ()


def test_every_weight_is_what_it_was_chosen_to_be() -> None:
    assert dict(WEIGHTS) == {
        "deletion": 0.7, "send": 0.6, "overwrite": 0.6, "recursive": 0.5, "bulk": 0.4, "code": 0.4, "write": 0.2,
        "move": 0.2, "memory": 0.1, "appointment": 0.6,
    }  # fmt: skip


@pytest.mark.parametrize("factor", ["deletion", "code", "send", "overwrite", "appointment"])
def test_what_destroys_executes_sends_or_replaces_must_be_asked(factor: str) -> None:
    assert assess(RiskInput((Effect.READ,), (factor,))).must_ask
    assert not assess(RiskInput((Effect.READ,), ("recursive",))).must_ask


def test_many_files_and_folders_count_where_something_changes() -> None:
    for effects, files, folders, factors in (
        ((Effect.WRITE,), 10, 0, ("write",)),
        ((Effect.WRITE,), 11, 0, ("bulk", "write")),
        ((Effect.WRITE,), 0, 1, ("recursive", "write")),
        ((Effect.READ,), 11, 1, ()),
    ):
        assert assess(RiskInput(effects, facts=Facts(files=files, folders=folders))).factors == factors


def test_what_only_reads_says_so_and_runs() -> None:
    verdict = decide(assess(READ))
    assert (verdict.kind, verdict.tier, verdict.score, verdict.reasons) == (
        VerdictKind.RUN,
        1,
        0.0,
        ("only reads 0",),
    )


def test_why_it_is_asked_is_told() -> None:
    assert decide(assess(BULK_MOVE)).reasons[-1] == "no opinion to be had"
    assert decide(assess(BULK_MOVE), RiskOpinion(0.55, "")).reasons[-1] == "opinion 0.55"
    assert decide(assess(BULK_MOVE), RiskOpinion(0.55, "")).score == 0.55
    assert decide(assess(BULK_MOVE), RiskOpinion(0.1, "")).score == 0.4
    assert decide(assess(BULK_MOVE), RiskOpinion(1.0, "")).kind is VerdictKind.ASK
    assert decide(assess(READ), level=ServiceLevel.SAFE).reasons == ("only reads 0", "safe mode")
    assert decide(assess(RiskInput((Effect.READ,), warnings=("odd: it is",)))).reasons == (
        "only reads 0",
        "odd: it is",
    )


def test_a_refusal_is_the_worst_verdict() -> None:
    verdict = refuse("one", "other")
    assert (verdict.kind, verdict.tier, verdict.score, verdict.reasons) == (
        VerdictKind.REFUSE,
        3,
        1.0,
        ("one", "other"),
    )
    assert (refusal("why").code, refusal("why").message) == (ErrorCode.REFUSED, "why")


def test_a_degraded_level_offers_what_the_full_one_does() -> None:
    for level in ServiceLevel:
        offered = {name for name in ("file_read", "file_write") if is_offered(name, level)}
        assert offered == {
            ServiceLevel.SAFE: {"file_read"},
            ServiceLevel.REFUSING: set(),
        }.get(level, {"file_read", "file_write"})
