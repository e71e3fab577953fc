"""Whether a model's context has room for the prompt and a turn, which is said when it is loaded. Pure."""

from __future__ import annotations

from jarvisd.core.errors import ErrorCode, Unavailable

TURN_TOKENS = 1024
"""Chosen: a request of 1,200 characters takes about 300, four memories of 240 about 250, a plan 320."""


def demand_room(prefix_tokens: int, context_tokens: int) -> None:
    """Raise CONTEXT_TOO_SMALL when a prompt prefix of so many tokens leaves no room for a turn.

    Servers that find too little room cut the beginning of a prompt off without a word, and with it the rules.
    """
    needed = prefix_tokens + TURN_TOKENS
    if needed > context_tokens:
        known = f"llm.context_tokens is {context_tokens:,} and the tools take {prefix_tokens:,}"
        text = f"{known}: set it to {needed:,} or more"
        raise Unavailable(text, code=ErrorCode.CONTEXT_TOO_SMALL)
