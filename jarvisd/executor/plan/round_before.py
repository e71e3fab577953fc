"""What earlier plans of a turn brought, where the planner was shown it and planned once more (decision 4).

Such a plan follows from untrusted text. Unasked it may only look at files that were found, or that a person named;
everything else is asked about, and the question names what was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jarvisd.core.planning.plan import StepReport
from jarvisd.executor.plan.readings import texts_in
from jarvisd.executor.policy.provenance import Origin, Tracer
from jarvisd.executor.tools.spec import Tool


def only_looks(tool: Tool) -> bool:
    """Whether a tool looks at files of the workspaces and does no more."""
    return tool.spec.on_files and not tool.spec.has_effects


@dataclass(frozen=True, slots=True)
class RoundBefore:
    """What the plans before this one of the turn have brought."""

    found: frozenset[str] = frozenset()
    """Files that were found or read, by path and by name."""
    sources: tuple[str, ...] = ()
    """What was read, as a question names it."""

    def allows(self, tool: Tool, args: Mapping[str, object], tracer: Tracer | None) -> bool:
        """Whether a step may run unasked: it looks at files that were found, or that somebody named."""
        return only_looks(tool) and all(
            self._is_known(text, tracer)
            for name, value in args.items()
            if not tool.has_choices(name)
            for text in texts_in(value)
        )

    def _is_known(self, value: str, tracer: Tracer | None) -> bool:
        is_told = tracer is None or tracer.origin_of(value) in (Origin.SAID, Origin.REMEMBERED)
        return not value.strip() or value in self.found or is_told


def round_before(reports: Sequence[StepReport]) -> RoundBefore:
    """What the steps of earlier plans have brought."""
    paths = [path for report in reports for path in _paths(report)]
    names = (path.rpartition("/")[2] for path in paths)
    read = (
        str(report.result[key]) for report in reports for key in ("path", "url", "list") if report.result.get(key)
    )
    return RoundBefore(frozenset((*paths, *names)), tuple(dict.fromkeys(read)))


def _paths(report: StepReport) -> Iterator[str]:
    listed = report.result.get("files")
    for file in listed if isinstance(listed, list) else [report.result]:
        if isinstance(file, Mapping) and isinstance(path := file.get("path"), str):
            yield path
