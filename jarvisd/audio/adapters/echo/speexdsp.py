"""The echo canceller of libspeexdsp by ctypes: an adaptive filter of a quarter of a second (MDF, Valin 2007)."""

from __future__ import annotations

import ctypes
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.core.pcm import BYTES_PER_SAMPLE, CHUNK_BYTES, SAMPLE_RATE_HZ

LIBRARY = "libspeexdsp.so.1"
FRAME_SAMPLES = 256
"""16 ms: five make a chunk, and a power of two is quick."""
FILTER_SAMPLES = 4096
"""256 ms: what a living room of 0.4 s of reverberation has left behind it is 38 dB down."""
SET_SAMPLING_RATE = 24
"""``SPEEX_ECHO_SET_SAMPLING_RATE`` of ``speex_echo.h``."""
QUALITY = 5
"""Of 10: what is beyond half of the lower rate is 80 dB down (``speex_resampler.h``, "desktop" and better)."""
SPARE_SAMPLES = 8
"""What a stream gives more at once than its rate says, for it holds some back before."""


class SpeexDsp:
    """Cancels in the sound of one microphone."""

    engine = f"speexdsp {FILTER_SAMPLES * 1000 // SAMPLE_RATE_HZ} ms"

    def __init__(self) -> None:
        self._library: Any = None
        self._state: int | None = None

    def load(self) -> None:
        """Open the library; EngineError where it is not installed."""
        library = _library()
        library.speex_echo_state_init.restype = ctypes.c_void_p
        library.speex_echo_state_init.argtypes = [ctypes.c_int, ctypes.c_int]
        library.speex_echo_state_reset.argtypes = library.speex_echo_state_destroy.argtypes = [ctypes.c_void_p]
        library.speex_echo_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
        library.speex_echo_cancellation.argtypes = [ctypes.c_void_p, *[ctypes.c_char_p] * 2, ctypes.c_void_p]
        state = library.speex_echo_state_init(FRAME_SAMPLES, FILTER_SAMPLES)
        if not state:
            raise EngineError("libspeexdsp has no memory for a filter")
        rate_hz = ctypes.c_int(SAMPLE_RATE_HZ)
        library.speex_echo_ctl(state, SET_SAMPLING_RATE, ctypes.byref(rate_hz))
        self._library, self._state = library, state

    def cancel(self, near: bytes, far: bytes) -> bytes:
        """``near`` without what it holds of ``far``."""
        if len(near) != CHUNK_BYTES or len(far) != CHUNK_BYTES:
            raise EngineError("the canceller takes whole chunks")
        frame_bytes = 2 * FRAME_SAMPLES
        out = ctypes.create_string_buffer(frame_bytes)
        cleaned = bytearray()
        for start in range(0, CHUNK_BYTES, frame_bytes):
            end = start + frame_bytes
            self._library.speex_echo_cancellation(self._state, near[start:end], far[start:end], out)
            cleaned += out.raw
        return bytes(cleaned)

    def reset(self) -> None:
        """Forget the room."""
        self._library.speex_echo_state_reset(self._state)

    def __del__(self) -> None:
        if self._state is not None:
            self._library.speex_echo_state_destroy(self._state)


class SpeexResampler:
    """The resampler of the same library, a windowed sinc; loaded with its first stream."""

    def __init__(self) -> None:
        self._library: Any = None
        self._state: int | None = None
        self._rate_hz = SAMPLE_RATE_HZ

    def begin(self, rate_hz: int) -> None:
        """A stream of that rate begins; EngineError where the library is not installed."""
        self._end()
        self._rate_hz = rate_hz
        if rate_hz == SAMPLE_RATE_HZ:
            return
        if self._library is None:
            self._library = _resampling(_library())
        fault = ctypes.c_int(0)
        state = self._library.speex_resampler_init(1, rate_hz, SAMPLE_RATE_HZ, QUALITY, ctypes.byref(fault))
        if not state:
            raise EngineError(
                f"libspeexdsp does not resample {rate_hz} Hz: {fault.value}", code=ErrorCode.ECHO_GONE
            )
        self._library.speex_resampler_skip_zeros(state)
        self._state = state

    def take(self, pcm: bytes) -> bytes:
        """The next of it at 16 kHz."""
        if self._state is None:
            return pcm
        count = len(pcm) // BYTES_PER_SAMPLE
        room = count * SAMPLE_RATE_HZ // self._rate_hz + SPARE_SAMPLES
        out = ctypes.create_string_buffer(BYTES_PER_SAMPLE * room)
        taken, made = ctypes.c_uint32(count), ctypes.c_uint32(room)
        self._library.speex_resampler_process_int(
            self._state, 0, pcm, ctypes.byref(taken), out, ctypes.byref(made)
        )
        if taken.value != count:
            raise EngineError(f"libspeexdsp resampled {taken.value} of {count} samples", code=ErrorCode.ECHO_GONE)
        return out.raw[: BYTES_PER_SAMPLE * made.value]

    def _end(self) -> None:
        if self._state is not None:
            self._library.speex_resampler_destroy(self._state)
            self._state = None

    def __del__(self) -> None:
        self._end()


def _library() -> Any:
    try:
        return ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise EngineError(f"the package libspeexdsp1 is missing: {error}", code=ErrorCode.ECHO_GONE) from error


def _resampling(library: Any) -> Any:
    number = ctypes.POINTER(ctypes.c_uint32)
    library.speex_resampler_init.restype = ctypes.c_void_p
    library.speex_resampler_init.argtypes = [*[ctypes.c_uint32] * 3, ctypes.c_int, ctypes.c_void_p]
    library.speex_resampler_skip_zeros.argtypes = library.speex_resampler_destroy.argtypes = [ctypes.c_void_p]
    library.speex_resampler_process_int.argtypes = [
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, number, ctypes.c_void_p, number)
    ]
    return library
