"""The tool web_fetch: what a page of an allowed web site says. What it says is untrusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from jarvisd.core.network.web_url import AllowedHost, WebUrl, parse_spoken_url, require_allowed
from jarvisd.executor.tools.context import Reach, ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts

SPOKEN_LIMIT = 600
"""Characters of a page that are read aloud."""
_USUAL = frozenset({"www", "index", "html", "htm"})
"""Words of addresses that say nothing."""

SPEC = ToolSpec(
    name="web_fetch",
    description="Read a web page aloud or tell what it says.",
    effects=(Effect.READ, Effect.FETCH),
    examples=(Example("What does the page news dot example dot com say?", {"url": "news.example.com"}),),
    output_limit_bytes=40_000,
    measured=("send",),
)


def vet(reach: Reach, *, url: str) -> None:
    """Refuse what is no plain address, and hosts that nobody allowed."""
    require_allowed(parse_spoken_url(url), reach.allowed_hosts, reach.note)


async def measure(context: ToolContext, *, url: str) -> Preview:
    """Ask about an address that holds words which the person has not said: it could carry something away."""
    place = parse_spoken_url(url)
    carries = sorted(unsaid(place, context.utterance, context.kit.reach.allowed_hosts) - _USUAL)
    shown = amounts.listing([amounts.name(word) for word in carries], limit=6)
    return Preview(
        phrase=f"fetch the page {amounts.name(str(place))}",
        reversal=Reversal.NEVER if carries else Reversal.HARMLESS,
        consequence=f"Its address also says {shown}, which could carry something away." if carries else "",
        factors=("send",) if carries else (),
        selection=place,
    )


def unsaid(place: WebUrl, utterance: str, allowed: Iterable[AllowedHost]) -> set[str]:
    """The words of an address that neither the person has said nor the administrator has allowed."""
    known = max((entry.host for entry in allowed if entry.admits(place)), key=len, default="")
    address = f"{place.host.removesuffix(known)} {unquote(place.target)}"
    return _words(address) - _words(utterance)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


async def run(context: ToolContext, *, url: str) -> ToolResult:
    """Fetch it and tell its beginning."""
    page = await context.kit.courier.fetch(str(parse_spoken_url(url)))
    spoken = " ".join(page.text.split())
    shown = amounts.name(page.title or url)
    if not spoken:
        told = f"{shown} holds no text."
    elif len(spoken) > SPOKEN_LIMIT or page.truncated:
        told = f"{shown} begins: {spoken[:SPOKEN_LIMIT].rsplit(' ', 1)[0]}. It goes on."
    else:
        told = f"{shown} says: {spoken}"
    return ToolResult(page.to_json(), told)


TOOL = Tool(SPEC, run, measure, vet)
