"""Web addresses that may be fetched: parsed once, strictly, and held against the allowed hosts. Pure.

Only names of hosts exist here. Whatever could mean a number, another port, a user or a look-alike is refused, so
that what is checked, what is said and what is connected to are one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import quote

from jarvisd.core.errors import ErrorCode, RequestError

URL_LIMIT = 2000
"""Chosen: what carries more carries data."""
PORTS = {"https": 443, "http": 80}
Network = IPv4Network | IPv6Network

_URL = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?", re.I)
_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_ENTRY = re.compile(r"(?:(?P<scheme>https?)://)?(?P<wild>\*\.)?(?P<host>[^:/*]+)(?::(?P<port>\d{1,5}))?")
_OWN_HOSTS = frozenset({"localhost", "metadata", "instance-data", "ip6-localhost", "ip6-loopback"})
_SAFE = "/?:@!$&'()*+,;=~%-._"


@dataclass(frozen=True, slots=True)
class WebUrl:
    """A parsed address. ``target`` is path and query, in ASCII."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.target}"


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One entry of ``web.allow_hosts``."""

    scheme: str
    host: str
    port: int
    with_subdomains: bool

    def admits(self, url: WebUrl) -> bool:
        """Whether ``url`` is of this host, scheme and port; an entry for http admits https as well."""
        ports = {"https": {self.port} if self.scheme == "https" else {443, self.port}, "http": {self.port}}
        if url.scheme == "http" and self.scheme != "http":
            return False
        if url.port not in ports[url.scheme]:
            return False
        return url.host == self.host or (self.with_subdomains and url.host.endswith(f".{self.host}"))


def parse_url(text: str) -> WebUrl:
    """The address in ``text``, https if it names no scheme; RequestError(REFUSED) for anything doubtful."""
    if len(text) > URL_LIMIT or not text.isprintable() or " " in text or "\\" in text:
        raise _refused(text, "it holds what no web address holds")
    match = _URL.fullmatch(text)
    assert match is not None  # noqa: S101 - the pattern takes any printable line
    scheme = (match["scheme"] or "https").lower()
    if scheme not in PORTS:
        raise _refused(text, f"{scheme} is not https")
    host, port = _authority(match["authority"], PORTS[scheme], text)
    target = quote(match["target"], safe=_SAFE)
    return WebUrl(scheme, host, port, target if target.startswith("/") else f"/{target}")


def parse_spoken_url(text: str) -> WebUrl:
    """As :func:`parse_url`, also for an address in words: "example dot org slash news"."""
    if " " in text.strip():
        text = spoken_signs(text).replace(" ", "")
    return parse_url(text.strip().rstrip(".,!"))


def spoken_signs(text: str) -> str:
    """``text`` with the signs of addresses for their words: "example dot org" is "example.org"."""
    for word, sign in ((r"dot|point", "."), ("slash", "/"), ("dash|hyphen", "-"), ("colon", ":")):
        text = re.sub(rf"\s*\b(?:{word})\b\s*", sign, text, flags=re.IGNORECASE)
    return text


def parse_allowed(text: str) -> tuple[AllowedHost, ...]:
    """The entries of ``web.allow_hosts``, separated by commas; ValueError names a wrong one.

    ``example.org`` is that host over https, ``*.example.org`` also everything below it, ``example.org:8443``
    another port, ``http://example.org`` without encryption.
    """
    entries = []
    for item in filter(None, (part.strip().lower().rstrip("/") for part in text.split(","))):
        match = _ENTRY.fullmatch(item)
        if match is None or not _HOST.fullmatch(match["host"]) or _is_numeric(match["host"]):
            raise ValueError(f"{item!r} is no host such as example.org or *.example.org")
        scheme = match["scheme"] or "https"
        port = int(match["port"] or PORTS[scheme])
        entries.append(AllowedHost(scheme, match["host"], port, match["wild"] is not None))
    return tuple(entries)


def parse_networks(text: str) -> tuple[Network, ...]:
    """The networks of ``web.allow_networks``, separated by commas; ValueError names a wrong one."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def require_allowed(url: WebUrl, allowed: Iterable[AllowedHost], note: str = "") -> None:
    """Raise RequestError(REFUSED), with how to allow it and then ``note``, unless an entry admits ``url``."""
    if any(entry.admits(url) for entry in allowed):
        return
    name = url.host if url.port == PORTS[url.scheme] else f"{url.host}:{url.port}"
    wanted = f"http://{name}" if url.scheme == "http" else name
    raise RequestError(
        f"{name} is not an allowed web site; the administrator can add {wanted} to web.allow_hosts{note}",
        code=ErrorCode.REFUSED,
    )


def is_internal(text: str) -> bool:
    """Whether an address in a program is a number in any notation, or a name of this machine or its network."""
    try:
        host = parse_url(text.strip()).host.rstrip(".")
    except RequestError:
        return "://" in text or "[" in text or "@" in text or bool(re.match(r"[\d.]+(?:[:/]|$)|0x", text.strip()))
    return host in _OWN_HOSTS or host.endswith((".localhost", ".local", ".internal", ".localdomain"))


def _authority(authority: str, default_port: int, text: str) -> tuple[str, int]:
    if "@" in authority or "%" in authority or "[" in authority:
        raise _refused(text, "a user, an escape or a number stands where the host belongs")
    name, colon, port = authority.partition(":")
    host = name.lower()
    if not host.isascii() or not _HOST.fullmatch(host) or len(host) > 253:
        raise _refused(text, "its host is no plain name")
    if _is_numeric(host):
        raise _refused(text, "its host is a number and not a name")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
        raise _refused(text, "its port is no port")
    return host, int(port) if colon else default_port


def _is_numeric(host: str) -> bool:
    """Whether some resolver would read ``host`` as a number: 127.1, 0x7f000001, 2130706433, 0177.0.0.1."""
    last = host.rpartition(".")[2]
    return last[0].isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def _refused(text: str, why: str) -> RequestError:
    shown = text[:80] if text.isprintable() else "that address"
    return RequestError(f"{shown} cannot be fetched: {why}", code=ErrorCode.REFUSED)
