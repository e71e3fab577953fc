"""The section of the wake word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jarvisd.config.keys import choice, key

WAKE_MODELS = (".onnx", ".tflite", ".json")
LONGEST_PHRASE = 40
"""Chosen: what a model hears at once takes less than two seconds."""


@dataclass(frozen=True, slots=True)
class Wake:
    """The wake word."""

    engine: str = choice(
        "openwakeword",
        "What listens for the first wake word; with 'none' only [[wake_words]] count.",
        "openwakeword",
        "micro",
        "none",
        engine=True,
    )
    model: str = key("hey-jarvis", "Model of the wake word.")
    micro_model: str = key(
        "hey-jarvis-micro", "Model of the engine micro and of second_opinion, or the path of its file."
    )
    micro_threshold: float = key(
        0.5,
        "With the engine micro: score from which the transcriber is asked; it never wakes alone.",
        low=0.05,
        high=0.99,
        live=True,
    )
    threshold: float = key(
        0.3, "Score from which the wake word may have been heard.", low=0.05, high=0.99, live=True
    )
    sure_score: float = key(
        0.98,
        "Score from which it wakes at once; below, the transcriber must have heard the name too.",
        low=0.05,
        high=1,
        live=True,
    )
    second_opinion: bool = key(
        True, "Whether openwakeword asks micro_model about low scores: it hears more in noise and echoing rooms."
    )
    second_floor: float = key(0.02, "Lowest score about which it is asked.", low=0.001, high=0.99, live=True)
    second_threshold: float = key(
        0.9,
        "Score of it from which the wake word may have been heard after all; the transcriber has the last word.",
        low=0.05,
        high=0.99,
        live=True,
    )
    refractory_ms: int = key(
        2000, "Time after a detection in which no other counts.", low=0, high=10_000, live=True
    )
    keep_near_misses: bool = key(
        False, "Whether the sound of what almost woke it is kept, 1.6 s each, to choose thresholds by.", live=True
    )
    near_miss_days: float = key(7.0, "How long.", low=0.01, high=365, live=True)
    near_miss_mb: int = key(20, "How much of it at most, the newest.", low=1, high=10_000, live=True)
    idle_gate: bool = key(True, "Whether the wake model rests while the voice detector hears nothing.")


@dataclass(frozen=True, slots=True)
class OtherWakeWord:
    """A wake word beside the first one; any number of them."""

    phrase: str = key("hey computer", "What is said.")
    model: Path = key(
        Path("/etc/jarvisd/wake/hey_computer.onnx"),
        "Its model: .onnx or .tflite of openWakeWord, .tflite or .json of microWakeWord.",
    )
    threshold: float = key(0.5, "Score from which it may have been heard.", low=0.05, high=0.99)
    sure_score: float = key(
        0.98,
        "Score from which it wakes at once; below, the transcriber must have heard the phrase too.",
        low=0.05,
        high=1,
    )
    heard_as: tuple[str, ...] = key((), "Other words that the transcriber may write for the phrase.")


def bad_words(wake: Wake, words: Sequence[OtherWakeWord]) -> Iterator[str]:
    """What of the wake words makes no sense, each with its dotted path."""
    if wake.engine == "none" and not words:
        yield "wake.engine: with 'none' there must be [[wake_words]], or nothing wakes it"
    phrases = [" ".join(word.phrase.split()).casefold() for word in words]
    if len(set(phrases)) != len(phrases):
        yield "wake_words: two have the same phrase"
    for number, word in enumerate(words):
        path = f"wake_words[{number}]"
        for text in (word.phrase, *word.heard_as):
            if not 4 <= len(text) <= LONGEST_PHRASE or not all(it.isalpha() or it in " '" for it in text):
                yield f"{path}.phrase: {text!r} is no phrase of 4 to {LONGEST_PHRASE} letters and spaces"
        if not word.model.is_absolute() or word.model.suffix not in WAKE_MODELS:
            yield f"{path}.model: {word.model} is no absolute path that ends in {', '.join(WAKE_MODELS)}"
        if word.threshold > word.sure_score:
            yield f"{path}.threshold: must not be above sure_score"
