"""What a request asks for: its parts, and what of it this box has nothing for (decision 32). Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a request; every word of the request lies in exactly one."""

    text: str
    """As it was said, without the marks around it."""
    start: int
    """Its first word, counted from zero over the words of the request."""
    stop: int
    """The word after its last one."""
    is_negated: bool = False
    """It says what not to do, or what to leave out: "don't delete the reports", "except the letters"."""
    is_condition: bool = False
    """It only says when or whether something else is wanted: "if there are more than ten"."""
    is_conditional: bool = False
    """It is wanted under the condition that a clause beside it states."""
    is_corrected: bool = False
    """It was taken back: "delete" in "delete, no, move the reports"."""
    is_quoted: bool = False
    """A text that is only to be kept, sent, looked for or given as a name: "that says delete everything"."""
    is_told: bool = False
    """It speaks of an act, and orders none: "how do I delete a file", "I deleted the reports yesterday"."""

    @property
    def can_ask(self) -> bool:
        """Whether its words can ask to be told something, were it only to know whether a condition holds."""
        return not (self.is_negated or self.is_corrected or self.is_quoted)

    @property
    def can_order(self) -> bool:
        """Whether its words can ask for an act; those of any other clause only say what an act may be about."""
        return self.can_ask and not (self.is_condition or self.is_told)


@dataclass(frozen=True, slots=True)
class Outside:
    """A request out of reach, known by its head act and the thing that it is done to."""

    domain: str
    """What kind of thing is asked for: "lights", "weather"."""
    sentence: str
    """What can't be done, with the request's own verb and thing: "I can't turn on lights."."""
    remedy: str = ""
    """A sentence about what would make it able; empty if nothing would."""
    act: str = ""
    """The verb with what belongs to it, "turn on"; "tell" for a question."""
    thing: str = ""
    """What it is done to, as one would speak of all of its kind: "lights"."""


@dataclass(frozen=True, slots=True)
class RequestScope:
    """A request, with what is out of reach taken from it."""

    outside: tuple[Outside, ...] = ()
    """What is out of reach, in order."""
    rest: str = ""
    """What is left to be done, as it was said; empty if nothing is."""

    @property
    def spoken(self) -> str:
        """What is said of what is out of reach; what would make able to do it, only where that is all there is."""
        said = list(dict.fromkeys(part.sentence for part in self.outside))
        remedies = () if self.rest else dict.fromkeys(part.remedy for part in self.outside if part.remedy)
        return " ".join((*said, *remedies))
