"""What is unusual about a plan as a whole (requirement D7). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jarvisd.codecheck.finding import Finding, Severity
from jarvisd.codecheck.text import folded
from jarvisd.core.json_types import JsonValue, canonical
from jarvisd.core.planning.plan import Action
from jarvisd.executor.tools.spec import Effect

MAX_CALLS = 10
"""Steps of a plan beyond which it is asked about (D7)."""
MAX_DESTRUCTIVE = 3
"""Deleting steps, likewise (D7)."""
MAX_QUESTIONS = 4
"""Chosen: who is asked more often no longer listens."""
MAX_SAME = 3
"""Chosen: twice may be meant."""
_REQUESTED: dict[Effect, re.Pattern[str]] = {
    Effect.DELETE: re.compile(
        r"delet|remov|eras|trash|clean|clear|rid of|wip|purg|tid[yi]|empt|discard|throw|drop|free up"
        r"|bin\b|cut down"
    ),
    Effect.WRITE: re.compile(
        r"writ|\bsav|creat|\bmak|\bnot(?:e|ed|ing)\b|append|\badd(?!ress)|\bput|replac|renam|cop[yi]"
        r"|\bmov(?:e|es|ed|ing)\b|organi|\bsort|tid[yi]|arrang|\bzip|extract|unzip|unpack|compress|\bstor(?:e|es|ed|ing)\b|\brecord|jot"
        r"|draft|back(?:ed|ing)? ?up|\bedit|chang|updat|\bset\b|\bclean|group|split|call it|duplicat|\bkeep\b"
        r"|insert|\bpack\b"
    ),
    Effect.SEND: re.compile(r"send|mail|messag|writ|tell|forward|shar|text|notif|invit|repl[yi]|let .* know|post"),
    Effect.MEMORY: re.compile(
        r"remember|(?<!my )(?<!the )(?<!this )(?<!that )\bnote\b|not(?:ed|ing)\b|\bmind\b|forget|forgot"
        r"|\brecord|\bjot|memor|\bkeep\b|learn|prefer|\bsave|\bstore\b|delet|eras|remov"
    ),
}
"""Words by which people ask for an effect. Code is asked about or has nothing in reach, and needs no such list."""
_REQUESTED_OF: dict[str, re.Pattern[str]] = {
    "organize_files": re.compile(
        r"organi|\bsort|tid[yi]|arrang|\bclean|group|\border\b|split|categor|classif|structur|(?:put|file) .* away"
    ),
    "calendar_add": re.compile(
        r"\badd|\bput|enter|schedul|\bbook|creat|\bmak|pencil|\bset\b|\bplan|arrang|calendar|appointment|meeting|\bnote"
    ),
    "list_change": re.compile(
        r"\badd|\bput|writ|jot|\bnote|includ|stick|throw|place|append|creat|\bmak|start|\btick|check|cross|mark"
        r"|scratch|strik|remov|\btak|\bget|delet|eras|drop|clear|empt|wip|reset|clean|\blist|to-?do|to do|buy|need"
    ),
    "archive": re.compile(
        r"\bzip|unzip|archiv|\bpack|unpack|compress|extract|back(?:ed|ing)? ?up|bundle|\btar|inflat|open|expand"
    ),
}
"""Words for tools that take many things at once, so that a word for any change is not enough."""
_TOLD_TO_WRITE = re.compile(r"director|folder|\bfile|document|archiv|\blist|\bnotes?\b|\blog\b|timer|alarm|remind")
"""Things that are written; they say what is wanted only where nobody asks to be told ("shopping list: eggs")."""
_ASKS_TO_BE_TOLD = re.compile(
    r"\b(?:read|show|find|search|look|open|tell|count|list (?:the|my|all)|what|which|where|who|when|how)\b"
    r"|^(?:is|are|do|does)\b"
)
_TIMERS = frozenset({"set_timer", "cancel_timer", "change_timer"})
_TIMES = re.compile(
    r"timer|alarm|remind|wake|\bpaus|resum|dismiss|silence|count ?down|cancel|stop|off\b|never ?mind|snooze|buzz"
    r"|beep|\bring\b|second|minute|hour|o'?clock|\b[ap]\.?m\b|half past|quarter|noon|midnight|tonight"
    r"|tomorrow|morning|evening"
    r"|\bat (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)
_RETOLD = frozenset({"you", "your", "yours", "are", "is", "the", "fact", "preference", "contact"})
"""Words that stand in a memory for what was said: "my" becomes "your"."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something unusual. ``step`` is its index, or -1 for the plan as a whole."""

    rule: str
    severity: Severity
    step: int
    detail: str

    def to_json(self) -> dict[str, JsonValue]:
        """``{"rule","severity","step","detail"}``."""
        return {"rule": self.rule, "severity": self.severity.value, "step": self.step, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """An action with what its tool may do and what was found about it alone."""

    action: Action
    effects: tuple[Effect, ...]
    findings: tuple[Finding, ...] = ()


def find(steps: Sequence[PlannedStep], utterance: str) -> Iterator[Anomaly]:
    """Anomalies of the plan, then those of its steps."""
    if len(steps) > MAX_CALLS:
        yield _whole("excessive_tool_calls", f"{len(steps)} steps")
    destructive = [index for index, step in enumerate(steps) if Effect.DELETE in step.effects]
    if len(destructive) > MAX_DESTRUCTIVE:
        yield _whole("repeated_destructive", f"{len(destructive)} steps delete")
    questions = [step for step in steps if {Effect.DELETE, Effect.EXECUTE, Effect.SEND} & set(step.effects)]
    if len(questions) > MAX_QUESTIONS:
        yield Anomaly("consent_farming", Severity.MEDIUM, -1, f"{len(questions)} questions in a row")
    yield from _loops(steps)
    yield from _leaks(steps)
    yield from _uninvited(steps, folded(utterance))
    for index, step in enumerate(steps):
        for finding in step.findings:
            yield Anomaly(finding.rule, finding.severity, index, finding.detail)


def _whole(rule: str, detail: str) -> Anomaly:
    return Anomaly(rule, Severity.HIGH, -1, detail)


def _loops(steps: Sequence[PlannedStep]) -> Iterator[Anomaly]:
    tools = Counter(step.action.tool for step in steps)
    if max(tools.values(), default=0) < MAX_SAME:
        return
    counted = Counter(canonical({"tool": step.action.tool, "args": step.action.args}) for step in steps)
    if any(count >= MAX_SAME for count in counted.values()):
        yield Anomaly("loop", Severity.MEDIUM, -1, "the same step several times")


def _leaks(steps: Sequence[PlannedStep]) -> Iterator[Anomaly]:
    """Something is read, and after it something leaves the machine."""
    has_read = False
    for index, step in enumerate(steps):
        if Effect.SEND in step.effects and has_read:
            yield Anomaly("exfiltration", Severity.HIGH, index, "what was read before may leave the machine")
        has_read = has_read or (
            Effect.READ in step.effects and step.action.tool not in ("get_time", "calculate", "system_info")
        )


def _uninvited(steps: Sequence[PlannedStep], said: str) -> Iterator[Anomaly]:
    if not said.strip():
        return
    for index, step in enumerate(steps):
        wanted = [_REQUESTED[effect] for effect in step.effects if effect in _REQUESTED]
        if Effect.MEMORY in step.effects and _is_made_of(step.action.args, said):
            continue
        if step.action.tool in _TIMERS:
            wanted = [_TIMES]
        if step.action.tool in _REQUESTED_OF:
            wanted = [_REQUESTED_OF[step.action.tool]]
        elif Effect.WRITE in step.effects and not _ASKS_TO_BE_TOLD.search(said):
            wanted.append(_TOLD_TO_WRITE)
        if wanted and not any(pattern.search(said) for pattern in wanted):
            yield Anomaly("not_asked_for", Severity.MEDIUM, index, "nobody asked for it in these words")


def _is_made_of(args: Mapping[str, JsonValue], said: str) -> bool:
    """Whether a memory repeats what was said ("I like my tea strong"), so that nobody had to ask for it."""
    told = {word for value in args.values() for word in re.findall(r"[^\W_]+", folded(str(value)))}
    heard = set(re.findall(r"[^\W_]+", said))
    return len(told - heard - _RETOLD) <= len(told) // 4
