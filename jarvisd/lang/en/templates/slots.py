"""What the words in a slot of a sentence must be, and the argument that they make. Pure.

Each reader returns the argument, or ``None`` where the words are not what the slot stands for; then the planner
thinks. Values are read by the grammars of :mod:`jarvisd.lang.en.values`, and stay as they were said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial
from types import MappingProxyType

from jarvisd.lang.en.addresses import from_speech
from jarvisd.lang.en.contacts import parse_contact
from jarvisd.lang.en.everyday.day_ranges import read_range
from jarvisd.lang.en.templates.arithmetic import read_expression
from jarvisd.lang.en.templates.vocabulary import (
    ACTS,
    ARCHIVES,
    BELONGINGS,
    CONJUNCTIONS,
    CONTROLS,
    DOCUMENTS,
    DOMAINS,
    EXTENSIONS,
    FAMILY,
    FOLDERS,
    KEPT,
    KINDS,
    LIKING,
    MEASURING,
    NOBODY,
    ORDERING,
    PEOPLE,
    SERVICES,
    SMALL,
    STATING,
    VAGUE,
    VERBS,
)
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.reading import read
from jarvisd.lang.en.words import words
from jarvisd.lang.values import Unreadable, UnreadableReason, ValueKind

ANY_TIME = datetime(2000, 1, 3, 12, tzinfo=timezone.utc)
"""Whether words are a length, an age or a size does not depend on the time."""
FREE = frozenset({"text", "item", "told", "statement"})
"""What may hold any words."""
UNNAMED = frozenset(
    {"folder", "filename", "archive", "url", "age", "size", "expression", "service", "moment", "day_range", ""}
)
"""Readers that know their words: none of these counts as a word that could be anything."""
LABEL_WORDS, CLAUSE_WORDS, PERSON_WORDS, ITEM_WORDS = 4, 9, 3, 15
"""Chosen: names and what is said about them are shorter."""
BELONGING_WORDS = 3
"""Chosen: who asks where something is names it shortly."""
_QUOTES = "\"'“”‘’«»"
_DOT = re.compile(r"\s+(?:dot|point)\s+(?=[a-z0-9])", re.IGNORECASE)
_WRITTEN = re.compile(r"[\w()+,@~ '’.-]*[\w)](?:/[\w()+,@ '’.-]+)*", re.UNICODE)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?P<top>[a-z]{2,})(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_IN_DOUBT = frozenset({UnreadableReason.AMBIGUOUS, UnreadableReason.PAST, UnreadableReason.REPEATS})
"""Why a time that was understood is none all the same."""
_BANNED = CONJUNCTIONS | ACTS | CONTROLS | SMALL | ORDERING
_UNTOLD = frozenset({"to", "when", "if", "how", "why", "what", "where", "who", "me", "it", "this", "that", "us"})
_ASKING = frozenset(
    {
        "what",
        "whats",
        "where",
        "when",
        "who",
        "which",
        "why",
        "how",
        "is",
        "are",
        "do",
        "does",
        "did",
        "can",
        "could",
    }
)
"""What begins a question."""
_UNSAID = re.compile(
    r"(?:an?|the|one|another|some)\s+(?:\w+\s+)?(?:lines?|notes?|comments?|entry|entries|items?|things?|something|"
    r"paragraph|sentence|reminder|task|date|time)\b|something\b|anything\b|everything\b|it$|this$|that$|them$",
    re.IGNORECASE,
)
"""It says that something is to be written and not what."""


def _bare(said: str) -> str:
    return said.strip().strip(_QUOTES).strip()


def _is_name(spoken: tuple[str, ...], most: int = LABEL_WORDS) -> bool:
    return 0 < len(spoken) <= most and _BANNED.isdisjoint(spoken)


def _with_dots(said: str) -> str:
    return _DOT.sub(".", _bare(said))


def filename(said: str) -> str | None:
    """A name that shows by itself that it is a file's: "todo.txt", "notes dot md", "work/plan.md"."""
    name = _with_dots(said)
    folders, _, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    if not (stem and dot) or extension.casefold() not in EXTENSIONS or not _WRITTEN.fullmatch(name):
        return None
    spoken = words(f"{folders} {stem}".replace(".", " ").replace("-", " ").replace("_", " "))
    is_whole = " " not in name
    return name if spoken and (is_whole or (_is_name(spoken) and KINDS.isdisjoint(spoken))) else None


def document(said: str) -> str | None:
    """A file by its name, or by what only a file can be: "rental contract"."""
    if (name := filename(said)) is not None:
        return name
    name = _bare(said)
    spoken = words(name.replace("to do", "todo").replace("To do", "todo"))
    if not _is_name(spoken) or any(word.endswith("'s") for word in spoken[-1:]):
        return None
    last = spoken[-1]
    if len(spoken) == 1 and last in VAGUE:
        return None
    return name if last in DOCUMENTS or last.removesuffix("s") in DOCUMENTS else None


