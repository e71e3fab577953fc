"""Holds the steps of a plan against the words of its request (decision 32). Pure.

A step that the sentences of :class:`~jarvisd.lang.pack.IntentRules` make of the same words is within what was
asked by construction. Every other one is judged by :func:`jarvisd.lang.licence.judge`: which words of the request
its arguments hold is told by :mod:`jarvisd.executor.policy.provenance`, and what was read counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonValue, canonical, object_of
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.executor.policy.provenance import Vocabulary
from jarvisd.executor.tools.spec import Registry, Sensitivity, Tool
from jarvisd.lang.intent import Intent
from jarvisd.lang.licence import Evidence, Licence, LicenceKind, judge, names
from jarvisd.lang.pack import LanguagePack
from jarvisd.lang.spoken_request import LicenceRules, SpokenRequest

_TEXTS = frozenset({Sensitivity.TEXT, Sensitivity.MEMORY})
_NEAR = 2
"""Chosen: two words of a text stand together with one other between them at most."""
_ONE = "1"
"""People say "a" for it."""


@dataclass(frozen=True, slots=True)
class PlanLicences:
    """What the request says of each step of its plan, and what is said of those that it does not ask for."""

    steps: tuple[Licence, ...]
    rules: LicenceRules
    refusals: tuple[str, ...]
    """Of each step what is said instead of doing it; empty where it may be done."""

    def of(self, index: int) -> Licence:
        """The licence of step ``index``."""
        return self.steps[index]

    def demand(self, index: int) -> None:
        """Raise REFUSED, with what is said instead, where the request does not ask for step ``index``."""
        if self.steps[index].kind is LicenceKind.UNLICENSED:
            raise RequestError("not asked for", code=ErrorCode.REFUSED, spoken=self.refusals[index])

    def doubted(self, heard: str, index: int) -> str:
        """What a question says of what ``heard`` says besides step ``index``."""
        return self.rules.doubted(heard, self.steps[index].doubt)

    def warnings(self, index: int, *, is_new: bool = False) -> tuple[str, ...]:
        """Why a person is asked about step ``index``, without a word of what was said; empty where it is clear.

        ``is_new``: what it would be done to is not there and would be made.
        """
        licence = self.steps[index]
        if licence.kind is LicenceKind.LICENSED and licence.is_for_there and is_new:
            return ("licence: it is not there, and nobody called it a new one",)
        if licence.kind is not LicenceKind.DOUBTFUL:
            return ()
        left = f"{len(licence.doubt)} words not accounted for" if licence.doubt else "only perhaps asked for"
        return (f"licence: {left}",)


class Licensor:
    """Judges plans by the words of requests, for the tools of ``registry``."""

    def __init__(self, registry: Registry, language: LanguagePack) -> None:
        self._registry = registry
        self._language = language

    def licences(
        self, plan: Plan, utterance: str, remembered: Sequence[str] = (), *, is_pasted: bool = False
    ) -> PlanLicences | None:
        """The licences of the steps of ``plan``; ``None`` where nobody said anything: the plan is the word."""
        if not utterance.strip():
            return None
        request = SpokenRequest(utterance, self._language.licences)
        words = Vocabulary([" ".join(request.tokens)], self._language.wording)
        memory = Vocabulary(remembered, self._language.wording)
        within = self._within(utterance)
        steps = [self._licence(request, words, memory, plan.actions, index) for index in range(len(plan.actions))]
        by_sentence = Licence(LicenceKind.LICENSED, request.tokens)
        steps = [
            by_sentence if licence.kind is not LicenceKind.LICENSED and _key(action) in within else licence
            for action, licence in zip(plan.actions, steps, strict=True)
        ]
        steps = list(self._with_preparations(plan.actions, steps, words, memory))
        if is_pasted:
            steps = [_at_most_doubtful(licence) for licence in steps]
        now = utterance if is_pasted else utterance.rstrip().rpartition("\n")[2]
        refusals = self._refusals(request, now, steps)
        return PlanLicences(tuple(steps), self._language.licences, tuple(refusals))

    def _within(self, utterance: str) -> frozenset[str]:
        intents = [self._language.intents.recognise(utterance), self.going_on(utterance)[0]]
        plans = [intent.plan for intent in intents if intent and intent.plan]
        return frozenset(_key(action) for plan in plans for action in plan.actions)

    def going_on(self, utterance: str) -> tuple[Intent | None, str]:
        """What the last line of ``utterance`` asks for, going on from the others, and that as one request."""
        lines = [line for line in utterance.split("\n") if line.strip()]
        if len(lines) < 2:
            return None, utterance
        return self._language.dialogue.replayed(lines, self._language.intents.recognise)

    def _licence(
        self,
        request: SpokenRequest,
        words: Vocabulary,
        memory: Vocabulary,
        actions: Sequence[Action],
        index: int,
    ) -> Licence:
        action = actions[index]
        if not self._registry.has(action.tool):
            # It is refused for what it is; of a tool that a reload has taken away nothing can be said.
            return Licence(LicenceKind.LICENSED)
        tool = self._registry.find(action.tool)
        # What another step of the same tool has for a text was asked for with the very same words.
        others = (_together(self._texts(other, words)) for other in actions if other.tool != action.tool)
        evidence = _evidence(tool, action.args, words, memory, self._texts(action, words))
        evidence = replace(evidence, others_texts=frozenset().union(*others))
        return judge(tool.name, tool.spec.words, request, evidence)

    def _with_preparations(
        self, actions: Sequence[Action], steps: Sequence[Licence], *told: Vocabulary
    ) -> Iterator[Licence]:
        """The licences, where a look that a licensed step depends on is within what that one was licensed for.

        That is a look at what somebody told, or one that chooses nothing but values such as "date": else any file
        could be read out on the way to a step that was asked for.
        """
        for index, (action, licence) in enumerate(zip(actions, steps, strict=True)):
            later = (at for at, other in enumerate(actions) if index in other.depends_on)
            wanted = next((at for at in later if steps[at].kind is not LicenceKind.UNLICENSED), None)
            is_prepared = (
                licence.kind is LicenceKind.UNLICENSED and wanted is not None and self._prepares(action, *told)
            )
            yield steps[wanted] if is_prepared and wanted is not None else licence

    def _prepares(self, action: Action, *told: Vocabulary) -> bool:
        if not self._registry.has(action.tool):
            return False
        tool = self._registry.find(action.tool)
        names = object_of(tool.parameters, "properties")
        free = [value for name, value in _spoken(action.args) if not tool.has_choices(name)]
        is_told = any(_places(value, vocabulary) for value in free for vocabulary in told)
        is_told &= not _made_up(tool, action.args, *told)
        return not tool.spec.has_effects and (is_told or all(map(tool.has_choices, names)))

    def _texts(self, action: Action, words: Vocabulary) -> frozenset[int]:
        """Where the texts that a step writes, sends or keeps stand in the request, if most of them were said."""
        if not self._registry.has(action.tool):
            return frozenset()
        spec = self._registry.find(action.tool).spec
        texts = (value for name, value in _spoken(action.args) if spec.sensitivity(name) in _TEXTS)
        places = (frozenset[int]() if _is_composed(text, words) else _places(text, words) for text in texts)
        return frozenset().union(*places)

    def _refusals(self, request: SpokenRequest, now: str, steps: Sequence[Licence]) -> Iterator[str]:
        """Of each step what is said instead; parts for which another one is licensed are not named.

        Nor are those before ``now``, the end of the request: what was said in turns before only explains it.
        """
        refused = [licence.kind is LicenceKind.UNLICENSED for licence in steps]
        if not any(refused):
            yield from ("" for _ in steps)
            return
        first = len(request.parts) - len(request.rules.parts(now))
        done = {part for licence in steps for part in licence.parts}
        left = [text for at, text in request.asked() if at not in done and at >= first]
        unsure = [text for text in left if self._may_be_done(text)]
        unable = [text for text in left if text not in unsure]
        said = self._language.licences.unlicensed(unable, self._near(request), unsure)
        yield from (said if is_refused else "" for is_refused in refused)

    def _may_be_done(self, part: str) -> bool:
        """Whether some tool is asked for by a part, whatever its words name: it is not said to be impossible."""
        request = SpokenRequest(part, self._language.licences)
        places = frozenset(range(len(request.tokens)))
        for tool in self._registry.all():
            words = tool.spec.words
            named = frozenset[int]() if names(request, words, tool.name) else places
            evidence = Evidence(accounted=places, named=named, changes=tool.spec.changes)
            choices = [{name: value} for name, values in words.choices.items() for value in values]
            for chosen in ({}, *choices):
                found = judge(tool.name, words, request, replace(evidence, chosen=chosen))
                if found.kind is not LicenceKind.UNLICENSED:
                    return True
        return False

    def _near(self, request: SpokenRequest) -> Sequence[str]:
        """What can be done to a thing that the request names."""
        tools = ((tool.name, tool.spec.words) for tool in self._registry.all())
        return [
            words.does for name, words in tools if words.does and not words.is_open and names(request, words, name)
        ]


def _together(places: frozenset[int]) -> frozenset[int]:
    """Of the places of a text that was said the most that stand together: the others are said elsewhere, too."""
    rows: list[list[int]] = []
    for place in sorted(places):
        if rows and place - rows[-1][-1] <= _NEAR:
            rows[-1].append(place)
        else:
            rows.append([place])
    return frozenset(sorted(rows, key=len)[-1] if rows else ())


def _key(action: Action) -> str:
    return canonical({"tool": action.tool, "args": dict(action.args)})


def _at_most_doubtful(licence: Licence) -> Licence:
    """Nobody knows which words of it are the person's own."""
    return replace(licence, kind=LicenceKind.DOUBTFUL) if licence.kind is LicenceKind.LICENSED else licence


