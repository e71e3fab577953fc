"""The tool remember: keep what the user tells. The memory itself belongs to the brain (decision 20)."""

from __future__ import annotations

from typing import Literal

from jarvisd.core.errors import RequestError
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.addresses import is_said
from jarvisd.lang.en.contacts import parse_contact
from jarvisd.lang.en.licences import knowledge
from jarvisd.lang.en.memories.own_name import told_name
from jarvisd.lang.en.memories.person import as_heard

IMPORTANCE = {"FACT": 0.6, "PREFERENCE": 0.7, "CONTACT": 0.8}
"""Chosen: above the outcome of a task, which has 0.3; nothing is forgotten by it."""
TEXT_LIMIT = 2000
"""Chosen: about two minutes of speech."""

SPEC = ToolSpec(
    name="remember",
    description=(
        "Keep something the user tells about themselves or their life for later. kind: PREFERENCE for "
        "likes and dislikes, CONTACT for how to reach somebody, else FACT."
    ),
    effects=(Effect.MEMORY,),
    examples=(
        Example(
            "Note that my bike lock opens with 2290.", {"kind": "FACT", "text": "Your bike lock opens with 2290"}
        ),
        Example(
            "Please remember that I like tea without sugar.",
            {"kind": "PREFERENCE", "text": "You like tea without sugar"},
        ),
        Example(
            "Keep in mind that Lena's phone number is 555 0142.",
            {"kind": "CONTACT", "text": "Lena's phone number is 555 0142"},
        ),
        Example(
            "I'm allergic to peanuts, keep that in mind.",
            {"kind": "PREFERENCE", "text": "You are allergic to peanuts"},
        ),
        Example(
            "Don't forget, the car is parked on level three.",
            {"kind": "FACT", "text": "The car is parked on level three"},
        ),
    ),
    deadline_s=30,
    undo="forget takes it out of memory.",
    sensitive={"text": Sensitivity.MEMORY},
    words=knowledge.REMEMBER,
)


async def measure(context: ToolContext, *, kind: Literal["FACT", "PREFERENCE", "CONTACT"], text: str) -> Preview:
    """Refuse what is no memory; it can be forgotten again, so nothing needs undoing."""
    if not text.strip() or len(text) > TEXT_LIMIT:
        raise RequestError(f"a memory is a text of at most {TEXT_LIMIT} characters")
    return Preview(phrase=f"remember a {kind.lower()}", reversal=Reversal.HARMLESS)


async def run(context: ToolContext, *, kind: Literal["FACT", "PREFERENCE", "CONTACT"], text: str) -> ToolResult:
    """Hand the text to the brain's memory."""
    # A planner repeats what it heard with changes of its own; what is kept are the words of the person.
    text, kept, is_tainted = as_heard(text.strip(), context.utterance), str(kind), context.is_tainted
    spoken = "Okay, I'll remember that."
    if contact := parse_contact(text):
        # Said back, because an address that was misheard is found out now and not when a letter is lost.
        kept, text, spoken = "CONTACT", contact.text, f"Okay, I'll remember: {contact.said}."
        # An address that the person has not said is one that nobody told, whoever planned this.
        is_tainted |= bool(context.utterance) and not is_said(contact.address, context.utterance)
    elif name := told_name(text):
        kept, spoken = "PREFERENCE", f"Okay, I'll call you {amounts.name(name)}."
    memory_id = await context.kit.memory.remember(text, kept, IMPORTANCE[kept], tainted=is_tainted)
    return ToolResult({"id": memory_id, "kind": kept, "text": text}, spoken)


TOOL = Tool(SPEC, run, measure)
