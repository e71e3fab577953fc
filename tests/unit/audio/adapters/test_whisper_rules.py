"""Which words of the transcriber are believed, and how much silence it is given."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from jarvisd.audio.adapters.whisper import confidence_of, is_believable, window_frames


@dataclass
class Segment:
    avg_logprob: float = -0.2
    no_speech_prob: float = 0.02
    compression_ratio: float = 0.9
    tokens: list[int] = field(default_factory=lambda: [1, 2, 3])


@pytest.mark.parametrize(
    ("segment", "is_believed", "is_believed_after_example"),
    [
        (Segment(), True, True),
        (Segment(avg_logprob=-0.9), True, False),
        (Segment(avg_logprob=-1.1), False, False),
        (Segment(no_speech_prob=0.7), True, True),
        (Segment(no_speech_prob=0.7, avg_logprob=-0.6), False, False),
        (Segment(compression_ratio=3.0), False, False),
    ],
)
def test_made_up_words_are_not_believed(
    segment: Segment, is_believed: bool, is_believed_after_example: bool
) -> None:
    assert is_believable(segment, has_example=False) is is_believed
    assert is_believable(segment, has_example=True) is is_believed_after_example


def test_confidence_is_the_mean_probability_of_a_token() -> None:
    assert confidence_of([Segment(avg_logprob=0.0)]) == 1.0
    assert confidence_of([]) == 0.0
    mixed = [Segment(avg_logprob=-0.1, tokens=[1] * 9), Segment(avg_logprob=-1.0, tokens=[1])]
    assert confidence_of(mixed) == pytest.approx(0.826, abs=0.001)


@pytest.mark.parametrize(
    ("length_s", "frames"), [(0.5, 1500), (5, 1500), (5.1, 2000), (14, 2500), (21, 3000), (90, 3000)]
)
def test_the_window_holds_the_sound_and_ten_seconds_of_silence(length_s: float, frames: int) -> None:
    assert window_frames(length_s) == frames
