"""Where speech begins and ends (A2)."""

from __future__ import annotations

import pytest

from jarvisd.audio.speech.endpoint import Endpointer, EndpointEvent, EndpointRules

RULES = EndpointRules(
    silence_ms=1500, min_speech_ms=200, max_ms=4000, lead_silence_ms=5000, speculate_after_ms=500
)


def marks_of(pattern: str, rules: EndpointRules = RULES) -> list[tuple[int, EndpointEvent]]:
    """Time in ms of each mark; ``pattern`` is pairs like "x200 .1500": milliseconds voiced and unvoiced."""
    endpointer = Endpointer(rules)
    found = []
    for part in pattern.split():
        for _ in range(int(part[1:]) // 20):
            mark = endpointer.push(part[0] == "x")
            if mark is not None:
                found.append((endpointer.frames * 20, mark))
    return found


def test_speech_ends_after_the_configured_silence() -> None:
    assert marks_of(".500 x1000 .2000") == [
        (700, EndpointEvent.STARTED),
        (2000, EndpointEvent.PAUSED),
        (3000, EndpointEvent.ENDED),
    ]


def test_a_pause_shorter_than_the_silence_does_not_end_speech() -> None:
    marks = marks_of("x600 .1400 x400 .1500")
    assert [mark for _, mark in marks] == [
        EndpointEvent.STARTED,
        EndpointEvent.PAUSED,
        EndpointEvent.RESUMED,
        EndpointEvent.PAUSED,
        EndpointEvent.ENDED,
    ]
    assert marks[-1][0] == 3900


def test_nothing_said_ends_by_lead_silence() -> None:
    assert marks_of(".6000") == [(5000, EndpointEvent.NO_SPEECH)]


def test_a_click_is_no_speech() -> None:
    assert marks_of(".500 x100 .5000") == [(5000, EndpointEvent.NO_SPEECH)]


def test_single_voiced_frames_neither_begin_nor_prolong_speech() -> None:
    noise = ".80 x20 " * 30
    assert marks_of(f"{noise} .5000") == [(5000, EndpointEvent.NO_SPEECH)]
    assert (1000 + 1500, EndpointEvent.ENDED) in marks_of(f"x1000 {noise}")


def test_endless_sound_ends_at_the_limit() -> None:
    assert marks_of("x9000")[-1] == (4000, EndpointEvent.LIMIT)


def test_after_the_end_nothing_more_is_said() -> None:
    assert [mark for _, mark in marks_of("x400 .1500 x4000 .9000")].count(EndpointEvent.ENDED) == 1


@pytest.mark.parametrize("limit", ["lead_silence_ms", "speculate_after_ms"])
def test_limits_can_be_absent(limit: str) -> None:
    rules = EndpointRules(silence_ms=700, min_speech_ms=200, max_ms=4000)
    assert getattr(rules, limit) is None
    assert marks_of(".9000 x400 .900", rules) == [(9200, EndpointEvent.STARTED), (10_100, EndpointEvent.ENDED)]


def test_what_is_forgotten_was_no_speech_and_the_wait_counts_on() -> None:
    endpointer = Endpointer(RULES)
    for number in range(60):
        endpointer.push(number < 20)
    endpointer.forget()
    assert endpointer.onset is None
    marks = [endpointer.push(False) for _ in range(200)]
    assert marks.index(EndpointEvent.NO_SPEECH) == 250 - 60 - 1


def heard(pattern: str) -> Endpointer:
    """An endpointer that has heard ``pattern``."""
    endpointer = Endpointer(RULES)
    for part in pattern.split():
        for _ in range(int(part[1:]) // 20):
            endpointer.push(part[0] == "x")
    return endpointer


def silent_until_the_end(endpointer: Endpointer) -> int:
    """Milliseconds of further silence until speech ends."""
    frames = 0
    while endpointer.push(False) is not EndpointEvent.ENDED:
        frames += 1
        assert frames < 500
    return (frames + 1) * 20


@pytest.mark.parametrize("patience_ms", [520, 900, 1500, 2500])
def test_a_pause_lasts_as_long_as_it_is_told_to(patience_ms: int) -> None:
    endpointer = heard("x1000 .500")
    assert endpointer.wait(patience_ms) is None
    assert silent_until_the_end(endpointer) == patience_ms - 500


def test_a_pause_that_is_long_enough_already_ends_speech_at_once() -> None:
    endpointer = heard("x1000 .700")
    assert endpointer.wait(700) is EndpointEvent.ENDED
    assert endpointer.push(True) is None
    assert endpointer.wait(700) is None


def test_what_was_said_of_a_pause_does_not_hold_for_the_next_one() -> None:
    endpointer = heard("x1000 .500")
    endpointer.wait(2500)
    for _ in range(30):
        endpointer.push(True)
    assert silent_until_the_end(endpointer) == 1500


def test_nothing_can_be_said_of_a_pause_before_it_is_one() -> None:
    endpointer = heard("x1000 .300")
    assert endpointer.wait(200) is None
    assert silent_until_the_end(endpointer) == 1200


def test_what_was_no_speech_leaves_no_patience_behind() -> None:
    endpointer = heard("x1000 .500")
    endpointer.wait(900)
    endpointer.forget()
    for _ in range(30):
        endpointer.push(True)
    assert silent_until_the_end(endpointer) == 1500
