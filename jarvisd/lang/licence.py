"""Whether the words of a request ask for a step (decision 32). Pure.

A language model takes the nearest tool where none fits: "take apples off the list" becomes a deletion. So each
tool says which words ask for it, on what, and which of them ask for something else to be done to the same thing; a
step is held against the words that were heard, part by part. The words of the model count for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from jarvisd.core.json_types import JsonValue
from jarvisd.lang.phrases import Phrases, fit, indexed
from jarvisd.lang.spoken_request import LicenceRules, SpokenRequest


@dataclass(frozen=True, slots=True)
class ToolWords:
    """The words that ask for a tool; without any it can only be asked for by its name.

    Each is a phrase of :mod:`jarvisd.lang.phrases`: ``"throw|toss .. away"``. Verbs stand in their plain form
    ("delete") and count in any.
    """

    acts: tuple[str, ...] = ()
    """What asks for it, where something fits that it is done to: "delete", "get rid of"."""
    things: tuple[str, ...] = ()
    """What it is done to: "file"."""
    asks: tuple[str, ...] = ()
    """What asks for it by itself: "what time is it", "remind me"."""
    light: tuple[str, ...] = ()
    """Acts that say little ("put", "check"): one of the things has to be said, it is not enough to name one."""
    others: tuple[str, ...] = ()
    """What asks for something else to be done to the same things: "pause", "remove .. from .. list"."""
    also: tuple[str, ...] = ()
    """What may stand beside it and raises no doubt: "by date"."""
    named_by: tuple[str, ...] = ()
    """Arguments that say what it is done to, where their words were said: "path"."""
    said: tuple[str, ...] = ()
    """Arguments that say nothing of the thing, and of which something has to be told all the same: a time."""
    choices: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, hash=False)
    """Argument to value to the phrases that ask for it; one of them has to be said where the value is chosen."""
    composed: tuple[str, ...] = ()
    """Arguments that nobody says as they are: a program, an expression."""
    is_told: bool = False
    """What is told asks for it, without an order: "my car is on level two"."""
    is_open: bool = False
    """It takes any subject: of words which nothing accounts for, only those raise doubt that are foreign to it."""
    does: str = ""
    """Continues "I can": "cancel a timer". Said where something near it was asked for."""
    is_named_there: bool = False
    """What is only named has to be there: "add milk to groceries" makes no file, unless that was called one."""


class LicenceKind(str, Enum):
    """What a request says of a step."""

    LICENSED = "licensed"
    DOUBTFUL = "doubtful"
    """It asks for such a step, and for something that the step does not account for."""
    UNLICENSED = "unlicensed"
    """It does not ask for such a step."""


@dataclass(frozen=True, slots=True)
class Licence:
    """How a step stands to the words of its request."""

    kind: LicenceKind
    words: tuple[str, ...] = ()
    """The words that ask for it."""
    doubt: tuple[str, ...] = ()
    """The words that neither its arguments nor its tool's words account for."""
    why: str = ""
    """Of one that is not licensed: a few words; empty where nothing asks for anything like it."""
    parts: tuple[int, ...] = ()
    """Which parts of the request ask for it."""
    is_for_there: bool = False
    """It asks for something to be done to what is there already: nothing new was called by its kind."""

    def to_json(self) -> dict[str, JsonValue]:
        """``{"kind","words","doubt","parts","why"}``."""
        told: dict[str, JsonValue] = {
            "words": list(self.words),
            "doubt": list(self.doubt),
            "parts": list(self.parts),
        }
        return {"kind": self.kind.value, **told, "why": self.why}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a step's arguments and of the rest of its plan, as places in the request."""

    accounted: frozenset[int] = frozenset()
    """Words of the request that the arguments hold."""
    named: frozenset[int] = frozenset()
    """Those that arguments hold which say what it is done to."""
    texts: frozenset[int] = frozenset()
    """Those in texts that the step writes, sends or keeps."""
    others_texts: frozenset[int] = frozenset()
    """Those in texts that other steps write, send or keep: they ask for nothing."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Arguments with a few values to choose from."""
    changes: bool = False
    """Whether the step does more than look."""
    unsaid: tuple[str, ...] = ()
    """Values that nobody told."""
    made_up: tuple[str, ...] = ()
    """What says what it is done to, where nobody told any of that and nobody will be asked about it."""
    is_composed: bool = False
    """A text of it was asked for and not said, so that words may only describe it."""


