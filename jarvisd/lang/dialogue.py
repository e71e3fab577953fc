"""What a dialogue is about, and what a request means within it, whatever the language. Pure.

Nothing of it is on a disk, and names that a file system or a page brought along are marked as foreign: they may be
referred to, and stand in the question before anything is done to them (decision 4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from jarvisd.core.planning.plan import Action
from jarvisd.lang.intent import Intent

Recognise = Callable[[str], Intent | None]
"""The intent of a whole request; ``None`` where the planner would have to think."""


class TopicKind(str, Enum):
    """What is spoken about."""

    FILES = "files"
    LIST = "list"
    TIMER = "timer"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Topic:
    """Things of one kind that were found, made or named together."""

    kind: TopicKind
    names: tuple[str, ...]
    """Paths of files, the name of a list, who a letter went to; of a timer its label, when, and its kind."""
    total: int = 0
    """How many there were; fewer may be named."""
    focus: int = -1
    """Which of ``names`` was singled out last; -1 for none."""
    is_foreign: bool = False
    """The names come from a disk or a page, and nobody said them."""

    @property
    def only(self) -> str:
        """The one that "it" stands for; empty where it may be several."""
        if 0 <= self.focus < len(self.names):
            return self.names[self.focus]
        return self.names[0] if len(self.names) == 1 and self.total <= 1 else ""


@dataclass(frozen=True, slots=True)
class Account:
    """What came of the last request that was to do something."""

    request: str
    """As it was said."""
    tools: tuple[str, ...] = ()
    is_done: bool = True
    question: str = ""
    """The first question of consent; empty where nothing was asked."""
    reasons: tuple[str, ...] = ()
    """Why a person was asked, as a verdict tells it: ``"deletion 0.7"``."""
    reply: str = ""
    count: int | None = None
    """How many things it told of; ``None`` where it counted nothing."""


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question back: what is asked, and the requests that an answer makes."""

    question: str
    completions: tuple[str, ...] = ()
    """Whole requests with ``{}`` for the answer, the likeliest first."""
    names: tuple[str, ...] = ()
    """What an answer picks from, or what the completions already refer to; empty where an answer is any words."""
    is_pick: bool = False
    """One of ``names`` is wanted."""
    choices: tuple[str, ...] = ()
    """Answers that are meant, which may be picked in turn: "the first"; other words are answers too."""
    is_offer: bool = False
    """A yes is wanted to the first of the completions, which is whole."""
    said: tuple[tuple[str, str], ...] = ()
    """The turns, with their words, that the answer goes on from."""


@dataclass(frozen=True, slots=True)
class DialogueContext:
    """What is known of a dialogue just now."""

    topics: tuple[Topic, ...] = ()
    """The last spoken about first."""
    folders: tuple[str, ...] = ()
    """Folders that were named or looked into, the last one first."""
    request: str = ""
    """The last request that could be carried out, with what it left out put in."""
    actions: tuple[Action, ...] = ()
    """What it asked for."""
    said: tuple[tuple[str, str], ...] = ()
    """The turns, with their words, that ``request`` was made of."""
    account: Account | None = None
    undo: str = ""
    """The plan of the last change; empty where nothing was changed."""
    pending: Clarification | None = None
    steered: str = ""
    """The last turn as one request, where it steered the suite and did nothing else."""
    now: datetime | None = None
    """When something is asked, by the wall clock; ``None`` where a time may be any."""


NOTHING_BEFORE = DialogueContext()


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a request means within its dialogue: one of an intent, a question back, an answer, or an undo."""

    intent: Intent | None = None
    question: Clarification | None = None
    answer: str = ""
    undo: str = ""
    """The plan to take back."""
    request: str = ""
    """The request with what it left out put in."""
    said: tuple[tuple[str, str], ...] = ()
    """The earlier turns whose words it goes on from."""
    topic: Topic | None = None
    """What is spoken about from now on, where only that was said."""


class DialogueRules(Protocol):
    """Requests that mean something only within a dialogue, by code and no model. Nothing raises."""

    def resolve(self, text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
        """What ``text`` means after what ``context`` holds; ``None`` where it stands for itself, or is not known.

        ``recognise`` reads a request that stands for itself.
        """
        ...

    def answer_to(self, pending: Clarification, text: str, recognise: Recognise) -> Resolution:
        """What an answer to a question back makes of the request; one that is none, or empty, ends it."""
        ...

    def replayed(self, lines: Sequence[str], recognise: Recognise) -> tuple[Intent | None, str]:
        """What the last of ``lines`` asks for, going on from the others by their words alone; as one request."""
        ...
