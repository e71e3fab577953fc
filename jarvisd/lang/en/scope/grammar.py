"""The small grammar of what is out of reach: an act and its thing, or a question and what it is of. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from jarvisd.lang.en.scope.pattern import Pattern, parse
from jarvisd.lang.en.scope.word_lists import in_one_line, table
from jarvisd.lang.scope import Outside


@dataclass(frozen=True, slots=True)
class Command:
    """Something done to a thing: ``things`` are names of groups, ``acts`` are verbs, a comma between them.

    ``~`` is the place of the thing where it may stand before and behind the rest: "turn the light on" and "turn on
    the light" are both ``turn ~ on``.
    """

    acts: str
    things: str
    say: str = ""
    """Continues "I can't"; empty takes verb and thing of the request."""


@dataclass(frozen=True, slots=True)
class State:
    """How a thing is: "is it open", "which are on"."""

    things: str
    states: str


@dataclass(frozen=True, slots=True)
class Form:
    """A request of a form of its own. ``say`` continues "I can't"; the names of its patterns may stand in it."""

    patterns: tuple[str, ...]
    say: str
    thing: str = ""
    act: str = "tell"
    is_of_files: bool = False
    """Whether it is out of reach for files as well: nothing here plays one, or prints it."""
    no: str = ""
    """Words, with bars between them, that must not stand in "<any>", "<some>", "<who>" or the tail."""


@dataclass(frozen=True)
class Domain:
    """A part of life that the box has nothing for."""

    name: str
    remedy: str
    rules: Sequence[Command | State | Form]
    things: Mapping[str, str]
    """Groups of things, each with its words: "light|lights|floor lamp"."""

    def outside(self, words: Sequence[str], *, is_of_files: bool) -> Outside | None:
        """What ``words`` ask for; ``is_of_files`` if they name a file."""
        for rule in self._by_first_word.get(words[0], self._of_any_word) if words else ():
            if is_of_files and not rule.is_of_files:
                continue
            parts = rule.pattern.match(words)
            if parts is None or (
                rule.no and not rule.no.isdisjoint(_pieces(f"{parts.get('any', '')} {parts.get('tail', '')}"))
            ):
                continue
            act = _plainly(parts.get("verb", ""), parts.get("particle", "")) or rule.act
            thing = plural(parts["thing"]) if parts.get("thing") else rule.thing
            said = rule.say.format_map({"act": act, "things": thing, "be": be(thing), "first": words[0], **parts})
            return Outside(self.name, f"I can't {said}.", self.remedy, act, thing)
        return None

    @cached_property
    def _rules(self) -> Sequence[_Rule]:
        return tuple(each for rule in self.rules for each in _compiled(rule, self.things))

    @cached_property
    def _of_any_word(self) -> Sequence[_Rule]:
        return tuple(rule for rule in self._rules if rule.pattern.first_words() is None)

    @cached_property
    def _by_first_word(self) -> Mapping[str, Sequence[_Rule]]:
        firsts = [rule.pattern.first_words() for rule in self._rules]
        known = {word for first in firsts if first for word in first}
        return {
            word: tuple(
                rule for rule, first in zip(self._rules, firsts, strict=True) if first is None or word in first
            )
            for word in known
        }


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: Pattern
    say: str
    act: str = ""
    thing: str = ""
    is_of_files: bool = False
    no: frozenset[str] = frozenset()


_STATE_FORMS = (
    "is|are|was|were|isn't|aren't [there] <np> [is|are] [still|currently|now|really|already|not|all|actually|both]"
    " {s}",
    "check|see|tell_me|find_out|verify|confirm|do_you_know|let_me_know|can_you_tell|i_wonder|make_sure|can_you_see|"
    "know|ask|look|say|if|whether [me] [if|whether|that] <np> is|are|was|were"
    " [still|currently|now|really|already|not|all] {s}",
    "did|have|has|do i|we|anyone|anybody|someone|somebody|they|the_kids [already|really|just] "
    "leave|left|forget|keep|kept|have|get|turned|turn|close|closed|lock|locked|shut|open <np> {s}",
    "do_i_have|do_we_have|have_we_got|are_there|is_there|are_any|is_any [of_the|any] <np> [that|which] [is|are]"
    " [still|currently|left] {s}",
)
_WHICH_FORMS = (
    "<which:which|what|how_many> <np> [do_i_have|do_we_have|have_we_got|in_the_house] [that|which]"
    " is|are|have|got|did|were [i] [still|currently|now|been|left|not] {s}",
    "tell_me|list|show_me|name|count|say <which:which|what|how_many> <np> [that|which] is|are"
    " [still|currently|now|been|left] {s}",
    "<which:which|what|how_many> <np> is|are [in] <of> {s}",
)
_OF_FORMS = (
    "<ask> <the> state|status|position|condition|setting|brightness|colour|color|battery|battery_level|speed|mode "
    "of|on|for <np> <end>",
    "<ask> <the> <np> state|status|position|setting|brightness|battery|battery_level|level|mode <end>",
    "what state|mode|colour|color|position is|are <np> [in|at|set_to|on] <end>",
)


def _compiled(rule: Command | State | Form, groups: Mapping[str, str]) -> Iterator[_Rule]:
    if isinstance(rule, Form):
        no = frozenset(part.replace("_", " ") for part in rule.no.split("|") if part)
        for line in rule.patterns:
            pattern = parse(line, groups.get(rule.thing, ""))
            yield _Rule(pattern, rule.say, rule.act, rule.thing, rule.is_of_files, no)
        return
    things = "|".join(groups[name] for name in rule.things.split())
    if isinstance(rule, Command):
        for act in map(str.strip, rule.acts.split(",")):
            for line in _orders(act):
                yield _Rule(parse(line, things), rule.say or "{act} {things}")
        return
    for lines, say in (
        (_STATE_FORMS, "tell whether {things} {be} {state}"),
        (_WHICH_FORMS, "tell {which} {things} {be} {state}"),
        (_OF_FORMS, "tell how {things} {be}"),
    ):
        for line in lines:
            yield _Rule(parse(line.replace("{s}", f"<state:{rule.states}> <end>"), things), say, "tell")


_QUESTIONS = (
    "what", "which", "where", "do i", "any ", "is there", "are there", "do you", "know", "i ", "i'm", "tell",
    "check", "next", "previous", "more", "less", "full", "max", "min", "let me", "give", "get me",
)  # fmt: skip
"""What begins acts that ask for something to be told."""
_SETTING = frozenset({"set", "change", "adjust", "lower", "raise", "increase", "decrease"})


_LIGHT = frozenset({"put", "leave", "keep", "bring", "get", "make", "have", "give", "turned"})
"""Verbs that say nothing without what follows the thing: "put the fan on high"."""


def _orders(act: str) -> Iterator[str]:
    """The orders in which verb, particle and thing may stand."""
    verb, _, particle = act.partition(" ~ ")
    if particle:
        yield f"<verb:{verb}> <np> [all|right|it|back|the_way] <particle:{particle}>"
        yield f"<verb:{verb}> [back|all] <particle:{particle}> <np>"
    else:
        yield f"<verb:{verb.replace(' ', '_')}> <np>"
    if not _SETTING.isdisjoint(verb.split("|")):
        yield (
            f"<verb:{verb}> <the> brightness|color|colour|level|speed|position|mode|temperature|setting"
            " of|on|for <np>"
        )


def _plainly(verb: str, particle: str) -> str:
    """What is done, without whom it is done for; a question looks something up."""
    if verb.startswith(_QUESTIONS):
        return "look up"
    if verb in _LIGHT and not particle:
        return "control"
    return " ".join(filter(None, (verb.removesuffix(" me"), particle)))


def _pieces(said: str) -> Iterator[str]:
    """Every word and every two and three words of ``said``."""
    words = said.split()
    for length in (1, 2, 3):
        yield from (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


_SPELLING = table("spelling")
_SPELLED: Mapping[str, str] = MappingProxyType(_SPELLING["spelled"])
_WITHOUT_PLURAL = frozenset(in_one_line(_SPELLING["without_plural"], {}).replace("_", " ").split("|"))


def plural(thing: str) -> str:
    """A thing as one speaks of all of its kind: "lights", "the heating".

    >>> plural("switch"), plural("battery"), plural("tv")
    ('switches', 'batteries', 'the TV')
    """
    if thing in _SPELLED:
        return _SPELLED[thing]
    if thing in _WITHOUT_PLURAL or (thing.endswith("s") and not thing.endswith("ss")):
        return thing
    if thing.endswith(("s", "x", "ch", "sh")):
        return f"{thing}es"
    if thing.endswith("y") and thing[-2:-1] not in "aeiou":
        return f"{thing[:-1]}ies"
    return f"{thing}s"


def be(things: str) -> str:
    """The verb that goes with what :func:`plural` gives."""
    return "are" if things.endswith("s") and things not in _SPELLED.values() else "is"
