"""Addresses of services in the configuration, with or without a scheme. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is this machine.

    >>> is_this_machine("127.0.0.1"), is_this_machine("::1"), is_this_machine("localhost.example.org")
    (True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def service_url(text: str) -> str:
    """``text`` with ``http://`` where it names no scheme; ValueError when it is no address of a service.

    >>> service_url("127.0.0.1:11434")
    'http://127.0.0.1:11434'
    """
    url = text.strip()
    url = (url if "://" in url else f"http://{url}").rstrip("/")
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_plain = False
    if not is_plain or not url.isprintable() or " " in url or "@" in url:
        raise ValueError(f"{text!r} is no address such as http://127.0.0.1:11434")
    return url
