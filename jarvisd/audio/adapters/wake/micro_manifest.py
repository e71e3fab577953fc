"""The JSON file that publishers of microWakeWord models put beside them (format of ESPHome, version 2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from jarvisd.core.errors import EngineError, ErrorCode, Unavailable

SMOOTHED = 5
"""Over how many results (30 ms each) is averaged, as the publisher's models do."""
MOST_SMOOTHED = 100
"""Chosen: three seconds, longer than any phrase."""
MOST_BYTES = 65_536
"""Chosen: such a file holds a dozen lines."""


@dataclass(frozen=True, slots=True)
class MicroManifest:
    """What a model wants; without a file the publisher's usual values."""

    smoothed: int = SMOOTHED
    """How many results are averaged."""


def read_manifest(path: Path) -> tuple[Path, MicroManifest]:
    """The model and what its manifest says. ``path`` is either; a model may be without one.

    MODEL_MISSING when there is no such manifest, MODEL_CORRUPT with what is wrong in it.
    """
    beside = path.with_suffix(".json")
    if path.suffix != ".json" and not beside.is_file():
        return path, MicroManifest()
    try:
        with beside.open("rb") as stream:
            told = json.loads(stream.read(MOST_BYTES))
    except OSError as error:
        raise Unavailable(f"there is no {beside}: {error.strerror}", code=ErrorCode.MODEL_MISSING) from error
    except (ValueError, RecursionError) as error:
        raise _corrupt(beside, str(error)) from error
    micro = told.get("micro") if isinstance(told, dict) else None
    if not isinstance(micro, dict):
        raise _corrupt(beside, "it has no section micro")
    name = told.get("model")
    if path.suffix == ".json":
        if not isinstance(name, str) or Path(name).name != name or not name.endswith(".tflite"):
            raise _corrupt(beside, "its model is no TFLite file beside it")
        path = beside.with_name(name)
    smoothed = micro.get("sliding_window_size", SMOOTHED)
    if type(smoothed) is not int or not 0 < smoothed <= MOST_SMOOTHED:
        raise _corrupt(beside, f"its sliding_window_size is {smoothed!r}")
    return path, MicroManifest(smoothed)


def _corrupt(path: Path, why: str) -> EngineError:
    return EngineError(f"{path} cannot be used: {why}", code=ErrorCode.MODEL_CORRUPT)
