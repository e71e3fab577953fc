"""The process that asks drivers: the real bindings of NVML over a library of our own, and files of a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jarvisd.hardware.adapters import this_machine
from jarvisd.hardware.adapters.this_machine import ANSWER_LIMIT_S, ask_drivers
from jarvisd.hardware.machine import Graphics, GraphicsState

SOURCE = Path(__file__).parents[1] / "fakes" / "nvml.c"
CHILD = "jarvisd.hardware.adapters.graphics_child"
ANSWERS_S, HANGS_S = 60.0, 0.5


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nvml")
    command = ["gcc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", folder / "libnvidia-ml.so.1", SOURCE]
    subprocess.run(command, check=True, timeout=60)
    return folder


def child(root: Path, library: Path | None = None, says: str = "") -> list[str]:
    variables = [f"LD_LIBRARY_PATH={library or root}", f"NVML_FAKE={says}"]
    return ["env", *variables, f"PYTHONPATH={Path(__file__).parents[2]}", sys.executable, "-m", CHILD, str(root)]


def amd_file(root: Path, number: int) -> Path:
    return root / f"sys/class/drm/card{number}/device/mem_info_vram_total"


def amd(root: Path, *sizes_mb: int) -> None:
    for number, size_mb in enumerate(sizes_mb):
        path = amd_file(root, number)
        path.parent.mkdir(parents=True)
        path.write_text(f"{size_mb << 20}\n")


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("12288", Graphics(GraphicsState.READY, 12_288, "Fake RTX 1")),
        ("6144,24564,8192", Graphics(GraphicsState.READY, 24_564, "Fake RTX 2")),
        ("", Graphics(GraphicsState.ZERO, detail="NVML")),
        ("0", Graphics(GraphicsState.ZERO, detail="NVML")),
        ("broken", Graphics(GraphicsState.FAILED, detail="NVML: RM has detected an NVML/RM version mismatch.")),
    ],
)
async def test_what_nvml_says(library: Path, tmp_path: Path, says: str, expected: Graphics) -> None:
    assert await ask_drivers(child(tmp_path, library, says), ANSWERS_S) == expected


async def test_a_card_that_is_hidden_from_the_unit_is_told_as_such(library: Path, tmp_path: Path) -> None:
    (tmp_path / "sys/module/nvidia").mkdir(parents=True)
    found = await ask_drivers(child(tmp_path, library, "broken"), ANSWERS_S)
    assert (found.state, "hidden from this process" in found.detail) == (GraphicsState.FAILED, True)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidiactl").touch()
    assert "hidden" not in (await ask_drivers(child(tmp_path, library, "broken"), ANSWERS_S)).detail


async def test_no_driver_is_no_card_of_any_size(tmp_path: Path) -> None:
    assert await ask_drivers(child(tmp_path), ANSWERS_S) == Graphics(GraphicsState.ABSENT)


async def test_the_largest_card_of_any_driver_counts(library: Path, tmp_path: Path) -> None:
    amd(tmp_path, 512, 16_368)
    found = await ask_drivers(child(tmp_path, library, "8192"), ANSWERS_S)
    assert found == Graphics(GraphicsState.READY, 16_368, "amdgpu card1")
    both = await ask_drivers(child(tmp_path, library, "broken"), ANSWERS_S)
    assert (both.vram_mb, "version mismatch" in both.detail) == (16_368, True)


async def test_amdgpu_without_memory_of_its_own_is_zero_and_rubbish_a_failure(tmp_path: Path) -> None:
    amd(tmp_path, 0)
    assert (await ask_drivers(child(tmp_path), ANSWERS_S)).state is GraphicsState.ZERO
    amd_file(tmp_path, 0).write_text("much")
    found = await ask_drivers(child(tmp_path), ANSWERS_S)
    assert (found.state, "holds no number" in found.detail) == (GraphicsState.FAILED, True)


async def test_a_driver_that_hangs_is_told_in_time_and_its_process_killed(library: Path, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    script = ["sh", "-c", f'echo $$ >{told}; exec "$@"', "sh", *child(tmp_path, library, "hang")]
    found = await ask_drivers(script, HANGS_S)
    assert found == Graphics(GraphicsState.HUNG, detail="no driver has answered for 0.5 s")
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        ("kill -SEGV $$", "the process that asked ended with SIGSEGV"),
        ("exit 3", "the process that asked ended with status 3"),
        ("echo '{}'", "the process that asked wrote nothing that can be read"),
        ("echo '{'", "the process that asked wrote nothing that can be read"),
        ("echo '[1]'", "the process that asked wrote nothing that can be read"),
    ],
)
async def test_a_driver_that_takes_its_process_down_is_a_failure(script: str, detail: str) -> None:
    assert await ask_drivers(["sh", "-c", script], ANSWERS_S) == Graphics(GraphicsState.FAILED, detail=detail)


async def test_this_machine_has_cores_and_memory() -> None:
    assert ANSWER_LIMIT_S == 5
    machine, graphics = await this_machine.this_machine()
    assert machine.cores == os.cpu_count()
    assert machine.ram_mb > 500
    assert (machine.vram_mb > 0) == (graphics.state is GraphicsState.READY)
