"""A configuration that was read again beside the one that runs: what applies now, what needs a restart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from jarvisd.config.schema import LISTS, Config, rule_of, sections

EVERYWHERE = frozenset({"general", "paths", "bus"})
SECTIONS: Mapping[str, frozenset[str]] = {
    "audio": EVERYWHERE | {"audio", "wake", "wake_words", "endpoint", "stt", "consent"},
    "brain": EVERYWHERE | {"brain", "llm", "memory", "stt"},
    "tts": EVERYWHERE | {"tts", "earcons", "consent"},
}
"""The sections that a unit reads; one that is not named here may read any of them."""
FOREIGN = frozenset(
    {"audio", "wake", "wake_words", "endpoint", "stt", "brain", "llm", "memory", "tts", "earcons", "cores"}
)
"""Sections that belong to the units above, or to the generator that runs before any of them."""


@dataclass(frozen=True, slots=True)
class Reload:
    """``config`` is what the unit runs with from now on; keys are dotted, in the order of the reference file."""

    config: Config
    applied: tuple[str, ...]
    waiting: tuple[str, ...]


def merge(unit: str, running: Config, read: Config) -> Reload:
    """Take over from ``read`` what may change while ``unit`` runs; the rest of ``running`` stays."""
    applied: list[str] = []
    waiting: list[str] = []
    changes: dict[str, Any] = {}
    for name, kind in sections().items():
        before, after = getattr(running, name), getattr(read, name)
        live: dict[str, Any] = {}
        for item in fields(kind):
            if getattr(before, item.name) == getattr(after, item.name):
                continue
            if rule_of(kind, item.name).live:
                live[item.name] = getattr(after, item.name)
                applied += [f"{name}.{item.name}"] if reads(unit, name) else []
            elif reads(unit, name):
                waiting.append(f"{name}.{item.name}")
        changes[name] = replace(before, **live)
    waiting += [name for name in LISTS if getattr(running, name) != getattr(read, name) and reads(unit, name)]
    return Reload(replace(running, **changes), tuple(applied), tuple(waiting))


def reads(unit: str, section: str) -> bool:
    """Whether ``unit`` reads ``section``."""
    return section in SECTIONS[unit] if unit in SECTIONS else section not in FOREIGN
