"""The tool list_change: put items on a list, take them off, tick them off, or clear it. A list is a text file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.files.destinations import demand_room
from jarvisd.executor.files.paths import Entry, WorkspacePath
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.lists.places import FOLDER
from jarvisd.executor.lists.text import ListItem, ListText
from jarvisd.executor.tools.builtin import kept_lists
from jarvisd.executor.tools.builtin.kept_lists import OFFERED, FoundLists, capital, is_or_are
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder
from jarvisd.lang.en import amounts
from jarvisd.lang.en.answers.choice import chosen
from jarvisd.lang.en.everyday.lists import file_name, item_key, list_title
from jarvisd.lang.en.licences import lists as list_words
from jarvisd.lang.en.memories.person import as_heard

ITEMS_LIMIT = 50
"""Items of one request; chosen."""
ITEM_LIMIT = 200
"""Characters of an item; chosen: it is one line that is read out."""
SPOKEN_ITEMS = 10
_BULLET = re.compile(r"(?:[-*+•]\s+)?(?:\[[ xX]?\]\s+)?")
What = Literal["add", "remove", "done", "clear", "clear_done"]

SPEC = ToolSpec(
    name="list_change",
    description="Add items to a list (shopping, to-do, any name), remove them, mark them done, or clear it.",
    effects=(Effect.WRITE,),
    on_files=True,
    examples=(
        Example(
            "Put olives and rice on the party list.", {"what": "add", "items": ["olives", "rice"], "list": "party"}
        ),
        Example("Tick off soap.", {"what": "done", "items": ["soap"]}),
    ),
    undo="The list comes back as it was; a new one is taken away.",
    measured=("deletion",),
    sensitive={"list": Sensitivity.NAME, "items": Sensitivity.TEXT},
    words=list_words.LIST_CHANGE,
)


@dataclass(frozen=True, slots=True)
class ListChange:
    """The text that a list will have, and what is said then."""

    place: WorkspacePath
    old: Entry | None
    text: ListText
    told: str

    @property
    def binding(self) -> str:
        """What exactly was asked about."""
        return sha256(f"{self.place.shown}\0{self.text.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Edit:
    """What becomes of a list. Without ``text`` nothing does, and ``told`` says why."""

    phrase: str
    told: str = ""
    text: ListText | None = None
    choices: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()


NO_ITEMS: list[str] = []


async def measure(
    context: ToolContext, *, what: What, items: list[str] = NO_ITEMS, list: str = ""
) -> Preview[ListChange]:
    """What would become of which list."""
    return await context.blocking(_measure, context, what, _checked(items, context.utterance), list)


async def run(
    context: ToolContext[ListChange], *, what: What, items: list[str] = NO_ITEMS, list: str = ""
) -> ToolResult:
    """Write the list as it was measured, or change nothing."""
    return await context.blocking(_write, context)


def _checked(items: Sequence[str], utterance: str) -> list[str]:
    """The items as they were heard, each once, on one line and without a bullet of its own."""
    if len(items) > ITEMS_LIMIT:
        raise RequestError(f"at most {ITEMS_LIMIT} items at once")
    kept: dict[tuple[str, ...], str] = {}
    for text in items:
        item = _BULLET.sub("", " ".join(as_heard(" ".join(text.split()), utterance).split()))
        if not item.isprintable() or len(item) > ITEM_LIMIT:
            raise RequestError(f"an item is one line of at most {ITEM_LIMIT} characters")
        if item:
            kept.setdefault(item_key(item), item)
    return [*kept.values()]


# --- which list ----------------------------------------------------------------------------------------------


def _measure(context: ToolContext, what: What, items: list[str], name: str) -> Preview[ListChange]:
    if not items and what in ("remove", "done"):
        raise RequestError("say which items")
    lists = _meant(context, what, items, name)
    if lists.choices:
        return Preview(phrase=f"change the {list_title(name)}", choices=lists.choices)
    if not lists.files and what == "add":
        return _begun(context, items, name or context.answer)
    if not lists.files:
        return Preview(phrase=f"change the {list_title(name)}", nothing=kept_lists.none_called(name))
    [entry] = lists.files
    context.kit.workspaces.writable(entry.place)
    title = kept_lists.title_of(entry)
    edit = _edit(what, kept_lists.read(context, entry), items, title, context.answer)
    if edit.text is None:
        return Preview(phrase=edit.phrase, choices=edit.choices, nothing="" if edit.choices else edit.told)
    size_bytes = len(edit.text.text.encode())
    demand_room(context.kit.workspaces, entry.place, size_bytes)
    return Preview(
        phrase=edit.phrase,
        facts=Facts(files=1, total_bytes=size_bytes),
        factors=edit.factors,
        targets=TargetList(context.kit.workspaces, context.stop_here).add(Act.WRITE, [entry]).all(),
        selection=ListChange(entry.place, entry, edit.text, edit.told),
    )


def _meant(context: ToolContext, what: What, items: Sequence[str], name: str) -> FoundLists:
    """The list that is meant: without a name the only one, or the only one with the items that are spoken of."""
    lists = kept_lists.found(context, name)
    if name.strip() or len(lists.files) == 1 or lists.choices:
        return lists
    if not lists.files:
        return FoundLists(choices=() if chosen(context.answer, OFFERED) is not None or what != "add" else OFFERED)
    holding = lists.files
    if what in ("remove", "done"):
        holding = tuple(
            entry
            for entry in lists.files
            if all(kept_lists.fitting(kept_lists.read(context, entry).items, item) for item in items)
        )
    return FoundLists(holding) if len(holding) == 1 else kept_lists.one_by_title(lists.files, context.answer)


def _begun(context: ToolContext, items: Sequence[str], name: str) -> Preview[ListChange]:
    """A list that is not there yet."""
    workspaces = context.kit.workspaces
    title, called = list_title(name), file_name(name)
    if not called:
        raise RequestError(f"'{amounts.name(name)}' is no name of a list")
    place = workspaces.new(f"{FOLDER}/{called}.md")
    workspaces.writable(place)
    if workspaces.identify(place) is not None:
        raise RequestError(f"{place.shown} already exists", code=ErrorCode.REFUSED)
    text = ListText("").added(items) if items else ListText("")
    demand_room(workspaces, place, len(text.text.encode()))
    put = f" with {_row(items)}" if items else ""
    return Preview(
        phrase=f"start a {title}{put}",
        facts=Facts(files=1, total_bytes=len(text.text.encode())),
        targets=TargetList(workspaces, context.stop_here).make(place).all(),
        selection=ListChange(place, None, text, f"I started a {title}{put}."),
        makes_new=True,
    )


# --- what becomes of it --------------------------------------------------------------------------------------


def _edit(what: What, before: ListText, items: Sequence[str], title: str, answer: str) -> _Edit:
    if what == "add":
        return _added(before, items, title)
    if what in ("clear", "clear_done"):
        return _cleared(before, title, only_done=what == "clear_done")
    return _taken(before, items, title, answer, is_ticking=what == "done")


def _added(before: ListText, items: Sequence[str], title: str) -> _Edit:
    on_it = {item_key(item.text): item for item in before.items}
    new = [text for text in items if item_key(text) not in on_it]
    again = [item for text in items if (item := on_it.get(item_key(text))) is not None and item.is_done]
    already = [text for text in items if text not in new and not on_it[item_key(text)].is_done]
    put = [*new, *(item.text for item in again)]
    had = f"{capital(_row(already))} {is_or_are(already)} on the {title} already." if already else ""
    if not put:
        return _Edit(f"add to the {title}", had or f"You have a {title} already.")
    text = before.marked(again, is_done=False)
    told = f"I added {_row(put)} to the {title}. {had}".strip()
    return _Edit(f"add {_row(put)} to the {title}", told, text.added(new) if new else text)


def _cleared(before: ListText, title: str, *, only_done: bool) -> _Edit:
    gone = [item for item in before.items if item.is_done or not only_done]
    kind = "ticked item" if only_done else "item"
    phrase = f"take {amounts.counted(len(gone), kind)} off the {title}"
    if not gone:
        nothing = (
            f"Nothing on the {title} is ticked off." if only_done and before.items else f"The {title} is empty."
        )
        return _Edit(phrase, nothing)
    told = f"I took {amounts.counted(len(gone), kind)} off the {title}."
    return _Edit(phrase, told, before.without(gone), factors=() if only_done else ("deletion",))


def _taken(before: ListText, items: Sequence[str], title: str, answer: str, *, is_ticking: bool) -> _Edit:
    """With items ticked off or taken away; what is not there, and what was ticked off before, is said."""
    taken: list[ListItem] = []
    missing, already = [], []
    for said in items:
        found = kept_lists.fitting(before.items, said)
        open_ones = [item for item in found if not item.is_done]
        if is_ticking and found and not open_ones:
            already.append(found[0].text)
            continue
        one = _one_of(open_ones if is_ticking else found, said, answer)
        if found and not one:
            choices = tuple(amounts.item(item.text) for item in found)
            verb = "tick off an item" if is_ticking else "take an item off"
            return _Edit(f"{verb} of the {title}" if is_ticking else f"{verb} the {title}", choices=choices)
        taken += one
        missing += [] if one else [said]
    rest = [f"{capital(_row(missing))} {is_or_are(missing)}n't on the {title}."] if missing else []
    rest += [f"{capital(_row(already))} {is_or_are(already)} ticked off already."] if already else []
    done = _row([item.text for item in taken])
    phrase = f"tick off {done} on the {title}" if is_ticking else f"take {done} off the {title}"
    if not taken:
        return _Edit(phrase, " ".join(rest))
    text = before.marked(taken, is_done=True) if is_ticking else before.without(taken)
    verb = f"I ticked off {done} on the {title}." if is_ticking else f"I took {done} off the {title}."
    return _Edit(phrase, " ".join([verb, *rest]), text)


def _one_of(found: Sequence[ListItem], said: str, answer: str) -> list[ListItem]:
    """The item that is meant, several only where all of them say the same; nothing where nobody knows."""
    if len({item_key(item.text) for item in found}) < 2:
        return [*found]
    index = chosen(answer, [item.text for item in found]) if answer else None
    return [] if index is None else [found[index]]


def _row(items: Sequence[str]) -> str:
    return amounts.listing([amounts.item(item) for item in items], SPOKEN_ITEMS)


# --- writing -------------------------------------------------------------------------------------------------


def _write(context: ToolContext[ListChange]) -> ToolResult:
    change = context.measured
    now = context.kit.workspaces.identify(change.place)
    old = change.old.identity if change.old else None
    if (now is None) != (old is None) or (now and old and not now.is_unchanged(old)):
        raise RequestError(f"{change.place.shown} has changed meanwhile", code=ErrorCode.TOOL_FAILED)
    content = change.text.text.encode()
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(change.place)
        builder.file(change.place, lambda file: file.write(content), old.mode & 0o777 if old else None)
    done = context.kit.changes.carry_out(context, f"change {change.place.shown}", builder.operations)
    items: list[JsonValue] = [{"text": each.text, "done": each.is_done} for each in change.text.items]
    data: JsonObject = {"path": change.place.shown, "created": old is None, "items": items}
    return ToolResult(data, change.told, undo_id=done.entry_id)


TOOL = Tool(SPEC, run, measure)
