"""How many calls one connection may make."""

from __future__ import annotations

import pytest

from jarvisd.bus.wire.rate_limit import BYTES_PER_CALL, SENDERS_KEPT, USER_SHARE, Limiter, Rate

RATE = Rate(calls_per_s=8.0, burst=5, pending=3)


def test_a_burst_is_served_and_then_the_rate() -> None:
    limiter = Limiter(RATE)
    assert [limiter.admit(":1.1", 100.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [limiter.admit(":1.1", 100.125) for _ in range(2)] == [True, False]
    assert sum(limiter.admit(":1.1", 100.125 + step / 128) for step in range(1, 129)) == 8


def test_a_long_rest_gives_no_more_than_a_burst() -> None:
    limiter = Limiter(RATE)
    limiter.admit(":1.1", 0.0)
    assert sum(limiter.admit(":1.1", 9999.0) for _ in range(20)) == 5


def test_callers_do_not_pay_for_each_other() -> None:
    limiter = Limiter(RATE)
    while limiter.admit(":1.1", 0.0):
        pass
    assert limiter.admit(":1.2", 0.0)


def test_calls_in_progress_are_bounded() -> None:
    limiter = Limiter(Rate(calls_per_s=1000.0, burst=1000, pending=3))
    for _ in range(3):
        assert limiter.admit(":1.1", 0.0)
        limiter.began(":1.1")
    assert not limiter.admit(":1.1", 0.0)
    limiter.ended(":1.1")
    assert limiter.admit(":1.1", 0.0)


def test_the_excused_are_never_held_up() -> None:
    limiter = Limiter(RATE)
    limiter.excuse(":1.1")
    assert all(limiter.admit(":1.1", 0.0) for _ in range(1000))


def test_being_excused_late_still_counts() -> None:
    limiter = Limiter(RATE)
    while limiter.admit(":1.1", 0.0):
        pass
    limiter.excuse(":1.1")
    assert limiter.admit(":1.1", 0.0)


def test_who_has_left_is_forgotten() -> None:
    limiter = Limiter(RATE)
    limiter.admit(":1.1", 0.0)
    limiter.excuse(":1.2")
    limiter.forget(":1.1")
    assert (limiter.knows(":1.1"), limiter.knows(":1.2"), len(limiter)) == (False, True, 1)
    limiter.forget_all()
    assert len(limiter) == 0


def test_memory_is_bounded_and_the_excused_stay() -> None:
    limiter = Limiter(RATE)
    limiter.excuse(":1.0")
    for number in range(1, SENDERS_KEPT + 100):
        limiter.admit(f":1.{number}", float(number))
    assert len(limiter) == SENDERS_KEPT
    assert limiter.knows(":1.0")
    assert not limiter.knows(":1.1")


@pytest.mark.parametrize("rate", [Rate(), Rate(calls_per_s=0.0, burst=1)])
def test_without_a_rate_nothing_is_limited_or_kept(rate: Rate) -> None:
    limiter = Limiter(rate)
    assert all(limiter.admit(":1.1", 0.0) for _ in range(1000))
    limiter.excuse(":1.2")
    assert len(limiter) == 0


# --- users ----------------------------------------------------------------------------------------------


def drain(limiter: Limiter, sender: str, user: int = 1000, now_s: float = 0.0) -> int:
    """How many calls a connection of ``user`` may make at once."""
    limiter.belongs(sender, user, now_s)
    count = 0
    while limiter.admit(sender, now_s):
        count += 1
    return count


def test_connecting_anew_gives_a_user_no_more_than_the_share_of_a_user() -> None:
    limiter = Limiter(RATE)
    served = []
    for number in range(20):
        served.append(drain(limiter, f":1.{number}"))
        limiter.forget(f":1.{number}")
    assert served == [RATE.burst] * USER_SHARE + [0] * (20 - USER_SHARE)
    assert drain(limiter, ":1.99", user=1001) == RATE.burst


def test_a_program_that_asks_too_much_leaves_its_user_something() -> None:
    limiter = Limiter(RATE)
    for step in range(1000):
        drain(limiter, ":1.1", now_s=step / 10)
    assert drain(limiter, ":1.2", now_s=100.0) == RATE.burst


def test_calls_in_progress_count_for_the_user_also_when_the_caller_has_left() -> None:
    limiter = Limiter(Rate(calls_per_s=1000.0, burst=1000, pending=3))
    for number in range(USER_SHARE):
        limiter.belongs(f":1.{number}", 1000, 0.0)
        for _ in range(3):
            assert limiter.admit(f":1.{number}", 0.0)
            limiter.began(f":1.{number}")
        limiter.forget(f":1.{number}")
    limiter.belongs(":1.9", 1000, 0.0)
    assert not limiter.admit(":1.9", 0.0)
    for _ in range(3):
        limiter.ended(":1.0")
    assert limiter.admit(":1.9", 0.0)
    assert not limiter.knows(":1.0")


def test_a_long_call_counts_as_several() -> None:
    limiter = Limiter(RATE)
    assert limiter.admit(":1.1", 0.0, 3 * BYTES_PER_CALL)
    assert [limiter.admit(":1.1", 0.0) for _ in range(2)] == [True, False]


def test_the_longest_call_wants_a_rested_caller_and_is_paid_for_later() -> None:
    limiter = Limiter(RATE)
    assert limiter.admit(":1.1", 0.0, 12 * BYTES_PER_CALL)
    assert not limiter.admit(":1.1", 1.0)
    assert limiter.admit(":1.1", 1.125)


def test_the_limits_are_those_that_were_chosen() -> None:
    assert (SENDERS_KEPT, USER_SHARE, BYTES_PER_CALL) == (4096, 4, 4096)
    assert not Rate().is_on
    assert Rate(calls_per_s=0.5).is_on
    assert (Rate().burst, Rate().pending) == (1, 64)


def test_a_refused_call_costs_nothing_and_a_clock_that_stands_gives_nothing() -> None:
    limiter = Limiter(Rate(calls_per_s=1.0, burst=2))
    assert [limiter.admit(":1", 10.0) for _ in range(4)] == [True, True, False, False]
    assert not limiter.admit(":1", 10.9)
    assert limiter.admit(":1", 11.0)
    assert not limiter.admit(":1", 11.0)


@pytest.mark.parametrize(("body_bytes", "calls"), [(0, 8), (4095, 8), (4096, 4), (8191, 4), (8192, 2)])
def test_a_call_counts_by_the_length_of_its_body(body_bytes: int, calls: int) -> None:
    limiter = Limiter(Rate(calls_per_s=1.0, burst=8))
    assert sum(limiter.admit(":1", 0.0, body_bytes) for _ in range(20)) == calls


def test_what_ended_more_often_than_it_began_counts_once() -> None:
    limiter = Limiter(Rate(calls_per_s=1000.0, burst=1000, pending=1))
    limiter.admit(":1", 0.0)
    limiter.ended(":1")
    limiter.began(":1")
    limiter.ended(":1")
    limiter.ended(":1")
    limiter.began(":1")
    assert not limiter.admit(":1", 0.0)
    limiter.ended(":1")
    assert limiter.admit(":1", 0.0)


def test_of_those_kept_the_one_that_rested_longest_goes_unless_it_is_busy_or_excused() -> None:
    limiter = Limiter(Rate(calls_per_s=1.0, burst=1))
    limiter.excuse("excused")
    limiter.admit("busy", 1.0)
    limiter.began("busy")
    limiter.admit("rested", 2.0)
    for number in range(SENDERS_KEPT - 3):
        limiter.admit(f":{number}", 3.0)
    assert len(limiter) == SENDERS_KEPT
    limiter.admit("new", 4.0)
    assert len(limiter) == SENDERS_KEPT
    assert [name for name in ("excused", "busy", "rested", "new") if limiter.knows(name)] == [
        "excused",
        "busy",
        "new",
    ]


def test_on_another_bus_nobody_is_known() -> None:
    limiter = Limiter(Rate(calls_per_s=1.0, burst=1))
    limiter.belongs(":1", 7, 0.0)
    for _ in range(USER_SHARE):
        limiter.belongs(f":{_}", 7, 0.0)
        limiter.admit(f":{_}", 0.0)
    limiter.forget_all()
    assert (len(limiter), limiter.knows(":1")) == (0, False)
    limiter.belongs(":9", 7, 0.0)
    assert limiter.admit(":9", 0.0)


@pytest.mark.parametrize(("calls_per_s", "is_on"), [(-1.0, False), (0.0, False), (0.001, True), (5.0, True)])
def test_only_a_number_above_nothing_limits(calls_per_s: float, is_on: bool) -> None:
    assert Rate(calls_per_s=calls_per_s, burst=3).is_on is is_on
