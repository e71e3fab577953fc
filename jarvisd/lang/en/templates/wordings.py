"""Other ways to put a request: "I'd like to know how full the disk is" as "how full is the disk". Pure.

Each wording asks for the same; whether any of them is understood is for the sentences to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WANT = r"(?:i(?:'d| would) (?:like|love)|i (?:want|need)|let me|can i|could i|may i|i(?:'d| would) be glad)"
_ASK = (
    r"(?:i(?:'d| would) like to|i (?:want|need) to|let me|can i|could i|i wonder|i was wondering|i am wondering"
    r"|i'm wondering|any idea|do you (?:happen to )?know|(?:can |could |would )?(?:you )?(?:please )?tell me"
    r"|(?:can |could )you (?:check|see|say|look(?: up)?|find out)|check|find out|have a look|look|see|show me"
    r"|i(?:'d| would) like you to tell me)(?: (?:know|see|hear|find out|check))?"
)
_LEADS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_WANT}(?: to)? hear (?=\S)", re.IGNORECASE), "read me "),
    (re.compile(rf"{_WANT}(?: to)? (?:see|view|(?:have a )?look at) (?=\S)", re.IGNORECASE), "show me "),
    (re.compile(rf"{_WANT}(?: to)? (?:have|get) (?=an? )", re.IGNORECASE), "give me "),
    (
        re.compile(
            r"(?:i(?:'d| would) like to|i (?:want|need) to|let's|let us|i need you to|i want you to"
            r"|why don't you|(?:would you )?be so kind (?:and|as to)|do me a favou?r and|quickly|quick|just|maybe"
            r"|kindly|then|right|so|alright|all right|excuse me|hi|hello|listen|oh|also|and),? (?=\S)",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(rf"{_ASK} (?=(?:what|which|where|when|who|how|if|whether)\b)", re.IGNORECASE), ""),
)
_TAIL = re.compile(
    r",? (?:for me|(?:right |just )?now|at the moment|currently|at present|if you can|if you could|if possible"
    r"|real quick|quickly|would you|will you|can you|could you|as well|too|again|then|today|here|already"
    r"|exactly)$",
    re.IGNORECASE,
)
_BE = r"is|are|was|were|has|have|had"
_SUBORDINATE = tuple(
    re.compile(rf"(?P<asked>{asked}) (?P<of>\S.*?) (?P<be>{_BE})(?P<rest>(?: \w+)*)", re.IGNORECASE)
    for asked in ("what|which|where|who|when|how", r"(?:what|which|how) \w+", r"how \w+ \w+")
)
_WHETHER = re.compile(rf"(?:if|whether) (?P<of>.+?) (?P<be>{_BE}) (?P<rest>.+)", re.IGNORECASE)
_MOST = 16
"""Chosen: more wordings than any request has that people say."""


def wordings(text: str) -> Iterator[str]:
    """``text`` put in other ways, the nearest first; ``text`` itself is not among them."""
    seen = {text}
    waiting = [text]
    while waiting and len(seen) < _MOST:
        for other in _nearest(waiting.pop(0)):
            if other and other not in seen:
                seen.add(other)
                waiting.append(other)
                yield other


def _nearest(text: str) -> Iterator[str]:
    for lead, instead in _LEADS:
        if found := lead.match(text):
            yield instead + text[found.end() :]
    yield _TAIL.sub("", text)
    if found := _WHETHER.fullmatch(text):
        yield f"{found['be']} {found['of']} {found['rest']}"
    for pattern in _SUBORDINATE:
        if found := pattern.fullmatch(text):
            yield f"{found['asked']} {found['be']} {found['of']}{found['rest']}"
