"""A request in its parts, and which of them order nothing: denied, taken back, quoted, or a condition. Pure.

It is read from the left, once, by words alone; nothing is understood. Where two readings are possible the one
counts that orders less. Grammars and parsers that are at hand need a model, tens of milliseconds, or written
sentences with their commas, and none of them tells an order from a text that is to be written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from jarvisd.lang.en.scope import clause_words as words_of
from jarvisd.lang.en.scope.clause_line import ClauseLine
from jarvisd.lang.en.scope.clause_words import (
    ADJECTIVES,
    BEING,
    FILLER,
    JOINER,
    NEGATION_GOES_ON,
    PRONOUNS,
    SUBJECTS,
    VERB,
    VERBS,
    compiled,
)
from jarvisd.lang.en.scope.corrections import (
    Correction,
    corrections,
    ends_text,
    replaced,
    says_instead,
    taken_back,
)
from jarvisd.lang.en.scope.quotations import quoted
from jarvisd.lang.scope import Clause

_ACT = (
    rf"(?:{FILLER}){{0,4}}(?:{VERB}|{words_of.QUESTION}|{words_of.NEGATION}|{words_of.CONDITION}|"
    r"be (?:careful|sure)|(?:i|you) \w)"
)
_CUTS = tuple(
    compiled(pattern)
    for pattern in (
        rf"(?<=, ){_ACT}",
        rf"\b{JOINER} (?:{JOINER} ){{0,2}}{_ACT}",
        r"\bbut (?!(?:also|only|just|then) )|"
        r"\b(?<!now )(?<!now and )(?<!by )(?<!since )(?<!until )(?:and )?then (?!(?:on|and) )|"
        r"\b(?:and )?(?:also|after that|afterwards) ",
        r"\bplease (?:don't|do not|never)|\b(?<!sure )(?<!if )you (?:don't|do not|never|mustn't|must not|"
        r"shouldn't|should not|"
        r"needn't)",
        rf"\b(?<!see )(?<!check )(?<!know )(?<!me )(?<!ask )(?<!wonder )(?<!wondering )(?<!out )(?<!look )"
        r"(?<!say )"
        rf"(?<!sure )(?<!test )(?<!verify )(?<!as )(?<!what )(?<!mind )(?<!tell )(?<!whether )(?<!remember )"
        rf"(?<!and )(?<!but )(?<!only )(?<!even )(?<!or )(?:{words_of.CONDITION})",
        rf"\b(?<!you )(?<!and )(?<!or )(?<!but )(?<!then )(?:just|only|rather|simply|please) (?={VERB})",
    )
)
_NEGATED = words_of.starts(
    words_of.NEGATION + r"|you (?:don't|do not|never|mustn't|must not|shouldn't|should not)\b"
)
_NEGATED_INSIDE = compiled(words_of.NEGATED_INSIDE)
_HARMLESS = compiled(words_of.HARMLESS)
_KEPT = words_of.starts(r"(?:keep|leave|spare|skip|ignore)\b")
_CONDITION = words_of.starts(words_of.CONDITION)
_ALTERNATIVE = compiled(rf"\b(?:{words_of.ALTERNATIVE})")
_NOT = compiled(r"(?:but )?not ")
_NEGATION = compiled(rf"\b(?:{words_of.NEGATION})")
_EFFECTS = compiled(rf"\b{words_of.EFFECTS}\b")
_TOLD = words_of.starts(rf"{words_of.TELLS}|(?!{words_of.WANTS}){words_of.STATES}")
_GOES_ON = compiled(rf"(?:, )?(?:and|or|nor) (?:even |ever )?{VERB}")
_STARTS_ANEW = compiled(
    r"(?:, )?(?:(?:and|but|so|or) )?(?:also|but|just|only|rather|instead|please|then|what|how)\b"
)


@dataclass(slots=True)
class _Part:
    start: int
    stop: int
    is_quoted: bool = False
    marker: Correction | None = None
    is_negated: bool = False
    is_condition: bool = False
    is_conditional: bool = False
    is_corrected: bool = False
    is_told: bool = False


def clauses(text: str) -> tuple[Clause, ...]:
    """The parts of ``text`` in order; together they hold every word of it, once."""
    line = ClauseLine(text)
    hidden = quoted(line)
    if (last := taken_back(line)) and ends_text(line, last, hidden):
        hidden -= frozenset(range(last.start, last.stop))
    line.hide(hidden)
    marks = corrections(line)
    parts = _parts(line, hidden, marks)
    _mark_negated(line, parts)
    _mark_conditional(line, parts)
    _mark_told(line, parts)
    parts = _mark_corrected(line, parts)
    return tuple(_clauses(line, parts))


def _parts(line: ClauseLine, hidden: frozenset[int], marks: list[Correction]) -> list[_Part]:
    cuts = {0, len(line)}
    for pattern in _CUTS:
        cuts.update(line.at(match.start()) for match in pattern.finditer(line.text))
    cuts.update(at + 1 for at in range(len(line)) if line[at] == ".")
    for match in _NEGATION.finditer(line.text):
        at = line.at(match.start())
        if line[at - 1] not in NEGATION_GOES_ON:
            cuts.add(at)
    for match in _ALTERNATIVE.finditer(line.text):
        first, last = line.at(match.start()), line.at(match.end())
        cuts = (cuts - set(range(first, last + 1))) | {first, last + 1}
    inside = {at for mark in marks for at in range(mark.start + 1, mark.stop)}
    cuts = (cuts - inside) | {edge for mark in marks for edge in (mark.start, mark.stop)}
    cuts -= {at for at in cuts if at in hidden and at - 1 in hidden and at < len(line)}
    words = [at for at in range(len(line)) if line.is_word(at)]
    edges = pairwise(words)
    cuts.update(
        after for before, after in edges if (before in hidden) != (after in hidden) and after not in inside
    )
    cuts.update(_ends_of_clauses(line, sorted(cuts)))
    ordered = sorted(cuts)
    starts = {mark.start: mark for mark in marks}
    pairs = pairwise(ordered)
    return [_Part(start, stop, _is_hidden(line, hidden, start, stop), starts.get(start)) for start, stop in pairs]


def _is_hidden(line: ClauseLine, hidden: frozenset[int], start: int, stop: int) -> bool:
    words = [at for at in range(start, stop) if line.is_word(at)]
    return bool(words) and all(at in hidden for at in words)


def _ends_of_clauses(line: ClauseLine, cuts: list[int]) -> Iterator[int]:
    """Where an order follows a condition or a negated part with nothing between them.

    "if there are more than ten delete them", "without deleting them move the letters".
    """
    for start, stop in pairwise(cuts):
        text = line.rest(start, stop)
        is_condition = _CONDITION.match(text) is not None
        negation = None if is_condition else _NEGATED.match(text)
        if not is_condition and negation is None:
            continue
        first = start + 2 if negation is None else line.at(line.offset(start) + negation.end()) + 2
        for at in range(first, stop):
            if line[at] == "," and (is_condition or _NOT.match(text)):
                yield at + 1
                break
            before = line[at - 1]
            if line[at] not in VERBS or before in SUBJECTS - PRONOUNS:
                continue
            if before in BEING and line[at] in ADJECTIVES:
                continue
            is_new = (is_condition and at > start + 2) or before in PRONOUNS or _has_object(line, at, stop)
            if is_new and not _is_verb_of_condition(line, at):
                yield at
                break


def _has_object(line: ClauseLine, at: int, stop: int) -> bool:
    return at + 1 < stop and (line[at + 1] in PRONOUNS or line[at + 1] in ("the", "my", "all", "me"))


def _is_verb_of_condition(line: ClauseLine, at: int) -> bool:
    return line[at - 1] in ("that", "this") and line[at - 2] in ("if", "when", "once", "unless")


def _mark_negated(line: ClauseLine, parts: list[_Part]) -> None:
    goes_on = False
    for number, part in enumerate(parts):
        text = line.rest(part.start, part.stop)
        if part.is_quoted or _ALTERNATIVE.match(text):
            part.is_negated = goes_on and part.is_quoted
            continue
        is_harmless = _HARMLESS.search(text) is not None
        negated = not is_harmless and bool(_NEGATED.match(text) or _NEGATED_INSIDE.search(text))
        if not negated and number and text.startswith(("but ", ", but ")):
            negated = _KEPT.match(text) is not None or line[part.start - 1] in ("everything", "all", "anything")
        if not negated and goes_on:
            negated = _GOES_ON.match(text) is not None and line[part.start - 1] not in (",", ".")
        part.is_negated = negated
        goes_on = negated and (goes_on or _NEGATED.match(text) is not None)


def _mark_conditional(line: ClauseLine, parts: list[_Part]) -> None:
    """A condition in front governs what follows in its sentence; one behind, the part before it."""
    is_open, is_first = False, True
    for number, part in enumerate(parts):
        text = line.rest(part.start, part.stop)
        if part.is_quoted:
            part.is_conditional = is_open
        elif _CONDITION.match(text):
            part.is_condition = True
            is_alternative = _ALTERNATIVE.match(text) is not None
            is_leading = _goes_on(line, parts, number) and (is_alternative or _leads(line, parts, number))
            if not is_first and not is_leading:
                for before in _governed(parts, number):
                    before.is_conditional = True
                is_open = False
            else:
                is_open = True
        elif is_open:
            is_open = part.is_conditional = not text.startswith(("also ", "and also "))
        is_first = line[part.stop - 1] == "."
        is_open = is_open and not (is_first and not part.is_condition)


def _leads(line: ClauseLine, parts: list[_Part], number: int) -> bool:
    """Whether a condition that is not the first part stands before what it governs: "and if it is ..., ..."."""
    opening = line[parts[number].start]
    return opening in ("and", "but", "also", "then", "or", "so") or line[parts[number].start - 1] == ","


def _goes_on(line: ClauseLine, parts: list[_Part], number: int) -> bool:
    """Whether something stands behind a part in its sentence that is no text of its own."""
    follows = number + 1 < len(parts) and not parts[number + 1].is_quoted
    return follows and line[parts[number].stop - 1] != "."


def _governed(parts: list[_Part], number: int) -> Iterator[_Part]:
    """The part before a condition, with the text that belongs to it."""
    for part in reversed(parts[:number]):
        yield part
        if not part.is_quoted:
            return


def _mark_told(line: ClauseLine, parts: list[_Part]) -> None:
    for part in parts:
        if not part.is_quoted and not part.is_condition:
            text = line.rest(part.start, part.stop)
            part.is_told = bool(_TOLD.match(text) and _EFFECTS.search(text))


def _mark_corrected(line: ClauseLine, parts: list[_Part]) -> list[_Part]:
    result: list[_Part] = []
    for part in parts:
        if part.marker is not None:
            part.is_corrected = True
            result = _take_back(line, result, part.marker)
        elif result and says_instead(line, part.start, part.stop) and not any(each.is_negated for each in result):
            result = _take_back(line, result, Correction(part.start, part.start))
        result.append(part)
    return result


def _take_back(line: ClauseLine, before: list[_Part], correction: Correction) -> list[_Part]:
    if not before:
        return before
    if correction.is_all:
        return [_corrected(part) for part in before]
    last = len(before) - 1
    while last > 0 and before[last].is_quoted:
        last -= 1
    whole = before[:last]
    start = before[last].start
    at = replaced(line, start, correction)
    if at > start:
        tail = [part for part in before[last:] if part.start >= at]
        split = next((part for part in before[last:] if part.start < at < part.stop), None)
        kept = [part for part in before[last:] if part.stop <= at]
        if split is not None:
            kept.append(_cut(split, split.start, at))
            tail.insert(0, _cut(split, at, split.stop))
        return [*whole, *kept, *(_corrected(part) for part in tail)]
    return [*whole, *(_corrected(part) for part in before[last:])]


def _cut(part: _Part, start: int, stop: int) -> _Part:
    return replace(part, start=start, stop=stop)


def _corrected(part: _Part) -> _Part:
    return replace(part, is_corrected=True)


def _clauses(line: ClauseLine, parts: list[_Part]) -> Iterator[Clause]:
    words = 0
    for part in parts:
        start, words = words, words + sum(line.is_word(at) for at in range(part.start, part.stop))
        if words > start:
            yield Clause(
                line.written(part.start, part.stop),
                start,
                words,
                part.is_negated,
                part.is_condition,
                part.is_conditional,
                part.is_corrected,
                part.is_quoted,
                part.is_told,
            )