def judge(name: str, words: ToolWords, request: SpokenRequest, evidence: Evidence) -> Licence:
    """Whether ``request`` asks for a step of the tool ``name``: the best that one of its parts, or a row, says."""
    best: Licence | None = None
    patterns = _patterns(words, request.rules, name)
    for parts, asking in request.runs(is_order=evidence.changes and not words.is_told):
        found = _Reading(words, patterns, request, evidence, parts, asking).licence()
        if best is None or _rank(found) < _rank(best):
            best = found
        if best.kind is LicenceKind.LICENSED:
            break
    return best or _not("")


def names(request: SpokenRequest, words: ToolWords, name: str) -> bool:
    """Whether a request names a thing that a tool works on."""
    things = _patterns(words, request.rules, name).things
    return any(
        fit(phrase, request.lemmas, at, len(request.tokens), frozenset())
        for at, lemmas in enumerate(request.lemmas)
        for lemma in lemmas
        for phrase in things.get(lemma, ())
    )


def _rank(licence: Licence) -> tuple[int, int]:
    kinds = (LicenceKind.LICENSED, LicenceKind.DOUBTFUL, LicenceKind.UNLICENSED)
    is_doubtful = licence.kind is LicenceKind.DOUBTFUL
    return kinds.index(licence.kind), len(licence.doubt) if is_doubtful else not licence.why


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The phrases of a tool."""

    acts: Phrases
    asks: Phrases
    light: Phrases
    things: Phrases
    others: Phrases
    also: Phrases
    elsewhere: Phrases
    choices: Mapping[tuple[str, str], Phrases]


@lru_cache(maxsize=256)
def _patterns(words: ToolWords, rules: LicenceRules, name: str) -> _Patterns:
    own = name.replace("_", " ")
    by_name = (f"use|run|start [the] {name}", *(() if words.acts or words.asks else (own,)))
    return _Patterns(
        acts=indexed(words.acts, rules.tokens),
        asks=indexed((*words.asks, *by_name), rules.tokens),
        light=indexed(words.light, rules.tokens),
        things=indexed(words.things, rules.tokens),
        others=indexed(words.others, rules.tokens),
        also=indexed(words.also, rules.tokens),
        elsewhere=indexed(rules.elsewhere(), rules.tokens),
        choices={
            (argument, value): indexed(phrases, rules.tokens)
            for argument, values in words.choices.items()
            for value, phrases in values.items()
        },
    )


class _Reading:
    """One row of parts, read for one tool."""

    def __init__(
        self,
        words: ToolWords,
        patterns: _Patterns,
        request: SpokenRequest,
        evidence: Evidence,
        parts: range,
        asking: frozenset[int],
    ) -> None:
        self._words, self._patterns, self._request, self._evidence = words, patterns, request, evidence
        self._parts = sorted(asking)
        self._begin, self._end = request.ranges[parts[0]][0], request.ranges[parts[-1]][1]
        ranges = [request.ranges[part] for part in self._parts]
        heads = [request.ranges[part][0] + request.parts[part].head for part in self._parts]
        self._heads = heads
        self._courtesy = {at for (begin, _), head in zip(ranges, heads, strict=True) for at in range(begin, head)}
        counted = {at for begin, end in ranges for at in range(begin, end)}
        self._void = frozenset(range(self._begin, self._end)) - counted
        """Words of parts between that ask for nothing."""

    def licence(self) -> Licence:
        """What this row says."""
        patterns, evidence = self._patterns, self._evidence
        asks = self._match(patterns.asks, evidence.others_texts, is_act=True)
        acts = self._match(patterns.acts, evidence.others_texts, is_act=True)
        light = self._match(patterns.light, evidence.others_texts, is_act=True)
        things = self._match(patterns.things, evidence.others_texts, is_thing=True)
        chosen, is_missing = self._chosen()
        asking = asks | acts | light | chosen
        if not asking or is_missing or self._only_asks():
            return _not("")
        if why := self._other(has_thing=bool(things)):
            return _not(why)
        covered = asking | things | evidence.accounted | evidence.texts
        if head := self._other_head(asking if self._words.is_told else covered):
            return _not(f"it asks for something else: {head}")
        left = self._left(covered | self._match(patterns.also, frozenset()))
        refers = self._refers() and not any(map(self._is_content, left))
        refers &= not evidence.changes or bool((acts | chosen) and self._words.named_by)
        if not refers and (made_up := self._made_up()):
            return _not(f"nobody said: {made_up}")
        if not refers and (left_out := self._left_out()):
            return _not(f"it is to be left alone: {left_out}")
        if not asks and not refers and (why := self._misfit(things, is_light=not acts | chosen)):
            return _not(why)
        is_for_there = self._words.is_named_there and not asks | things
        return replace(self._with_doubt(asking | things, left), is_for_there=is_for_there)

    def _with_doubt(self, asking: frozenset[int], left: Sequence[str]) -> Licence:
        is_open = self._words.is_open or self._evidence.is_composed
        left = list(filter(self._request.rules.is_foreign if is_open else self._is_content, left))
        doubt = tuple(dict.fromkeys((*self._evidence.unsaid, *left)))
        is_doubtful = bool(doubt) or any(self._request.parts[part].is_conditional for part in self._parts)
        kind = LicenceKind.DOUBTFUL if is_doubtful else LicenceKind.LICENSED
        said = tuple(self._request.tokens[at] for at in sorted(asking))
        return Licence(kind, said, doubt, parts=tuple(self._parts))

    def _left(self, covered: frozenset[int]) -> Sequence[str]:
        """The words that nothing accounts for."""
        places = (at for at in range(self._begin, self._end) if at not in covered | self._void | self._courtesy)
        return [self._request.tokens[at] for at in places]

    def _is_content(self, token: str) -> bool:
        return not self._request.rules.is_small(token)

    def _refers(self) -> bool:
        """Whether it is about something that was named before; the "it" of "is it late" stands for nothing."""
        tokens, lemmas, rules = self._request.tokens, self._request.lemmas, self._request.rules
        return any(
            rules.is_reference(tokens[at], is_last=at == self._end - 1)
            and not (
                at > self._begin
                and rules.is_dummy_after(lemmas[at - 1], tokens[at - 2] if at - 1 > self._begin else "")
            )
            for at in range(self._begin, self._end)
            if at not in self._void
        )

    def _made_up(self) -> str:
        """What nobody said of what it would be done to, kinds of thing left out; empty for nothing."""
        things, rules = self._patterns.things, self._request.rules
        return next((word for word in self._evidence.made_up if things.keys().isdisjoint(rules.lemmas(word))), "")

    def _left_out(self) -> str:
        """What the step would change, where the request names that only to leave it out; empty for nothing."""
        named = [at for at in sorted(self._evidence.named) if self._is_content(self._request.tokens[at])]
        is_out = self._evidence.changes and bool(named) and self._request.left_out.issuperset(named)
        return self._shown(frozenset(named)) if is_out else ""

    def _only_asks(self) -> bool:
        """Whether somebody wants to be told something, where the step does more than look."""
        rules, tokens = self._request.rules, self._request.tokens
        head = self._heads[0]
        is_asked = head < self._end and rules.is_question(tokens[head])
        is_asked |= self._words.is_told and any(map(rules.tells_nothing, self._openings()))
        return (
            self._evidence.changes
            and is_asked
            and (self._words.is_told or not self._match(self._patterns.asks, frozenset(), shortest=2))
        )

    def _openings(self) -> Iterator[tuple[str, ...]]:
        """The first words of each part that asks, with its courtesy and without."""
        for part, head in zip(self._parts, self._heads, strict=True):
            begin, end = self._request.ranges[part]
            yield self._request.tokens[begin:end]
            yield self._request.tokens[head:end]

    def _other(self, *, has_thing: bool) -> str:
        """What else is asked for than what the tool does; empty for nothing."""
        patterns, evidence = self._patterns, self._evidence
        texts = evidence.texts | evidence.others_texts
        # Of "the inbox folder" the folder says that no mail is meant; a name by itself says nothing of the kind.
        masked = texts | evidence.named if has_thing else texts
        several = self._match(patterns.asks, frozenset(), shortest=2)
        several |= self._match(patterns.acts, frozenset(), shortest=2)
        if other := self._match(patterns.others, masked, is_order=True) - several:
            return f"it asks for something else: {self._shown(other)}"
        if other := self._match(patterns.elsewhere, texts):
            return f"it is about another machine: {self._shown(other)}"
        return ""

    def _misfit(self, things: frozenset[int], *, is_light: bool) -> str:
        """Why what is named is nothing that the tool works on; empty where it fits."""
        if things or not (self._words.things or self._words.named_by):
            return ""
        tokens = self._request.tokens
        named = self._evidence.named.intersection(range(self._begin, self._end))
        telling = [tokens[at] for at in sorted(named) if self._is_content(tokens[at])]
        if is_light or not telling:
            return "nothing that it works on is named"
        foreign = next(filter(self._request.rules.is_foreign, telling), "")
        return f"it does not work on that: {foreign}" if foreign else ""

    def _chosen(self) -> tuple[frozenset[int], bool]:
        """Where the values that were chosen are asked for, and whether one is not."""
        found: frozenset[int] = frozenset()
        for choice in self._evidence.chosen.items():
            phrases = self._patterns.choices.get(choice)
            if phrases is None:
                continue
            where = self._match(phrases, self._evidence.others_texts)
            if not where:
                return found, True
            found |= where
        return found, False

    def _other_head(self, covered: frozenset[int]) -> str:
        """The verb of an order that is none of the tool's."""
        tokens, rules = self._request.tokens, self._request.rules
        heads = (head for head in self._heads if head < self._end and head not in covered)
        return next((tokens[head] for head in heads if rules.is_verb(tokens[head])), "")

    def _match(
        self,
        phrases: Phrases,
        masked: frozenset[int],
        *,
        is_order: bool = False,
        is_act: bool = False,
        is_thing: bool = False,
        shortest: int = 1,
    ) -> frozenset[int]:
        """Where ``phrases`` stand, those that fit with so many words.

        A verb alone that may also be a noun is an order where a request begins; within one it is an act of a step
        that changes something only after words such as "to", and otherwise it is none before nouns.
        """
        request, rules = self._request, self._request.rules
        found: set[int] = set()
        if not is_thing:
            # What is quoted may still be what it is called.
            masked |= self._void
        for at in range(self._begin, self._end):
            if at in masked:
                continue
            before = request.tokens[at - 1] if at > self._begin else ""
            is_inside = at not in self._heads and rules.is_verb(request.tokens[at])
            if is_order:
                is_inside &= not rules.is_before_noun(before)
            else:
                is_inside &= is_act and self._evidence.changes and not rules.is_before_verb(before)
            first = request.orders[at] if is_order else request.lemmas[at]
            for phrase in {phrase for lemma in first for phrase in phrases.get(lemma, ())}:
                if is_inside and len(phrase) == 1:
                    continue
                where = fit(phrase, request.lemmas, at, self._end, masked)
                if len(where) >= shortest:
                    found.update(where)
        return frozenset(found)

    def _shown(self, where: frozenset[int]) -> str:
        return " ".join(self._request.tokens[at] for at in sorted(where))


def _not(why: str) -> Licence:
    return Licence(LicenceKind.UNLICENSED, why=why)
