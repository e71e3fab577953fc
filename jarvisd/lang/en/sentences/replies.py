"""What is said at the end of a turn, beside what its steps say (requirement A13). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.sentences import acknowledgements, errors
from jarvisd.lang.en.sentences import unsupported as left_undone
from jarvisd.lang.intent import Control

_TOLD: Mapping[Control, str] = MappingProxyType(
    {
        Control.HELP: "I can find, read, write, copy, move, pack, sort and delete your files, keep lists, "
        "set timers and reminders, remember things for you, send e-mail, read a web page, calculate, and tell "
        'you how this machine is. Say for example: "find the invoice files", or "remind me at six to call Ben".',
        Control.GREET: "Hello. What can I do for you?",
        Control.THANK: "You're welcome.",
        Control.PART: "Goodbye.",
        Control.GOOD_NIGHT: "Good night.",
        Control.INTRODUCE: "I'm Jarvis, the assistant of this machine. Ask me what I can do.",
    }
)


def error(code: ErrorCode) -> str:
    """The sentence for an error."""
    return errors.spoken(code)


def unsupported(parts: Sequence[str], actions: Sequence[Action], utterance: str = "") -> list[str]:
    """One sentence for each of ``parts`` of a request that ``actions``, meant to answer it, leave undone."""
    return left_undone.sentences(parts, actions, utterance)


def acknowledgement(action: Action, utterance: str) -> str:
    """What is said while ``action``, the first of a plan, takes a while; empty for nothing."""
    return acknowledgements.acknowledgement(action, utterance)


def done() -> str:
    """Of a step that was done and says nothing itself."""
    return "Done."


def failed() -> str:
    """Of a step that was not done, nobody knows why."""
    return "That did not work."


def left_out(steps: int) -> str:
    """Of ``steps`` steps that depend on one that was not done."""
    rest = "the step that depends on it" if steps == 1 else f"the {steps} steps that depend on it"
    return f"So I left out {rest}."


def nothing_to_do() -> str:
    """When no step says anything."""
    return "I'm not sure what to do with that."


def nothing_yet() -> str:
    """When an earlier turn is asked for and there is none."""
    return "You have not asked me for anything yet."


def recount(utterance: str, answer: str) -> str:
    """What was asked and what came of it, in the words of then."""
    return f"Your last request was: {utterance.strip().rstrip('.!?')}. {answer}"


def rehearsed() -> str:
    """At the end of a turn that was tried without effect."""
    return "This was a rehearsal: nothing was done."


def steered(control: Control) -> str:
    """When a control was carried out."""
    if control in _TOLD:
        return _TOLD[control]
    if control is Control.MUTE:
        return "I'm no longer listening."
    return "I'm listening again." if control is Control.UNMUTE else "Okay."


def volume(percent: int) -> str:
    """How loudly it speaks now."""
    if percent == 0:
        return "The volume is 0 percent, so only my questions will be heard."
    return f"The volume is {percent} percent{', and that is as loud as I get' if percent == 100 else ''}."


def status(level: str, reasons: Sequence[str]) -> str:
    """How the suite is: its service level, and why it is not full."""
    return "I'm fine." if level == "full" else f"I'm in {level} mode. {' '.join(reasons)}"


def nothing_to_undo() -> str:
    """When there is no change to be taken back."""
    return "There is nothing to undo."
