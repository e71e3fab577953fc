"""Whether a turn wants another plan after what was read, and what the model is shown for it. Pure.

It is decided by the request's own words: a part that takes up what another one brings, for which no step was done.
So a read that answers is never paid for with a second look by the model. What was brought is data, and untrusted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from jarvisd.brain.models.lean_answers import SEVERAL, lean
from jarvisd.brain.plan.prompt import as_data, shortened
from jarvisd.brain.ports import Completion, Message
from jarvisd.core.errors import ErrorCode
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.planning.plan import Outcome, Plan, StepReport
from jarvisd.lang.pack import LanguagePack
from jarvisd.lang.spoken_request import SpokenRequest

SHOWN_FILES = 10
"""Chosen: as many paths as a small model tells apart."""
SHOWN_CHARS = 1200
"""Chosen: about 300 tokens of what was read, which the model has not evaluated before."""
_HARMLESS = frozenset(
    {"", ErrorCode.NOT_FOUND.value, ErrorCode.INVALID_REQUEST.value, ErrorCode.PATH_REFUSED.value}
)
"""Errors of steps that named what is not there."""


def left_over(
    utterance: str, steps: Sequence[StepReport], reading: Collection[str], language: LanguagePack
) -> str:
    """The parts of a request that take up what its steps brought and that none of them has done; empty for none.

    ``reading`` are the tools that only read. After anything but reads, and steps that did not even begin, nothing
    is left to be planned.
    """
    done = [step for step in steps if step.outcome is Outcome.DONE]
    has_only_read = bool(done) and all(step.tool in reading for step in done)
    if not has_only_read or not all(step in done or _has_not_begun(step) for step in steps):
        return ""
    request = SpokenRequest(utterance, language.licences)
    asked = [at for at, _ in request.asked()]
    met = {part for step in done for part in _parts(step)}
    for _ in (step for step in done if not any(True for _ in _parts(step))):
        # It is within the request as a whole; steps are planned in the order of what was said.
        met.update([at for at in asked if at not in met][:1])
    rest = [part for at, part in enumerate(request.parts) if at not in met]
    texts = ((", " if part.can_ask else " ") + (part.text or " ".join(part.tokens)) for part in rest)
    left = "".join(texts).strip(", ")
    is_wanted = bool(met) and any(at not in met for at in asked)
    return left if is_wanted and language.intents.takes_up(left) else ""


def further_request(first: Completion, plan: Plan, steps: Sequence[StepReport], left: str) -> Completion | None:
    """The request for another plan; ``None`` where nothing was brought that a step could take up."""
    brought = _brought([step for step in steps if step.outcome is Outcome.DONE])
    if not brought:
        return None
    actions: list[JsonValue] = [{"tool": action.tool, "args": dict(action.args)} for action in plan.actions]
    before: JsonObject = {"intent": SEVERAL, "actions": actions}
    prefix = first.messages[:-1]
    messages = (
        *prefix,
        first.messages[-1],
        Message("assistant", as_data(before), lean=lean(before)),
        Message("user", as_data({**brought, "say": left}), is_tainted=True),
    )
    return replace(first, messages=messages)


def _has_not_begun(step: StepReport) -> bool:
    return not step.question and not step.undo_id and step.error in _HARMLESS


def _parts(step: StepReport) -> Iterator[int]:
    parts = step.licence.get("parts")
    return (part for part in parts if isinstance(part, int)) if isinstance(parts, list) else iter(())


def _brought(steps: Sequence[StepReport]) -> JsonObject:
    """What steps have brought: text, and paths, of these the first alone where that was asked for."""
    files = [path for step in steps for path in _files(step.result)][:SHOWN_FILES]
    texts = [str(step.result["text"]) for step in steps if step.result.get("text")]
    texts += [step.spoken for step in steps if not step.result.get("text") and not _is_search(step.result)]
    text = shortened("\n".join(filter(None, texts)), SHOWN_CHARS)
    brought: dict[str, JsonValue] = {}
    if files:
        brought["found"] = [*files]
    if text:
        brought["read"] = text
    return brought


def _is_search(result: JsonObject) -> bool:
    return isinstance(result.get("files"), list)


def _files(result: JsonObject) -> list[str]:
    listed = result.get("files")
    files = listed if isinstance(listed, list) else [result]
    paths = [str(file["path"]) for file in files if isinstance(file, Mapping) and "path" in file]
    leading = result.get("leading")
    return paths[:leading] if isinstance(leading, int) and leading > 0 else paths
