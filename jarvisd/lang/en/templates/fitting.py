"""Requests that fit a sentence template (decision 25): "find the invoice files in documents".

A request is taken by a sentence only where nothing is in doubt: every reading by every template is looked at,
those whose words are not what their slots stand for are dropped, and of the rest the one counts that leaves the
fewest words to a slot that takes any. Where two are left, or another errand may stand in free words, the planner
thinks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.templates.slots import FREE, READERS, UNNAMED, kind_of, one_of
from jarvisd.lang.en.templates.vocabulary import CONTROLS, VERBS
from jarvisd.lang.en.words import APOSTROPHES, strip_courtesy, without_wake_phrase, words
from jarvisd.lang.templates import Match, SentenceFile, TemplateBook

WORDS_LIMIT = 60
"""Chosen: longer requests are thought about."""
_FOLDER = Path(__file__).parents[1] / "sentences"
_SHARED = "words.yaml"
_WORD = re.compile(r"[^\W_]+(?:['.:,][^\W_]+)*|[^\W_]+", re.UNICODE)
_END = re.compile(r"[\s.!?,;:…]+$")
_LEAD = re.compile(
    r"(?:i(?:'d| would) like you to|i (?:want|need) you to|"
    r"(?:go ahead and|now|okay|ok|so|well|um|uh|just)\b,?)\s+(?=\S)",
    re.IGNORECASE,
)
_AND = r"and|then|also|afterwards|after that|finally|next|plus|now|please|can you|could you|i want you to"
_ANOTHER = re.compile(rf"(?:[,;.]|\b(?:{_AND})\b)(?:\s+(?:{_AND})\b)*\s+(?P<verb>[^\W_]+)", re.IGNORECASE)
_ERRANDS = VERBS | CONTROLS | {"what", "what's", "how", "is", "which", "where", "when"}
"""How another errand may begin behind free words."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """What a request asks for, and the template that says so."""

    action: Action
    template: str
    is_free: bool = False
    """Words that may be any stand at its end, so that what follows may belong to them."""
    is_doubtful: bool = False
    """Another errand may stand in free words: nothing is to be done, and nothing to be taken apart."""
    is_part: bool = False
    """It says something only behind another errand: "mail Ruth a summary", "move it there"."""


@dataclass(frozen=True, slots=True)
class _Reading:
    match: SentenceMatch
    left: tuple[int, int]
    """Words in slots that take any, and in those that know theirs: what a template says itself counts more."""


def book() -> TemplateBook:
    """The sentences that come with the suite."""
    return _book()


@cache
def _book() -> TemplateBook:
    others = sorted(path for path in _FOLDER.glob("*.yaml") if path.name != _SHARED)
    return TemplateBook([shared(), *(SentenceFile(path.name, _parsed(path)) for path in others)], READERS)


@cache
def shared() -> SentenceFile:
    """Lists and rules that every sentence may use."""
    return SentenceFile(_SHARED, _parsed(_FOLDER / _SHARED))


def _parsed(path: Path) -> Mapping[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(path.read_text("utf-8"), loader)  # noqa: S506 - a safe loader, in C where there is one
    return content if isinstance(content, Mapping) else {}


def body(text: str) -> str:
    """``text`` without wake phrase, courtesy and the mark at its end, as it was written."""
    heard = _END.sub("", without_wake_phrase(text.translate(APOSTROPHES).strip()))
    heard = heard.strip()
    found = list(_WORD.finditer(heard))
    spoken = tuple(word[0].casefold() for word in found)
    core = strip_courtesy(spoken)
    if not core or len(core) == len(spoken):
        return _LEAD.sub("", heard, count=1) if _LEAD.match(heard) else heard
    first = next(at for at in range(len(spoken)) if spoken[at : at + len(core)] == core)
    begin = found[first].start() if first else 0
    last = first + len(core)
    end = found[last].start() if last < len(found) else len(heard)
    return _END.sub("", heard[begin:end])


@lru_cache(maxsize=64)
def sentence(text: str) -> SentenceMatch | None:
    """What the whole of ``text``, without courtesy, surely asks for by the sentences of the suite."""
    try:
        return fitting(book(), text)
    except ImportError:
        # An environment that is older than its lock: everything is thought about.
        return None


def fitting(templates: TemplateBook, text: str) -> SentenceMatch | None:
    """What the whole of ``text``, without courtesy, surely asks for by ``templates``."""
    if not text or len(words(text)) > WORDS_LIMIT:
        return None
    readings = list(_readings(templates, text))
    doubtful = [reading.match for reading in readings if reading.match.is_doubtful]
    if doubtful:
        return doubtful[0]
    if len({reading.match.action.tool for reading in readings}) != 1:
        return None
    fewest = min(reading.left for reading in readings)
    best = {_key(reading.match.action): reading.match for reading in readings if reading.left == fewest}
    return next(iter(best.values())) if len(best) == 1 else None


def _key(action: Action) -> tuple[str, str]:
    return action.tool, repr(sorted(action.args.items()))


def _readings(templates: TemplateBook, text: str) -> Iterator[_Reading]:
    """The readings in which every slot holds what it stands for."""
    for match in templates.matches(text):
        args: dict[str, Any] = dict(match.args)
        anything, known, free = 0, 0, ""
        for said in match.said:
            value = READERS[said.reads](said.text) if said.reads else said.text
            if value is None or (said.argument in args and args[said.argument] != value):
                break
            args[said.argument] = value
            spoken = len(words(said.text))
            anything, known = (anything, known + spoken) if said.reads in UNNAMED else (anything + spoken, known)
            free = said.text if said.reads in FREE else free
        else:
            yield _Reading(_sentence(match, args, free), (anything, known))


def holds_another(free: str) -> bool:
    """Whether another errand may follow in words that may be any: "... and tell me the time"."""
    return any(found["verb"].casefold() in _ERRANDS for found in _ANOTHER.finditer(free))


def _sentence(match: Match, args: dict[str, Any], free: str) -> SentenceMatch:
    for name in [name for name in args if name.startswith("into_")]:
        inside = args.pop(name)
        args[name.removeprefix("into_")] = f"{inside}/{args[name.removeprefix('into_')]}"
    if match.tool == "search_files" and "name" in args:
        args["name"] = one_of(str(args["name"]))
    if match.tool == "remember":
        args["kind"] = kind_of(str(args["text"]))
    action = Action(match.tool, MappingProxyType(args))
    return SentenceMatch(
        action, match.template, is_free=bool(free), is_doubtful=holds_another(free), is_part=match.is_part
    )
