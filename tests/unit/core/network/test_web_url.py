"""Web addresses: parsed once and strictly, held against what is allowed (D9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.network.web_url import parse_allowed, parse_spoken_url, parse_url, require_allowed

ALLOWED = parse_allowed("example.org, *.wiki.net, http://old.example.com, api.example.org:8443")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.org", "https://example.org/"),
        ("HTTPS://Example.ORG/a?b=c#d", "https://example.org/a?b=c"),
        ("https://en.wiki.net/wiki/Käse", "https://en.wiki.net/wiki/K%C3%A4se"),
        ("wiki.net", "https://wiki.net/"),
        ("http://old.example.com/x", "http://old.example.com/x"),
        ("https://old.example.com", "https://old.example.com/"),
        ("https://api.example.org:8443/v1", "https://api.example.org:8443/v1"),
        ("example.org?q=1", "https://example.org/?q=1"),
    ],
)
def test_allowed_addresses(text: str, url: str) -> None:
    parsed = parse_url(text)
    require_allowed(parsed, ALLOWED)
    assert str(parsed) == url


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "https://", "ftp://example.org", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
        "https://user@example.org/", "https://example.org@evil.net/", "https://example.org:443@evil.net/",
        "https://example.org\\@evil.net/", "https://example.org%2eevil.net/", "https://exam%00ple.org/",
        "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/",
        "https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://1.2.3.4.5/",
        "https://exämple.org/", "https://еxample.org/", "https://ⓔxample.org/", "https://example。org/",
        "https://example.org./", "https://.example.org/", "https://-example.org/", "https://exa mple.org/",
        "https://example.org\n.evil.net/", "https://example.org\t/", "https://example.org:0/",
        "https://example.org:99999/", "https://example.org:８０/", "https://example.org:/", "x" * 3000,
    ],
)  # fmt: skip
def test_doubtful_addresses_are_refused_when_they_are_parsed(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse_url(text)
    assert refused.value.code is ErrorCode.REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "evil.net", "notexample.org", "example.org.evil.net", "sub.example.org", "evilwiki.net",
        "xn--exmple-cua.org",
        "http://example.org", "https://example.org:8443", "https://example.org:80", "https://example.org:22",
        "http://old.example.com:8080", "localhost", "https://api.example.org", "metadata.internal",
    ],
)  # fmt: skip
def test_hosts_that_nobody_allowed_are_refused_with_the_way_to_allow_them(text: str) -> None:
    with pytest.raises(RequestError, match=r"is not an allowed web site; .* web\.allow_hosts") as refused:
        require_allowed(parse_url(text), ALLOWED)
    assert refused.value.code is ErrorCode.REFUSED


def test_nothing_is_allowed_by_default() -> None:
    with pytest.raises(RequestError, match=r"add example\.org to web\.allow_hosts"):
        require_allowed(parse_url("example.org"), parse_allowed(""))


@given(st.text(max_size=80) | st.text(alphabet="htps:/.@[]%\\#?example019xX-", max_size=60))
def test_whatever_is_parsed_means_the_same_when_it_is_parsed_again(text: str) -> None:
    try:
        url = parse_url(text)
    except RequestError:
        return
    assert parse_url(str(url)) == url
    assert str(url).isascii()
    assert "@" not in str(url).split("/")[2]
    assert not url.host.rpartition(".")[2][0].isdigit()


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("example dot org", "https://example.org/"),
        ("Example.org slash weather.", "https://example.org/weather"),
        ("en dot wiki dot net slash big dash cats", "https://en.wiki.net/big-cats"),
    ],
)
def test_spoken_addresses(said: str, url: str) -> None:
    assert str(parse_spoken_url(said)) == url


@pytest.mark.parametrize(
    "entry", ["127.0.0.1", "*", "*.*.org", "https://user@x.org", "exa mple.org", "0x7f.1", "a/b"]
)
def test_entries_that_could_mean_too_much_are_mistakes(entry: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        parse_allowed(entry)
