"""Loads the plugins that the configuration names and tells how that went."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.errors import RequestError
from jarvisd.executor.audit import records
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.tools.plugins import Plugins
from jarvisd.runtime.parts import Parts

PART = "plugins"
"""A part of the unit from when a plugin is named for the first time."""


class PluginLoading:
    """What goes wrong with a plugin is the fault of the part ``plugins`` and of no other."""

    def __init__(self, plugins: Plugins, parts: Parts, trail: AuditWriter) -> None:
        self._plugins = plugins
        self._parts = parts
        self._trail = trail

    async def load(self, named: Sequence[str]) -> None:
        """Load what is new among ``named``, take away what is gone, record both."""
        parts = self._parts
        if named:
            parts.declare(PART)
        problems = await self._plugins.apply(named)
        if PART in parts.states():
            record = records.event("plugins", self._trail.now(), named=list(named), refused=list(problems))
            await self._trail.note(record)
        if problems:
            spec, error = next(iter(problems.items()))
            parts.degraded(PART, RequestError(f"{spec}: {error.message}", code=error.code))
        elif PART in parts.states():
            parts.ready(PART, f"{len(named)} loaded")
