"""Amounts from one unit into another: "how many ounces are 200 grams", "5 foot 11 in centimeters". Pure.

A word that stands for several units is taken for the one that the other side can be turned into; which one it was
is said with the result. What measures another thing is refused, and what is no unit is no conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.en.everyday.units import CELSIUS, FAHRENHEIT, UNITS, UnitOfMeasure
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.words import APOSTROPHES, strip_courtesy, without_wake_phrase
from jarvisd.lang.values import Unreadable

_LONGEST = max(len(word.split()) for word in UNITS)
_MOST_WORDS = 20
"""Chosen: what is longer is no amount."""
_LESSER = {"foot": "inch", "feet": "inch", "ft": "inch", "stone": "pound", "st": "pound"}
"""What a bare number behind a unit counts: "five foot eleven"."""
_INTO = re.compile(r"\s+(?:in|to|into|as|->|→|=)\s+")
_FROM, _TO = r"(?P<source>.+)", r"(?P<target>[^\d]+?)"
_HOW = r"how (?:many|much|far|long|tall|high|big|heavy|hot|cold|warm|fast|deep|wide|large)"
_WHAT = rf"(?:(?:what|{_HOW})(?:'s| is| are)|tell me|give me)"
_ARE_IN = r"(?:(?:are|is) (?:there )?(?:in )?|in |makes? (?:up )?|equals? |go into |do i get (?:from|in) )"
_REQUESTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"how (?:many|much) {_TO} {_ARE_IN}{_FROM}",
        rf"(?:convert|change|turn|translate) {_FROM} (?:to|into|in) {_TO}",
        rf"{_WHAT} {_FROM} (?:in|to|as|into) {_TO}",
        rf"{_FROM} (?:in|to|into) {_TO}",
    )
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """``amount`` of ``source`` as a number of ``target``; they may measure different things."""

    amount: Fraction
    source: UnitOfMeasure
    target: UnitOfMeasure

    @property
    def is_possible(self) -> bool:
        """Whether both measure the same."""
        return self.source.kind == self.target.kind

    @property
    def value(self) -> Fraction:
        """The number of ``target``, exact."""
        return (self.amount + self.source.offset) * self.source.size / self.target.size - self.target.offset

    @property
    def is_below_nothing(self) -> bool:
        """Whether there is no so low temperature."""
        return self.source.kind == "temperature" and (self.amount + self.source.offset) < 0


def conversion_plan(text: str) -> Plan | None:
    """The plan for a request to convert something, or ``None`` when it is not surely one."""
    said = _plain(text)
    for pattern in _REQUESTS:
        found = pattern.fullmatch(said)
        if found is not None and (expression := f"{found['source']} in {found['target']}"):
            if read_conversion(expression) is None:
                continue
            action = Action("calculate", {"expression": expression})
            return Plan(thought="use calculate", confidence=1.0, actions=(action,))
    return None


def read_conversion(expression: str) -> Conversion | None:
    """What "200 grams in ounces" asks for; ``None`` for what is no amount in a unit and another unit."""
    text = _folded(expression)
    for found in _INTO.finditer(text):
        sources = _amounts(text[: found.start()])
        targets = UNITS.get(text[found.end() :].strip().removeprefix("the "), ())
        if sources and targets:
            return _likeliest(sources, targets)
    return None


def _likeliest(
    sources: Sequence[tuple[Fraction, UnitOfMeasure]], targets: Sequence[UnitOfMeasure]
) -> Conversion | None:
    """The first pair that fits; nothing where "degrees" may be those of two scales."""
    pairs = [(amount, source, target) for amount, source in sources for target in targets if source != target]
    fitting = [pair for pair in pairs if pair[1].kind == pair[2].kind]
    one_system = [pair for pair in fitting if {pair[1].system, pair[2].system} != {"US", "imperial"}]
    scales = {pair[1] for pair in fitting} & {CELSIUS, FAHRENHEIT}
    if len(scales) > 1:
        return None
    best = one_system or fitting or pairs or [(amount, source, source) for amount, source in sources]
    return Conversion(*best[0])


def _amounts(text: str) -> list[tuple[Fraction, UnitOfMeasure]]:
    """An amount as a number of each unit that its words may mean: "200 grams", "5 foot 11"."""
    words = text.split()
    if len(words) > _MOST_WORDS:
        return []
    for count in range(len(words) - 1, -1, -1):
        number = _number(words[:count])
        for length in range(min(_LONGEST, len(words) - count), 0, -1) if number is not None else ():
            said = " ".join(words[count : count + length])
            units, rest = UNITS.get(said, ()), words[count + length :]
            if units and number is not None:
                return list(_with_rest(number, units, said, rest[1:] if rest[:1] == ["and"] else rest))
    return []


def _with_rest(
    number: Fraction, units: Sequence[UnitOfMeasure], said: str, rest: Sequence[str]
) -> Iterator[tuple[Fraction, UnitOfMeasure]]:
    """With what a smaller unit adds: "6 pounds 3 ounces"."""
    if not rest:
        yield from ((number, unit) for unit in units)
        return
    more = _amounts(" ".join(rest)) or _amounts(" ".join([*rest, _LESSER.get(said, "")]))
    for unit in units:
        for extra, smaller in more:
            if smaller.kind == unit.kind and smaller.size < unit.size and not unit.offset:
                yield number + extra * smaller.size / unit.size, unit


def _number(words: Sequence[str]) -> Fraction | None:
    """A number in front of a unit; "a", "an" and nothing stand for one."""
    said = " ".join(words)
    if said in ("", "a", "an"):
        return Fraction(1) if said else None
    for text in (said, re.sub(r" (?:of )?(?:a|an)$", "", said)):
        try:
            return Fraction(read_number(text))
        except Unreadable:
            continue
    return None


def _plain(text: str) -> str:
    said = _folded(without_wake_phrase(text.strip()))
    return " ".join(strip_courtesy(said.split()))


def _folded(text: str) -> str:
    """Small letters, one kind of apostrophe, numbers apart from their units, no mark at the end."""
    said = text.translate(APOSTROPHES).casefold()
    said = re.sub(r"(\d)'\s*(\d{1,2})(?:\"|'')?", r"\1 feet \2 inches", said)
    said = re.sub(r"(?<=\d)(?=[a-z°])", " ", said)
    return " ".join(said.strip(" .?!,").split())
