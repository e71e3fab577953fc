"""What each asker's dialogue is about just now; in this process alone, for ten minutes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jarvisd.brain.turn.turn import Turn, TurnOutcome
from jarvisd.core.planning.plan import Consent, Outcome, StepReport
from jarvisd.lang.dialogue import NOTHING_BEFORE, Account, Clarification, DialogueContext, Resolution
from jarvisd.lang.topics import count_of, folders_after, led_by, topics_after

KEPT_US = 600_000_000
"""Ten minutes: as long as people go on about what they have just heard."""
ASKERS_KEPT = 8
"""Chosen: more people do not speak to one box within ten minutes."""
SAID_KEPT = 4
"""Chosen: requests that go on from each other."""
REMEMBER = "remember"
"""The tool whose turn can be corrected by the next one."""
CORRECTION_WITHIN_US = 120_000_000
"""Chosen: "no, it's on level 5" is said at once, or the thing is named."""
_LOOKS = frozenset({"list_read", "list_timers"})
REQUEST_CHARACTERS = 500
"""Chosen: longer requests are not gone on from."""


@dataclass(slots=True)
class _Kept:
    context: DialogueContext
    at_us: int


class DialogueContexts:
    """Keeps what each asker's dialogue is about. Nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, asker: str, now_us: int) -> DialogueContext:
        """What ``asker`` spoke about within the last ten minutes."""
        kept = self._of.get(asker)
        if kept is None or now_us - kept.at_us >= KEPT_US:
            self._of.pop(asker, None)
            return NOTHING_BEFORE
        return kept.context

    def note(self, turn: Turn, now_us: int) -> None:
        """Take in a turn that is over; a rehearsal, and words that are not the asker's, count for nothing."""
        if not (turn.is_dry_run or turn.is_pasted or not turn.utterance):
            self._keep(turn, now_us)
        turn.context, turn.resolution = NOTHING_BEFORE, None

    def _keep(self, turn: Turn, now_us: int) -> None:
        self._of[turn.asker] = _Kept(context_after(self.of(turn.asker, now_us), turn), now_us)
        self._of.move_to_end(turn.asker)
        while len(self._of) > ASKERS_KEPT:
            self._of.popitem(last=False)

    def forget(self) -> None:
        """Drop all of it: somebody wants something forgotten."""
        self._of.clear()


def context_after(before: DialogueContext, turn: Turn) -> DialogueContext:
    """What a dialogue is about once ``turn`` is over."""
    found = turn.resolution or Resolution()
    said = (*_gone_on_from(before, turn, found), (turn.turn_id, turn.utterance))[-SAID_KEPT:]
    pending = replace(found.question, said=said) if found.question is not None else None
    topics = led_by(before.topics, found.topic)
    if turn.plan is None or not turn.steps:
        steered = (found.request or turn.utterance)[:REQUEST_CHARACTERS] if turn.route == "control" else ""
        return replace(before, topics=topics, pending=pending, steered=steered)
    actions, steps = turn.plan.actions, turn.steps
    request = found.request or turn.utterance
    return DialogueContext(
        topics=tuple(topics_after(topics, actions, steps)),
        folders=folders_after(before.folders, actions),
        request=request if len(request) <= REQUEST_CHARACTERS else "",
        actions=actions,
        said=said,
        account=_account(turn),
        undo=turn.plan_id if any(step.undo_id for step in steps) else before.undo,
        pending=pending or _which(turn.utterance, steps, said),
    )


def _gone_on_from(before: DialogueContext, turn: Turn, found: Resolution) -> tuple[tuple[str, str], ...]:
    """The turns before that what comes next may go on from; a look at what they made does not end them."""
    looked = {action.tool for action in turn.plan.actions} if turn.plan is not None else set()
    return before.said if not found.said and looked and looked <= _LOOKS else found.said


def _account(turn: Turn) -> Account:
    asked = next((step for step in turn.steps if step.consent is not Consent.NOT_ASKED), None)
    return Account(
        request=turn.utterance[:REQUEST_CHARACTERS],
        tools=tuple(step.tool for step in turn.steps),
        is_done=all(step.outcome is Outcome.DONE for step in turn.steps),
        question=asked.question if asked else "",
        reasons=asked.verdict.reasons if asked else (),
        reply=(turn.heard or turn.reply)[:REQUEST_CHARACTERS],
        count=count_of(turn.steps),
    )


def _which(utterance: str, steps: Sequence[StepReport], said: tuple[tuple[str, str], ...]) -> Clarification | None:
    """The question which of several files is meant that nobody has answered yet."""
    for step in steps:
        choices, unclear = step.result.get("choices"), step.result.get("unclear")
        if not isinstance(choices, list) or not isinstance(unclear, str):
            continue
        names = tuple(choice for choice in choices if isinstance(choice, str))
        gap = re.compile(rf"(?<!\w){re.escape(unclear)}(?!\w)", re.IGNORECASE)
        if len(gap.findall(utterance)) == 1 and len(steps) == 1:
            completion = gap.sub("{}", utterance.replace("{", "").replace("}", ""))
            return Clarification(step.question, (completion,), names, is_pick=True, said=said)
    return None


def told_before(last: Turn | None, turn: Turn) -> str:
    """What the turn just before told to be remembered: a correction of it needs not name it again."""
    if last is None or turn.began_us - last.began_us > CORRECTION_WITHIN_US or last.asker != turn.asker:
        return ""
    is_kept = last.outcome is TurnOutcome.DONE and any(step.tool == REMEMBER for step in last.steps)
    return last.utterance if is_kept and not last.is_pasted else ""
