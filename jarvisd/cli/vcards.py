"""People out of vCards (RFC 6350, and versions 2.1 and 3.0): names, e-mail addresses, numbers, birthdays.

A closed subset: what else a card holds, photographs as well, is passed over. A file that is no vCard is refused as
a whole, with the line, before anything of it is kept.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jarvisd.core.errors import RequestError
from jarvisd.core.network.email_address import is_address

FILE_LIMIT_BYTES = 64_000_000
"""Chosen: five thousand cards with a photograph each."""
CARD_LIMIT = 5_000
"""Chosen: more than anybody knows; each is embedded once it is remembered."""
VALUES_LIMIT = 20
"""Addresses or numbers of one card. Chosen: nobody has more."""
_FIELD_LIMIT = 2_000
"""Characters of a value that is read. Chosen: names and addresses are shorter."""
_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;(?:[^\":;]|\"[^\"]*\")*)*):(?P<value>.*)", re.DOTALL
)
_PARAM = re.compile(r"[^;\"]+(?:\"[^\"]*\"[^;\"]*)*|\"[^\"]*\"")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<!\\);")
_NUMBER = re.compile(r"\+?[\d ()./-]{3,30}")
_DAY = re.compile(r"(?:(?P<year>\d{4})-?|--)(?P<month>\d\d)-?(?P<day>\d\d)(?:T.*)?")
_KINDS = {"CELL": "mobile", "MOBILE": "mobile", "WORK": "work", "HOME": "home"}
_READ = frozenset({"FN", "N", "ORG", "EMAIL", "TEL", "BDAY"})


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One card."""

    name: str
    """As it is written; empty where the card has none."""
    emails: tuple[str, ...] = ()
    """The preferred one alone, where one is marked."""
    phones: Mapping[str, str] = field(default_factory=dict)
    """``"mobile"``, ``"work"``, ``"home"`` or ``""`` to the first number of that kind."""
    birthday: str = ""
    """As it is said: ``"May 3, 1985"``."""
    left_out: tuple[str, ...] = ()
    """What of it was not taken, for people: ``"e-mail address 'a@'"``."""


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    params: frozenset[str]
    value: str


def read_vcards(content: bytes) -> list[PersonCard]:
    """The people in a file, in order. Raises INVALID_REQUEST with the line for what is no vCard."""
    if len(content) > FILE_LIMIT_BYTES:
        raise RequestError(f"the file has more than {FILE_LIMIT_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RequestError(f"line {line} is not UTF-8 text; export the contacts as vCard 3.0 or 4.0") from None
    cards = [_card(properties) for properties in _cards(text)]
    if not cards:
        raise RequestError("the file holds no vCard: none of its lines is BEGIN:VCARD")
    return cards


def _cards(text: str) -> Iterator[list[_Property]]:
    inside: list[_Property] | None = None
    count = 0
    for number, line in _lines(text):
        said = line.strip().upper()
        if said == "BEGIN:VCARD":
            if inside is not None:
                raise RequestError(f"line {number}: a card begins inside of another")
            inside, count = [], count + 1
            if count > CARD_LIMIT:
                raise RequestError(f"the file has more than {CARD_LIMIT:,} cards")
        elif inside is None:
            raise RequestError(f"line {number} is not part of a vCard")
        elif said == "END:VCARD":
            yield inside
            inside = None
        else:
            inside += _property(line, number)
    if inside is not None:
        raise RequestError("the last card has no END:VCARD: the file may have been cut off")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Content lines as they were before folding, each with the number of its first line."""
    number, begun = 0, list[str]()
    is_soft = False
    for at, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if begun and (is_soft or line[:1] in (" ", "\t")):
            begun.append(line if is_soft else line[1:])
        else:
            if begun:
                yield number, "".join(begun)
            number, begun = at, [line] if line.strip() else []
        # A line of quoted-printable goes on behind a sign of its own (vCard 2.1).
        is_soft = bool(begun) and line.endswith("=") and "QUOTED-PRINTABLE" in begun[0][:200].upper()
        if is_soft:
            begun[-1] = begun[-1][:-1]
    if begun:
        yield number, "".join(begun)


def _property(line: str, number: int) -> Iterator[_Property]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise RequestError(f"line {number} is no line of a vCard")
    name = found["name"].upper()
    if name not in _READ or len(found["value"]) > _FIELD_LIMIT:
        return
    said = {part.partition("=")[2].strip('"') or part for part in _PARAM.findall(found["params"].upper())}
    params = frozenset(word.strip() for part in said for word in part.split(","))
    value = found["value"]
    if "QUOTED-PRINTABLE" in params:
        value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
    yield _Property(name, params, value.strip())


def _card(properties: Sequence[_Property]) -> PersonCard:
    by_name: dict[str, list[_Property]] = {}
    for each in properties:
        by_name.setdefault(each.name, []).append(each)
    left_out: list[str] = []
    return PersonCard(
        _name(by_name),
        tuple(_emails(by_name.get("EMAIL", ()), left_out)),
        _phones(by_name.get("TEL", ()), left_out),
        _birthday(by_name.get("BDAY", ()), left_out),
        tuple(left_out),
    )


def _name(by_name: Mapping[str, Sequence[_Property]]) -> str:
    for each in by_name.get("FN", ()):
        if name := _plain(each.value):
            return name
    for each in by_name.get("N", ()):
        family, given, *_ = (*map(_plain, _SEPARATOR.split(each.value)), "", "")
        if name := f"{given} {family}".strip():
            return name
    organisations = (_plain(_SEPARATOR.split(each.value)[0]) for each in by_name.get("ORG", ()))
    return next(filter(None, organisations), "")


def _emails(properties: Sequence[_Property], left_out: list[str]) -> list[str]:
    good: dict[str, bool] = {}
    for each in properties:
        address = re.sub(r"^mailto:", "", _plain(each.value), flags=re.IGNORECASE).lower()
        if not is_address(address) or len(good) >= VALUES_LIMIT:
            left_out.append(f"e-mail address {address[:80]!r}")
            continue
        good[address] = good.get(address, False) or bool({"PREF", "1"} & each.params)
    preferred = [address for address, is_preferred in good.items() if is_preferred]
    if len(preferred) != 1:
        return list(good)
    left_out += [
        f"e-mail address {address!r}, another is preferred" for address in good if address not in preferred
    ]
    return preferred


def _phones(properties: Sequence[_Property], left_out: list[str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for each in properties:
        number = re.sub(r"^tel:", "", _plain(each.value), flags=re.IGNORECASE)
        kind = next((kind for said, kind in _KINDS.items() if said in each.params), "")
        if _NUMBER.fullmatch(number) and kept.setdefault(kind, number) == number:
            continue
        left_out.append(f"telephone number {number[:40]!r}")
    return kept


def _birthday(properties: Sequence[_Property], left_out: list[str]) -> str:
    for each in properties:
        found = _DAY.fullmatch(each.value)
        try:
            # A leap year, where none is told.
            day = date(int(found["year"] or 2000), int(found["month"]), int(found["day"])) if found else None
        except ValueError:
            day = None
        if found is not None and day is not None:
            return f"{day:%B} {day.day}" + (f", {day.year}" if found["year"] else "")
        left_out.append(f"birthday {each.value[:40]!r}")
    return ""


def _plain(value: str) -> str:
    unescaped = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in unescaped).split())
