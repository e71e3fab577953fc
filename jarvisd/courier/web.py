"""Fetches a page of an allowed host: every step of the way is checked, every size and time is bounded."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TypeVar
from urllib.parse import urljoin

from jarvisd import __version__
from jarvisd.config.schema import Web
from jarvisd.core.errors import EngineError, ErrorCode, RequestError, Unavailable
from jarvisd.core.network.courier_protocol import Page
from jarvisd.core.network.web_url import WebUrl, parse_allowed, parse_networks, parse_url, require_allowed
from jarvisd.courier.checked_connection import (
    ErrandDeadline,
    Resolve,
    connect,
    is_allowed,
    system_resolve,
    tls_context,
)
from jarvisd.courier.html_text import readable
from jarvisd.courier.packing import is_packed, unpacked

T = TypeVar("T")
_Taking = Callable[[WebUrl, http.client.HTTPResponse, int], T]
"""What makes something of an answer, of at most so many bytes."""
MAX_REDIRECTS = 4
"""Chosen: to https, to another name, and twice within it."""
TEXT_LIMIT = 8000
"""Characters of a page that are handed on."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TYPES = frozenset({"application/json", "application/xhtml+xml", "application/ld+json"})
_HEADERS = {
    "User-Agent": f"jarvisd/{__version__}",
    "Accept": "text/html, text/plain, application/json;q=0.8, text/*;q=0.5",
    # What is not compressed cannot burst.
    "Accept-Encoding": "identity",
    "Connection": "close",
}


def fetch(settings: Web, url_text: str, resolve: Resolve = system_resolve) -> Page:
    """The readable text of a page. Errors: REFUSED, WEB_UNREACHABLE, WEB_UNREADABLE, TIMEOUT."""
    return _fetched(settings, url_text, resolve, _page)


def fetch_json(settings: Web, url_text: str, resolve: Resolve = system_resolve) -> object:
    """What a page in JSON holds, whole; the same errors."""
    return _fetched(settings, url_text, resolve, _json)


def _fetched(settings: Web, url_text: str, resolve: Resolve, take: _Taking[T]) -> T:
    allowed = parse_allowed(settings.allow_hosts)
    deadline = ErrandDeadline(settings.deadline_s)
    url = parse_url(url_text)
    for _ in range(MAX_REDIRECTS + 1):
        require_allowed(url, allowed)
        with _failures(url, deadline), _response(settings, url, deadline, resolve) as response:
            if response.status not in _REDIRECTS:
                taken = take(url, response, settings.max_bytes)
                deadline.left_s()
                return taken
            target = response.getheader("Location", "")
        following = parse_url(urljoin(str(url), target))
        if url.scheme == "https" and following.scheme != "https":
            raise RequestError(f"{url.host} leads to a page without encryption", code=ErrorCode.REFUSED)
        url = following
    raise EngineError(f"{url.host} leads on and on", code=ErrorCode.WEB_UNREADABLE)


@contextmanager
def _response(
    settings: Web, url: WebUrl, deadline: ErrandDeadline, resolve: Resolve
) -> Iterator[http.client.HTTPResponse]:
    networks = parse_networks(settings.allow_networks)
    raw = connect(
        url.host,
        url.port,
        is_permitted=partial(is_allowed, networks=networks),
        deadline=deadline,
        code=ErrorCode.WEB_UNREACHABLE,
        resolve=resolve,
    )
    guard = deadline.guard(raw)
    client = http.client.HTTPConnection(url.host, url.port)
    client.auto_open = 0
    try:
        # The connection is the one to the address that was checked; the name is for certificate and header only.
        client.sock = raw
        if url.scheme == "https":
            client.sock = tls_context(settings.ca_file).wrap_socket(raw, server_hostname=url.host)
        client.request("GET", url.target, headers={"Host": _host_header(url), **_HEADERS})
        with closing(client.getresponse()) as response:
            yield response
    finally:
        guard.cancel()
        client.close()


def _json(url: WebUrl, response: http.client.HTTPResponse, max_bytes: int) -> object:
    content, _, is_cut = _content(url, response, max_bytes)
    if is_cut:
        raise EngineError(f"the answer of {url.host} is too long or was cut off", code=ErrorCode.WEB_UNREADABLE)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise EngineError(f"the answer of {url.host} is not JSON", code=ErrorCode.WEB_UNREADABLE) from error


def _content(url: WebUrl, response: http.client.HTTPResponse, max_bytes: int) -> tuple[bytes, str, bool]:
    """What was sent, unpacked, of which type, and whether something of it is missing."""
    if response.status != http.client.OK:
        raise EngineError(f"{url.host} answered {response.status}", code=ErrorCode.WEB_UNREADABLE)
    kind = response.headers.get_content_type()
    if kind not in _TYPES and not kind.startswith("text/"):
        raise EngineError(f"the page is {kind[:60]}, which is no text", code=ErrorCode.WEB_UNREADABLE)
    packing = response.getheader("Content-Encoding", "").strip().lower()
    content = _read(response, max_bytes)
    is_cut = len(content) > max_bytes or bool(response.length)
    if is_packed(content, packing):
        content, is_cut = unpacked(content, packing, max_bytes, is_cut=is_cut)
    return content, kind, is_cut


def _page(url: WebUrl, response: http.client.HTTPResponse, max_bytes: int) -> Page:
    content, kind, is_cut = _content(url, response, max_bytes)
    is_html = kind in ("text/html", "application/xhtml+xml")
    page = readable(content, response.headers.get_content_charset() or "", is_html=is_html)
    return Page(
        url=str(url),
        title=page.title,
        text=page.text[:TEXT_LIMIT],
        truncated=is_cut or len(page.text) > TEXT_LIMIT,
        needs_script=page.needs_script,
        links=tuple(_absolute(url, page.links)),
    )


def _absolute(url: WebUrl, links: Iterable[str]) -> Iterator[str]:
    """The links of a page as whole addresses; what is none is left out."""
    for link in links:
        try:
            yield str(parse_url(urljoin(str(url), link)))
        except (RequestError, ValueError):
            continue


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    """At most one byte more than allowed, so that the rest is known to be missing."""
    content = bytearray()
    while len(content) <= max_bytes and (block := response.read1(65_536)):
        content += block
    return bytes(content[: max_bytes + 1])


def _host_header(url: WebUrl) -> str:
    return str(url).split("/")[2]


@contextmanager
def _failures(url: WebUrl, deadline: ErrandDeadline) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        text = f"{url.host} cannot prove who it is: {error.verify_message}"
        raise EngineError(text, code=ErrorCode.WEB_UNREACHABLE) from error
    except (OSError, http.client.HTTPException) as error:
        if deadline.is_over:
            raise RequestError(f"{url.host} was too slow", code=ErrorCode.TIMEOUT) from error
        reason = getattr(error, "strerror", None) or error.__class__.__name__
        raise Unavailable(f"{url.host} broke off: {reason}", code=ErrorCode.WEB_UNREACHABLE) from error