def _evidence(
    tool: Tool, args: Mapping[str, JsonValue], words: Vocabulary, remembered: Vocabulary, texts: frozenset[int]
) -> Evidence:
    accounted, named = set(texts), set[int]()
    chosen: dict[str, str] = {}
    unsaid: list[str] = []
    is_composed = False
    for name, value in _spoken(args):
        if tool.has_choices(name):
            chosen[name] = value
            continue
        found = _places(value, words)
        accounted |= found
        if name in tool.spec.words.named_by:
            named |= found
        is_composed |= tool.spec.sensitivity(name) is Sensitivity.TEXT and _is_composed(value, words)
        if tool.spec.sensitivity(name) is None and name not in tool.spec.words.composed:
            unsaid += _unsaid(value, words)
    return Evidence(
        frozenset(accounted),
        frozenset(named),
        texts,
        chosen=chosen,
        changes=tool.spec.changes,
        unsaid=tuple(unsaid),
        made_up=_made_up(tool, args, words, remembered),
        is_composed=is_composed,
    )


def _spoken(args: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """The arguments that are texts; of one that is handed over in pieces, all of it."""
    for name, value in args.items():
        pieces = value if isinstance(value, list) else [value]
        text = " ".join(piece for piece in pieces if isinstance(piece, str))
        if text.strip():
            yield name, text


def _places(value: str, words: Vocabulary) -> frozenset[int]:
    return frozenset().union(*words.matched(words.rules.tokens(value)))


def _made_up(tool: Tool, args: Mapping[str, JsonValue], *told: Vocabulary) -> tuple[str, ...]:
    """What the arguments say that has to be told, where nobody told it; provenance asks about sensitive ones."""
    spoken, rules = tool.spec.words, told[0].rules
    names = [name for name in (*spoken.named_by, *spoken.said) if tool.spec.sensitivity(name) is None]
    values = [value for name, value in _spoken(args) if name in names]
    telling = tuple(token for value in values for token in rules.tokens(value) if token.isalnum())
    is_told = any(any(vocabulary.matched(telling)) for vocabulary in told)
    return () if is_told else telling


def _is_composed(value: str, words: Vocabulary) -> bool:
    """Whether most of a text are words that nobody said."""
    tokens = words.rules.tokens(value)
    told = [token for token, where in zip(tokens, words.matched(tokens), strict=True) if where]
    return len(told) * 2 < len(tokens)


def _unsaid(value: str, words: Vocabulary) -> list[str]:
    """The numbers of a value that nobody said."""
    tokens = words.rules.tokens(value)
    found = zip(tokens, words.matched(tokens), strict=True)
    return [token for token, where in found if not where and any(map(str.isdigit, token)) and token != _ONE]
