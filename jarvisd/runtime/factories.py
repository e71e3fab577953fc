"""Engines by name: the few built in, or ``package.module:factory`` named in the configuration.

The configuration belongs to root, so what it names is as trusted as the suite itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from jarvisd.core.errors import ConfigError

T = TypeVar("T")
R = TypeVar("R")


def load(key: str, spec: str, built_in: Mapping[str, Callable[[R], T]], runtime: R) -> T:
    """Make the engine that ``spec`` names by calling its factory with ``runtime``.

    ``key`` is the dotted configuration key, for the :class:`ConfigError` when there is no such engine.
    """
    if spec in built_in:
        return built_in[spec](runtime)
    module_name, _, name = spec.partition(":")
    try:
        factory: Callable[[R], T] = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError([f"{key}: no engine {spec!r}: {error}"]) from error
    return factory(runtime)
