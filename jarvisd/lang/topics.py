"""What is spoken about after the steps of a turn: files, lists, timers, people, by what the steps brought. Pure.

Names come from the results of tools, so that nothing here is of a model's making; what a disk or a page brought is
marked as foreign (decision 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.planning.plan import Action, Outcome, StepReport
from jarvisd.lang.dialogue import Topic, TopicKind

NAMES_KEPT = 20
"""As many as a search tells."""
NAME_CHARACTERS = 300
"""Chosen: longer names are not spoken of."""
TOPICS_KEPT = 4
"""One of each kind."""
FOLDERS_KEPT = 4
"""Chosen: "the other folder" is one of two."""
_LISTS = ("list_change", "list_read")
_GONE = ("file_delete", "cancel_timer")
_TELLING = (Outcome.DONE, Outcome.DECLINED, Outcome.DRY_RUN)


def topics_after(before: Sequence[Topic], actions: Sequence[Action], steps: Sequence[StepReport]) -> list[Topic]:
    """The topics once ``steps``, the reports of ``actions``, are over; the last spoken about first."""
    topics = list(before)
    for action, step in zip(actions, steps, strict=False):
        if step.outcome in _TELLING:
            topics = _after(topics, action, step.result, is_done=step.outcome is Outcome.DONE)
    return topics[:TOPICS_KEPT]


def topics_meant(before: Sequence[Topic], actions: Sequence[Action]) -> list[Topic]:
    """The topics as far as ``actions`` alone name them, were all of them done."""
    topics = list(before)
    for action in actions:
        topics = _after(topics, action, {}, is_done=True)
    return topics[:TOPICS_KEPT]


def led_by(topics: Sequence[Topic], first: Topic | None) -> tuple[Topic, ...]:
    """``topics`` with the one first that is spoken about now."""
    if first is None:
        return tuple(topics)
    return (first, *_others(topics, first.kind))


def folders_after(before: Sequence[str], actions: Sequence[Action]) -> tuple[str, ...]:
    """Folders that were named, the last one first."""
    named = [
        value
        for action in actions
        for name in ("folder", "destination")
        if isinstance(value := action.args.get(name), str) and value and "." not in value.rpartition("/")[2]
    ]
    if any(action.tool == "mkdir" for action in actions):
        named += [str(action.args.get("path", "")) for action in actions if action.tool == "mkdir"]
    return tuple(dict.fromkeys([*reversed(named), *before]))[:FOLDERS_KEPT]


def count_of(steps: Sequence[StepReport]) -> int | None:
    """How many things the last step told of; ``None`` where it counted none."""
    result = steps[-1].result if steps else {}
    count = result.get("count")
    if isinstance(count, int):
        return count
    for key in ("timers", "lists"):
        if isinstance(kept := result.get(key), list):
            return len(kept)
    items = result.get("items")
    if isinstance(items, list):
        return sum(not (isinstance(item, Mapping) and item.get("done") is True) for item in items)
    return None


def _after(topics: list[Topic], action: Action, result: JsonObject, *, is_done: bool) -> list[Topic]:
    if action.tool in _GONE and is_done:
        return _without(topics, action)
    if action.tool == "search_files":
        found = tuple(_found(result.get("files")))
        count = result.get("count")
        kept = _others(topics, TopicKind.FILES)
        total = count if isinstance(count, int) else len(found)
        return [Topic(TopicKind.FILES, found, total, is_foreign=True), *kept] if found else kept
    if action.tool == "list_timers":
        return sorted(topics, key=lambda topic: topic.kind is not TopicKind.TIMER)
    if action.tool == "change_timer":
        return [_set_anew(topic, action) if is_done else topic for topic in topics]
    new = next(_named(action, result), None)
    if new is None:
        return topics
    files = next((topic for topic in topics if topic.kind is TopicKind.FILES), None)
    if new.kind is TopicKind.FILES and files is not None:
        new = _among(files, action, new, is_done=is_done)
    return [new, *_others(topics, new.kind)]


def _among(files: Topic, action: Action, new: Topic, *, is_done: bool) -> Topic:
    """The files with the one singled out that a step was about, under its new name if it was moved."""
    about = str(action.args.get("path") or action.args.get("source") or "")
    name = about if about in files.names else new.names[0]
    if name not in files.names:
        return new
    moved = action.tool == "file_move" and is_done
    names = tuple(new.names[0] if each == name and moved else each for each in files.names)
    return replace(files, names=names, focus=files.names.index(name))


def _named(action: Action, result: JsonObject) -> Iterator[Topic]:
    args, tool = action.args, action.tool
    if tool in _LISTS:
        named = str(args.get("list", "")) or PurePosixPath(str(result.get("path", ""))).stem
        yield Topic(TopicKind.LIST, (named,))
    elif tool == "set_timer":
        yield Topic(TopicKind.TIMER, tuple(str(args.get(name, "")) for name in ("label", "when", "kind")))
    elif tool == "send_email":
        yield from (Topic(TopicKind.CONTACT, (who,)) for who in _texts(args.get("to"), args.get("recipient")))
    else:
        moved = result.get("destination") if tool == "file_move" else None
        names = _texts(moved, result.get("path"), args.get("path"), args.get("source"))
        yield from (Topic(TopicKind.FILES, (name,), 1, is_foreign=tool == "file_read") for name in names)


def _set_anew(topic: Topic, action: Action) -> Topic:
    """A timer that was set for another time is told from others by that."""
    if topic.kind is not TopicKind.TIMER or action.args.get("what") != "set":
        return topic
    label, _, *kind = topic.names
    return replace(topic, names=(label, str(action.args.get("by", "")), *kind))


def _without(topics: list[Topic], action: Action) -> list[Topic]:
    if action.tool == "cancel_timer":
        return _others(topics, TopicKind.TIMER)
    gone = str(action.args.get("path", ""))
    left = []
    for topic in topics:
        names = tuple(name for name in topic.names if name != gone)
        if topic.kind is not TopicKind.FILES or names == topic.names:
            left.append(topic)
        elif names:
            left.append(replace(topic, names=names, total=topic.total - 1, focus=-1))
    return left


def _others(topics: Sequence[Topic], kind: TopicKind) -> list[Topic]:
    return [topic for topic in topics if topic.kind is not kind]


def _found(files: JsonValue) -> Iterator[str]:
    listed = files if isinstance(files, list) else []
    paths = (item.get("path") for item in listed[:NAMES_KEPT] if isinstance(item, Mapping))
    yield from _texts(*paths)


def _texts(*values: JsonValue) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and 0 < len(value) <= NAME_CHARACTERS)
