"""The policy on a real folder: what is found there weighs as much as live (decision 22)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.policy import offline
from jarvisd.executor.policy.on_tree import TreeJudge
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Preview, Registry, Tool, ToolResult, ToolSpec
from tests.fakes.clock import ScriptedClock


def test_what_is_refused_is_refused_whatever_else_is_found(tmp_path: Path) -> None:
    """A secret under another name is the reason, and not that its copy would be out of sight."""
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_rsa").write_text("key")
    (tmp_path / "note.txt").hardlink_to(tmp_path / ".ssh" / "id_rsa")
    (tmp_path / "plain.txt").write_text("text")
    (tmp_path / ".cache").mkdir()
    judge = TreeJudge(*offline.tools_and_reach(), str(tmp_path), ScriptedClock())
    verdicts = {
        source: judge.check({"tool": "file_copy", "args": {"source": source, "destination": ".cache/a"}})
        for source in ("note.txt", "plain.txt")
    }
    assert {source: found["verdict"] for source, found in verdicts.items()} == {
        "note.txt": "refuse",
        "plain.txt": "ask",
    }


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (ErrorCode.REFUSED, "refuse"),
        (ErrorCode.PATH_REFUSED, "refuse"),
        (ErrorCode.NOT_PERMITTED, "refuse"),
        (ErrorCode.NOT_FOUND, "run"),
    ],
)
def test_a_tool_that_refuses_to_measure_is_refused(tmp_path: Path, code: ErrorCode, verdict: str) -> None:
    """As live; where there is only nothing to measure, the text of the step is judged."""

    async def look(context: ToolContext, *, path: str) -> ToolResult:
        return ToolResult({}, path)

    async def measure(context: ToolContext, *, path: str) -> Preview:
        raise JarvisError("no", code=code)

    _, reach, language = offline.tools_and_reach()
    registry = Registry()
    registry.register(Tool(ToolSpec("look", "Look.", (Effect.READ,), on_files=True), look, measure))
    judge = TreeJudge(registry, reach, language, str(tmp_path), ScriptedClock())
    assert judge.check({"tool": "look", "args": {"path": "a.txt"}})["verdict"] == verdict
