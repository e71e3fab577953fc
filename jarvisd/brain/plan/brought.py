"""What a tool of somebody else brings into reach. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.json_types import JsonObject


def brought_by(tools: Sequence[JsonObject]) -> frozenset[str]:
    """The things that the ``tools`` of ``ListTools`` say they are for beyond what the suite has itself."""
    said = (tool.get("things") for tool in tools)
    return frozenset(str(thing) for things in said if isinstance(things, list) for thing in things)
