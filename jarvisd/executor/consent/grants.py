"""Who may answer a question, and that consent is used once (requirement A10, decision 2). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Answerer:
    """A caller of Confirm or Deny."""

    unique_name: str
    uid: int | None


class AnswerRight(str, Enum):
    """Whether a caller may answer a question."""

    ALLOWED = "allowed"
    BY_LEAVE = "by leave"
    """May answer if the administrator lets it, which polkit knows."""
    REFUSED = "refused"


def right_of(
    answerer: Answerer, *, channel: str, asker_uid: int | None, admin_uid: int | None, brain: str
) -> AnswerRight:
    """Whether a caller may answer a question over D-Bus (decision 2).

    A question belongs to the channel that asked: on ``dbus`` to the user who started it, on ``voice`` to the room
    and to whom polkit lets do ``org.jarvisd.confirm``; root may answer both. ``admin_uid`` is the user of a
    private bus, who stands for root there, or ``None``. The connection ``brain`` never answers.
    """
    if (answerer.unique_name and answerer.unique_name == brain) or answerer.uid is None:
        return AnswerRight.REFUSED
    if answerer.uid in (0, admin_uid):
        return AnswerRight.ALLOWED
    if channel == "dbus":
        return AnswerRight.ALLOWED if answerer.uid == asker_uid else AnswerRight.REFUSED
    return AnswerRight.BY_LEAVE


@dataclass(frozen=True, slots=True)
class Grant:
    """Consent to one step of one frozen plan."""

    plan_hash: str
    step: int
    request_id: str
    binding: str = ""
    """What was measured beyond the plan, such as the address and the text of a letter."""


def binding_of(selection: object) -> str:
    """The identity of a measured effect; empty when the plan says all there is to say."""
    return str(getattr(selection, "binding", ""))


class Ledger:
    """Consents that were given and not yet used."""

    def __init__(self) -> None:
        self._open: set[Grant] = set()

    def give(self, grant: Grant) -> None:
        """Note that somebody agreed."""
        self._open.add(grant)

    def spend(self, grant: Grant) -> bool:
        """Use a consent up; ``False`` when there is none for exactly this plan, step and question."""
        if grant not in self._open:
            return False
        self._open.discard(grant)
        return True
