"""A recording in any format that PyAV reads, as 16 kHz 16-bit mono, piece by piece. Blocks.

Only for who runs with the rights of the person that names the file: a unit takes plain PCM alone
(:mod:`jarvisd.audio.adapters.recording`), because readers of media are large and have had many faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.core.pcm import SAMPLE_RATE_HZ


def read_media(path: Path) -> Iterator[bytes]:
    """The sound of the first track; NOT_FOUND for no file, AUDIO_UNREADABLE for one that holds no sound."""
    try:
        import av
    except ImportError as error:
        raise EngineError(f"recordings cannot be read: {error}") from error
    try:
        stream = path.open("rb")
    except OSError as error:
        raise RequestError(f"{path}: {error.strerror}", code=ErrorCode.NOT_FOUND) from error
    has_sound = False
    with stream:
        try:
            # A list of other files or addresses would be followed otherwise.
            with av.open(stream, options={"protocol_whitelist": "none"}) as container:
                if not container.streams.audio:
                    raise _unreadable(path, "there is no sound in it")
                resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
                for frame in container.decode(audio=0):
                    for piece in resampler.resample(frame):
                        has_sound = True
                        yield piece.to_ndarray().tobytes()
                for piece in resampler.resample(None):
                    yield piece.to_ndarray().tobytes()
        except (av.FFmpegError, ValueError, OSError) as error:
            raise _unreadable(path, str(error)) from error
    if not has_sound:
        raise _unreadable(path, "there is no sound in it")


def _unreadable(path: Path, why: str) -> RequestError:
    return RequestError(f"{path} cannot be read: {why}", code=ErrorCode.AUDIO_UNREADABLE)