def one_of(name: str) -> str:
    """What the name of each of several files holds: "invoice" of "invoices"."""
    last = name.rpartition(" ")[2].casefold()
    return name[:-1] if last.endswith("s") and last not in DOCUMENTS and last[:-1] in DOCUMENTS else name


def label(said: str) -> str | None:
    """A name of a few words."""
    if (name := filename(said)) is not None:
        return name
    name = _bare(said)
    spoken = words(name.replace("to do", "todo"))
    return name if _is_name(spoken) and KINDS.isdisjoint(spoken) else None


def theme(said: str) -> str | None:
    """What names of files hold: "tax", and not "big" or "new", which say which they are."""
    name = label(said)
    return None if name is None or not MEASURING.isdisjoint(words(name)) else name


def folder(said: str) -> str | None:
    """A folder that is called so everywhere, or one inside of such a one."""
    name = _bare(said)
    first, *rest = name.casefold().split("/")
    if first not in FOLDERS or (rest and not re.fullmatch(r"[\w/-]+", name)):
        return None
    return "tmp" if first == "temp" and not rest else name


def folder_name(said: str) -> str | None:
    """A folder that is said to be one."""
    name = _bare(said)
    if (known := folder(name)) is not None:
        return known
    return name if _is_name(words(name)) and not words(name)[-1].endswith(("folder", "directory")) else None


def archive(said: str) -> str | None:
    """The name of an archive."""
    name = filename(said)
    return name if name is not None and name.rpartition(".")[2].casefold() in ARCHIVES else None


def text(said: str) -> str | None:
    """Any words that say something by themselves."""
    spoken = words(said)
    return None if not spoken or spoken in {("it",), ("this",), ("that",), ("them",)} else _bare(said)


def item(said: str) -> str | None:
    """What is to be added, said in its own words."""
    spoken = words(said)
    is_unsaid = bool(_UNSAID.match(_bare(said))) or spoken[-1:] in {("entry",), ("item",), ("line",), ("task",)}
    return None if is_unsaid or len(spoken) > ITEM_WORDS else text(said)


def told(said: str) -> str | None:
    """A statement that says something by itself."""
    spoken = words(said)
    return _bare(said) if len(spoken) > 2 and spoken[0] not in _UNTOLD else None


def statement(said: str) -> str | None:
    """A statement that is one by its verb."""
    spoken = words(said)
    is_one = not STATING.isdisjoint(spoken[1:-1]) or any(word.endswith("'s") for word in spoken[1:-1])
    if spoken[:1] and spoken[0].partition("'")[0] in _ASKING:
        return None
    is_order = not ((VERBS | NOBODY | {"in", "on", "to"}) - {"the"}).isdisjoint(spoken[:1])
    return told(said) if is_one and not is_order else None


def kind_of(said: str) -> str:
    """Of which kind a memory is."""
    if parse_contact(said) is not None:
        return "CONTACT"
    return "PREFERENCE" if not LIKING.isdisjoint(words(said)) else "FACT"


def topic(said: str) -> str | None:
    """What something is about."""
    name = re.sub(r"^(?:the|my|our)\s+(?=\S)", "", _bare(said), flags=re.IGNORECASE)
    spoken = words(name)
    return name if spoken == ("me",) or _is_name(spoken) else None


def clause(said: str) -> str | None:
    """ "Where the spare key is"."""
    spoken = words(said)
    if not 3 < len(spoken) <= CLAUSE_WORDS or spoken[0] not in {"where", "when", "who", "what", "which"}:
        return None
    is_chat = {"i", "we", "you", "it", "this", "that", "they"} & set(spoken[1:])
    return None if is_chat or not CONJUNCTIONS.isdisjoint(spoken) else _bare(said)


def kept(said: str) -> str | None:
    """What people have kept and ask for: "locker combination", "favourite colour"."""
    name = _bare(said)
    spoken = words(name)
    if not _is_name(spoken):
        return None
    is_kept = spoken[-1] in KEPT or spoken[-1] in PEOPLE or spoken[0] in {"favourite", "favorite"}
    if _is_of_one(spoken):
        # A machine has a name as well, which nobody has told.
        is_near = spoken[0].removesuffix("'s") in PEOPLE | FAMILY
        is_kept |= spoken[-1] in {"email", "e-mail"} or (is_near and spoken[-1] in {"name", "nickname"})
    return name if is_kept and not {"ip", "next", "ticket", "order", "tracking"} & set(spoken) else None


