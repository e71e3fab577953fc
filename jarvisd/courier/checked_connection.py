"""Which machines an errand may go to, and a connection to exactly the address that was checked.

A name is resolved once. Every address of the answer must be allowed, and the connection is made to one of them, so
that a second answer of a treacherous name server never counts (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.network.web_url import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to addresses as texts; raises OSError."""

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")
)
"""Protocol assignments and examples, about which versions of the standard library differ."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Whether an address belongs to the open internet, whatever it is wrapped in."""
    address = _unwrapped(text)
    if address is None or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _SPECIAL)


def is_loopback(text: str) -> bool:
    """Whether an address is this machine."""
    address = _unwrapped(text)
    return address is not None and address.is_loopback


def is_allowed(text: str, networks: Sequence[Network]) -> bool:
    """Whether an errand may go to an address: a public one, or one of the networks that were allowed."""
    address = _unwrapped(text)
    return is_public(text) or (address is not None and any(address in network for network in networks))


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the machine's own resolver gives."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class ErrandDeadline:
    """Ends connections when the time of an errand is over, also between single slow bytes."""

    def __init__(self, limit_s: float) -> None:
        self._ends_s = time.monotonic() + limit_s

    def left_s(self) -> float:
        """Seconds left; raises TIMEOUT when there are none."""
        left_s = self._ends_s - time.monotonic()
        if left_s <= 0:
            raise RequestError("not done in time", code=ErrorCode.TIMEOUT)
        return left_s

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._ends_s

    def guard(self, connection: socket.socket) -> threading.Timer:
        """Shut ``connection`` down at the deadline; the caller cancels the timer."""
        left_s = self.left_s()
        twin = socket.socket(fileno=os.dup(connection.fileno()))

        def close() -> None:
            with twin:
                try:
                    twin.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # The other side was faster.
                    pass

        timer = _Closing(left_s, close, twin)
        timer.start()
        return timer


class _Closing(threading.Timer):
    """A timer that gives its copy of the connection back when it is cancelled."""

    def __init__(self, after_s: float, close: Callable[[], None], twin: socket.socket) -> None:
        super().__init__(after_s, close)
        self.daemon = True
        self._twin = twin

    def cancel(self) -> None:
        super().cancel()
        self._twin.close()


def connect(
    host: str,
    port: int,
    *,
    is_permitted: Callable[[str], bool],
    deadline: ErrandDeadline,
    code: ErrorCode,
    resolve: Resolve = system_resolve,
) -> socket.socket:
    """A connection to ``host``; ``code`` when it cannot be reached, REFUSED when an address is not permitted."""
    try:
        addresses = list(resolve(host, port))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable(f"{host} is not known: {reason}", code=code) from error
    if refused := [address for address in addresses if not is_permitted(address)]:
        raise RequestError(f"{host} leads to {refused[0]}, which is not allowed", code=ErrorCode.REFUSED)
    problem = "it has no address"
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left_s())
        except OSError as error:
            problem = error.strerror or str(error)
    raise Unavailable(f"{host} cannot be reached: {problem}", code=code)


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Certificates are verified, against the machine's authorities or those of ``ca_file``."""
    if ca_file and not Path(ca_file).is_file():
        raise JarvisError(f"{ca_file} is no file of certificates", code=ErrorCode.CONFIG_INVALID)
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unwrapped(text: str) -> Address | None:
    """The address that is really meant: IPv4 inside of IPv6 is taken out."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        return inner or address
    return address
