"""What is said at the end of a turn, beside what its steps say (requirement A13). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Action
from jarvisd.lang.en import exact_amounts
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
        Control.DECLINE: "Okay.",
        Control.PART: "Goodbye.",
        Control.GOOD_NIGHT: "Good night.",
        Control.PRIVACY: "While my microphone is open I listen for the wake word. What I hear then is not kept "
        "unless the owner of this machine wanted that. Nothing is sent anywhere but what you ask me to send or to "
        "look up, and what goes to a server for the language model if the owner chose one. Say mute yourself, and "
        "I close the microphone.",
        Control.INTRODUCE: "I'm Jarvis, the assistant of this machine. Ask me what I can do.",
    }
)


SPELLED_WORDS = 8
"""Chosen: who hears more letters than these keeps none of them in mind."""


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


def cut_off(heard: str) -> str:
    """An earlier answer of which only this was heard."""
    return f"I said: {heard.rstrip('.!?,;:')}. Then I was interrupted."


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
    return "I'm listening again." if control is Control.UNMUTE else "Okay."


def muted(length_s: float | None, *, has_button: bool) -> str:
    """When the microphone was closed, for a time or without an end: also how it is opened again."""
    for_how_long = "" if length_s is None else f" for {exact_amounts.length(length_s)}"
    sooner = "" if length_s is None else " sooner"
    if has_button:
        return f"Muted{for_how_long}. Unmute{sooner} by holding the button, or with jarvisctl unmute."
    return f"Muted{for_how_long}. Unmute{sooner} with jarvisctl unmute."


def heard_unmute(*, has_button: bool) -> str:
    """To who asks aloud to be heard; the microphone stays as it is."""
    return f"Speech can't unmute me. {'Hold the button, or use' if has_button else 'Use'} jarvisctl unmute."


def ear_fault(code: ErrorCode) -> str:
    """When the ear cannot hear, or hears badly: also what helps."""
    return errors.of_ear(code)


def hears_again() -> str:
    """When that is over."""
    return "I can hear you again."


def press_failed(code: ErrorCode) -> str:
    """When a press of the button came to nothing."""
    if code is ErrorCode.MUTED:
        return "I'm muted. Hold the button to unmute me."
    return errors.spoken(code)


def speed(percent: int) -> str:
    """How fast it speaks now."""
    if percent == 100:
        return "I'm back to my usual speed."
    return f"I'm speaking {'slower' if percent < 100 else 'faster'} now."


def spelled(text: str) -> str:
    """The words of ``text`` letter by letter; only the beginning of a long one."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", text))
    if not words:
        return nothing_yet()
    spelling = ". ".join(", ".join(word.upper()) for word in words[:SPELLED_WORDS])
    rest = "" if len(words) <= SPELLED_WORDS else " And so on."
    return f"{spelling}.{rest}"


def nothing_to_go_on_with() -> str:
    """When nothing was broken off."""
    return "There is nothing to go on with."


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
