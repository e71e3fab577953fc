"""Silence after the last word is cut, blocks lose nothing."""

from __future__ import annotations

from array import array

from jarvisd.core.pcm import bytes_for_ms
from jarvisd.tts.pcm import KEPT_TAIL_MS, blocks, ramped, without_tail
from tests.fakes.tts import RATE_HZ, sound_of

LOUD = sound_of("three loud words")
SILENCE = bytes(bytes_for_ms(300, RATE_HZ))


def test_silence_at_the_end_is_cut_to_a_short_tail() -> None:
    assert without_tail(LOUD + SILENCE, RATE_HZ) == LOUD + bytes(bytes_for_ms(KEPT_TAIL_MS, RATE_HZ))


def test_sound_without_silence_stays() -> None:
    assert without_tail(SILENCE + LOUD, RATE_HZ) == SILENCE + LOUD
    assert without_tail(b"", RATE_HZ) == b""


def test_blocks_are_whole_and_in_order() -> None:
    pieces = list(blocks(LOUD[:-10], RATE_HZ, 40))
    assert b"".join(pieces) == LOUD[:-10]
    assert {len(piece) for piece in pieces[:-1]} == {bytes_for_ms(40, RATE_HZ)}


def test_a_change_of_level_makes_no_step() -> None:
    steady = array("h", [10_000] * 640).tobytes()
    for start, end in ((1.0, 0.2), (0.2, 1.0), (0.5, 0.0)):
        levels = array("h", ramped(steady, start, end))
        assert levels[0] == 10_000 * start
        steps = [after - before for before, after in zip(levels, [*levels[1:], round(10_000 * end)], strict=True)]
        assert max(map(abs, steps)) <= 13
