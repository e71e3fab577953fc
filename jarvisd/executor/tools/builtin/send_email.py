"""The tool send_email: a letter to one known person, or to an address that is spelled back. Always asked."""

from __future__ import annotations

import re

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.letter import Letter, require_text
from jarvisd.executor.tools.context import Reach, ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.addresses import from_speech, spelled
from jarvisd.lang.en.contacts import YOU, Contact, possessive
from jarvisd.lang.en.licences import knowledge
from jarvisd.lang.en.words import words

TO_LIMIT = 300
"""Chosen: an address has at most 254 characters (RFC 5321); words may stand around it."""
SHOWN_BODY = 240
"""Characters of the text that the question reads out."""
SHOWN_ENDING = 120
"""Characters of its ending, where it goes on after those."""
_NAMED_SUMMARY = re.compile(
    r"(?:(?:here|this) is )?(?:(?:a|an|the|your|my|short|brief|quick|full|complete) )*"
    r"(?:summary|report|overview|results?|outcome)"
    r"(?: of (?:\w+ ?){1,8}| (?:of )?(?:it|that|this|what you did))?"
)
"""What a planner writes where it means "tell what was done", which is no letter."""

SPEC = ToolSpec(
    name="send_email",
    description="Send an e-mail to one person. Without body it sends a summary of the other parts.",
    effects=(Effect.SEND,),
    examples=(
        Example("E-mail Ruth that I'll be ten minutes late.", {"to": "Ruth", "body": "I'll be ten minutes late."}),
        Example("Send the results to omar at example dot net.", {"to": "omar at example dot net"}),
    ),
    sensitive={"to": Sensitivity.ADDRESS, "subject": Sensitivity.TEXT, "body": Sensitivity.TEXT},
    words=knowledge.SEND_EMAIL,
)


def vet(reach: Reach, *, to: str, subject: str = "", body: str = "") -> None:
    """Refuse what could be more than one recipient, one subject and plain text."""
    if not to.strip() or len(to) > TO_LIMIT or not to.strip().isprintable():
        raise RequestError("name one person or one address", code=ErrorCode.REFUSED)
    if "@" in to and from_speech(to) is None:
        raise RequestError("that is not one plain e-mail address", code=ErrorCode.REFUSED)
    require_text(" ".join(subject.split()), body.strip())


async def measure(context: ToolContext, *, to: str, subject: str = "", body: str = "") -> Preview[Letter]:
    """Who would get what: the very letter that is sent after a yes."""
    context.kit.reach.require_mail()
    contact, how = await _recipient(context, to)
    text = _body(context, body)
    letter = Letter(
        to=contact.address,
        subject=" ".join(subject.split()) or _subject(body, text),
        body=text,
        message_id=f"{context.plan_id or 'check'}.{context.step}",
        sender=context.kit.courier.sender,
        written_s=int(context.kit.clock.now().timestamp()),
    )
    return Preview(
        phrase=f"send an e-mail to {_shown(contact)}",
        reversal=Reversal.NEVER,
        consequence=f'{how}The subject is "{_quoted(letter.subject)}". {_told(letter.body)}',
        selection=letter,
    )


async def run(context: ToolContext[Letter], *, to: str, subject: str = "", body: str = "") -> ToolResult:
    """Hand the letter that was asked about to the courier."""
    letter = context.measured
    # Once it has been handed over nobody can take it back, so a stop no longer ends the wait.
    await context.to_the_end(context.kit.courier.send(letter))
    data: JsonObject = {
        "to": letter.to,
        "subject": letter.subject,
        "characters": len(letter.body),
        "sent": letter.binding,
    }
    return ToolResult(data, f"I sent the e-mail to {letter.to}.")


async def _recipient(context: ToolContext, to: str) -> tuple[Contact, str]:
    """Who is meant, and what the question must add because the address is not one that a person told."""
    address = from_speech(to)
    try:
        found = await context.kit.memory.contacts(to)
    except JarvisError:
        if address is None:
            raise
        found = []
    if len(found) > 1:
        listed = amounts.listing([_shown(contact) for contact in found], limit=4)
        raise RequestError(
            f"I know more than one {amounts.name(to)}: {listed}. Say which one", code=ErrorCode.REFUSED
        )
    if found and not found[0].is_tainted:
        return found[0], ""
    if found:
        why = "Nobody told me this address, I only read it somewhere"
        return found[0], f"{why}; it is spelled {spelled(found[0].address)}. "
    if address is not None:
        return Contact("", address), f"It is spelled {spelled(address)}. "
    whose = possessive(amounts.name(to))
    text = (
        f"I have no e-mail address of {amounts.name(to)}; tell me: remember that {whose} address is, and then it"
    )
    raise RequestError(text, code=ErrorCode.NOT_FOUND)


def _body(context: ToolContext, body: str) -> str:
    if body.strip() and not _NAMED_SUMMARY.fullmatch(" ".join(words(body))):
        return body.strip()
    if not context.earlier:
        raise RequestError("say what the e-mail should say")
    return "\n".join(context.earlier)


def _subject(body: str, text: str) -> str:
    if text != body.strip():
        return "Summary"
    first = " ".join(text.split())
    return first if len(first) <= 50 else f"{first[:47].rsplit(' ', 1)[0]}..."


def _shown(contact: Contact) -> str:
    name = "yourself" if contact.name == YOU else amounts.name(contact.name) if contact.name else ""
    return f"{name} at {contact.address}" if name else contact.address


def _told(body: str) -> str:
    """What a text says, how long it is and how it ends, whatever of it is too long to be read out."""
    shown = _plain(body)
    length = f"{len(body):,} {'character' if len(body) == 1 else 'characters'}"
    if len(shown) <= SHOWN_BODY:
        return f'It says: "{shown}". That is all of it, {length}.'
    ending = shown[-SHOWN_ENDING:]
    words = ending.partition(" ")[2]
    ending = words if len(words) > SHOWN_ENDING // 2 else ending
    return f'It says: "{_quoted(body)}". It has {length}, ending with "{ending}".'


def _quoted(text: str) -> str:
    shown = _plain(text)
    return shown if len(shown) <= SHOWN_BODY else f"{shown[:SHOWN_BODY].rsplit(' ', 1)[0]} and so on"


def _plain(text: str) -> str:
    """A text as it can be quoted in a sentence."""
    shown = "".join(character if character.isprintable() else " " for character in text).replace('"', "'")
    return " ".join(shown.split())


TOOL = Tool(SPEC, run, measure, vet)
