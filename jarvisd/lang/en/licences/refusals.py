"""What is said of a step that the words of a request do not ask for. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences.words_of_requests import is_question, is_verb, tokens
from jarvisd.lang.en.memories.person import to_listener

MAX_NEAR = 3
"""Chosen: more than three things are no help when heard."""


def unlicensed(parts: Sequence[str], near: Sequence[str], unsure: Sequence[str] = ()) -> str:
    """That ``parts`` of a request cannot be done, and what could be instead, as words and not as a question.

    Of ``unsure``, which another step may do, it is said that nobody knew how.
    """
    if not parts and not unsure:
        return "I left out a step that nobody asked for."
    told = " ".join([*map(_cannot, parts), *map(_unsure, unsure)])
    return f"{told} I can {amounts.listing(near[:MAX_NEAR])}." if near and parts else told


def _cannot(part: str) -> str:
    said, kind = _told(part)
    if kind == "question":
        return f"I can't answer: {said}."
    return f"I can't {said}." if kind == "order" else f"I can't help with: {said}."


def _unsure(part: str) -> str:
    said, kind = _told(part)
    return f"I'm not sure how to {said}." if kind == "order" else f"I'm not sure how to help with: {said}."


def _told(part: str) -> tuple[str, str]:
    """A part as it is said back, and whether it is an order, a question or neither."""
    said, first = to_listener(part), next(iter(tokens(part)), "")
    if is_question(first):
        return said, "question"
    return (f"{said[:1].lower()}{said[1:]}", "order") if is_verb(first) else (said, "")


def doubted(heard: str, words: Sequence[str]) -> str:
    """What a question says of a request of which what would be done leaves ``words`` over."""
    over = f", and this leaves out {amounts.listing([amounts.name(word) for word in words])}" if words else ""
    return f"I heard: {amounts.name(heard)}{over}."
