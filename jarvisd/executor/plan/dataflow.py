"""What a step takes from the steps before it: found when it is the step's turn, and judged as what was read.

A plan is frozen before any of its steps runs, with references in place of what is not known yet. Once the steps
before have ended, this puts in what they brought. The step is then held against everything again, as if the
planner had written the value: what was read stands behind it and no person, so that only a look at files in the
workspaces runs unasked, and a question names where the value comes from.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Action, Outcome, StepReport
from jarvisd.core.planning.references import Take, references
from jarvisd.executor.plan.plan_request import PlanRequest
from jarvisd.executor.plan.readings import texts_in
from jarvisd.executor.plan.round_before import only_looks
from jarvisd.executor.plan.step_services import StepServices
from jarvisd.executor.policy.provenance import Tracer
from jarvisd.executor.tools.spec import Preview, Reversal

Choose = Callable[[Preview], Awaitable[str]]
"""Asks which of a preview's choices is meant; empty where nobody said."""


def is_open(action: Action) -> bool:
    """Whether arguments of ``action`` are taken from earlier steps."""
    return any(isinstance(value, Mapping) for value in action.args.values())


async def fill(
    order: PlanRequest, index: int, earlier: Sequence[StepReport], means: StepServices, choose: Choose
) -> PlanRequest | Outcome:
    """``order`` with what step ``index`` takes, judged anew; how the step ends where there is nothing to take.

    Raises :class:`RequestError` for a reference that leads nowhere.
    """
    action = order.plan.actions[index]
    values: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, reference in references(action.args, index).items():
        report = earlier[reference.step]
        offered = _offered(report.result, reference.take) if report.outcome is Outcome.DONE else ()
        if not offered:
            return Outcome.SKIPPED
        value = offered[0] if len(offered) == 1 else await _one_of(offered, action.tool, means, choose)
        if not value:
            return Outcome.DECLINED
        values[name] = value
        taken[name] = means.sentences.taken(_source(report.result), is_text=reference.take is Take.TEXT)
    filled = replace(action, args={**action.args, **values})
    actions = (*order.plan.actions[:index], filled, *order.plan.actions[index + 1 :])
    plan = replace(order.plan, actions=actions)
    is_look = means.registry.has(action.tool) and only_looks(means.registry.find(action.tool))
    return replace(
        order,
        plan=plan,
        plan_hash=plan.plan_hash,
        screening=means.screen(plan, order.utterance, order.links),
        tracer=_with_read(order.tracer, earlier),
        is_tainted=order.is_tainted or not is_look,
        taken=taken,
    )


def _with_read(tracer: Tracer | None, earlier: Sequence[StepReport]) -> Tracer | None:
    """A tracer that knows what the steps before have read."""
    if tracer is None:
        return None
    read = ("\n".join(texts_in(report.result)) for report in earlier)
    return Tracer(replace(tracer.sources, read=(*tracer.sources.read, *read)), tracer.rules)


def _offered(result: JsonObject, take: Take) -> tuple[str, ...]:
    """What may be taken of a result; more than one where it is not said which."""
    if take is Take.TEXT:
        text = _text(result)
        return (text,) if text.strip() else ()
    files = result.get("files")
    if not isinstance(files, list):
        path = result.get("path")
        return (path,) if isinstance(path, str) else ()
    paths = [str(file["path"]) for file in files if isinstance(file, Mapping) and "path" in file]
    leading = result.get("leading")
    return tuple(paths[:leading] if isinstance(leading, int) and leading > 0 else paths)


def _text(result: JsonObject) -> str:
    if result.get("truncated") is True:
        raise RequestError("the text is too long to be taken whole")
    items = result.get("items")
    if isinstance(items, list):
        left = [item for item in items if isinstance(item, Mapping) and not item.get("done")]
        return "\n".join(str(item.get("text", "")) for item in left)
    text = result.get("text")
    return text if isinstance(text, str) else ""


def _source(result: JsonObject) -> str:
    """What a value was taken from, as it is called; empty for a search."""
    found = next((result[key] for key in ("path", "url") if isinstance(result.get(key), str)), "")
    return str(found)


async def _one_of(offered: Sequence[str], tool: str, means: StepServices, choose: Choose) -> str:
    """The one of several that a person names; empty where nobody does."""
    doing = means.sentences.doing(tool)
    answer = await choose(Preview(phrase=doing, choices=tuple(offered), reversal=Reversal.HARMLESS))
    which = means.sentences.chosen(answer, offered) if answer else None
    return "" if which is None else offered[which]
