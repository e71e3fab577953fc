"""What ends an answer, or the work on one, without the wake word. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from jarvisd.lang.en.words import strip_courtesy, words

_STOPS = frozenset(
    {
        "stop", "stop it", "stop that", "stop talking", "stop speaking", "stop now", "please stop",
        "okay stop", "ok stop", "no stop", "wait", "wait a moment", "wait a minute", "wait a second", "no wait",
        "okay wait", "hold on", "hold it", "hang on", "cancel", "cancel that", "cancel it", "never mind",
        "nevermind", "no never mind", "forget it", "be quiet", "quiet", "enough", "that's enough", "shut up",
    }
)  # fmt: skip


def example() -> str:
    """What is listened for sounds like, as the transcriber is told it: words that stop among words that do not."""
    return "Stop. Wait. Hold on. Cancel. Never mind. Yes. Go on. What was that?"


def is_stop(heard: str) -> bool:
    """Whether ``heard``, all that was said in one breath, asks to be silent or to leave off.

    Who is not heard at once says it again, and a transcriber may write once what was said as twice.

    >>> is_stop("Okay, stop."), is_stop("Hold on, hold on!"), is_stop("Stop the kitchen timer.")
    (True, True, False)
    """
    said = strip_courtesy(words(heard))
    return any(said == said[:count] * (len(said) // count) for count in _counts(said))


def _counts(said: tuple[str, ...]) -> Iterator[int]:
    """How many words of the beginning are by themselves one that stops."""
    return (count for count in range(1, len(said) + 1) if " ".join(said[:count]) in _STOPS)
