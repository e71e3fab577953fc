"""The tool web_fetch: what a page of an allowed web site says. What it says is untrusted."""

from __future__ import annotations

from dataclasses import replace

from jarvisd.core.network.web_url import parse_spoken_url, require_allowed
from jarvisd.executor.tools.context import Reach, ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Preview, Reversal, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.tools.url_provenance import own_links, unnamed
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import knowledge
from jarvisd.lang.en.sentences.passages import passage

SPOKEN_LIMIT = 600
"""Characters of a page that are read aloud."""

SPEC = ToolSpec(
    name="web_fetch",
    description="Read a web page aloud or tell what it says.",
    effects=(Effect.READ, Effect.FETCH),
    examples=(Example("What does the page news dot example dot com say?", {"url": "news.example.com"}),),
    output_limit_bytes=40_000,
    measured=("send",),
    sensitive={"url": Sensitivity.SITE},
    words=knowledge.WEB_FETCH,
)


def vet(reach: Reach, *, url: str) -> None:
    """Refuse what is no plain address, and hosts that nobody allowed."""
    require_allowed(parse_spoken_url(url), reach.allowed_hosts, reach.note)


async def measure(context: ToolContext, *, url: str) -> Preview:
    """Ask about an address with parts that the person has not named: they could carry something away."""
    place = parse_spoken_url(url)
    carries = unnamed(place, context.utterance, context.kit.reach.allowed_hosts, context.links)
    shown = amounts.listing([amounts.name(part) for part in carries], limit=6)
    return Preview(
        phrase=f"fetch the page {amounts.name(str(place))}",
        reversal=Reversal.NEVER if carries else Reversal.HARMLESS,
        consequence=f"Its address also says {shown}, which could carry something away." if carries else "",
        factors=("send",) if carries else (),
        selection=place,
    )


async def run(context: ToolContext, *, url: str) -> ToolResult:
    """Fetch it and tell its beginning."""
    page = await context.kit.courier.fetch(str(parse_spoken_url(url)))
    shown = amounts.name(page.title or url)
    if page.needs_script:
        spoken = " ".join(page.text.split())
        said = f"says: {spoken[:SPOKEN_LIMIT]} The rest" if spoken else "shows nothing. Its text"
        told = f"{shown} {said} only appears once a program in the page runs, and I run none."
    elif not page.text.strip():
        told = f"{shown} holds no text."
    else:
        told = passage(shown, page.text, limit=SPOKEN_LIMIT, is_cut=page.truncated)
    return ToolResult(replace(page, links=own_links(page.url, page.links)).to_json(), told)


TOOL = Tool(SPEC, run, measure, vet)
