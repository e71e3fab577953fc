"""Requests in which one step takes what another one brings: "read the newest report". Pure.

Each is made of two requests that are sure by themselves, so that nothing here knows what a search or a file is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jarvisd.core.planning.plan import Action
from jarvisd.core.planning.references import Reference, Take
from jarvisd.lang.en.everyday.file_questions import orders_in, without_order
from jarvisd.lang.en.templates.slots import label, person
from jarvisd.lang.en.templates.vocabulary import DOCUMENTS
from jarvisd.lang.en.words import words

Sure = Callable[[str], "Action | None"]
"""The one step that a text surely asks for."""

_THE = r"(?:(?:the|my|our)\s+)?"
_READ = re.compile(
    r"(?:read me|read us|read out|read aloud|read|open|tell me what is in|tell me what's in|what is in|what's in"
    r"|what does|show me what is in|show me the (?:text|contents?) of|what are the contents of)"
    rf"\s+{_THE}(?P<which>.+?)(?:\s+(?:aloud|out loud|to me|for me|say|says))?",
    re.IGNORECASE,
)
_FIND = re.compile(
    r"(?:(?:what|which)(?: file| one)?(?:'s| is| are)|tell me|name|find|find me|show me|show|search for|look for"
    r"|get me|give me|where is|where's|when was|how (?:large|big|old) is)"
    rf"\s+{_THE}(?P<which>.+?)(?:\s+(?:changed|modified|edited|saved))?",
    re.IGNORECASE,
)
_TEXT_OF = r"(?:what is|what's|whatever is|the (?:text|contents?))(?: written)?\s+(?:in|on|inside|of)\s"
_MAIL = re.compile(
    rf"(?:e-?mail|mail|send)\s+(?:(?P<to>.+?)\s+(?P<what>{_TEXT_OF}.+)|(?P<first>{_TEXT_OF}.+?)\s+to\s+(?P<last>.+))",
    re.IGNORECASE,
)
_WHAT = re.compile(r".*?\b(?P<how>in|on|inside|of)\s+(?P<of>.+)", re.IGNORECASE)
_FINDS, _READS = "search_files", frozenset({"file_read", "list_read", "web_fetch"})
_PLACE = re.compile(r"\b(?:in|inside|from|of|under)\b.*", re.IGNORECASE)
"""Where something is looked for."""


_TAKEN_UP = re.compile(
    r"\b(?:it|its|they|them|their|those|that one|this one|one of them|(?:first|second|third|last)(?: one)?"
    r"|both|each|the (?:text|contents?|results?|file|files)|there)\b",
    re.IGNORECASE,
)


def is_taken_up(text: str) -> bool:
    """Whether a part of a request is about what another part brings: "read it", "delete the oldest"."""
    return bool(_TAKEN_UP.search(text) or orders_in(text))


def passed_on(text: str, sure: Sure) -> tuple[Action, ...]:
    """The steps of ``text``, which has no courtesy around it; none where it is another request."""
    return _mailed(text, sure) or _read_by_order(text, sure) or _found_by_order(text, sure)


def _found_by_order(text: str, sure: Sure) -> tuple[Action, ...]:
    """ "What is the largest file in downloads": a search, of which the first by that order is told."""
    asked = _FIND.fullmatch(text)
    search = _search(asked["which"], sure) if asked else None
    return (search,) if search else ()


def _read_by_order(text: str, sure: Sure) -> tuple[Action, ...]:
    asked = _READ.fullmatch(text)
    search = _search(asked["which"], sure) if asked else None
    return (search, _reading_of(0)) if search else ()


def _reading_of(step: int) -> Action:
    return Action("file_read", {"path": Reference(step, Take.FILE).to_json()}, depends_on=(step,))


def _search(which: str, sure: Sure) -> Action | None:
    """The search for "newest report in documents"; ``None`` where it names no order, or two."""
    if len(orders_in(which)) != 1:
        return None
    bare = without_order(which)
    found_place = _PLACE.search(bare)
    place = found_place[0] if found_place else ""
    one = bare.removesuffix(place).strip().removesuffix("s") or "file"
    found = _find(f"find all {one}s {place}", sure)
    # Of a kind there are many; what is called so may be one.
    if found is not None and "*" in str(found.args.get("name", "*")):
        return found
    is_document = bool(words(one)) and words(one)[-1] in DOCUMENTS
    return _find(f"find all {one} files {place}", sure) if is_document else None


def _find(text: str, sure: Sure) -> Action | None:
    found = sure(text.strip())
    return found if found is not None and found.tool == _FINDS else None


def _mailed(text: str, sure: Sure) -> tuple[Action, ...]:
    asked = _MAIL.fullmatch(text)
    if asked is None:
        return ()
    to = person(asked["to"] or asked["last"])
    what = _WHAT.fullmatch(asked["what"] or asked["first"])
    if to is None or what is None:
        return ()
    reading = _reading(what["how"], what["of"], sure)
    if reading is None:
        return ()
    body = Reference(0, Take.TEXT).to_json()
    return reading, Action("send_email", {"to": to, "body": body}, depends_on=(0,))


def _reading(how: str, of: str, sure: Sure) -> Action | None:
    """The step that reads what "in notes", "on my shopping list" and "of plan.md" name."""
    place = "on" if how == "on" else "in"
    for form in (f"what is {place} {of}", f"read {of}"):
        found = sure(form)
        if found is not None and found.tool in _READS:
            return found
    bare = re.sub(r"^(?:the|my|our)\s+", "", of, flags=re.IGNORECASE)
    # Alone such a word may name a folder; what is in it is no text that could be sent.
    is_text = words(bare)[-1:] and words(bare)[-1] in DOCUMENTS and label(bare) is not None
    return Action("file_read", {"path": bare}) if is_text else None
