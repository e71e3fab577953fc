"""The structure of a written text: headings, lists, tables, quotes, code and paragraphs. Pure; knows no language.

Text comes from files, pages, programs and models. Markdown is read as CommonMark has it as far as speech can tell
the difference; a sign that is no markup, such as the stars of a product, stays in the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

WRAP_CHARS: Final = 40
"""Chosen: a line that was broken for width alone is longer than this."""
QUOTE_DEPTH: Final = 4
"""Chosen: quotes in quotes that are told apart."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; each is one line as it is to be spoken, wrapped ones are joined."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title."""

    text: str


@dataclass(slots=True)
class Item:
    """One of a list; ``number`` as it was written, ``is_done`` of a check box."""

    text: str
    number: str = ""
    is_done: bool | None = None
    inner: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list, lists in it included."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else wrote."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines between fences, and what the fence says that they are."""

    lines: tuple[str, ...]
    kind: str


Block = Paragraph | Heading | ItemList | Row | Quote | Code


def blocks(text: str) -> tuple[Block, ...]:
    """``text`` in its parts, in order."""
    return tuple(_blocks(_without_tags(text).split("\n")))


def plain(line: str) -> str:
    """``line`` without emphasis, links and marks of code; their text stays."""
    pieces = re.split(r"(`+)(.+?)\1(?!`)", _with_gaps(line))
    # Every third piece is a text between backticks, where nothing is markup.
    told = [piece if place % 3 == 2 else _styled(piece) for place, piece in enumerate(pieces) if place % 3 != 1]
    return " ".join("".join(told).split())


def _with_gaps(line: str) -> str:
    """Names in columns, as listings have them, stay apart; two spaces by chance are no column."""
    gaps = _COLUMN_GAP.findall(line)
    return _COLUMN_GAP.sub(", ", line) if len(gaps) > 1 or any(len(gap) > 2 for gap in gaps) else line