def belonging(said: str) -> str | None:
    """A thing that lies somewhere, and not on a disk: "spare key", "bike"."""
    name = _bare(said)
    spoken = words(name)
    is_thing = _is_name(spoken, BELONGING_WORDS) and spoken[-1] in BELONGINGS
    return name if is_thing and (DOCUMENTS | KINDS).isdisjoint(spoken) else None


def theirs(said: str) -> str | None:
    """What people have kept of somebody else: "Anna's birthday"."""
    spoken = words(said)
    is_personal = spoken[-1:] in {("birthday",), ("anniversary",), ("address",), ("size",)} or spoken[-2:] in {
        ("phone", "number"),
        ("mobile", "number"),
        ("locker", "code"),
    }
    is_personal |= spoken[-1:] in {("email",), ("e-mail",)}
    return kept(said) if _is_of_one(spoken) and is_personal else None


def _is_of_one(spoken: tuple[str, ...]) -> bool:
    """Whether it is somebody's: "Anna's birthday", "wife's name"."""
    is_named = len(spoken) > 1 and spoken[0].endswith("'s") and spoken[0] not in {"today's", "what's", "it's"}
    return is_named and (DOCUMENTS | KINDS).isdisjoint({*spoken, spoken[0].removesuffix("'s")})


def person(said: str) -> str | None:
    """Who a letter goes to, as it was said: a name or an address."""
    name = _bare(said)
    if from_speech(name) is not None:
        return name
    spoken = words(name)
    first = spoken[1:] if spoken[:1] in {("my",), ("our",)} else spoken
    return name if first and _is_name(first, PERSON_WORDS) and NOBODY.isdisjoint(first) else None


def url(said: str) -> str | None:
    """An address of a page, written or said."""
    name = re.sub(r"\s+slash\s+", "/", _with_dots(said), flags=re.IGNORECASE)
    bare = re.sub(r"^https?://", "", name, flags=re.IGNORECASE)
    found = _HOST.fullmatch(bare)
    if " " in name or found is None:
        return None
    is_said = bare != name or bare.casefold().startswith("www.")
    return name if is_said or (found["top"].casefold() in DOMAINS and filename(bare) is None) else None


def service(said: str) -> str | None:
    """A service that is usual."""
    name = re.sub(r"\.service$", "", _bare(said))
    return name if name.casefold() in SERVICES else None


def moment(said: str) -> str | None:
    """A time, or days; one that is in doubt is told to be, by the tool that takes it."""
    for readable in (partial(read_instant, said, ANY_TIME), partial(read_range, said, ANY_TIME)):
        try:
            readable()
        except Unreadable as error:
            if error.reason not in _IN_DOUBT:
                continue
        return _bare(said)
    return None


def day_range(said: str) -> str | None:
    """Days, or a part of one."""
    try:
        read_range(said, ANY_TIME)
    except Unreadable as error:
        return _bare(said) if error.reason in _IN_DOUBT else None
    return _bare(said)


def occasion(said: str) -> str | None:
    """What an appointment is called: "lunch with Ruth", no order and no time."""
    name = _bare(said)
    spoken = words(name)
    is_short = 0 < len(spoken) <= CLAUSE_WORDS and (CONJUNCTIONS | CONTROLS).isdisjoint(spoken)
    is_name = is_short and spoken[0] not in _UNTOLD | {"the", "my"} and not {"i", "it", "you"} & set(spoken)
    return name if is_name and moment(name) is None else None


def engagement(said: str) -> str | None:
    """An occasion that says itself that it is one: "meeting with Ruth"."""
    is_one = not {"appointment", "meeting", "event"}.isdisjoint(words(said))
    return occasion(said) if is_one and words(said)[1:2] not in {("called",), ("named",)} else None


def _value(kind: ValueKind) -> Callable[[str], str | None]:
    def reader(said: str) -> str | None:
        try:
            read((kind,), said, ANY_TIME)
        except Unreadable:
            return None
        return _bare(said)

    return reader


READERS: Mapping[str, Callable[[str], str | None]] = MappingProxyType(
    {
        "document": document,
        "filename": filename,
        "label": label,
        "theme": theme,
        "folder": folder,
        "folder_name": folder_name,
        "archive": archive,
        "text": text,
        "item": item,
        "told": told,
        "statement": statement,
        "topic": topic,
        "clause": clause,
        "kept": kept,
        "belonging": belonging,
        "theirs": theirs,
        "person": person,
        "url": url,
        "age": _value(ValueKind.AGE),
        "size": _value(ValueKind.SIZE),
        "duration": _value(ValueKind.DURATION),
        "expression": read_expression,
        "service": service,
        "moment": moment,
        "day_range": day_range,
        "occasion": occasion,
        "engagement": engagement,
    }
)
"""What ``reads`` may name in a list of words.yaml."""
