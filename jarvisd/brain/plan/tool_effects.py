"""What the tools of ``ListTools`` may do, as far as the brain has to know it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.core.json_types import JsonObject


def reading_tools(tools: Sequence[JsonObject]) -> frozenset[str]:
    """The names of those of ``tools`` that only read, here: they change nothing and ask nobody elsewhere."""
    return frozenset(str(tool.get("name")) for tool in tools if tool.get("effects") == ["read"])
