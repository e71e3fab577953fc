"""Looks at a plan before any of its steps runs: each step alone, then all of them together (D7, D9). Pure.

What it refuses, nobody can approve. What it finds unusual is asked about. It never allows anything.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jarvisd.codecheck import program, text
from jarvisd.codecheck.commands.tables import SUSPICIOUS
from jarvisd.codecheck.finding import Finding, Findings, asking
from jarvisd.core.planning.plan import Action
from jarvisd.executor.policy import arguments
from jarvisd.executor.policy.plan_rules import Anomaly, PlannedStep, find
from jarvisd.executor.tools import url_provenance
from jarvisd.executor.tools.spec import Effect, Registry

_PATHS = frozenset(
    {
        "path",
        "folder",
        "directory",
        "source",
        "target",
        "destination",
        "from",
        "to",
        "archive",
        "into",
        "file",
        "dest",
    }
    | {"files", "paths", "src", "dst", "output", "old_path", "new_path", "workspace", "where"}
)
_PATTERNS = frozenset({"name", "pattern", "glob"})
_ADDRESSES = frozenset({"url", "address", "link", "uri"})
_RECIPIENTS = frozenset({"to", "cc", "bcc", "subject", "recipient"})
_CODE = frozenset({"code", "script"})


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found about a plan."""

    anomalies: tuple[Anomaly, ...] = ()
    steps: tuple[tuple[Finding, ...], ...] = ()

    def refusal(self, index: int) -> Finding | None:
        """Why a step must not run whatever anybody says; ``None`` when it may be weighed."""
        own = self.steps[index] if index < len(self.steps) else ()
        return next((finding for finding in own if finding.refuses), None)

    def warnings(self, index: int) -> tuple[str, ...]:
        """Why a step is asked about: its own findings and those about the whole plan."""
        own = {
            f"{anomaly.rule}: {anomaly.detail}": None for anomaly in self.anomalies if anomaly.step in (index, -1)
        }
        if any(finding.refuses for step in self.steps for finding in step):
            own["suspect_plan: another step of the plan was refused"] = None
        return tuple(own)


class Screener:
    """Screens plans for the tools of ``registry``; ``roots`` are the real paths of the workspaces.

    ``is_there`` tells whether something in them has exactly an odd name; without a disk nothing has. ``links`` are
    addresses to which pages of this dialogue link.
    """

    def __init__(
        self,
        registry: Registry,
        roots: Sequence[str],
        is_there: Callable[[str], bool] = lambda name: False,
        links: Container[str] = (),
    ) -> None:
        self._registry = registry
        self._links = links
        self._roots = tuple(roots)
        self._is_there = is_there

    def screen(self, actions: Sequence[Action], utterance: str = "") -> Screening:
        """Look at all actions of a plan. Never raises."""
        steps = [self._step(action) for action in actions]
        return Screening(tuple(find(steps, utterance)), tuple(step.findings for step in steps))

    def _step(self, action: Action) -> PlannedStep:
        effects: tuple[Effect, ...] = ()
        if self._registry.has(action.tool):
            effects = self._registry.find(action.tool).spec.effects
        findings = Findings()
        for name, value in action.args.items():
            for piece in _texts(value):
                findings.add(*self._argument(action, effects, name, piece))
        return PlannedStep(action, effects, findings.all())

    def _argument(self, action: Action, effects: Sequence[Effect], name: str, value: str) -> Iterator[Finding]:
        if name in _CODE and Effect.EXECUTE in effects:
            language = str(action.args.get("language", "bash"))
            yield from program.read("python" if language == "python" else "bash", value, self._roots)
        elif name in _ADDRESSES:
            is_linked = url_provenance.is_linked(value, self._links)
            yield from (found for found in arguments.address(value) if found.refuses or not is_linked)
        elif name in _RECIPIENTS and Effect.SEND in effects:
            yield from arguments.recipient(value)
        elif name in _PATHS:
            yield from arguments.path(
                value,
                self._roots,
                writing=any(effect is not Effect.READ for effect in effects),
                is_there=self._is_there,
            )
        elif name in _PATTERNS:
            yield from arguments.pattern(value)
        else:
            yield from self._words(action, effects, name, value)

    def _words(self, action: Action, effects: Sequence[Effect], name: str, value: str) -> Iterator[Finding]:
        yield from text.hidden_programs(value)
        yield from (asking(found.rule, found.detail) for found in text.deceptive(value))
        changes = any(effect is not Effect.READ for effect in effects)
        if changes:
            yield from text.orders(value)
            if text.is_random(value):
                yield asking("encoded_payload", "a part of the text is encoded")
        if Effect.MEMORY in effects and SUSPICIOUS.search(value):
            yield asking("injection", "it holds a command for a machine")
        if Effect.WRITE in effects and name in ("content", "text"):
            yield from self._program(str(action.args.get("path", "")), value)

    def _program(self, path: str, content: str) -> Iterator[Finding]:
        """A text that is saved as a program: it does nothing yet, and a person hears of it first."""
        ending = path.rpartition(".")[2].casefold()
        is_python = ending == "py" or "python" in content.partition("\n")[0]
        if ending not in ("sh", "bash", "py", "desktop", "service", "timer") and not content.startswith("#!"):
            return
        if ending in ("desktop", "service", "timer"):
            yield asking("persistence", "it is the description of a service")
            return
        found = next(
            (f for f in program.read("python" if is_python else "bash", content, self._roots) if f.refuses),
            None,
        )
        if found is not None:
            yield asking(found.rule, f"the program that is saved would be refused: {found.detail}")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(key)
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)
