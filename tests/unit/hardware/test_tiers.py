"""What a machine is, what to expect of it, and what was measured (C1)."""

from __future__ import annotations

from typing import Any

import pytest

from jarvisd.hardware.machine import MachineSize, mb_of_gb
from jarvisd.hardware.measured import measured_ms
from jarvisd.hardware.plan import plan_for
from jarvisd.hardware.tiers import EXPECTED, STAGES, Tier, lacks, tier_of


@pytest.mark.parametrize(
    ("vram_gb", "ram_gb", "cores", "tier", "end_to_end"),
    [
        (0, 2, 1, "below", None),
        (0, 4, 2, "small", [5000, 7000]),
        (0, 16, 4, "small", [5000, 7000]),
        (0, 16, 8, "cpu", [12_000, 20_000]),
        (3, 64, 16, "cpu", [12_000, 20_000]),
        (4, 16, 8, "gpu-small", [3000, 20_000]),
        (8, 16, 8, "gpu-small", [3000, 20_000]),
        (12, 32, 12, "gpu", [3000, 5000]),
        (16, 64, 16, "gpu-large", [1500, 3000]),
        (24, 64, 16, "gpu-large", [1500, 3000]),
    ],
)
def test_the_tiers_and_their_figures(
    vram_gb: int, ram_gb: int, cores: int, tier: str, end_to_end: list[int] | None
) -> None:
    plan = plan_for(MachineSize(mb_of_gb(vram_gb), mb_of_gb(ram_gb), cores))
    shown: Any = plan.to_json()
    assert (shown["tier"], shown["expected_ms"]["end_to_end"]) == (tier, end_to_end)
    assert lacks(plan.machine, plan.tier) == []


def test_every_figure_says_whose_it_is() -> None:
    assert set(EXPECTED) == set(Tier)
    for tier, expected in EXPECTED.items():
        shown = expected.to_json()
        assert list(shown) == ["source", *STAGES]
        assert ("§15" in expected.source) == (tier not in (Tier.SMALL, Tier.BELOW))
        assert all(low <= high for low, high in expected.stages_ms.values())
    assert EXPECTED[Tier.BELOW].stages_ms == {}


def test_a_large_card_in_a_small_machine_is_told_as_such() -> None:
    machine = MachineSize(mb_of_gb(24), mb_of_gb(16), 4)
    assert tier_of(machine) is Tier.GPU_LARGE
    assert lacks(machine, Tier.GPU_LARGE) == ["16 cores, and this has 4", "64 GB, and this has 16.0"]
    assert "slower" in plan_for(machine).expectation_in_words()


def turn(channel: str, **ends_ms: float) -> dict[str, Any]:
    spans, before = [], 0.0
    for stage, end_ms in ends_ms.items():
        spans.append({"stage": stage, "began_ms": before, "took_ms": end_ms - before})
        before = end_ms
    return {"channel": channel, "spans": spans}


def test_what_was_measured_is_the_median_of_what_was_spoken_and_planned() -> None:
    planned = {"speech_end": 3000, "transcript": 3400, "memory": 3500, "first_token": 4200}
    traces = [
        turn("voice", **planned, plan=5000, reply=5500, first_audio=6000, end=8000),
        turn("voice", **{**planned, "transcript": 3490}, first_audio=7000),
        # By sentence: transcribed, but no figure of the language model.
        turn("voice", speech_end=2000, transcript=2800, first_audio=3000),
        turn("dbus", memory=20, first_token=120, end=900),
        turn("dbus", end=9),
    ]
    assert measured_ms(traces) == {
        "source": "median of at most 100 newest traces",
        "wake_word": None,
        "stt": 490.0,
        "llm_first_token": 700.0,
        "tts_first_chunk": None,
        "end_to_end": 3500.0,
        "turns": {"wake_word": 0, "stt": 3, "llm_first_token": 3, "tts_first_chunk": 0, "end_to_end": 2},
    }


@pytest.mark.parametrize("traces", [[], [turn("dbus", end=9)], [{}]])
def test_where_nothing_was_measured_nothing_is_told(traces: list[dict[str, Any]]) -> None:
    assert measured_ms(traces) is None
