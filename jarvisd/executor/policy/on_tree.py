"""The policy on a real folder as the only workspace: ``policy check`` with ``"root"``, and the self-test.

Every path is resolved as live, with the rights of who asks, and nothing is changed: tools only measure. Blocking.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from jarvisd.core.clock import Clock
from jarvisd.core.errors import ErrorCode, InternalError, JarvisError, RequestError
from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Action, Verdict, VerdictKind
from jarvisd.executor.files.paths import WorkspaceRoot, Workspaces
from jarvisd.executor.files.selection import has_exactly
from jarvisd.executor.files.targets import Target
from jarvisd.executor.policy import risk, targets
from jarvisd.executor.policy.screening import Screening
from jarvisd.executor.policy.verdict import Asked, Judge, weigh
from jarvisd.executor.tools.context import Reach, ToolContext, ToolLimits, ToolServices
from jarvisd.executor.tools.spec import Preview, Registry
from jarvisd.lang.pack import LanguagePack

T = TypeVar("T")
_REFUSALS = frozenset({ErrorCode.REFUSED, ErrorCode.PATH_REFUSED, ErrorCode.NOT_PERMITTED})


@dataclass(frozen=True, slots=True)
class _MeasuringServices:
    """What measuring a file tool needs, and nothing with which anything could be changed."""

    workspaces: Workspaces
    clock: Clock
    limits: ToolLimits


class _MeasuringContext(ToolContext[Any]):
    """A step that is only measured, in the thread that asks."""

    def stop_here(self) -> None:
        """Nobody stops it."""

    async def blocking(self, fn: Callable[..., T], *args: Any) -> T:
        """Run it here."""
        return fn(*args)


class TreeJudge(Judge):
    """Verdicts on the folder ``root``, each with ``"targets"``: what the step would touch, resolved.

    Raises NOT_FOUND when it is no folder, PATH_REFUSED where paths cannot be resolved safely.
    """

    def __init__(self, registry: Registry, reach: Reach, language: LanguagePack, root: str, clock: Clock) -> None:
        folder = Path(root)
        if not folder.is_dir():
            raise RequestError(f"there is no folder {root!r}", code=ErrorCode.NOT_FOUND)
        real = folder.resolve()
        self._workspaces = Workspaces([WorkspaceRoot(real.name or "root", str(real))])
        self._workspaces.check()
        super().__init__(registry, [str(real)], reach, language, partial(has_exactly, self._workspaces))
        self._clock = clock

    def _step(self, action: Action, screening: Screening, index: int, asked: Asked) -> dict[str, JsonValue]:
        verdict = self._verdict(action, screening, index, asked)
        touched: tuple[Target, ...] = ()
        if verdict.kind is not VerdictKind.REFUSE and self.works_on_files(action.tool):
            verdict, touched = self._measured(action, screening, index, asked, verdict)
        return {
            **verdict.to_json(),
            "targets": [target.to_json() for target in touched],
            "origins": self._provenance(action, asked).to_json(),
            "licence": asked.licence(index),
        }

    def _measured(
        self, action: Action, screening: Screening, index: int, asked: Asked, by_text: Verdict
    ) -> tuple[Verdict, tuple[Target, ...]]:
        tool = self.registry.find(action.tool)
        services = cast("ToolServices", _MeasuringServices(self._workspaces, self._clock, ToolLimits()))
        context = _MeasuringContext(services, tool=tool.name, is_dry_run=True)
        try:
            preview = _at_once(tool.measure(context, tool.validate(action.args)))
        except JarvisError as error:
            return (risk.refuse(error.message) if error.code in _REFUSALS else by_text), ()
        found = targets.findings(preview.targets, changes=tool.spec.has_effects)
        if found and found[0].refuses:
            return risk.refuse(*(finding.reason for finding in found if finding.refuses)), preview.targets
        weighed = weigh(
            tool,
            action.args,
            screening,
            index,
            factors=preview.factors,
            facts=preview.facts,
            is_tainted=asked.is_tainted,
            warnings=(*targets.shortened(found), *asked.warnings(tool, index, is_new=preview.makes_new)),
            provenance=self._provenance(action, asked, is_new=preview.makes_new),
        )
        return risk.decide(weighed), preview.targets


def _at_once(measuring: Coroutine[None, None, Preview]) -> Preview:
    """What a coroutine comes to that waits for nothing, since its blocking work is done where it stands."""
    try:
        measuring.send(None)
    except StopIteration as done:
        found: Preview = done.value
        return found
    measuring.close()
    raise InternalError("measuring a file tool waited for something")
