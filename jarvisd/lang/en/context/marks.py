"""Names that stand for something while a request is read, so that no foreign name is ever read as words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.dialogue import Recognise
from jarvisd.lang.en.context.picks import called
from jarvisd.lang.intent import Intent

FILE_MARK = "thatverything.txt"
"""Read as the name of a file; no file is called so."""
FOLDER_MARK = "thatveryshelf"
"""Read as the name of a folder."""


def filled(text: str, names: Sequence[str], folder: str, recognise: Recognise) -> Intent | None:
    """The intent of ``text``, in which a mark stands for each of ``names`` in turn, and one for ``folder``.

    ``None`` where no sentence is about the mark, or where only one file fits and there are several.
    """
    intent = recognise(text)
    if intent is None or intent.plan is None or not _is_about(intent.plan.actions, text):
        return None
    if FILE_MARK not in text or len(names) == 1:
        name = names[0] if names else ""
        actions = tuple(_with(action, name, folder) for action in intent.plan.actions)
        return replace(intent, plan=replace(intent.plan, actions=actions))
    if len(intent.plan.actions) != 1:
        return None
    [action] = intent.plan.actions
    return replace(intent, plan=_of_each(intent.plan, action, names, folder))


def written(text: str, names: Sequence[str], folder: str) -> str:
    """``text`` with the names in the place of marks."""
    return text.replace(FILE_MARK, " and ".join(names)).replace(FOLDER_MARK, folder)


def _of_each(plan: Plan, action: Action, names: Sequence[str], folder: str) -> Plan:
    return replace(plan, actions=tuple(_inside(_with(action, name, folder), name) for name in names))


def _inside(action: Action, name: str) -> Action:
    """Several things go into a folder, be it there yet or not, and each keeps its name."""
    place = action.args.get("destination")
    if not isinstance(place, str) or not place:
        return action
    return replace(action, args={**action.args, "destination": f"{place.rstrip('/')}/{called(name)}"})


def _is_about(actions: Sequence[Action], text: str) -> bool:
    """Whether every mark of a text has become a value, and none stands within words that say more."""
    values = [str(value) for action in actions for value in action.args.values()]
    marks = [mark for mark in (FILE_MARK, FOLDER_MARK) if mark in text]
    holding = [value for value in values if any(mark in value for mark in marks)]
    are_names = all(
        part in marks or not any(mark in part for mark in marks) for each in holding for part in each.split("/")
    )
    return are_names and all(any(mark in value for value in holding) for mark in marks)


def _with(action: Action, name: str, folder: str) -> Action:
    return replace(action, args={key: _value(value, name, folder) for key, value in action.args.items()})


def _value(value: JsonValue, name: str, folder: str) -> JsonValue:
    if not isinstance(value, str):
        return value
    return value.replace(FILE_MARK, name).replace(FOLDER_MARK, folder)
