"""Which of several things a step is about, and what its question says of words that nobody stands behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jarvisd.core.json_types import JsonObject, canonical
from jarvisd.core.planning.plan import Consent, QuestionKind
from jarvisd.executor.consent.asker import VOICE, Question
from jarvisd.executor.files.pathname import SeveralFit
from jarvisd.executor.plan.plan_request import PlanRequest
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy.provenance import Origin, StepProvenance
from jarvisd.executor.tools.spec import Preview, Tool, ToolResult
from jarvisd.lang.question_sentences import QuestionSentences

CHOICES_LIMIT = 20
"""As many as a search tells; a question names the first of them."""
SHORT_CHARACTERS = 200
"""Chosen: a name, a number or a sentence."""


def asked_of(several: SeveralFit, args: JsonObject) -> tuple[Preview, ToolResult]:
    """What is shown of a step that nobody can measure yet, and what its report holds until somebody tells.

    Raises ``several`` where the name is no argument by itself.
    """
    is_named = several.text.strip() in (str(value).strip() for value in args.values())
    if not is_named or not any(map(str.isalnum, several.text)):
        raise several
    choices = several.choices[:CHOICES_LIMIT]
    preview = Preview(phrase=f"go on with {several.text}", choices=choices)
    return preview, ToolResult({"unclear": several.text, "choices": list(choices)}, "")


async def choice_of(
    means: StepServices, order: PlanRequest, index: int, asked: Question, question: str
) -> tuple[str, str]:
    """What was answered to the choices of a step; where nothing was, what is said of that."""
    if order.asks_in_reply or (order.channel == VOICE and not means.asker.asks_back_aloud):
        return "", question
    trail, records = means.trail, order.records(with_content=means.with_content)
    await trail.note(records.asked(trail.now(), index, QuestionKind.CLARIFY, order.channel, question))
    answer = await means.asker.clarify(asked)
    told: JsonObject = {"is_named": bool(answer.choice), "by": answer.by, "reason": answer.reason}
    await trail.note(records.answered(trail.now(), index, answer.request_id, told))
    if answer.choice:
        return answer.choice, ""
    cause = answer.reason if answer.consent is Consent.UNAVAILABLE else ""
    return "", means.sentences.not_done(asked.preview.phrase, answer.consent, cause)


def in_place(args: Mapping[str, Any], meant: Mapping[str, str]) -> dict[str, Any]:
    """``args`` with what is meant in the place of names that fit several things."""
    return {
        name: meant.get(value.strip(), value) if isinstance(value, str) else value for name, value in args.items()
    }


def doubted(
    order: PlanRequest,
    index: int,
    tool: Tool,
    provenance: StepProvenance,
    sentences: QuestionSentences,
    *,
    is_left: bool,
) -> Iterator[str]:
    """What a question says of arguments that no person stands behind, and of words that are left over."""
    if is_left and order.licences:
        yield order.licences.doubted(order.utterance, index)
    if order.after is not None and tool.spec.has_effects:
        yield sentences.planned_after(order.after.sources)
    yield from dict.fromkeys(order.taken.values() if tool.spec.has_effects else ())
    doubts = [doubt for doubt in provenance.doubts if doubt.argument not in order.taken]
    for value, origin in dict.fromkeys((doubt.value, doubt.origin) for doubt in doubts if not doubt.is_quoting):
        yield sentences.unsaid(value, is_read=origin is Origin.READ)
    if any(doubt.is_quoting for doubt in doubts):
        yield sentences.quoting()


def shortened(data: JsonObject) -> JsonObject:
    """The short values of a result that is too large, and that it was cut."""
    short = {key: value for key, value in data.items() if len(canonical(value)) <= SHORT_CHARACTERS}
    return {**short, "truncated": True}
