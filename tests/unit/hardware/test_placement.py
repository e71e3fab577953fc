"""Where models belong on machines of all sizes, as a whole and by what always holds (B4)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.cli.setup import SMALL_MACHINE_BYTES
from jarvisd.config.schema import Config
from jarvisd.hardware import footprints
from jarvisd.hardware.machine import MachineSize, mb_of_gb
from jarvisd.hardware.placement import PARTS, SMALL_MODEL_RAM_MB, Device, PartPlacement, place
from jarvisd.hardware.plan import plan_for

TABLE = Path(__file__).parents[2] / "data" / "placement.tsv"
SIZES = [
    (vram, ram, cores) for vram in (0, 3, 4, 6, 8, 12, 24) for ram in (2, 4, 16) for cores in (1, 2, 4, 8, 16)
]
ROWS = {
    "all": dict.fromkeys(("llm", "stt", "embeddings"), "gpu"),
    "model": {"llm": "gpu"},
    "none": {},
}

machines = st.builds(
    MachineSize, vram_mb=st.integers(0, 100_000), ram_mb=st.integers(1, 1_000_000), cores=st.integers(1, 256)
)


def cell(place: PartPlacement) -> str:
    words = [place.device.value, place.backend, place.model, place.compute_type]
    layers = f"{place.layers}/{place.layers_in_all}" if place.layers_in_all else ""
    return " ".join(filter(None, [*words, layers, f"threads={place.threads}" if place.threads else ""]))


def rendered() -> str:
    """The table as it is kept; ``python -m tests.unit.hardware.test_placement`` prints it."""
    lines = ["\t".join(("vram_gb", "ram_gb", "cores", "tier", *PARTS))]
    for vram_gb, ram_gb, cores in SIZES:
        plan = plan_for(MachineSize(mb_of_gb(vram_gb), mb_of_gb(ram_gb), cores))
        cells = [cell(plan.placement[part]) for part in PARTS]
        lines.append("\t".join((str(vram_gb), str(ram_gb), str(cores), plan.tier.value, *cells)))
    return "\n".join(lines) + "\n"


def test_the_table_as_a_whole() -> None:
    assert rendered() == TABLE.read_text("utf-8")


@pytest.mark.parametrize(
    ("shown_mb", "row"),
    [
        (0, "none"),
        (3072, "none"),
        (3813, "none"),
        # As drivers show cards of 4, 6 and 8 GB.
        (4040, "model"),
        (4096, "model"),
        (6144, "model"),
        (7628, "model"),
        (7973, "all"),
        (8192, "all"),
        (24_564, "all"),
    ],
)
def test_the_rows_are_those_of_the_design(shown_mb: int, row: str) -> None:
    found = {part: place.device.value for part, place in place(MachineSize(shown_mb, 16_000, 8)).items()}
    assert found == {**dict.fromkeys(PARTS, "cpu"), **ROWS[row]}


@given(machine=machines, more_mb=st.integers(0, 100_000))
def test_more_memory_of_a_card_moves_nothing_off_it(machine: MachineSize, more_mb: int) -> None:
    before = place(machine)
    after = place(MachineSize(machine.vram_mb + more_mb, machine.ram_mb, machine.cores))
    moved = [part for part in PARTS if before[part].device is Device.GPU and after[part].device is Device.CPU]
    assert moved == []


@given(machine=machines)
def test_what_is_placed_on_a_card_fits_with_its_reserve(machine: MachineSize) -> None:
    placed = place(machine)
    assert tuple(placed) == PARTS
    on_card = [where for where in placed.values() if where.device is Device.GPU]
    needed_mb = sum(where.vram_mb for where in on_card)
    assert all(where.vram_mb for where in on_card)
    assert not on_card or needed_mb + footprints.RESERVE_MB <= machine.vram_mb
    llm = placed["llm"]
    assert (llm.layers > 0) == (llm.device is Device.GPU)
    assert llm.layers <= llm.layers_in_all
    # What is not on the card needs threads, and there are no more of them than cores.
    assert (llm.threads > 0) == (llm.layers < llm.layers_in_all)
    assert all(where.threads <= machine.cores for where in placed.values())


@given(machine=machines)
def test_only_what_is_on_a_card_is_marked_as_untested(machine: MachineSize) -> None:
    for where in place(machine).values():
        assert where.to_json().get("untested_on_hardware", False) == (where.device is Device.GPU)


def test_it_goes_by_what_is_set_and_chosen_elsewhere() -> None:
    config = Config()
    assert config.llm.context_tokens == footprints.CONTEXT_TOKENS
    assert config.llm.ollama_model == footprints.LLAMA.ollama_name
    assert config.llm.model == footprints.SMALL_QWEN.embedded_name
    assert SMALL_MODEL_RAM_MB == SMALL_MACHINE_BYTES >> 20
    placed = place(MachineSize(0, mb_of_gb(4), 2))
    assert (placed["stt"].model, placed["embeddings"].model) == (config.stt.model, config.memory.model)
    assert placed["stt"].threads == config.stt.threads


def test_a_model_that_a_card_holds_whole_needs_no_large_processor() -> None:
    assert place(MachineSize(12_288, 8000, 2))["llm"].model == footprints.LLAMA.ollama_name
    assert place(MachineSize(6144, 8000, 2))["llm"].model == footprints.SMALL_QWEN.ollama_name


if __name__ == "__main__":
    sys.stdout.write(rendered())
