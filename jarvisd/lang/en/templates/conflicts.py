"""Sentences of an administrator or a plugin are held against what is understood anyway. Pure.

They come after it, so that they could not take anything away; a file that tries to is a mistake of who wrote it,
and is refused as a whole, with the sentence in question.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.lang.en.templates.slots import READERS
from jarvisd.lang.en.words import words
from jarvisd.lang.templates import Sample, SentenceFile, TemplateBook

SAMPLES = 200
"""Chosen: of the wordings of one template that are tried."""
_NONE = "qqq"
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "document": "qqq.txt", "filename": "qqq.txt", "archive": "qqq.zip", "url": "qqq.example.com",
        "folder": "downloads", "age": "two weeks", "size": "two megabytes", "duration": "two minutes",
        "expression": "2 plus 2", "service": "nginx", "clause": "where the qqq is", "kept": "qqq code",
        "belonging": "qqq key",
        "moment": "tomorrow at 3 pm", "day_range": "next week", "engagement": "qqq meeting",
    }
)  # fmt: skip
"""What stands in a slot when a wording is tried; else a word that nothing has."""


class _Fillers(dict[str, str]):
    def __missing__(self, reads: str) -> str:
        return _NONE


def demand_apart(
    files: Sequence[SentenceFile],
    shared: SentenceFile,
    tools: Mapping[str, Collection[str]],
    is_taken: Callable[[str], bool],
    is_consent: Callable[[str], bool],
) -> TemplateBook:
    """The templates of ``files``, for tools and arguments that there are.

    Raises SENTENCES_INVALID for a list or rule of the suite that is made anew, for an unknown tool or argument,
    and for a wording that has no word of its own, agrees to a question, or has a meaning already.
    """
    for file in files:
        for kind in ("lists", "expansion_rules"):
            again = set(file.content.get(kind, {})) & set(shared.content.get(kind, {}))
            if again:
                raise _refused(f"{file.origin} makes {sorted(again)} anew, which every sentence shares")
    templates = TemplateBook([shared, *files], READERS)
    for tool in sorted(templates.tools):
        if tool not in tools:
            raise _refused(f"there is no tool {tool}")
        unknown = {name.removeprefix("into_") for name in templates.arguments(tool)} - set(tools[tool])
        if unknown:
            raise _refused(f"{tool} takes no {sorted(unknown)}")
    for sample, why in _conflicts(templates, is_taken, is_consent):
        raise _refused(f"{sample.template!r} for {sample.tool}: {sample.text!r} {why}")
    return templates


def _conflicts(
    templates: TemplateBook, is_taken: Callable[[str], bool], is_consent: Callable[[str], bool]
) -> Iterator[tuple[Sample, str]]:
    bare = templates.samples(_Fillers(), SAMPLES)
    for sample in bare:
        if not set(words(sample.text)) - {_NONE}:
            yield sample, "has no word of its own"
    for sample in templates.samples(_Fillers(_SAID), SAMPLES):
        if is_consent(sample.text):
            yield sample, "answers a question"
        elif is_taken(sample.text):
            yield sample, "has a meaning already"


def _refused(message: str) -> RequestError:
    return RequestError(message, code=ErrorCode.SENTENCES_INVALID)
