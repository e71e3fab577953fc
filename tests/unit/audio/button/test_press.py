"""Short and held presses, by moves and the time between them."""

from __future__ import annotations

from jarvisd.audio.button.press import KeyMove, Press, PressRule

S = 1_000_000


def test_what_is_let_go_in_time_is_short_and_nothing_else_follows() -> None:
    rule = PressRule(hold_ms=800)
    assert rule.left_s(0) is None
    assert rule.moved(KeyMove(True, 5 * S), now_us=S) is None
    assert rule.left_s(S + 300_000) == 0.5
    assert rule.passed(S + 799_000) is None
    assert rule.moved(KeyMove(False, 5 * S + 400_000), now_us=S + 400_000) is Press.SHORT
    assert (rule.left_s(9 * S), rule.passed(9 * S)) == (None, None)


def test_what_is_held_is_told_while_it_is_down_and_once() -> None:
    rule = PressRule(hold_ms=800)
    rule.moved(KeyMove(True, 0), now_us=S)
    assert rule.passed(S + 800_000) is Press.HELD
    assert rule.passed(9 * S) is None
    assert rule.moved(KeyMove(False, 9 * S), now_us=10 * S) is None
    rule.moved(KeyMove(True, 20 * S), now_us=20 * S)
    assert rule.moved(KeyMove(False, 20 * S + 1), now_us=20 * S) is Press.SHORT


def test_moves_that_are_read_late_are_as_long_as_they_were() -> None:
    """A machine that stalls makes no short press long, nor a long one short."""
    rule = PressRule(hold_ms=800)
    rule.moved(KeyMove(True, 0), now_us=9 * S)
    assert rule.moved(KeyMove(False, 200_000), now_us=9 * S) is Press.SHORT
    rule.moved(KeyMove(True, S), now_us=9 * S)
    assert rule.moved(KeyMove(False, 2 * S), now_us=9 * S) is Press.HELD


def test_a_button_that_was_down_before_ends_no_press() -> None:
    rule = PressRule(hold_ms=800)
    assert rule.moved(KeyMove(False, S), now_us=S) is None
    rule.moved(KeyMove(True, 2 * S), now_us=2 * S)
    assert rule.moved(KeyMove(True, 2 * S + 700_000), now_us=2 * S + 700_000) is None
    assert rule.passed(2 * S + 800_000) is Press.HELD
