"""The real canceller in simulated rooms: our own voice is taken out, what others say stays, however late it is."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from jarvisd.audio.adapters.echo.alignment import PhaseCorrelation
from jarvisd.audio.adapters.echo.speexdsp import SpeexDsp
from jarvisd.audio.own_voice.echo_stage import EchoStage, PlayedOnce, power
from jarvisd.core.errors import EngineError
from jarvisd.core.pcm import CHUNK_BYTES, CHUNK_MS, SAMPLE_RATE_HZ, AudioChunk

Sound = npt.NDArray[np.float64]
FIGURE_DB = 15.0


def voice(seconds: float, seed: int) -> Sound:
    """As loud and as coloured as speech, with its syllables; no transcriber is asked about it."""
    chance = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE_HZ)
    time_s = np.arange(count) / SAMPLE_RATE_HZ
    noise = chance.normal(size=count)
    coloured = np.convolve(noise, 0.85 ** np.arange(40), "same")
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * time_s) + 0.4 * np.sin(2 * np.pi * 0.7 * time_s + seed), 0, None)
    return np.asarray(2500 * coloured * syllables / coloured.std(), float)


def in_a_room(played: Sound, lag: int, level_db: float, drift: float = 0.0) -> Sound:
    """What a microphone takes of it, beside a little noise: an exponential decay of 0.3 s."""
    chance = np.random.default_rng(5)
    count = round(0.3 * SAMPLE_RATE_HZ)
    room = chance.normal(size=count) * 10 ** (-3 * np.arange(count) / count) * 0.1
    room[0] = 1.0
    size = 1 << (len(played) + count).bit_length()
    echo = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(room / math.sqrt((room**2).sum()), size), size)
    late = np.concatenate([np.zeros(lag), echo])[: len(played)] * 10 ** (level_db / 20)
    if drift:
        at = np.arange(len(late))
        late = np.interp(at * (1 - drift), at, late)
    return np.asarray(late + chance.normal(0, 10, len(late)))


def pcm_of(sound: Sound) -> bytes:
    return bytes(np.clip(np.rint(sound), -32768, 32767).astype("<i2").tobytes())


def cleaned(taken: Sound, played: Sound, told_lag: int, lost_at: int = -1) -> tuple[bytes, float | None]:
    """The microphone's sound behind the canceller, and what it says of itself."""
    canceller = SpeexDsp()
    canceller.load()
    stage = EchoStage(canceller, PhaseCorrelation(), PlayedOnce(pcm_of(played), 0), told_lag)
    pcm = pcm_of(taken)
    starts = range(0, len(pcm) - CHUNK_BYTES + 1, CHUNK_BYTES)
    chunks = [
        AudioChunk(pcm[start : start + CHUNK_BYTES], number * CHUNK_MS * 1000, 80.0 * (number == lost_at))
        for number, start in enumerate(starts)
    ]
    return b"".join(stage.clean(chunk).pcm for chunk in chunks), stage.reduction_db


def reduction_db(before: Sound, after: bytes, since_s: float, until_s: float) -> float:
    first, last = (round(second * SAMPLE_RATE_HZ) for second in (since_s, until_s))
    return 10 * math.log10(power(pcm_of(before[first:last])) / power(after[2 * first : 2 * last]))


@pytest.mark.parametrize(("lag", "told_lag", "level_db"), [(800, 800, 0.0), (7000, 0, -10.0), (3000, 9000, -20.0)])
def test_our_own_voice_is_taken_out_however_late_it_is(lag: int, told_lag: int, level_db: float) -> None:
    played = voice(8, seed=1)
    taken = in_a_room(played, lag, level_db)
    after, told_db = cleaned(taken, played, told_lag)
    assert reduction_db(taken, after, 3, 7.9) >= FIGURE_DB
    assert told_db is not None
    assert told_db >= FIGURE_DB


