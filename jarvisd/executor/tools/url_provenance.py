"""Whether a person named every part of a web address that is to be fetched. Pure.

A page of an allowed host is asked for by its address, and whoever runs the host reads that: anything in it that
the person did not choose can carry something away, be it a word, a sign between words, the case of a letter or how
often a word stands there. A part is named when

- the person said or wrote that very address, or that host;
- or it is one unbroken run of words of the sentence, in their order, each once for each time it was said, all in
  small letters or all as heard, with one sign between the words of a part;
- or it is one of :data:`PLAIN`, which every site has;
- or a page of the same host, fetched in this dialogue, links to that very address: who wrote the link knows it.

A query is named by the first and the last rule only. What stays free is which run of the person's own words it is,
and which of the links.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from urllib.parse import quote, unquote

from jarvisd.core.errors import RequestError
from jarvisd.core.network.web_url import AllowedHost, WebUrl, parse_spoken_url, parse_url, spoken_signs

PLAIN = frozenset({"/", "/index.html", "/index.htm"})
"""What may follow any host."""
_PLAIN_PREFIXES = frozenset({"", "www."})
_PART = re.compile(r"[^\W_]+(?:([-_+])[^\W_]+(?:\1[^\W_]+)*)?")
"""Words of one path segment or label, with one sign between them."""
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = frozenset({"a", "an", "the", "in", "of", "on", "for", "at", "to", "from", "about", "s"})
"""Words of a sentence that an address leaves out."""


LINK_LIMIT = 50
"""Of one page. Chosen: which of them is followed tells less than six bits."""


def unnamed(
    url: WebUrl, utterance: str, allowed: Iterable[AllowedHost], links: Container[str] = ()
) -> tuple[str, ...]:
    """The parts of ``url`` that nobody named, as a question can tell them; empty when every part was named.

    ``links`` are whole addresses to which pages of this dialogue link (:func:`own_links`).
    """
    if str(url) in links:
        return ()
    written = _written(utterance)
    known = max((entry.host for entry in allowed if entry.admits(url)), key=len, default="")
    prefix = url.host.removesuffix(known) if known else url.host
    found = []
    if prefix not in _PLAIN_PREFIXES and not any(said.host == url.host for said in written):
        found += _unsaid(prefix.rstrip(".").split("."), utterance, prefix.rstrip("."))
    if url.target not in PLAIN and not any(_is_same_page(said, url) for said in written):
        path, mark, query = url.target.partition("?")
        plain = unquote(path)
        if quote(plain, safe="/:@!$&'()*+,;=~-._") != path:
            found.append(path)
        elif plain not in PLAIN:
            found += _unsaid(plain.removeprefix("/").split("/"), utterance, path)
        if mark:
            found.append(f"?{unquote(query)}")
    return tuple(dict.fromkeys(found))


def own_links(page: str, links: Iterable[str]) -> tuple[str, ...]:
    """The first of ``links`` that stay on the host of ``page``, in one form; a page names no other host."""
    try:
        home = parse_url(page)
    except RequestError:
        return ()
    found = []
    for link in links:
        try:
            target = parse_url(link)
        except RequestError:
            continue
        if (target.scheme, target.host, target.port) == (home.scheme, home.host, home.port):
            found.append(str(target))
    return tuple(dict.fromkeys(found))[:LINK_LIMIT]


def is_linked(text: str, links: Container[str]) -> bool:
    """Whether an address, written or in words, is one of ``links``."""
    try:
        return str(parse_spoken_url(text)) in links
    except RequestError:
        return False


def _is_same_page(said: WebUrl, url: WebUrl) -> bool:
    return said.host == url.host and url.target in (said.target, said.target.lower())


def _written(utterance: str) -> list[WebUrl]:
    """The addresses that stand in a sentence, as they are written or in words."""
    found = []
    for text in (utterance, spoken_signs(utterance)):
        for token in text.split():
            for piece in (token, token.strip("<>()[]\"'“”‘’.,;:!?")):
                if "." in piece:
                    try:
                        found.append(parse_url(piece))
                    except RequestError:
                        continue
    return found


def _unsaid(parts: Sequence[str], utterance: str, whole: str) -> list[str]:
    """The parts whose words were not said; ``whole`` when they were, but not so."""
    heard = _words(utterance)
    spoken = [word for word in heard if word.casefold() not in _BETWEEN]
    matches = [_PART.fullmatch(part) for part in parts]
    words = [word for part in parts for word in _WORD.findall(part)]
    signs = {match[1] for match in matches if match and match[1]}
    if all(matches) and len(signs) <= 1 and any(_is_run(words, said) for said in (heard, spoken)):
        return []
    known = {word.casefold() for word in _WORD.findall(utterance)}
    strange = [part for part in parts if any(word.casefold() not in known for word in _WORD.findall(part))]
    return strange or [whole]


def _words(utterance: str) -> list[str]:
    """The words of a sentence; an address in it is a gap, since its parts are named as a whole or not at all."""
    return [
        word
        for token in spoken_signs(utterance).split()
        for word in ([""] if "." in token.rstrip(".!?,") else _WORD.findall(token))
    ]


def _is_run(words: Sequence[str], said: Sequence[str]) -> bool:
    """Whether ``words`` stand in ``said`` one after the other, all in small letters or all as heard."""
    length = len(words)
    runs = [list(said[start : start + length]) for start in range(len(said) - length + 1)]
    return any(list(words) in (run, [word.lower() for word in run]) for run in runs)
