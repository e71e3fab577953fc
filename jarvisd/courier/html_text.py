"""The text of a page that a person would read: no markup, no scripts, nothing that the page hides. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

TITLE_LIMIT = 200
"""Chosen: it is read aloud."""
LINK_LIMIT = 50
"""Chosen: which of them is followed tells less than six bits."""
LINK_CHARACTERS = 300
"""Chosen: longer ones carry data."""
DEPTH_LIMIT = 256
"""Elements inside of elements; no honest page has more, and each one costs time at every end."""
_CHARSETS = re.compile(
    r"utf-16(?:le|be)?|iso-8859-(?:[1-9]|1[013-6])|latin-?1|(?:windows-|cp)125[0-8]|koi8-[ru]"
    r"|shift_jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5"
)
"""Read as what they are; anything else is UTF-8, of which ASCII is a part."""
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{1,20})", re.I)
_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "dialog"}
)
_CHROME = frozenset({"nav", "footer", "aside", "form", "button"})
"""What surrounds the text of most pages; left out where a page says which part of it is the text."""
_BLOCKS = frozenset(
    {
        "p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article", "main", "header", "footer", "nav",
        "aside", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "dt", "dd", "hr", "figcaption", "title",
        "form", "option",
    }
)  # fmt: skip
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
        "wbr",
    }
)  # fmt: skip
SPARSE_CHARS = 300
"""Chosen: a page that shows less, and hides more, shows a notice and not its text."""
NOSCRIPT_LIMIT = 2000
"""Chosen: a notice is at its beginning."""
_ASKS_FOR_SCRIPT = re.compile(
    r"\b(?:enable|activate|requires?|needs?|turn on|without)\b.{0,40}\bjava ?script\b"
    r"|\bjava ?script\b.{0,40}\b(?:enabled?|required|disabled|off|needed)\b",
    re.I | re.S,
)
_TAG_BEGINS = re.compile(r"<(?=[a-zA-Z/!?])")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|font-size\s*:\s*0"
)
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")


@dataclass(frozen=True, slots=True)
class PageText:
    """What a person would read of a page."""

    title: str
    text: str
    needs_script: bool = False
    """Whether, by all that can be seen, the text only appears once a script of the page has run."""
    links: tuple[str, ...] = ()
    """Where it shows links to, the first of them, as they are written."""


def readable(content: bytes, charset: str, *, is_html: bool) -> PageText:
    """Title and text of ``content``; ``charset`` as the server named it, or empty."""
    text = decoded(content, charset)
    if not is_html:
        return PageText("", _tidy(text))
    reader = _Reader()
    try:
        reader.feed(_whole_tags(text))
        reader.close()
    except AssertionError:
        # What the library says of declarations that it does not know; what came before them was read.
        pass
    title, text = " ".join(_tidy(reader.title).split()), _tidy(reader.text)
    needs_script = reader.has_script and _is_sparse(text, reader)
    return PageText(_shortened(title), text, needs_script, tuple(reader.links))


def _whole_tags(text: str) -> str:
    """``text`` without a tag that nothing ends: the library looks for its end again at every sign that follows."""
    end = text.rfind(">") + 1
    return text[:end] + _TAG_BEGINS.split(text[end:], maxsplit=1)[0]


def _shortened(title: str) -> str:
    return title if len(title) <= TITLE_LIMIT else f"{title[: TITLE_LIMIT - 1]}…"


def _is_sparse(text: str, reader: _Reader) -> bool:
    """Whether next to nothing is shown, and the page says or hides that there is more."""
    if not text:
        return True
    asks = _ASKS_FOR_SCRIPT.search(f"{reader.without_script} {text}")
    return len(text) < SPARSE_CHARS and (reader.hidden_chars > 2 * len(text) or asks is not None)


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text; a character set that is no common one counts as UTF-8, what does not fit is replaced."""
    if not charset and (match := _META.search(content[:2048])):
        charset = match[1].decode("ascii")
    name = charset.strip().lower()
    return content.decode(name if _CHARSETS.fullmatch(name) else "utf-8", "replace")


class _Reader(HTMLParser):
    """Collects text outside of what is skipped or hidden; the part marked as the main one wins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._all: list[str] = []
        self._main: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        """Open elements: name, whether nothing in them is shown, whether they are the main part."""
        self._in_title = False
        self.has_script = False
        self.hidden_chars = 0
        """Characters that are there and not shown, scripts and styles aside."""
        self.without_script = ""
        """What is said to whom runs no scripts."""
        self.links: dict[str, None] = {}

    @property
    def text(self) -> str:
        """What was collected."""
        main = "".join(self._main)
        return main if main.strip() else "".join(self._all)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if tag in _BLOCKS:
            self._put("\n")
        elif tag in ("td", "th"):
            self._put("\t")
        if tag == "title" and not self.title:
            self._in_title = True
        if tag in _VOID:
            return
        self.has_script |= tag == "script"
        if len(self._open) >= DEPTH_LIMIT:
            return
        hidden, main = self._standing()
        attributes = {name: value or "" for name, value in attrs}
        hides = hidden or tag in _SKIPPED or _is_hidden(attributes)
        if tag == "a" and not hides:
            self._link(attributes.get("href", "").strip())
        is_chrome = main and tag in _CHROME
        self._open.append((tag, hides or is_chrome, main or tag in ("main", "article")))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and whatever was left open in it."""
        if tag == "title":
            self._in_title = False
        if any(name == tag for name, *_ in self._open):
            while self._open.pop()[0] != tag:
                continue
        if tag in _BLOCKS:
            self._put("\n")

    def handle_data(self, data: str) -> None:
        """Text."""
        if self._in_title:
            self.title += data[: 4 * TITLE_LIMIT]
        else:
            self._put(data)

    def _link(self, target: str) -> None:
        if target and len(target) <= LINK_CHARACTERS and len(self.links) < LINK_LIMIT:
            self.links[target] = None

    def _put(self, text: str) -> None:
        hidden, main = self._standing()
        if hidden:
            self._note_hidden(text)
            return
        self._all.append(text)
        if main:
            self._main.append(text)

    def _note_hidden(self, text: str) -> None:
        names = {name for name, *_ in self._open}
        if "noscript" in names:
            self.without_script = f"{self.without_script} {text}"[:NOSCRIPT_LIMIT]
        elif not names & _SKIPPED:
            self.hidden_chars += len(text.strip())

    def _standing(self) -> tuple[bool, bool]:
        return self._open[-1][1:] if self._open else (False, False)


def _is_hidden(attributes: dict[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or _HIDING.search(attributes.get("style", "").lower()) is not None
    )


def _tidy(text: str) -> str:
    """Lines without spaces around them, no empty ones, nothing invisible; cells of a table stay apart."""
    shown = "".join(c if c in "\n\t" or c.isprintable() else " " for c in _INVISIBLE.sub("", text))
    return "\n".join(filter(None, map(_cells, shown.splitlines())))


def _cells(line: str) -> str:
    """Cells with a tab between them, as tables in plain text have it; an indentation is no cell."""
    return "\t".join(" ".join(cell.split()) for cell in line.strip().split("\t"))
