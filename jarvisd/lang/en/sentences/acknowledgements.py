"""What is said while the answer takes a while: what is being looked at, never that anything was done. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.wording import tokens

LONGEST_NAME_WORDS = 5
"""Chosen: a longer name takes longer to say than the answer takes to come."""


def acknowledgement(action: Action, utterance: str) -> str:
    """One short sentence for a step that looks; empty for one that is over at once or does more.

    A name is said only in words of ``utterance``: the rest of a step is the planner's.
    """
    composed = _SENTENCES.get(action.tool)
    return composed(lambda argument: _said(action, argument, utterance)) if composed else ""


def _said(action: Action, argument: str, utterance: str) -> str:
    value = str(action.args.get(argument, "")).strip()
    heard = tokens(utterance)
    spoken = tokens(value)
    is_said = 0 < len(spoken) <= LONGEST_NAME_WORDS and set(spoken) <= set(heard)
    return value if is_said and value.replace(" ", "").replace(".", "").isalnum() else ""


_Value = Callable[[str], str]


def _search(said: _Value) -> str:
    if name := said("name"):
        return f"Looking for the {name} files."
    if topic := said("contains"):
        return f"Looking for files about {topic}."
    return f"Looking through {said('folder') or 'your files'}."


def _read(said: _Value) -> str:
    return f"Opening {said('path') or 'the file'}."


def _list(said: _Value) -> str:
    name = said("list")
    return f"Looking at the {name} list." if name else "Looking at your lists."


_SENTENCES: Mapping[str, Callable[[_Value], str]] = MappingProxyType(
    {
        "search_files": _search,
        "file_read": _read,
        "list_read": _list,
        "recall": lambda said: "Let me think.",
        "system_info": lambda said: "Let me look.",
        "service_status": lambda said: "Let me look.",
        "web_fetch": lambda said: "Asking the page.",
    }
)
"""Tool to its sentence, by what was said of an argument."""
