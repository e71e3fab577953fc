"""The wake model looks only around sound that could be speech, and then sees all of it (idle cost, A1)."""

from __future__ import annotations

from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.audio.wake.vad_gate import BACKLOG_MS, HOLD_MS, VadGate
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, AudioChunk


def heard(number: int, *, loud: bool = False) -> VadChunk:
    return VadChunk(AudioChunk(bytes(CHUNK_BYTES), number * CHUNK_MS * 1000), (loud,) * 4, loud)


def numbers(pieces: list[VadChunk]) -> list[int]:
    return [piece.chunk.began_us // 1000 // CHUNK_MS for piece in pieces]


def test_quiet_is_never_scored() -> None:
    gate = VadGate()
    assert all(gate.push(heard(number)) == [] for number in range(500))


def test_the_first_sound_brings_the_backlog_with_it_once() -> None:
    gate = VadGate()
    for number in range(100):
        gate.push(heard(number))
    backlog = BACKLOG_MS // CHUNK_MS
    assert numbers(gate.push(heard(100, loud=True))) == list(range(101 - backlog, 101))
    assert numbers(gate.push(heard(101))) == [101]


def test_every_chunk_is_scored_until_the_hold_is_over_and_none_is_skipped_or_repeated() -> None:
    gate = VadGate()
    scored: list[int] = []
    loud = {3, 4, 40, 41, 60, 200}
    for number in range(300):
        scored += numbers(gate.push(heard(number, loud=number in loud)))
    assert scored == sorted(set(scored))
    hold = HOLD_MS // CHUNK_MS
    assert {n for n in range(300) for start in loud if start <= n < start + hold} <= set(scored)
    assert 150 not in scored


def test_without_the_gate_everything_is_scored() -> None:
    gate = VadGate(is_gated=False)
    assert sum(len(gate.push(heard(number))) for number in range(300)) == 300


def test_recent_rounds_up_to_chunks_and_clear_forgets() -> None:
    gate = VadGate()
    for number in range(10):
        gate.keep(heard(number))
    assert numbers(gate.recent(500)) == list(range(3, 10))
    assert gate.recent(0) == []
    gate.clear()
    assert gate.recent(500) == []
    assert numbers(gate.push(heard(20, loud=True))) == [20]
