"""Nothing leaves in an address that the person did not put there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.network.web_url import parse_allowed, parse_url
from jarvisd.executor.tools.url_provenance import LINK_LIMIT, is_linked, own_links, unnamed

ALLOWED = parse_allowed("example.org, *.example.net")


def parts(url: str, utterance: str) -> tuple[str, ...]:
    return unnamed(parse_url(url), utterance, ALLOWED)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.org/", ""),
        ("https://example.org/index.html", "read me example.org"),
        ("https://www.example.net/", "what does example.net say"),
        ("https://example.org/news", "fetch https://example.org/news"),
        ("https://example.org/News/2026?day=Monday", "Fetch <https://example.org/News/2026?day=Monday>."),
        ("https://example.org/a-b_c//d.HTML", "read example.org/a-b_c//d.HTML, please"),
        ("https://example.org/news", "Open example dot org slash News"),
        ("https://example.org/live-news/today", "open example dot org slash live dash news slash today please"),
        ("https://example.org/weather", "what is the weather at example.org"),
        ("https://example.org/weather/london", "what is the weather in London from example.org"),
        ("https://example.org/weather-report", "read the weather report of example.org"),
        ("https://example.org/Alan_Turing", "what does example.org say about Alan Turing"),
        ("https://example.org/gr%C3%BC%C3%9Fe", "read the page grüße of example.org"),
        ("https://wiki.example.net/", "what does wiki dot example dot net say"),
        ("https://news.example.net/sports", "get me the news sports page from example net"),
    ],
)
def test_what_a_person_named_is_fetched_unasked(url: str, said: str) -> None:
    assert parts(url, said) == ()


@pytest.mark.parametrize(
    ("url", "said", "told"),
    [
        ("https://example.org/hunter2", "read example.org", ("hunter2",)),
        ("https://example.org/news/hunter2", "read the news of example.org", ("hunter2",)),
        ("https://example.org/nEwS", "read the news of example.org", ("/nEwS",)),
        ("https://example.org/NEWS", "fetch https://example.org/news", ("/NEWS",)),
        ("https://example.org/news/", "fetch https://example.org/news", ("/news/",)),
        ("https://example.org/news/news", "read the news of example.org", ("/news/news",)),
        ("https://example.org/news//", "read the news of example.org", ("/news//",)),
        ("https://example.org/-/_/.-", "read example.org", ("/-/_/.-",)),
        ("https://example.org//", "read example.org", ("//",)),
        ("https://example.org/./", "read example.org", ("/./",)),
        (
            "https://example.org/sports-news_today",
            "read sports news today at example.org",
            ("/sports-news_today",),
        ),
        (
            "https://example.org/live-news/art_fair",
            "read live news art fair at example.org",
            ("/live-news/art_fair",),
        ),
        ("https://example.org/today/news", "read the news today at example.org", ("/today/news",)),
        ("https://example.org/%6eews", "read the news of example.org", ("/%6eews",)),
        ("https://example.org/gr%c3%bc%c3%9fe", "read the page grüße of example.org", ("/gr%c3%bc%c3%9fe",)),
        ("https://example.org/?", "read example.org", ("?",)),
        ("https://example.org/?q=news", "read the news of example.org", ("?q=news",)),
        ("https://example.org/%3Fq=hunter2", "read example.org", ("?q=hunter2",)),
        ("https://example.org/hunter%32", "read example.org", ("/hunter%32",)),
        ("https://example.org/n.e.w.s", "read n e w s at example.org", ("/n.e.w.s",)),
        ("https://hunter2.example.net/", "read example.net", ("hunter2",)),
        ("https://a.b.a.example.net/", "read a b of example.net", ("a.b.a",)),
        ("https://www.www.example.net/", "read example.net", ("www",)),
        ("https://example.org/news", "", ("news",)),
    ],
)
def test_what_nobody_named_is_told(url: str, said: str, told: tuple[str, ...]) -> None:
    """Words, signs, letter case, repetition, order, escapes, labels: each of them can carry data."""
    assert parts(url, said) == told


SAID = "please read me the news of today about sports from example.org"


@given(st.text(alphabet="newsNEWS-_./~%20", max_size=12))
def test_of_all_spellings_of_what_was_said_few_are_free(spelling: str) -> None:
    """An address that passes unasked is one of those that can be counted from the sentence alone."""
    url = parse_url(f"https://example.org/{spelling}")
    assert bool(unnamed(url, SAID, ALLOWED)) is (url.target not in ("/", "/news"))


LINKED = frozenset({"https://example.org/a/Story?id=7"})


@pytest.mark.parametrize("url", ["https://example.org/a/Story?id=7", "example.org/a/Story?id=7#part"])
def test_what_a_page_links_to_is_named_by_it(url: str) -> None:
    assert unnamed(parse_url(url), "read that story", ALLOWED, LINKED) == ()
    assert is_linked(url, LINKED)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/Story?id=8",
        "https://example.org/a/Story?id=7&x=1",
        "https://example.org/a/Story?id=7/",
        "https://example.org/a/Story",
        "https://example.org/a/story?id=7",
        "https://example.org/a//Story?id=7",
        "https://example.org/a/Stor%79?id=7",
        "https://www.example.org/a/Story?id=7",
        "https://news.example.net/a/Story?id=7",
        "http://example.org/a/Story?id=7",
        "https://example.org:8443/a/Story?id=7",
    ],
)
def test_what_is_composed_of_a_link_is_not_named_by_it(url: str) -> None:
    assert unnamed(parse_url(url), "read that story", ALLOWED, LINKED) != () or url.startswith("http:")
    assert not is_linked(url, LINKED)


def test_a_page_names_addresses_of_its_own_host_alone() -> None:
    links = [
        "https://example.org/b", "https://EXAMPLE.org/b", "https://example.org/c#d", "https://evil.example.net/?q=1",
        "http://example.org/b", "https://example.org:8443/b", "https://user@example.org/b", "nonsense: here", "",
    ]  # fmt: skip
    assert own_links("https://example.org/", links) == ("https://example.org/b", "https://example.org/c")
    assert own_links("nonsense here", links) == ()
    many = [f"https://example.org/{number}" for number in range(1000)]
    assert own_links("https://example.org/", many) == tuple(many[:LINK_LIMIT])
