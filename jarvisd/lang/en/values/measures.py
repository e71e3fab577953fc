"""What is counted in units, greatest first: "an hour and a half", "1 GB and 200 MB". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from math import gcd
from types import MappingProxyType

from jarvisd.lang.en.values.numbers import couple, either, fraction, quantity, quantity_said_twice
from jarvisd.lang.en.values.tokens import Reader, SpokenToken
from jarvisd.lang.values import Unreadable, UnreadableReason

_VAGUE: Mapping[str, int] = MappingProxyType({"few": 3, "several": 5})
_BETWEEN = ("or so", "ish", "more", "full", "whole", "additional", "extra", "+")
"""What may stand between a number and its unit."""


@dataclass(frozen=True, slots=True)
class MeasuringUnit:
    """A unit that something is measured in."""

    noun: str
    size: int
    """In the least unit of its kind: seconds, bytes."""
    most: int
    """A greater count of it is not meant."""
    lower: MeasuringUnit | None = None
    """What a number behind it counts: "2 minutes 30"."""

    def counted(self, count: str) -> str:
        """``count``, as it was said, with this unit: "5 minutes"."""
        value = Reader(count).entire(quantity)
        return f"{count} {self.noun}{'' if value is not None and 0 < value <= 1 else 's'}"


@dataclass(frozen=True)
class UnitGrammar:
    """The units of one kind and the grammar of what they count."""

    units: Mapping[str, MeasuringUnit]
    """By every word that stands for one."""
    abbreviations: frozenset[str] = frozenset()
    """Words among them that a point may follow."""
    alone: frozenset[MeasuringUnit] = frozenset()
    """Those that mean one of them without "a" or "one"."""
    offered: tuple[MeasuringUnit, ...] = field(default=())
    """What may be meant by a number without a unit."""

    def total(self, reader: Reader) -> tuple[Fraction, MeasuringUnit] | None:
        """The sum of parts, each in a smaller unit than the one before, and the unit of the last."""
        found = reader.first(self._part)
        if found is None:
            return None
        total, unit = found
        while (more := reader.first(partial(self._next_part, above=unit))) is not None:
            total, unit = total + more[0], more[1]
        return total, unit

    def unit(self, reader: Reader) -> MeasuringUnit | None:
        """The unit that comes next."""
        unit = self.units.get(reader.token.said)
        if unit is not None:
            is_short = reader.take().said in self.abbreviations
            if is_short and reader.token.said == "." and reader.token.is_attached:
                reader.take()
        return unit

    def refuse(self, reader: Reader, *endings: str) -> None:
        """Raise for "5-10 minutes", "ten fifteen minutes" and "5", with what may be meant."""
        start = reader.at
        for rule in (self._either, self._two_in_a_row):
            reader.at = start
            pair = rule(reader)
            reader.skip(*endings)
            if pair is not None and reader.is_done:
                raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=pair)
        reader.at = start
        if (count := reader.first(quantity)) is not None:
            text = reader.between(start)
            reader.skip(*endings)
            if reader.is_done:
                choices = [unit.counted(text) for unit in self.offered] if count >= 1 else []
                raise Unreadable(UnreadableReason.NO_UNIT, text, choices=choices)
        reader.at = start

    # --- private ---------------------------------------------------------------------------------------

    def _part(self, reader: Reader) -> tuple[Fraction, MeasuringUnit] | None:
        """ "ten minutes", "half an hour", "an hour and a half", "a few days"."""
        found = reader.first(self._fraction_of_one, self._one, self._counted)
        if found is None:
            return None
        amount, unit = found
        more = reader.first(self._and_a_part)
        return amount + (more or 0) * unit.size, unit

    def _fraction_of_one(self, reader: Reader) -> tuple[Fraction, MeasuringUnit] | None:
        start = reader.at
        part = fraction(reader)
        if part is None:
            return None
        written = reader.tokens[start : reader.at]
        is_of_one = bool(reader.said("of")) | bool(reader.said("a", "an", "one"))
        unit = self.unit(reader)
        if unit is None:
            return None
        if not is_of_one and reader.tokens[reader.at - 1].said == f"{unit.noun}s":
            _refuse_slash(reader, written, unit)
        return part * unit.size, unit

    def _one(self, reader: Reader) -> tuple[Fraction, MeasuringUnit] | None:
        has_article = bool(reader.said("a", "an"))
        reader.skip("full", "whole", "single", "entire", "solid")
        word = reader.token.said
        unit = self.unit(reader)
        if unit is None or not (has_article or (unit in self.alone and word == unit.noun)):
            return None
        return Fraction(unit.size), unit

    def _counted(self, reader: Reader) -> tuple[Fraction, MeasuringUnit] | None:
        """A number with its unit: "ten minutes", "a 25 minute", "a couple of hours", "5 more minutes"."""
        count = reader.first(_couple_of, _vague, quantity_said_twice, quantity, _quantity_after_article)
        if count is None:
            return None
        reader.skip(*_BETWEEN)
        unit = self.unit(reader)
        if unit is None:
            return None
        if count > unit.most:
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, reader.text.strip())
        return count * unit.size, unit

    def _and_a_part(self, reader: Reader) -> Fraction | None:
        """Behind a unit "and a half" of it, or "half", but no part of another unit."""
        if not reader.said("and") and reader.token.said != "half":
            return None
        part = fraction(reader)
        goes_on = reader.token.said in self.units or reader.token.said in ("of", "a", "an")
        return None if part is None or part >= 1 or goes_on else part

    def _next_part(self, reader: Reader, *, above: MeasuringUnit) -> tuple[Fraction, MeasuringUnit] | None:
        reader.said(",")
        reader.said("and", "&", "plus", "+")
        found = self._part(reader)
        return found if found is not None and found[1].size < above.size else None

    def _either(self, reader: Reader) -> tuple[str, str] | None:
        pair = either(reader, self._total_or_count)
        return None if pair is None else self._with_units(reader, pair)

    def _two_in_a_row(self, reader: Reader) -> tuple[str, str] | None:
        start = reader.at
        if reader.first(quantity) is None:
            return None
        middle = reader.at
        is_part = reader.token.said in ("a", "an") or fraction(reader) is not None
        reader.at = middle
        if is_part or self.total(reader) is None:
            return None
        return self._with_units(reader, (reader.between(start, middle), reader.between(middle)))

    def _total_or_count(self, reader: Reader) -> Fraction | None:
        total = reader.first(self.total)
        return total[0] if total is not None else reader.first(quantity)

    def _with_units(self, reader: Reader, pair: tuple[str, str]) -> tuple[str, str] | None:
        """Both texts, with the last unit that was said where one has none."""
        said = [self.units[token.said] for token in reader.tokens[: reader.at] if token.said in self.units]
        if not said:
            return None
        first, second = (
            text if Reader(text).entire(quantity) is None else said[-1].counted(text) for text in pair
        )
        return first, second


def _refuse_slash(reader: Reader, written: Sequence[SpokenToken], unit: MeasuringUnit) -> None:
    """Refuse "2/3 days" and "5/10 minutes", which may be two to three and five or ten."""
    numbers = [token.whole for token in written]
    if len(numbers) != 3 or written[1].said != "/" or numbers[0] is None or numbers[2] is None:
        return
    first, second = numbers[0], numbers[2]
    if first > 1 and (gcd(first, second) > 1 or (second == first + 1 and unit.noun != "hour")):
        choices = (unit.counted(str(first)), unit.counted(str(second)))
        raise Unreadable(UnreadableReason.AMBIGUOUS, reader.text.strip(), choices=choices)


def _couple_of(reader: Reader) -> Fraction | None:
    found = couple(reader)
    if found is not None:
        reader.said("of")
    return found


def _vague(reader: Reader) -> Fraction | None:
    reader.said("a")
    word = reader.said(*_VAGUE)
    return Fraction(_VAGUE[word]) if word else None


def _quantity_after_article(reader: Reader) -> Fraction | None:
    return quantity(reader) if reader.said("a", "an") else None
