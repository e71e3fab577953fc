"""What a speaker takes back within a request: "delete, no, move the reports". Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jarvisd.lang.en.scope.clause_line import ClauseLine
from jarvisd.lang.en.scope.clause_words import FILLER, NEGATION, QUESTION, VERB, compiled
from jarvisd.lang.en.values.number_words import NUMBERS, TENS

_DETERMINERS = r"the|a|an|my|your|our|his|her|their|this|that|these|those|all|every|some"
_PREPOSITIONS = r"to|into|in|on|at|from|for|of|with|by|under|over|about"
_NUMBERS = "|".join(sorted([*NUMBERS, *TENS, "half", "quarter"]))
_KINDS = tuple(frozenset(kind.split("|")) for kind in (_DETERMINERS, _PREPOSITIONS))
_NUMBER_WORDS = frozenset(_NUMBERS.split("|"))
_STARTER = (
    rf"(?:{VERB}|(?:{_DETERMINERS}|{_PREPOSITIONS}|{_NUMBERS}|\d\S*)\b|"
    rf"{QUESTION}|{NEGATION}|(?:please|just|only|rather|actually|make|wait|sorry)\b)"
)
"""What a part that takes the place of another may begin with."""
_SOUND = r"(?:(?:oh|uh|um|erm|er|well|ah|hm|hmm|ehm|no|nope|nah|wait|sorry|actually|but|and|,|\.) ){0,5}"
_NOT_NO = (
    r"(?<!is )(?<!are )(?<!has )(?<!have )(?<!with )(?<!there's )(?<!be )(?<!say )(?<!says )(?<!or )"
    r"(?<!got )(?<!in )"
    r"(?<!by )(?<!a )(?<!was )(?<!were )(?<!under )(?<!if )(?<!why )"
)
_MARKER = compiled(
    rf"(?<!\S)(?:[,.] )?{_SOUND}(?:"
    r"i (?:mean|meant)(?: to say)?(?! (?:to|it)\b)|scratch that|strike that|cancel that(?= (?:,|[.]|\w))|"
    r"correction|"
    r"or rather|or better(?: yet)?|on second thoughts?|let me rephrase(?: that)?|i take that back|my mistake|"
    r"my bad|"
    r"(?<!don't )(?<!not )(?<!never )(?<!please )(?<!you )forget (?:that|it)(?! (?:is|was|i|we)\b)|"
    r"never ?mind(?: that)?|"
    r"hold on(?: a (?:second|sec|moment|minute))?(?! to\b)|"
    r"(?:i'd|i would) rather(?! (?:not|have)\b)(?: you)?|"
    rf"or no(?= (?:,|{VERB}))|make (?:that|it)(?= (?:{VERB}|{_NUMBERS}|\d|a |an |the |for |at |in |on ))|"
    rf"{_NOT_NO}(?:no|nope|nah)(?: no){{0,3}}(?=(?: (?:,|\.))? (?:{_STARTER}))(?! (?:need|more|longer|one)\b)|"
    r"(?<=, )(?:no|nope|nah)(?= (?:,|\w))(?! (?:need|more|longer|one)\b)|"
    r"(?<!to )(?<!can )(?<!and )(?<!you )wait(?: a (?:second|sec|moment|minute))?(?= (?:,|\.)? ?"
    rf"(?:{_STARTER}))(?! (?:for|until|till|on|in|a|at|one|two|three|five|ten)\b)|"
    rf"(?<!say )(?<!i'm )(?<!am )(?<!so )(?<!be )(?<!is )sorry(?= (?:,|\.)? ?(?:{_STARTER}))(?! (?:for|about)\b)|"
    rf"(?:(?<=, )|(?<=\. ))(?:actually|rather|better)(?= (?:,|\w))(?! than\b)|actually(?= (?:{VERB}|no|just|"
    rf"don't|let's))"
    r")(?: (?:,|\.|no|wait|sorry|actually|rather|please|i mean|instead|better)){0,5} "
)
_TAKEN_BACK = compiled(
    rf"(?<!\S)(?:[,.] )?{_SOUND}(?:no|nope|never ?mind(?: that| it)?|forget (?:it|that|about it)|scratch that|"
    rf"strike that|cancel that|"
    r"stop(?: it| that)?|don't|do not|don't do (?:it|that)|please don't|i take that back|wait|hold on|"
    r"leave it|drop it)(?: (?:please|jarvis|,|\.|thanks|thank|you)){0,5} $"
)
"""At the end: all that was said before is taken back."""
_WEAK = compiled(r"(?:no|nope|wait|stop|don't|do not|hold on|leave it|drop it)\b")
"""May be the last words of a text as well, unless there is a pause before them."""
_WHOLE = compiled(rf"(?:{FILLER}|and )*(?:{VERB}|{QUESTION}|{NEGATION})")
_INSTEAD = compiled(r"\binstead (?:please )?(?:[.]|$)")


@dataclass(frozen=True, slots=True)
class Correction:
    """The words that take something back, and whether they take back all that stands before them."""

    start: int
    stop: int
    is_all: bool = False


def corrections(line: ClauseLine) -> list[Correction]:
    """Where ``line`` takes back what it said, in order."""
    found = list(_markers(line))
    if last := taken_back(line):
        found = [each for each in found if each.stop <= last.start]
        found.append(last)
    return found


def taken_back(line: ClauseLine) -> Correction | None:
    """Where the end of ``line`` takes back all that stands before it."""
    match = _TAKEN_BACK.search(line.text)
    start = line.at(match.start()) if match else 0
    is_said = any(line.is_word(at) for at in range(start))
    return Correction(start, len(line), is_all=True) if is_said else None


def ends_text(line: ClauseLine, last: Correction, quoted: frozenset[int]) -> bool:
    """Whether ``last`` ends a text, and is no word of it: "email Ann that I'm late, never mind"."""
    is_paused = line[last.start] in (",", ".")
    before = last.start - 1
    return before in quoted and (is_paused or _WEAK.match(line.rest(last.start)) is None)


def _markers(line: ClauseLine) -> Iterator[Correction]:
    for match in _MARKER.finditer(line.text):
        start, stop = line.at(match.start()), line.at(match.end() - 1) + 1
        if stop < len(line) and any(line.is_word(at) for at in range(start)):
            yield Correction(start, stop)


def replaced(line: ClauseLine, start: int, correction: Correction) -> int:
    """From which item on a correction replaces what was said; ``start`` begins the part before it.

    A new order takes the place of the whole part, anything else that of what is like it at the part's end:
    "read the report, no, the letter".
    """
    behind = line.rest(correction.stop)
    if correction.is_all or _WHOLE.match(behind):
        return start
    first = line[correction.stop]
    stop = correction.start
    for at in range(stop - 1, start, -1):
        if _are_alike(line[at], first):
            while _is_number(first) and at - 1 > start and _is_number(line[at - 1]):
                at -= 1
            return at
    return max(start, _last_noun(line, start, stop))


def says_instead(line: ClauseLine, start: int, stop: int) -> bool:
    """Whether a part ends with "instead", so that it takes the place of what was said before."""
    return _INSTEAD.search(line.rest(start, stop)) is not None


def _are_alike(word: str, first: str) -> bool:
    if word == first:
        return True
    if _is_number(first):
        return _is_number(word)
    return any(word in kind and first in kind for kind in _KINDS)


def _is_number(word: str) -> bool:
    return word in _NUMBER_WORDS or word[:1].isdigit()


def _last_noun(line: ClauseLine, start: int, stop: int) -> int:
    at = stop - 1
    while at > start and not line.is_word(at):
        at -= 1
    return at
