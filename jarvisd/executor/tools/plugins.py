"""Tools from outside the package: modules, files and entry points that the configuration names (D6).

A plugin runs inside the executor, so it is as trusted as the executor itself. It is loaded only when nobody but
root (or, where everything runs as one user, that user) could have written it: the file, its compiled copy and
every folder above them are looked at before a line of it runs. What it does wrong afterwards fails its step alone,
and where it blocks, only itself waits (:mod:`jarvisd.executor.tools.plugin_thread`).
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from jarvisd.config.ownership import TrustedOwners
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import canonical
from jarvisd.core.timeout import within
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.plugin_thread import PluginCall, PluginThread
from jarvisd.executor.tools.spec import Preview, Registry, Tool, ToolResult

logger = logging.getLogger(__name__)
T = TypeVar("T")

GROUP = "jarvisd.tools"
"""Group of the entry points."""
ENTRY_POINT = "entry-point:"
DEFAULT_NAME = "TOOLS"
LOAD_DEADLINE_S = 20.0
"""How long the import of one plugin may take; the executor's start waits for it."""


@dataclass
class Plugins:
    """What is loaded, by the words that name it in the configuration."""

    registry: Registry
    owners: TrustedOwners
    load_deadline_s: float = LOAD_DEADLINE_S
    _tools: dict[str, list[str]] = field(default_factory=dict)
    _applying: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def apply(self, named: Sequence[str]) -> dict[str, JarvisError]:
        """Load what is new among ``named`` and take away what is gone; what could not be loaded and why."""
        async with self._applying:
            return await self._apply(named)

    async def _apply(self, named: Sequence[str]) -> dict[str, JarvisError]:
        for spec in [spec for spec in self._tools if spec not in named]:
            for name in self._tools.pop(spec):
                self.registry.unregister(name)
            logger.info("plugin removed name=%s", spec)
        problems: dict[str, JarvisError] = {}
        for spec in named:
            if spec in self._tools:
                continue
            try:
                self._tools[spec] = self._register(await self._found(spec))
            except JarvisError as error:
                problems[spec] = error
                logger.error("plugin refused name=%s code=%s reason=%s", spec, error.code, error.message)
        return problems

    async def _found(self, spec: str) -> list[Tool]:
        """The tools of a plugin, imported where it keeps nobody waiting."""
        try:
            loading = PluginCall(spec, lambda: find_tools(spec, self.owners)).result()
            return await within(loading, self.load_deadline_s)
        except asyncio.TimeoutError as error:
            message = f"{spec} was not loaded within {self.load_deadline_s:g} s"
            raise RequestError(message, code=ErrorCode.TIMEOUT) from error

    def origin(self, tool: str) -> str:
        """Which plugin a tool came from, empty for a built-in one."""
        return next((spec for spec, names in self._tools.items() if tool in names), "")

    def _register(self, tools: Sequence[Tool]) -> list[str]:
        """All of them or none."""
        registered: list[str] = []
        plugin_thread = PluginThread()
        try:
            for tool in tools:
                self.registry.register(guarded(tool, plugin_thread))
                registered.append(tool.name)
        except JarvisError:
            for name in registered:
                self.registry.unregister(name)
            raise
        return registered


def find_tools(spec: str, owners: TrustedOwners) -> list[Tool]:
    """The tools of ``package.module``, ``package.module:NAME``, ``/path/file.py`` or ``entry-point:NAME``.

    Raises NOT_FOUND, NOT_PERMITTED when somebody else could have written it, TOOL_FAILED when it breaks.
    """
    place, name = _resolved(spec)
    module = _from_file(place, owners) if place.startswith("/") else _from_name(place, owners)
    found = getattr(module, name or DEFAULT_NAME, None)
    tools = [found] if isinstance(found, Tool) else list(found) if isinstance(found, (list, tuple)) else []
    if not tools or not all(isinstance(tool, Tool) for tool in tools):
        raise RequestError(f"{spec}: {name or DEFAULT_NAME} is no tool and no list of tools")
    return tools


def guarded(tool: Tool, plugin_thread: PluginThread) -> Tool:
    """The same tool, with all of its code apart: what it gives is checked, and its faults end its step."""

    async def run(context: ToolContext, **args: Any) -> ToolResult:
        async def work(away: ToolContext) -> ToolResult:
            result = await tool.run(away, args)
            if not isinstance(result, ToolResult) or not isinstance(result.spoken, str):
                raise TypeError(f"{tool.name} gave no result")
            canonical(result.data)
            return result

        return await plugin_thread.call(context, work)

    async def measure(context: ToolContext, **args: Any) -> Preview:
        async def work(away: ToolContext) -> Preview:
            tool.vet(away.kit.reach, args)
            preview = await tool.measure(away, args)
            if not isinstance(preview, Preview) or not isinstance(preview.phrase, str):
                raise TypeError(f"{tool.name} gave no preview")
            return preview

        return await plugin_thread.call(context, work)

    return tool.with_functions(run, measure)


def _resolved(spec: str) -> tuple[str, str]:
    """Module or file, and the name in it."""
    if spec.startswith(ENTRY_POINT):
        wanted = spec[len(ENTRY_POINT) :]
        found = [point for point in metadata.entry_points(group=GROUP) if point.name == wanted]
        if not found:
            raise RequestError(f"there is no entry point {wanted} of {GROUP}", code=ErrorCode.NOT_FOUND)
        return found[0].module, found[0].attr
    place, _, name = spec.partition(":")
    return place, name


def _from_file(path: str, owners: TrustedOwners) -> ModuleType:
    place = Path(path)
    if not place.is_file():
        raise RequestError(f"there is no file {path}", code=ErrorCode.NOT_FOUND)
    spec = importlib.util.spec_from_file_location(f"jarvisd_plugin_{place.stem}", place)
    if spec is None or spec.loader is None:
        raise RequestError(f"{path} is no Python file")
    _demand_spec_trusted(spec, owners)
    module, loader = importlib.util.module_from_spec(spec), spec.loader
    _running(path, lambda: loader.exec_module(module))
    return module


def _from_name(name: str, owners: TrustedOwners) -> ModuleType:
    """Import ``name``; every package on the way is looked at before it runs."""
    parts = name.split(".")
    module: ModuleType | None = None
    for depth in range(1, len(parts) + 1):
        part = ".".join(parts[:depth])
        spec = _running(part, lambda part=part: importlib.util.find_spec(part))  # type: ignore[misc]
        if spec is None:
            raise RequestError(f"there is no module {part}", code=ErrorCode.NOT_FOUND)
        _demand_spec_trusted(spec, owners)
        module = _running(part, lambda part=part: importlib.import_module(part))  # type: ignore[misc]
    assert module is not None  # noqa: S101 - a name has at least one part
    return module


def _demand_spec_trusted(spec: ModuleSpec, owners: TrustedOwners) -> None:
    places: list[str] = [*(spec.submodule_search_locations or ())]
    if spec.has_location and spec.origin:
        places.append(spec.origin)
    if spec.cached and Path(spec.cached).exists():
        places.append(spec.cached)
    for place in places:
        owners.demand(Path(place))


def _running(what: str, work: Callable[[], T]) -> T:
    try:
        return work()
    except SystemExit as error:
        raise RequestError(f"{what} wanted to end the process", code=ErrorCode.TOOL_FAILED) from error
    except Exception as error:
        logger.exception("plugin broke name=%s", what)
        raise RequestError(f"{what} broke: {error!r}", code=ErrorCode.TOOL_FAILED) from error
