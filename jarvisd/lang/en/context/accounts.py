"""Questions about what was just done: "how many", "why did you ask", "tell me more". Pure.

They are answered from the record of the last request, and by no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.lang.dialogue import Account, DialogueContext, TopicKind
from jarvisd.lang.en import amounts
from jarvisd.lang.en.context.picks import called

HOW_MANY = re.compile(
    r"(?:and )?how many(?: (?:of (?:them|those|these)|files|are there|were there|did you find|is that|are they"
    r"|in all|in total|altogether|items|are (?:on it|left)|were found|of them (?:are|were) there))*",
    re.IGNORECASE,
)
WHY_ASKED = re.compile(
    r"(?:and )?why (?:did|do|are|were|must|have) you"
    r" (?:ask(?:ing|ed)?|need to (?:ask|know)|want to know|have to ask)"
    r"(?: (?:me|that|this|first|me that|about it|about that|for permission|again|for a yes|me about that))?"
    r"|why (?:the|that) question",
    re.IGNORECASE,
)
WHY_DONE = re.compile(
    r"(?:and )?why (?:did|have|would) you (?:just )?(?:do|done|did) (?:that|this|it|so)(?: now)?"
    r"|why (?:that|this)|what did you do that for|why did that happen|why(?: is| was) that",
    re.IGNORECASE,
)
WHY_NOT = re.compile(
    r"(?:and )?why not|why (?:didn't|did not|don't|won't|can't|couldn't|haven't) you"
    r"(?: (?:do|done) (?:that|this|it|so))?"
    r"|why did(?:n't that| that not) work",
    re.IGNORECASE,
)
MORE = re.compile(
    r"(?:tell|show|give) me (?:some )?more(?: about (?:it|that|them|those))?|(?:and )?what else"
    r"(?: (?:is there|did you find|have you found|does it say))?|more(?: details)?|go on|any more"
    r"|(?:what about|what are|tell me|show me) the (?:others|rest)|(?:which|what) (?:ones|are they|files)"
    r"|(?:which|what) files are they|list them",
    re.IGNORECASE,
)
DONE = re.compile(
    r"(?:and )?(?:did|have) you (?:really |just |already )?(?P<verb>[a-z]+)"
    r" (?:it|that|this|them)(?: yet| already)?"
    r"|(?:did|has) (?:it|that) (?:work|worked)|is (?:it|that) (?:done|finished)(?: yet| now)?",
    re.IGNORECASE,
)
_DOING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "send sent mail mailed": frozenset({"send_email"}),
        "delete deleted remove removed erase erased": frozenset({"file_delete", "list_change"}),
        "move moved rename renamed": frozenset({"file_move"}),
        "copy copied": frozenset({"file_copy"}),
        "write wrote written save saved": frozenset({"file_write", "file_append", "remember"}),
        "add added": frozenset({"file_append", "list_change", "calendar_add"}),
        "set": frozenset({"set_timer"}),
        "cancel cancelled canceled": frozenset({"cancel_timer"}),
        "zip zipped pack packed": frozenset({"archive"}),
        "remember remembered": frozenset({"remember"}),
        "sort sorted": frozenset({"organize_files"}),
    }
)
"""The words for an act, and the tools that do it."""
_BECAUSE: Mapping[str, str] = MappingProxyType(
    {
        "deletion": "it deletes something",
        "move": "it moves something",
        "send": "it sends something away",
        "execute": "it runs a program",
        "overwrite": "it writes over something",
        "licence": "I could not account for all that you said",
        "bulk": "it is about many things at once",
        "tainted": "a text that nobody here said had a part in it",
        "write": "it changes what is on the disk",
        "memory": "it changes what is kept",
    }
)
"""What a reason of a verdict begins with, and what is said of it."""
_READ_NAME = "the name came from what I read, and not from you"
_MADE_UP = "you did not say what it is about"


def answer(text: str, context: DialogueContext) -> str:
    """The answer to a question about what was just done; empty where ``text`` is none, or nothing is known."""
    account = context.account
    if account is None:
        return ""
    if HOW_MANY.fullmatch(text):
        return "" if account.count is None else _counted(account.count, context)
    if WHY_ASKED.fullmatch(text):
        return _why_asked(account)
    if WHY_DONE.fullmatch(text):
        if not account.is_done:
            return f"I did nothing of it. {account.reply}".strip()
        return f'Because you said "{account.request}".'
    if WHY_NOT.fullmatch(text):
        return account.reply if not account.is_done else f'I did what you said: "{account.request}".'
    if (asked := DONE.fullmatch(text)) is not None:
        return _whether_done(asked, account)
    return _more(context) if MORE.fullmatch(text) else ""


def wants_more(text: str) -> bool:
    """Whether more of the last answer is wanted."""
    return MORE.fullmatch(text) is not None


def _whether_done(asked: re.Match[str], account: Account) -> str:
    """Whether the last request was carried out, if that is what it asked for; empty where it was another."""
    verb = (asked["verb"] or "").casefold()
    meant = next((tools for verbs, tools in _DOING.items() if verb in verbs.split()), frozenset())
    if verb not in {"", "do", "done", "did"} and meant.isdisjoint(account.tools):
        return ""
    return f"{'Yes' if account.is_done else 'No'}. {account.reply}".strip()


def _counted(count: int, context: DialogueContext) -> str:
    topic = context.topics[0].kind if context.topics else None
    what = {TopicKind.FILES: "file", TopicKind.LIST: "item", TopicKind.TIMER: "timer"}.get(
        topic or TopicKind.CONTACT
    )
    verb = "was" if count == 1 else "were"
    return f"There {verb} {amounts.counted(count, what)}." if what else f"There {verb} {count:,}."


def _why_asked(account: Account) -> str:
    if not account.question:
        return "I asked nothing."
    why = [_reason(reason) for reason in account.reasons]
    told = list(dict.fromkeys(filter(None, why))) or ["it changes something"]
    return f"Because {amounts.listing(told, len(told))}."


def _reason(reason: str) -> str:
    if reason.startswith("provenance"):
        return _READ_NAME if reason.endswith("read") else _MADE_UP
    return next((said for begin, said in _BECAUSE.items() if reason.startswith(begin)), "")


def _more(context: DialogueContext) -> str:
    """The names of what was found, all of them that are known."""
    topic = context.topics[0] if context.topics else None
    if topic is None or topic.kind is not TopicKind.FILES or topic.only:
        return ""
    names = [amounts.name(called(name)) for name in topic.names]
    rest = topic.total - len(names)
    left = f" and {amounts.counted(rest, 'more file')}" if rest > 0 else ""
    return f"They are: {amounts.listing(names, len(names))}{left}."
