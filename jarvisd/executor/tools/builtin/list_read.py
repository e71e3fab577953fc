"""The tool list_read: what is on a list, or whether something is; without a name, which lists there are."""

from __future__ import annotations

from dataclasses import dataclass

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.executor.files.paths import Entry
from jarvisd.executor.files.targets import Act, TargetList
from jarvisd.executor.lists.text import ListItem
from jarvisd.executor.tools.builtin import kept_lists
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.everyday.lists import list_title
from jarvisd.lang.en.licences import lists as list_words

SPOKEN_ITEMS = 20
"""Chosen: more are not kept in mind when heard; how many more there are is said."""

SPEC = ToolSpec(
    name="list_read",
    description="What is on a list, or whether item is; without list, which lists there are.",
    effects=(Effect.READ,),
    on_files=True,
    examples=(
        Example("What's on the party list?", {"list": "party"}),
        Example("Are olives on my shopping list?", {"list": "shopping", "item": "olives"}),
    ),
    words=list_words.LIST_READ,
)


@dataclass(frozen=True, slots=True)
class Selected:
    """The lists that are told, and whether it was one of them that was asked for."""

    files: tuple[Entry, ...]
    is_one: bool


async def measure(context: ToolContext, *, list: str = "", item: str = "") -> Preview[Selected]:
    """Which list would be read."""
    return await context.blocking(_measure, context, list)


async def run(context: ToolContext[Selected], *, list: str = "", item: str = "") -> ToolResult:
    """Tell the items that are left, and those that are ticked off."""
    return await context.blocking(_read, context, list, item)


def _measure(context: ToolContext, name: str) -> Preview[Selected]:
    workspaces = context.kit.workspaces
    title = list_title(name)
    found = kept_lists.found(context, name)
    if found.choices:
        return Preview(phrase=f"read the {title}", choices=found.choices, reversal=Reversal.HARMLESS)
    return Preview(
        phrase=f"read the {title}",
        facts=Facts(files=len(found.files), total_bytes=sum(each.identity.size for each in found.files)),
        reversal=Reversal.HARMLESS,
        targets=TargetList(workspaces, context.stop_here).add(Act.READ, found.files).all(),
        selection=Selected(found.files, is_one=bool(name.strip())),
        nothing="" if found.files else kept_lists.none_called(name),
    )


def _read(context: ToolContext[Selected], name: str, wanted: str) -> ToolResult:
    selected = context.measured
    if len(selected.files) > 1 or not (selected.is_one or wanted):
        return _overview(context, selected.files)
    [entry] = selected.files
    title = kept_lists.title_of(entry)
    items = kept_lists.read(context, entry).items
    data: JsonObject = {
        "list": title,
        "path": entry.place.shown,
        "items": [{"text": each.text, "done": each.is_done} for each in items],
    }
    if wanted.strip():
        return ToolResult(data, _whether(items, wanted, title))
    return ToolResult(data, _all_of(items, title))


def _overview(context: ToolContext, files: tuple[Entry, ...]) -> ToolResult:
    """Which lists there are, and how much is left on each."""
    told: list[str] = []
    data: list[JsonValue] = []
    for entry in files:
        title = kept_lists.title_of(entry)
        left = sum(not each.is_done for each in kept_lists.read(context, entry).items)
        data.append({"list": title, "path": entry.place.shown, "left": left})
        told.append(f"the {title} with {amounts.counted(left, 'item')}")
    spoken = f"You have {amounts.counted(len(files), 'list')}: {amounts.listing(told, SPOKEN_ITEMS)}."
    return ToolResult({"lists": data}, spoken)


def _whether(items: tuple[ListItem, ...], wanted: str, title: str) -> str:
    fitting = kept_lists.fitting(items, wanted)
    left = [amounts.item(each.text) for each in fitting if not each.is_done]
    if left:
        return f"Yes, {amounts.listing(left, SPOKEN_ITEMS)} {kept_lists.is_or_are(left)} on the {title}."
    if fitting:
        return f"{kept_lists.capital(amounts.item(fitting[0].text))} is ticked off on the {title}."
    return f"No, {amounts.item(wanted)} {kept_lists.is_or_are([wanted])}n't on the {title}."


def _all_of(items: tuple[ListItem, ...], title: str) -> str:
    if not items:
        return f"The {title} is empty."
    left = [amounts.item(each.text) for each in items if not each.is_done]
    done = [amounts.item(each.text) for each in items if each.is_done]
    told = f"You have {amounts.counted(len(left), 'item')} on the {title}: {amounts.listing(left, SPOKEN_ITEMS)}."
    ticked = f"Ticked off: {amounts.listing(done, SPOKEN_ITEMS)}."
    if not left:
        return f"Nothing is left on the {title}. {ticked}"
    return f"{told} {ticked}" if done else told


TOOL = Tool(SPEC, run, measure)
