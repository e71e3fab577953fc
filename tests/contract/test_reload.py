"""Reloading: each key either applies now or waits for a restart, by name, and only where the unit reads it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.config.reload import merge, reads
from jarvisd.config.schema import Config, Workspace, rule_of, sections

KEYS = [(name, item.name) for name, kind in sections().items() for item in fields(kind)]


def other(value: Any) -> Any:
    """A value that is not ``value``, of its type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return (*value, "more")
    return value / "other" if isinstance(value, Path) else value + "x" if isinstance(value, str) else value + 1


def changed(section: str, key: str) -> Config:
    old = getattr(Config(), section)
    return replace(Config(), **{section: replace(old, **{key: other(getattr(old, key))})})


@pytest.mark.parametrize(("section", "key"), KEYS, ids=lambda value: str(value))
def test_a_changed_key_applies_or_waits(section: str, key: str) -> None:
    read = changed(section, key)
    is_live = rule_of(sections()[section], key).live
    told = []
    for unit in UnitName:
        result = merge(unit.value, Config(), read)
        told += [*result.applied, *result.waiting]
        assert result.config == (read if is_live else Config())
        assert (f"{section}.{key}" in result.applied) is (is_live and reads(unit.value, section))
        assert (f"{section}.{key}" in result.waiting) is (not is_live and reads(unit.value, section))
    assert set(told) <= {f"{section}.{key}"}
    assert told or section == "cores", "every key is read by some unit"


def test_nothing_changed_is_nothing_to_tell() -> None:
    result = merge("tts", Config(), Config())
    assert (result.config, result.applied, result.waiting) == (Config(), (), ())


def test_workspaces_wait() -> None:
    """They are mounted for the executor when it starts."""
    read = replace(Config(), workspaces=(Workspace("photos", Path("/srv/photos")),))
    result = merge("executor", Config(), read)
    assert (result.config, result.waiting) == (Config(), ("workspaces",))
    assert merge("tts", Config(), read).waiting == ()
