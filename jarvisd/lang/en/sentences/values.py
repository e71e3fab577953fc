"""What is said of a value that could not be read: a sentence for each cause, without its full stop. Pure."""

from __future__ import annotations

from jarvisd.lang.en.amounts import name
from jarvisd.lang.values import Unreadable, UnreadableReason


def refusal(error: Unreadable) -> str:
    """Why a value was not taken: ``"I understood '5', but not 'blorps'"``."""
    part, choices = name(error.part), _either(error.choices)
    if error.reason is UnreadableReason.NOT_UNDERSTOOD:
        understood = (
            f"I understood '{name(error.understood)}', but not" if error.understood else "I don't understand"
        )
        return f"{understood} '{part}'"
    if error.reason is UnreadableReason.NO_UNIT:
        return f"I understood '{part}', but not of what" + (f": {choices}" if choices else "")
    if error.reason is UnreadableReason.AMBIGUOUS:
        return f"'{part}' can mean more than one thing" + (f": say {choices}" if choices else "")
    if error.reason is UnreadableReason.IMPLAUSIBLE:
        meant = f"; perhaps you mean {choices}" if choices else ""
        return f"'{part}' is not likely to be what you mean{meant}"
    return _PLAIN[error.reason].format(part=part)


_PLAIN = {
    UnreadableReason.MISSING: "you did not say how much or when",
    UnreadableReason.UPPER_BOUND: "'{part}' is an upper limit, and I can only look for more than that",
    UnreadableReason.NO_TIME: "I understood '{part}', but not at what time",
    UnreadableReason.PAST: "'{part}' is already past",
    UnreadableReason.REPEATS: "'{part}' comes again and again, and I need a single time",
    UnreadableReason.BOUNDED: (
        "what comes again begins at once and goes on until you cancel it, and I cannot keep '{part}'"
    ),
    UnreadableReason.TOO_FAR: "'{part}' is too far ahead",
}


def _either(choices: tuple[str, ...]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]] if len(choices) > 1 else choices)
