"""B7: the smaller model while the better one is too slow or memory is short, and back when that is over."""

from __future__ import annotations

from jarvisd.audio.request.model_choice import FIRST_REST_S, LEAST_SAMPLES, LONGEST_REST_S, ModelChoice

S = 1_000_000


class Days:
    """A choice and the time that passes for it."""

    def __init__(self) -> None:
        self.choice = ModelChoice()
        self.now_us = 0

    def after(self, seconds: float) -> bool:
        self.now_us += round(seconds * S)
        return self.choice.judge(self.now_us)

    def decoded(self, took_s: float, *, sound_s: float = 4.0, times: int = LEAST_SAMPLES) -> bool:
        for _ in range(times):
            self.choice.decoded(sound_s, took_s, self.now_us)
        return self.after(1)


def slowed() -> Days:
    days = Days()
    assert days.decoded(4.0)
    return days


def test_a_mean_beyond_three_seconds_takes_the_smaller_model_and_says_why() -> None:
    days = Days()
    assert not days.decoded(2.9)
    assert days.decoded(3.9)
    assert days.choice.is_small
    assert days.choice.reason == "a transcription took 3.4 s on average"


def test_one_that_was_held_up_says_nothing_and_long_sound_may_take_longer() -> None:
    days = Days()
    assert not days.decoded(30.0, times=1)
    days = Days()
    assert not days.decoded(9.0, sound_s=20.0)
    assert days.decoded(11.0, sound_s=20.0, times=20)


def test_what_was_long_ago_does_not_count() -> None:
    days = Days()
    days.choice.decoded(4.0, 60.0, days.now_us)
    days.after(3600)
    assert not days.decoded(3.5, times=2)


def test_it_comes_back_after_a_rest_if_the_better_one_would_be_quick() -> None:
    days = slowed()
    assert not days.decoded(0.5)
    assert days.after(FIRST_REST_S)
    assert (days.choice.is_small, days.choice.reason) == (False, "")


def test_between_the_limits_it_stays_small_and_where_nobody_speaks_it_comes_back() -> None:
    days = slowed()
    days.after(FIRST_REST_S)
    assert not days.choice.is_small, "nothing was heard, so nothing speaks against it"
    days = slowed()
    days.now_us += round(FIRST_REST_S * S)
    assert not days.decoded(1.5), "the better one would take as long as is too long"
    assert days.choice.is_small


def test_a_return_that_does_not_last_makes_the_next_rest_longer_up_to_a_limit() -> None:
    days = slowed()
    rests = []
    for _ in range(8):
        began_us = days.now_us
        while not days.after(60):
            pass
        rests.append((days.now_us - began_us) / S)
        assert days.decoded(4.0)
    assert rests == sorted(rests)
    assert rests[0] < rests[1] <= 2 * FIRST_REST_S + 60
    assert LONGEST_REST_S - 60 <= rests[-1] <= LONGEST_REST_S + 60
    days.after(LONGEST_REST_S)
    days.after(2 * LONGEST_REST_S)
    assert days.decoded(4.0)
    assert days.after(FIRST_REST_S), "what lasted is forgotten"


def test_short_memory_takes_it_at_once_and_more_than_that_is_wanted_for_the_return() -> None:
    days = Days()
    days.choice.memory(0.08)
    assert days.after(1)
    assert days.choice.reason == "8% of the memory is available"
    days.choice.memory(0.12)
    assert not days.after(FIRST_REST_S)
    days.choice.memory(0.2)
    assert days.after(1)


def test_a_change_that_cannot_be_made_is_not_tried_again_at_once() -> None:
    days = slowed()
    days.choice.refused(days.now_us)
    assert not days.choice.is_small
    assert not days.decoded(4.0)
    days.now_us += round(FIRST_REST_S * S)
    assert days.decoded(4.0)
