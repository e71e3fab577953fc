"""Libraries that send reports about their use to their makers, and how they are told not to."""

from __future__ import annotations

from collections.abc import MutableMapping

SWITCHES = {"ORT_DISABLE_TELEMETRY": "1"}
"""ONNX Runtime, when imported, writes an identifier of the machine into the home folder, and uploads events."""


def forbid(environment: MutableMapping[str, str]) -> None:
    """Turn reports off; has to happen before the libraries are imported."""
    environment.update(SWITCHES)
