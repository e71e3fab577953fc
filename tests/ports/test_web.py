"""Pages of allowed hosts are fetched from the address that was checked, and from no other (D9)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from jarvisd import __version__
from jarvisd.config.schema import Web
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.courier import web
from jarvisd.courier.checked_connection import is_public
from tests.fakes.authority import Authority
from tests.fakes.website import Answer, Website

NAME = "pages.example.org"
PAGE = b"<html><head><title>News</title></head><body><p>Rain on Sunday.</p><script>x()</script></body></html>"


@pytest.fixture(scope="module")
def tls(authority: Authority) -> Any:
    return authority.context(NAME)


@pytest.fixture
def site(tls: Any) -> Iterator[Website]:
    with Website(tls) as running:
        running.pages["/"] = Answer(PAGE)
        yield running


def resolver(*answers: Sequence[str]) -> Callable[[str, int], Sequence[str]]:
    """Answers in turn, the last one for ever, as a treacherous name server does."""
    left = list(answers)

    def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


HERE = resolver(["127.0.0.1"])


def settings(site: Website, authority: Authority, **changes: Any) -> Web:
    base = Web(
        allow_hosts=f"{NAME}:{site.port}, http://plain.example.org:{site.port}",
        allow_networks="127.0.0.0/8",
        ca_file=str(authority.certificate),
        deadline_s=20,
    )
    return replace(base, **changes)


def code_of(call: Any) -> ErrorCode:
    with pytest.raises(JarvisError) as caught:
        call()
    return caught.value.code


def test_a_page_is_fetched_and_its_text_taken(site: Website, authority: Authority) -> None:
    page = web.fetch(settings(site, authority), f"{NAME}:{site.port}", HERE)
    assert (page.title, page.text, page.truncated) == ("News", "Rain on Sunday.", False)
    assert site.requests == [("/", f"{NAME}:{site.port}")]


def test_a_host_that_is_not_allowed_is_never_asked(site: Website, authority: Authority) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    for text in (f"https://evil.example.net:{site.port}/", f"https://{NAME}/", f"http://{NAME}:{site.port}/"):
        assert code_of(lambda text=text: web.fetch(settings(site, authority), text, resolve)) is ErrorCode.REFUSED
    nothing = settings(site, authority, allow_hosts="")
    assert code_of(lambda: web.fetch(nothing, f"https://{NAME}:{site.port}/", resolve)) is ErrorCode.REFUSED
    assert (asked, site.requests) == ([], [])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:c0a8:101::1", "2001:db8::1", "2001::1",
        "::127.0.0.1", "::a00:1", "192.88.99.1", "192.0.0.8", "2001:20::1", "3fff::1", "5f00::1",
        "100::1", "64:ff9b:1::1", "fec0::1",
        "not an address",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused(site: Website, authority: Authority, address: str) -> None:
    closed = settings(site, authority, allow_networks="")
    call = lambda: web.fetch(closed, f"https://{NAME}:{site.port}/", resolver([address]))  # noqa: E731
    assert code_of(call) is ErrorCode.REFUSED
    # One bad address among good ones is enough.
    call = lambda: web.fetch(closed, f"https://{NAME}:{site.port}/", resolver(["93.184.216.34", address]))  # noqa: E731
    assert code_of(call) is ErrorCode.REFUSED
    assert site.requests == []


def test_an_allowed_network_lets_nothing_else_in(site: Website, authority: Authority) -> None:
    narrow = settings(site, authority, allow_networks="127.0.0.7/32, fd00::/8")
    url = f"https://{NAME}:{site.port}/"
    assert code_of(lambda: web.fetch(narrow, url, HERE)) is ErrorCode.REFUSED
    assert code_of(lambda: web.fetch(narrow, url, resolver(["169.254.169.254"]))) is ErrorCode.REFUSED


def test_a_name_is_resolved_once_and_the_connection_goes_where_it_was_checked(
    site: Website, authority: Authority
) -> None:
    """DNS rebinding: what a second question would answer never matters."""
    page = web.fetch(
        settings(site, authority), f"{NAME}:{site.port}", resolver(["127.0.0.1"], ["169.254.169.254"])
    )
    assert page.title == "News"
    site.pages["/again"] = Answer(status=302, headers={"Location": "/"})
    call = lambda: web.fetch(  # noqa: E731
        settings(site, authority), f"{NAME}:{site.port}/again", resolver(["127.0.0.1"], ["169.254.169.254"])
    )
    assert code_of(call) is ErrorCode.REFUSED


def test_redirects_are_followed_within_what_is_allowed(site: Website, authority: Authority) -> None:
    site.pages["/a"] = Answer(status=301, headers={"Location": "b?x=1"})
    site.pages["/b"] = Answer(status=307, headers={"Location": f"https://{NAME}:{site.port}/"})
    page = web.fetch(settings(site, authority), f"{NAME}:{site.port}/a", HERE)
    assert (page.title, page.url) == ("News", f"https://{NAME}:{site.port}/")


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("https://evil.example.net/", ErrorCode.REFUSED),
        ("https://127.0.0.1/", ErrorCode.REFUSED),
        ("http://plain.example.org:PORT/", ErrorCode.REFUSED),
        ("file:///etc/passwd", ErrorCode.REFUSED),
        ("//user@pages.example.org/", ErrorCode.REFUSED),
        ("https://pages.example.org:22/", ErrorCode.REFUSED),
        ("javascript:alert(1)", ErrorCode.REFUSED),
        ("/loop", ErrorCode.WEB_UNREADABLE),
    ],
)
def test_redirects_that_lead_astray_end_there(
    site: Website, authority: Authority, target: str, code: ErrorCode
) -> None:
    site.pages["/loop"] = Answer(status=302, headers={"Location": target.replace("PORT", str(site.port))})
    call = lambda: web.fetch(settings(site, authority), f"{NAME}:{site.port}/loop", HERE)  # noqa: E731
    assert code_of(call) is code
    assert {path for path, _ in site.requests} == {"/loop"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"x", kind="image/png"), ErrorCode.WEB_UNREADABLE),
        (Answer(b"x", kind="application/octet-stream"), ErrorCode.WEB_UNREADABLE),
        (Answer(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), ErrorCode.WEB_UNREADABLE),
        (Answer(b"oops", status=500), ErrorCode.WEB_UNREADABLE),
        (Answer(b"", status=404), ErrorCode.WEB_UNREADABLE),
        (Answer(b"", status=199), ErrorCode.WEB_UNREADABLE),
    ],
    ids=str,
)
def test_what_is_no_readable_page_is_said_to_be_none(
    site: Website, authority: Authority, answer: Answer, code: ErrorCode
) -> None:
    site.pages["/odd"] = answer
    assert code_of(lambda: web.fetch(settings(site, authority), f"{NAME}:{site.port}/odd", HERE)) is code


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Encoding": "x-gzip"}, {}])
def test_a_page_that_is_packed_unasked_is_read_within_bounds(
    site: Website, authority: Authority, headers: dict[str, str]
) -> None:
    """Issue 12, kind 9."""
    site.pages["/packed"] = Answer(gzip.compress(PAGE), headers=headers)
    assert web.fetch(settings(site, authority), f"{NAME}:{site.port}/packed", HERE).title == "News"
    site.pages["/bomb"] = Answer(gzip.compress(b"word " * 1_000_000), kind="text/plain", headers=headers)
    page = web.fetch(settings(site, authority, max_bytes=10_000), f"{NAME}:{site.port}/bomb", HERE)
    assert page.truncated
    assert len(page.text) <= web.TEXT_LIMIT


def test_sizes_and_times_are_bounded(site: Website, authority: Authority) -> None:
    site.pages["/long"] = Answer(b"word " * 100_000, kind="text/plain")
    page = web.fetch(settings(site, authority, max_bytes=2000), f"{NAME}:{site.port}/long", HERE)
    assert page.truncated
    assert len(page.text) <= 2001
    site.pages["/short"] = Answer(b"half", kind="text/plain", length=1000)
    assert web.fetch(settings(site, authority), f"{NAME}:{site.port}/short", HERE).truncated
    site.pages["/slow"] = Answer(kind="text/plain", length=10_000_000, drips=True)
    quick = settings(site, authority, deadline_s=1)
    assert code_of(lambda: web.fetch(quick, f"{NAME}:{site.port}/slow", HERE)) is ErrorCode.TIMEOUT


def test_the_certificate_must_be_for_the_name(site: Website, authority: Authority) -> None:
    other = settings(site, authority, allow_hosts=f"other.example.org:{site.port}")
    assert code_of(lambda: web.fetch(other, f"other.example.org:{site.port}", HERE)) is ErrorCode.WEB_UNREACHABLE
    untrusted = settings(site, authority, ca_file="")
    assert code_of(lambda: web.fetch(untrusted, f"{NAME}:{site.port}", HERE)) is ErrorCode.WEB_UNREACHABLE
    assert site.requests == []


def test_plain_http_needs_an_entry_that_says_so(authority: Authority) -> None:
    with Website() as plain:
        plain.pages["/"] = Answer(PAGE)
        page = web.fetch(settings(plain, authority), f"http://plain.example.org:{plain.port}/", HERE)
        assert page.title == "News"
        call = lambda: web.fetch(settings(plain, authority), f"http://{NAME}:{plain.port}/", HERE)  # noqa: E731
        assert code_of(call) is ErrorCode.REFUSED


def test_nobody_there_and_no_such_name(authority: Authority) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with Website() as gone:
        quiet = settings(gone, authority)
    assert code_of(lambda: web.fetch(quiet, f"{NAME}:{gone.port}", HERE)) is ErrorCode.WEB_UNREACHABLE
    assert code_of(lambda: web.fetch(quiet, f"{NAME}:{gone.port}", unknown)) is ErrorCode.WEB_UNREACHABLE


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_the_links_of_a_page_are_whole_addresses(site: Website, authority: Authority) -> None:
    links = "".join(f'<a href="{link}">x</a>' for link in ("b?x=1", "/c", "mailto:a@b.org", "https://e.org/d"))
    site.pages["/a/"] = Answer(links.encode())
    page = web.fetch(settings(site, authority), f"{NAME}:{site.port}/a/", HERE)
    assert page.links == (
        f"https://{NAME}:{site.port}/a/b?x=1",
        f"https://{NAME}:{site.port}/c",
        "https://e.org/d",
    )


@pytest.mark.parametrize(("steps", "is_read"), [(web.MAX_REDIRECTS, True), (web.MAX_REDIRECTS + 1, False)])
def test_a_page_leads_on_only_so_often(site: Website, authority: Authority, steps: int, is_read: bool) -> None:
    for number in range(1, steps + 1):
        site.pages[f"/{number}"] = Answer(
            status=302, headers={"Location": f"/{number - 1}" if number > 1 else "/"}
        )
    call = lambda: web.fetch(settings(site, authority), f"{NAME}:{site.port}/{steps}", HERE)  # noqa: E731
    if is_read:
        assert call().title == "News"
    else:
        assert code_of(call) is ErrorCode.WEB_UNREADABLE


def test_a_page_is_asked_for_as_plain_as_can_be_and_nothing_more_is_told(
    site: Website, authority: Authority
) -> None:
    """One request on one connection, unpacked, and no word of who asks for what."""
    web.fetch(settings(site, authority), f"{NAME}:{site.port}", HERE)
    [headers] = site.headers
    assert headers == {
        "Host": f"{NAME}:{site.port}",
        "Accept": "text/html, text/plain, application/json;q=0.8, text/*;q=0.5",
        "Accept-Encoding": "identity",
        "User-Agent": f"jarvisd/{__version__}",
        "Connection": "close",
    }
