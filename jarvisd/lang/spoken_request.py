"""A request as words, in parts: what a step is held against (decision 32). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RequestPart:
    """A part of a request with one verb, or what is to be done to several things."""

    text: str
    """As it was heard, without the courtesy before it."""
    tokens: tuple[str, ...]
    head: int = 0
    """Where among ``tokens`` the request itself begins, after courtesy; their number where it never does."""
    can_ask: bool = True
    """Its words can ask to be told something."""
    can_order: bool = True
    """Its words can ask for an act."""
    is_conditional: bool = False
    """It is wanted under a condition that nobody has looked at."""
    is_left_out: bool = False
    """What it names was taken back, or is to be left alone: "except the letter"."""


class LicenceRules(Protocol):
    """A language's words around what is asked for."""

    def __hash__(self) -> int: ...

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of ``text`` in order, in one form for all that mean the same."""
        ...

    def lemmas(self, token: str) -> frozenset[str]:
        """Every plain form that a token may be one of: "deleted" is "delete"."""
        ...

    def orders(self, token: str) -> frozenset[str]:
        """The plain forms of which a token may be an order: "called" is none of "call"."""
        ...

    def is_reference(self, token: str, *, is_last: bool) -> bool:
        """Whether a token, or one that ends its part, stands for a thing that was named before: "it"."""
        ...

    def is_dummy_after(self, before: frozenset[str], earlier: str) -> bool:
        """Whether "it" after a word with these plain forms stands for nothing: "what time is it".

        ``earlier`` is the word ahead of that one, empty for none.
        """
        ...

    def is_small(self, token: str) -> bool:
        """Whether a token asks for nothing and names nothing."""
        ...

    def is_verb(self, token: str) -> bool:
        """Whether a token that begins an order is what is to be done."""
        ...

    def is_before_verb(self, token: str) -> bool:
        """Whether a verb after a token may be what is asked for: "to", "you"."""
        ...

    def is_question(self, token: str) -> bool:
        """Whether a part that begins with a token wants to be told something and nothing else."""
        ...

    def tells_nothing(self, tokens: Sequence[str]) -> bool:
        """Whether a part with these words wants to know something, or only says when: no fact is told."""
        ...

    def is_before_noun(self, token: str) -> bool:
        """Whether what follows a token is no verb: "the", "my"."""
        ...

    def is_foreign(self, token: str) -> bool:
        """Whether a token names what no computer with files has in its reach, such as a lamp or the weather."""
        ...

    def elsewhere(self) -> tuple[str, ...]:
        """Phrases that name another machine than this one."""
        ...

    def parts(self, text: str) -> Sequence[RequestPart]:
        """The parts of a request, in order; they hold all of its tokens."""
        ...

    def unlicensed(self, parts: Sequence[str], near: Sequence[str], unsure: Sequence[str] = ()) -> str:
        """That ``parts`` of a request, as words, cannot be done; ``near`` continue "I can".

        Of ``unsure`` it is said that nobody knew how: another step may do them.
        """
        ...

    def doubted(self, heard: str, words: Sequence[str]) -> str:
        """What a question says of a request of which what would be done leaves ``words`` over."""
        ...


class SpokenRequest:
    """A request as tokens and parts, read once for all steps of its plan."""

    def __init__(self, text: str, rules: LicenceRules) -> None:
        self.rules = rules
        self.parts = tuple(rules.parts(text))
        self.tokens = tuple(token for part in self.parts for token in part.tokens)
        self.lemmas = tuple(rules.lemmas(token) for token in self.tokens)
        self.orders = tuple(rules.orders(token) for token in self.tokens)
        ranges, at = [], 0
        for part in self.parts:
            ranges.append((at, at + len(part.tokens)))
            at += len(part.tokens)
        self.ranges = tuple(ranges)
        out = (places for part, places in zip(self.parts, ranges, strict=True) if part.is_left_out)
        self.left_out = frozenset(at for begin, end in out for at in range(begin, end))
        """Words of parts that are left out."""

    def runs(self, *, is_order: bool) -> Iterator[tuple[range, frozenset[int]]]:
        """Rows of parts that may ask for something, or order it, short ones first, with those of them that can.

        Parts that ask for nothing belong to their neighbours: they may name what those are about.
        """
        asking = [at for at, part in enumerate(self.parts) if (part.can_order if is_order else part.can_ask)]
        for length in range(1, len(asking) + 1):
            for at in range(len(asking) - length + 1):
                before = asking[at - 1] + 1 if at else 0
                after = asking[at + length] if at + length < len(asking) else len(self.parts)
                yield range(before, after), frozenset(asking[at : at + length])

    def asked(self) -> Iterator[tuple[int, str]]:
        """The parts that ask for something, by their place, without the courtesy before them."""
        return ((at, part.text) for at, part in enumerate(self.parts) if part.text and part.can_ask)
