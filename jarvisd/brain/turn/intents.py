"""What the dialogue asks of an intent; which words are one is the language's (decision 8). Pure."""

from __future__ import annotations

from jarvisd.lang.intent import Control
from jarvisd.lang.pack import IntentRules


def is_stop(text: str, rules: IntentRules) -> bool:
    """Whether the transcript asks to stop or cancel what is going on."""
    intent = rules.recognise(text)
    return intent is not None and intent.control is Control.STOP


def is_about_before(text: str, rules: IntentRules) -> bool:
    """Whether the transcript asks for something said or done before, and so is nothing to be told of itself."""
    intent = rules.recognise(text)
    return intent is not None and intent.control in (Control.REPEAT, Control.RECOUNT, Control.SPELL)
