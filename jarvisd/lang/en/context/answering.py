"""An answer to a question back: the words that make a whole request of one that lacked something. Pure.

It is no consent: what comes of it is asked about like any other request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from jarvisd.core.planning.plan import Consent
from jarvisd.lang.dialogue import Clarification, Recognise, Resolution, Topic, TopicKind
from jarvisd.lang.en.answers.assent import judge
from jarvisd.lang.en.context.lacking import lacking
from jarvisd.lang.en.context.marks import FILE_MARK, filled, written
from jarvisd.lang.en.context.picks import picked
from jarvisd.lang.en.context.questions import ENDED, to_do_with

_ENDING = re.compile(
    r"(?:no[, ]+)?(?:never ?mind|forget (?:it|that|about it)|cancel(?: (?:it|that))?|stop(?: it)?"
    r"|leave (?:it|that)(?: (?:be|alone))?|drop it|don't(?: bother)?|no(?:pe| thanks?| thank you)?"
    r"|none(?: of (?:them|these|those))?"
    r"|neither(?: of them)?|nothing|not now|skip it)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"^(?:(?:um|uh|er|well|oh|ok|okay|yes|yeah|please|i mean|i meant|it's|it is|that's|make it|make that"
    r"|call it|let's say|say|i want|i'd like|how about|maybe)\b[, ]*)+(?=\S)",
    re.IGNORECASE,
)


_HALVES = {"am": ("morning",), "pm": ("evening", "afternoon")}
"""Halves of the day, as they are named in what is asked (:mod:`jarvisd.lang.en.context.doubts`)."""


def is_ending(text: str) -> bool:
    """Whether an answer takes the question back."""
    return _ENDING.fullmatch(text) is not None


def answered(pending: Clarification, text: str, recognise: Recognise) -> Resolution | None:
    """What ``text`` makes of the request that was asked back about; ``None`` where it is no answer."""
    if is_ending(text):
        return Resolution(answer=ENDED)
    if pending.is_offer:
        return _accepted(pending, text, recognise)
    bare = _AROUND.sub("", text, count=1)
    for said in dict.fromkeys((*_chosen(pending, bare), bare, text)):
        found = _picked(pending, said, recognise) if pending.is_pick else _put_in(pending, said, recognise)
        if found is not None:
            return replace(found, said=pending.said)
    return None


def _accepted(pending: Clarification, said: str, recognise: Recognise) -> Resolution | None:
    """What was offered, where the answer is a yes by the words of assents."""
    if judge(pending.question, said, okay_is_yes=True).consent is not Consent.YES:
        return None
    request = pending.completions[0]
    intent = recognise(request)
    return None if intent is None else Resolution(intent=intent, request=request, said=pending.said)


def _chosen(pending: Clarification, said: str) -> tuple[str, ...]:
    """The choice that an answer picks, if it is one alone."""
    for meant in _HALVES.get(said.strip(" .!").casefold().replace(".", ""), (said,)):
        indices = picked(meant, pending.choices) if pending.choices else ()
        if len(indices) == 1:
            return (pending.choices[indices[0]],)
    return ()


def _picked(pending: Clarification, said: str, recognise: Recognise) -> Resolution | None:
    indices = picked(said, pending.names)
    if not indices:
        return None
    names = tuple(pending.names[index] for index in indices)
    topic = Topic(TopicKind.FILES, names, total=len(names), is_foreign=True)
    for completion in pending.completions:
        marked = completion.replace("{}", FILE_MARK)
        intent = filled(marked, names, "", recognise)
        if intent is not None:
            return Resolution(intent=intent, request=written(marked, names, ""), topic=topic)
        if (asked := lacking(marked)) is not None:
            return Resolution(question=replace(asked, names=names), topic=topic)
    if len(names) != 1:
        return None
    return Resolution(question=Clarification(to_do_with(names[0])), topic=topic)


def _put_in(pending: Clarification, said: str, recognise: Recognise) -> Resolution | None:
    """A request with ``said`` in its gap; what the request already refers to is put in last."""
    for completion in pending.completions:
        for words in _forms(said):
            request = completion.replace("{}", words)
            intent = filled(request, pending.names, "", recognise)
            if intent is not None and intent.plan is not None:
                return Resolution(intent=intent, request=written(request, pending.names, ""))
    for completion in pending.completions[:1]:
        asked = lacking(completion.replace("{}", said))
        if asked is not None and asked.question != pending.question:
            return Resolution(question=replace(asked, names=pending.names))
    return None


def _forms(said: str) -> Iterator[str]:
    yield said
    shorter = re.sub(r"^(?:to|for|at|in|into|that|the|a|an|my|called) ", "", said, flags=re.IGNORECASE)
    if shorter != said:
        yield shorter
