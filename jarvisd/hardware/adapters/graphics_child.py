"""The process that asks drivers how much memory a graphics card has: ``python -m`` with this name.

A driver that hangs never returns, and may hold whoever asks it in the kernel: whoever started this kills it then.
A JSON object leaves by its standard output: ``{"cards": [{"name", "bytes"}], "drivers": [...], "failed": [...]}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AMD_FILES = "sys/class/drm/card*/device/mem_info_vram_total"
"""Written by the kernel's driver amdgpu, which ROCm builds on, in bytes (Documentation/gpu/amdgpu)."""


def nvidia_cards(root: Path) -> list[dict[str, Any]] | None:
    """Cards that NVML knows; ``None`` without its library. Raises OSError with what the driver says."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError as error:
        if error.value == pynvml.NVML_ERROR_LIBRARY_NOT_FOUND:
            return None
        is_hidden = (root / "sys/module/nvidia").exists() and not (root / "dev/nvidiactl").exists()
        raise OSError(f"NVML: {error}{'; the card is hidden from this process' if is_hidden else ''}") from error
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return [
            {"name": str(pynvml.nvmlDeviceGetName(each)), "bytes": int(pynvml.nvmlDeviceGetMemoryInfo(each).total)}
            for each in handles
        ]
    except pynvml.NVMLError as error:
        raise OSError(f"NVML: {error}") from error


def amd_cards(root: Path) -> list[dict[str, Any]] | None:
    """Cards of the driver amdgpu; ``None`` where there is none. Raises OSError for a file that cannot be read."""
    files = sorted(root.glob(AMD_FILES))
    return [{"name": f"amdgpu {path.parent.parent.name}", "bytes": _number(path)} for path in files] or None


def _number(path: Path) -> int:
    try:
        return int(path.read_text("ascii"))
    except ValueError as error:
        raise OSError(f"{path} holds no number") from error


def found(root: Path) -> dict[str, Any]:
    """What the drivers of this machine answer, one after the other."""
    cards: list[dict[str, Any]] = []
    drivers, failed = [], []
    for name, answer in _answers(root):
        if isinstance(answer, OSError):
            failed.append(str(answer))
        elif answer is not None:
            drivers.append(name)
            cards += answer
    return {"cards": cards, "drivers": drivers, "failed": failed}


def _answers(root: Path) -> Iterator[tuple[str, list[dict[str, Any]] | OSError | None]]:
    for name, ask in (("NVML", nvidia_cards), ("amdgpu", amd_cards)):
        try:
            yield name, ask(root)
        except OSError as error:
            yield name, error


def main(root: str = "/") -> None:
    """Ask, and write the answer; what drivers print is for people. Files are looked for beneath ``root``."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with output:
        json.dump(found(Path(root)), output)


if __name__ == "__main__":
    main(*sys.argv[1:])