def _styled(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text


# --- lines to blocks ----------------------------------------------------------------------------------------


def _blocks(lines: Sequence[str], depth: int = 0) -> Iterator[Block]:
    place = 0
    while place < len(lines):
        line = lines[place]
        end = place + 1
        if fence := _FENCE.match(line):
            end = next((n for n in range(end, len(lines)) if _closes(lines[n], fence[1])), len(lines))
            yield Code(tuple(kept for kept in lines[place + 1 : end] if kept.strip()), fence[2].strip())
            end += 1
        elif not line.strip() or _RULE.fullmatch(line):
            pass
        elif heading := _HEADING.match(line):
            yield Heading(plain(heading[1]))
        elif _QUOTE.match(line):
            end = _end(lines, place, _QUOTE)
            sign = _QUOTE if depth < QUOTE_DEPTH else _QUOTES
            inner = [sign.sub("", quoted, count=1) for quoted in lines[place:end]]
            yield Quote(tuple(_blocks(inner, depth + 1)))
        elif _ITEM.match(line):
            end = _end_of_list(lines, place)
            yield _list(lines[place:end])
        elif cells := _cells(lines, place):
            yield Row(cells)
        else:
            end = next((n for n in range(end, len(lines)) if _begins(lines, n)), len(lines))
            yield Paragraph(tuple(plain(joined) for joined in _unwrapped(lines[place:end])))
        place = end


def _begins(lines: Sequence[str], place: int) -> bool:
    """Whether something else than a paragraph begins with this line, or the paragraph ends before it."""
    line = lines[place]
    starts = (_FENCE, _HEADING, _QUOTE, _ITEM)
    return (
        not line.strip()
        or bool(_RULE.fullmatch(line))
        or any(start.match(line) for start in starts)
        or bool(_cells(lines, place))
    )


def _closes(line: str, fence: str) -> bool:
    return re.fullmatch(rf"\s*{re.escape(fence)}[`~]*\s*", line) is not None


def _end(lines: Sequence[str], place: int, pattern: re.Pattern[str]) -> int:
    return next((n for n in range(place + 1, len(lines)) if not pattern.match(lines[n])), len(lines))


def _end_of_list(lines: Sequence[str], place: int) -> int:
    """Behind the last item; an indented line continues its item, an empty one between items parts nothing."""
    is_numbered = _is_numbered(lines[place])
    end = place + 1
    while end < len(lines):
        item = _ITEM.match(lines[end])
        if item is not None and not item[1] and _is_numbered(lines[end]) != is_numbered:
            break
        following = lines[end + 1] if end + 1 < len(lines) else ""
        is_continued = lines[end].startswith((" ", "\t")) and bool(lines[end].strip())
        is_gap = not lines[end].strip() and _ITEM.match(following) and _is_numbered(following) == is_numbered
        if item is None and not is_continued and not is_gap:
            break
        end += 1
    return end


def _is_numbered(line: str) -> bool:
    match = _ITEM.match(line)
    return match is not None and _number(match) != ""


def _number(item: re.Match[str]) -> str:
    return item[2].rstrip(".)") if item[2] and item[2][0].isalnum() else ""


def _list(lines: Sequence[str]) -> ItemList:
    top: list[Item] = []
    open_items: list[tuple[int, Item]] = []
    for line in lines:
        match = _ITEM.match(line)
        if match is None:
            if open_items and line.strip():
                open_items[-1][1].text += " " + plain(line)
            continue
        depth = len(match[1].expandtabs(4))
        item = Item(plain(match[6]), _number(match), _BOXES.get((match[3] or match[5] or "").rstrip("\ufe0f")))
        while open_items and open_items[-1][0] >= depth:
            open_items.pop()
        (open_items[-1][1].inner if open_items else top).append(item)
        open_items.append((depth, item))
    return ItemList(tuple(top))


def _cells(lines: Sequence[str], place: int) -> tuple[str, ...]:
    """The cells of a row: between bars, tabs, or columns that the next or previous line has as well."""
    line = lines[place].strip()
    if "|" in line:
        bars = len(re.findall(r"(?<!\\)\|", line))
        near = [lines[n].strip() for n in (place - 1, place + 1) if 0 <= n < len(lines)]
        is_row = line.startswith("|") or any(
            _RULE.fullmatch(other) or len(re.findall(r"(?<!\\)\|", other)) == bars
            for other in near
            if "|" in other
        )
        if is_row and " || " not in line:
            return tuple(plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", line.strip("|")))
    columns = _columns(lines[place])
    if len(columns) > 1:
        near = [lines[n] for n in (place - 1, place + 1) if 0 <= n < len(lines)]
        if "\t" in line or any(len(_columns(other)) == len(columns) for other in near):
            return tuple(plain(cell) for cell in columns)
    return ()


def _columns(line: str) -> list[str]:
    return re.split(r"\t" if "\t" in line.strip() else r" {2,}", line.strip()) if line.strip() else []


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines with what was only wrapped joined: in the middle of a sentence, or where the line was full."""
    joined = [lines[0].strip()]
    width = max(len(line.strip()) for line in lines)
    is_prose = any(line.rstrip().endswith((".", "!", "?")) for line in lines)
    for before, line in pairwise(line.strip() for line in lines):
        first = line.split(" ", 1)[0]
        continues = line[:1].islower() and is_prose and len(line) + len(before) > len(first) + 1
        is_full = width >= WRAP_CHARS and len(before) + 1 + len(first) > width
        ends = before.endswith((".", "!", "?"))
        if before.endswith(":") or (not ends and (is_full or (continues and not before.endswith((",", ";"))))):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return joined


def _without_tags(text: str) -> str:
    """Tags of HTML as the structure that they stand for; anything else between angle brackets stays."""
    if "<" in text:
        for pattern, replacement in _TAGS:
            text = pattern.sub(replacement, text)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def _rules(*pairs: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


_BOXES: Final = {"[x]": True, "[X]": True, "☑": True, "✅": True, "✔": True, "[ ]": False, "☐": False, "⬜": False}
_ITEM: Final = re.compile(
    r"([ \t]*)(?:([-*+•‣▪◦·–]|\d{1,3}[.)]|[a-z]\))[ \t]+(?:(\[[ xX]\]|[☑✅✔☐⬜])\ufe0f?[ \t]+)?"
    r"|()([☑☐]\ufe0f?|\[[ xX]\])[ \t]+)(\S.*)"
)
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_QUOTE: Final = re.compile(r" {0,3}>(?!=|\s?[$€£]?\d\S*(?:\s\S+){0,2}\s*$) ?")
"""Not "> 5 GB", which is a bound."""
_QUOTES: Final = re.compile(r"(?: {0,3}> ?)+")
_COLUMN_GAP: Final = re.compile(r"(?<=[\w)%]) {2,}(?=\S)")
_RULE: Final = re.compile(r"\s*(?:[-_=*~:+|]\s*){2,}")
_FENCE: Final = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_INLINE_TAGS: Final = (
    "a|abbr|b|big|cite|code|del|dfn|em|font|i|img|ins|kbd|label|mark|q|s|samp|small|span|strike|strong|sub|sup|time"
    "|tt|u|var|wbr"
)
_BLOCK_TAGS: Final = (
    "address|article|aside|blockquote|body|br|caption|center|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head"
    "|header|hr|html|input|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|title|tr|ul"
)
_TAGS: Final = _rules(
    (r"(?s)\s*<!--.*?(?:-->|\Z)", ""),
    (r"(?is)<(script|style)\b[^>]*>.*?</\1\s*>", " "),
    (r"(?i)</t[dh]>\s*<t[dh](?:\s[^<>]*)?>", " | "),
    (r"(?i)\s*<tr(?:\s[^<>]*)?>\s*(?:<t[dh](?:\s[^<>]*)?>)?", "\n| "),
    (r"(?i)\s*</t[dh]>\s*(?=</tr>)", " |"),
    (r"(?i)</?t[dh](?:\s[^<>]*)?>", " "),
    (r"(?i)\s*<li(?:\s[^<>]*)?>\s*", "\n- "),
    (rf"(?i)</?(?:{_BLOCK_TAGS})(?:\s[^<>]*)?/?>", "\n"),
    (rf"(?i)</?(?:{_INLINE_TAGS})(?:\s[^<>]*)?/?>", ""),
)
_INLINE: Final = _rules(
    (r"<((?:https?|ftp|mailto):[^<>\s]+|[\w.+-]+@[\w.-]+)>", r"\1"),
    (r"!\[([^\[\]]*)\]\([^()\s]*(?: \"[^\"]*\")?\)", r"\1"),
    (r"\[([^\[\]]+)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?: \"[^\"]*\")?\)", r"\1"),
    (r"\[([^\[\]]+)\]\[[^\[\]]*\]", r"\1"),
    (r"~~(?=\S)(.+?)(?<=\S)~~", r"\1"),
    (r"(?<![\w*\\])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*\\])\1(?![\w*])", r"\2"),
    (r"(?<![\w\\])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_\\])\1(?![\w.])", r"\2"),
    (r"\\(?=[*_`#\[\]~>|])", ""),
)
