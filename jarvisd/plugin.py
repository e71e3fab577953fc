"""The public face for who writes a tool: everything that a plugin imports from jarvisd, and nothing else.

``docs/tools.md`` is the tutorial. What stands in ``__all__`` keeps its name, its fields and its parameters from
version to version (``tests/contract/test_plugin_face.py`` holds them); all other modules may change at any time.

====================  =============================================================================================
a tool                :class:`Tool` of a :class:`ToolSpec` with :class:`Effect`, :class:`Sensitivity`,
                      :class:`Example` and :class:`ToolWords`; its functions are a :data:`Run`, a :data:`Measure`
                      and a :data:`Vet`
what it is given      :class:`ToolContext`, with the unit's :class:`ToolServices` as ``context.kit``
what it gives back    :class:`Preview` with :class:`Facts` and a :class:`Reversal`, then :class:`ToolResult`
what it may raise     :class:`RequestError`, :class:`Unavailable`, :class:`EngineError`, with an :class:`ErrorCode`
what it says          :mod:`amounts`: counts, sizes, ages and untrusted names as they are spoken
reading files         ``context.kit.workspaces``, :func:`read_file`, :func:`reading`, :func:`select`, :func:`tree`
changing files        :class:`ChangeBuilder`, then ``context.kit.changes.carry_out``
====================  =============================================================================================
"""

from __future__ import annotations

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.files.destinations import demand_free, demand_room, destination, existing_or_none, numbered
from jarvisd.executor.files.paths import Entry, WorkspacePath, WorkspaceRoot, Workspaces
from jarvisd.executor.files.selection import Selection, SelectionQuery, measure_folder, read_file, select
from jarvisd.executor.tools.context import Reach, ToolContext, ToolLimits, ToolServices
from jarvisd.executor.tools.spec import (
    Effect,
    Example,
    Facts,
    Measure,
    Preview,
    Reversal,
    Run,
    Sensitivity,
    Tool,
    ToolResult,
    ToolSpec,
    Vet,
)
from jarvisd.executor.undo.building import ChangeBuilder, FileTree, chunks, reading, tree
from jarvisd.executor.undo.changes import CarriedOut, Changes
from jarvisd.executor.undo.operations import Move
from jarvisd.lang.en import amounts
from jarvisd.lang.licence import ToolWords

__all__ = [
    "CarriedOut",
    "ChangeBuilder",
    "Changes",
    "Effect",
    "EngineError",
    "Entry",
    "ErrorCode",
    "Example",
    "Facts",
    "FileTree",
    "JarvisError",
    "JsonObject",
    "JsonValue",
    "Measure",
    "Move",
    "Preview",
    "Reach",
    "RequestError",
    "Reversal",
    "Run",
    "Selection",
    "SelectionQuery",
    "Sensitivity",
    "Tool",
    "ToolContext",
    "ToolLimits",
    "ToolResult",
    "ToolServices",
    "ToolSpec",
    "ToolWords",
    "Unavailable",
    "Vet",
    "WorkspacePath",
    "WorkspaceRoot",
    "Workspaces",
    "amounts",
    "chunks",
    "demand_free",
    "demand_room",
    "destination",
    "existing_or_none",
    "measure_folder",
    "numbered",
    "read_file",
    "reading",
    "select",
    "tree",
]
