"""What is wrong with a path or an address that a plan gives to a tool, by its text alone. Pure.

The kernel decides where a path leads; this refuses what may not even be tried, and what nobody can approve.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus, urlsplit

from jarvisd.codecheck import paths, text
from jarvisd.codecheck.finding import Finding, asking, refusing
from jarvisd.core.errors import RequestError
from jarvisd.core.network.web_url import parse_spoken_url
from jarvisd.executor.files import pathname

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:/|\\|%2f)", re.I)
_SHELL = re.compile(
    r"\$\(|`|\$\{|\$[A-Z_]{2,}|[;|&]\s*(?:rm|sh|bash|curl|wget|nc|cat|sudo|python)\b|%(?:TEMP|APPDATA)%", re.I
)
_DATA_KEYS = re.compile(
    r"(?:^|[?&;])(?:data|d|q?payload|exfil|leak|dump|body|content|secret|token|pass(?:word)?|key|cookie)=", re.I
)
_NUMBERED = re.compile(r"(?:^|[.-])\d{1,3}(?:[.-]\d{1,3}){3}(?:[.-]|$)")
QUERY_LIMIT = 200
"""Chosen: what carries more carries data."""


def path(
    given: str, roots: tuple[str, ...], *, writing: bool, is_there: Callable[[str], bool] = lambda name: False
) -> Iterator[Finding]:
    """Findings about a path argument; ``roots`` are the real paths of the workspaces.

    A name that only looks odd may name what ``is_there`` letter by letter; what that is will be judged.
    """
    given = given.strip()
    if not given:
        return
    if _is_odd(given) and is_there(given):
        found = paths.secret_or_startup(given.strip("/"), writing=writing)
        if found:
            yield found
        return
    if _SCHEME.match(given):
        yield refusing("path_traversal", "it is an address and no path")
    if _SHELL.search(given):
        yield refusing("encoded_payload", "it holds a command")
    plain = text.unquoted(given)
    if plain != given:
        yield from _hidden(plain, roots)
    try:
        absolute, parts = pathname.split(given)
    except RequestError as error:
        climbs = ".." in given
        yield refusing("path_traversal" if climbs else "path", error.message)
        return
    name = "/".join(parts)
    if absolute and not any(f"/{name}" == root or f"/{name}".startswith(f"{root}/") for root in roots):
        rule = "self_referential" if paths.is_product(given, roots) else "system_path"
        yield refusing(rule, "it is outside the workspaces")
    found = paths.secret_or_startup(name, writing=writing)
    if found:
        yield found


def _is_odd(given: str) -> bool:
    """Whether a name is refused as it looks and could be the exact name of something all the same."""
    try:
        pathname.split(given)
    except RequestError:
        pass
    else:
        # What office programs call their locks; the sign looks like a variable of a shell.
        return "~$" in given
    try:
        absolute, _ = pathname.split(given, any_sign=True)
    except RequestError:
        return False
    return not absolute


def _hidden(plain: str, roots: tuple[str, ...]) -> Iterator[Finding]:
    try:
        absolute, parts = pathname.split(plain)
    except RequestError:
        yield refusing("encoded_payload", "its encoding hides another path")
        return
    if absolute or "/".join(parts) != plain.rstrip("/") or paths.secret_or_startup(plain, writing=True):
        yield refusing("encoded_payload", "its encoding hides another path")


def pattern(given: str) -> Iterator[Finding]:
    """Findings about a name to search for: it may be anything that is no path to elsewhere."""
    if re.search(r"(?:^|[/\\])\.\.(?:[/\\]|$)", text.unquoted(given)):
        yield refusing("path_traversal", "it climbs out of its folder")
    if given.startswith(("/", "~")) and given.strip("/") and not given.startswith("~$"):
        yield refusing("system_path", "it is outside the workspaces")
    found = paths.secret_or_startup(given.strip("*"), writing=False)
    if found:
        yield found
    yield from text.deceptive(given)


def address(url: str) -> Iterator[Finding]:
    """Findings about an address to fetch, written or spoken; which hosts are allowed is for its tool to say."""
    yield from text.deceptive(url)
    try:
        place = parse_spoken_url(url)
    except RequestError as error:
        yield refusing("address", error.message)
        return
    if "xn--" in place.host:
        yield refusing("deceptive_text", "its name may only look like another one")
    if _NUMBERED.search(place.host):
        yield refusing("address", "its name stands for a number")
    parts = urlsplit(str(place))
    yield from _carried(parts.path, parts.query, place.host)


def _carried(place: str, query: str, host: str) -> Iterator[Finding]:
    """Whether an address carries data away."""
    whole = "?".join((place, query))
    if ".." in text.unquoted(place).split("/"):
        yield refusing("path_traversal", "it climbs out of its folder")
    if _DATA_KEYS.search("?" + query) or len(query) > QUERY_LIMIT or len(whole) > 4 * QUERY_LIMIT:
        yield refusing("exfiltration", "it carries data away")
    elif text.is_random(unquote_plus(whole)) or any(text.decoded(unquote_plus(whole))):
        yield refusing("exfiltration", "it carries encoded data away")
    elif any(len(label) > 40 for label in host.split(".")):
        yield refusing("exfiltration", "its name carries data away")
    elif query:
        yield asking("exfiltration", "it carries a query")


def recipient(given: str) -> Iterator[Finding]:
    """Findings about whom a message goes to, and its subject."""
    if re.search(r"[\r\n\x00-\x1f]|%0[ad]", given, re.I):
        yield refusing("address", "it holds more than one line")
    yield from text.deceptive(given)
