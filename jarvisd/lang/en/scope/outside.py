"""Requests for what this box does not have, known without a language model. Pure.

The head act of a request and its direct thing decide, or the form of a question and what it is of. Whatever is
not known for certain stays with the planner: "turn on the lights" is out of reach, "remind me to turn on the
lights" and "find the files about the lights" are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from jarvisd.lang.en.scope.grammar import plural
from jarvisd.lang.en.scope.request import readings
from jarvisd.lang.en.scope.tables import domains
from jarvisd.lang.scope import Outside

_LONGEST = 400
"""Characters. Chosen: what is longer is no request for one thing."""
_OF_FILES = re.compile(
    r"[\w-]\.[a-z]|/|\\|\bdot (?:txt|md|pdf|csv|com|org|net|py|html|json|example|zip|jpg|png|mp3|docx?|sh)\b"
    r"|https?|\b(?:files?|folders?|director(?:y|ies)|documents?|notes?|diary|pdfs?|web ?sites?|web ?pages?|urls?"
    r"|spreadsheets?|(?:in|with|using) (?:python|bash|a program|a script))\b"
)
"""What names a file, a page or a program."""
_IS_CODE = re.compile(r"\w\(|[{}<>`=]")
_MEANING = re.compile(
    r"(?:what is|what's|what are|define|explain|who (?:is|was|invented|wrote)|why) (?:an? |the meaning )"
)
"""What begins a question about what something is."""


def _is_brought(found: Outside, brought: Collection[str]) -> bool:
    things = {found.domain, found.thing, found.thing.removeprefix("the ")}
    return any(thing in things or plural(thing) in things for thing in brought)


def outside(text: str, brought: Collection[str] = ()) -> Outside | None:
    """What ``text`` asks for, where this box has nothing for it; ``None`` in every doubt.

    ``brought`` names domains and things that a plugin or a source has brought since ("lights", "weather").
    """
    if len(text) > _LONGEST or _IS_CODE.search(text):
        return None
    for spoken in readings(text):
        asks_for_meaning = _MEANING.match(spoken) is not None
        is_of_files = _OF_FILES.search(spoken) is not None
        for domain in domains():
            found = None if asks_for_meaning else domain.outside(spoken.split(), is_of_files=is_of_files)
            if found is not None:
                return None if _is_brought(found, brought) else found
    return None