def test_after_a_jump_it_is_found_again() -> None:
    played = voice(11, seed=2)
    taken = in_a_room(played, 1000, -5)
    jump = 4 * SAMPLE_RATE_HZ
    taken[jump:] = in_a_room(played, 6000, -5)[jump:]
    after, _ = cleaned(taken, played, 1000)
    assert reduction_db(taken, after, 9, 10.9) >= FIGURE_DB


@pytest.mark.parametrize(("seed", "drift", "lag", "level_db"), [(21, 100e-6, 1500, -5), (22, -100e-6, 4000, -12)])
def test_two_clocks_that_drift_apart_are_followed(seed: int, drift: float, lag: int, level_db: float) -> None:
    """From the fifth second on as well as without drift; as a median the beginnings included."""
    played = voice(11, seed)
    taken = in_a_room(played, lag, level_db, drift)
    after, told_db = cleaned(taken, played, lag + 400)
    assert reduction_db(taken, after, 4, 6) >= 20
    assert told_db is not None
    assert told_db >= FIGURE_DB


def test_what_others_say_stays_and_silence_is_not_touched() -> None:
    """Measured: 21 to 36 dB are left between what others say and what is not of them."""
    since = 5 * SAMPLE_RATE_HZ
    played, other = voice(7, seed=4), voice(7, seed=5)
    other[:since] = 0
    after, _ = cleaned(in_a_room(played, 1500, -5) + other, played, 1500)
    kept = np.frombuffer(after, "<i2")[since:].astype(float)
    # The library turns the phase of low tones, for everybody alike.
    alone = SpeexDsp()
    alone.load()
    pcm = pcm_of(other)
    starts = range(0, len(after), CHUNK_BYTES)
    passed = b"".join(alone.cancel(pcm[start : start + CHUNK_BYTES], bytes(CHUNK_BYTES)) for start in starts)
    theirs = np.frombuffer(passed, "<i2")[since:].astype(float)
    assert 10 * math.log10((theirs**2).mean() / ((kept - theirs) ** 2).mean()) > FIGURE_DB
    untouched, told_db = cleaned(other, np.zeros(len(other)), 0)
    assert (untouched, told_db) == (pcm_of(other)[: len(untouched)], None)


def test_sound_that_was_lost_makes_it_learn_anew() -> None:
    played = voice(4.2, seed=6)
    taken = in_a_room(played, 800, -5)
    whole, _ = cleaned(taken, played, 800)
    after, _ = cleaned(taken, played, 800, lost_at=50)
    assert reduction_db(taken, after, 4.0, 4.08) < reduction_db(taken, whole, 4.0, 4.08)


def test_half_a_chunk_is_refused() -> None:
    canceller = SpeexDsp()
    canceller.load()
    with pytest.raises(EngineError):
        canceller.cancel(bytes(CHUNK_BYTES), bytes(CHUNK_BYTES - 2))


@pytest.mark.parametrize("start", [100.0, 100.25, 100.5])
def test_sound_is_set_off_by_parts_of_a_sample(start: float) -> None:
    at = np.arange(2000)
    tone = 8000 * np.sin(2 * np.pi * 3000 / SAMPLE_RATE_HZ * at)
    wanted = 8000 * np.sin(2 * np.pi * 3000 / SAMPLE_RATE_HZ * (start + at[:1280]))
    found = np.frombuffer(PhaseCorrelation().shifted(pcm_of(tone), start, 1.0, 1280), "<i2")
    assert np.abs(found - wanted).max() < 80


@pytest.mark.parametrize("lag", [1000.0, 1000.25, 1000.5, 1000.75])
def test_the_lag_is_found_to_parts_of_a_sample(lag: float) -> None:
    """Drift of clocks shows in it long before it is a sample."""
    played = pcm_of(voice(3, seed=7))
    near = PhaseCorrelation().shifted(played, -lag, 1.0, 3 * SAMPLE_RATE_HZ)
    found = PhaseCorrelation().lag(near, bytes(4 * SAMPLE_RATE_HZ) + played)
    assert found.samples == pytest.approx(lag, abs=0.2)
