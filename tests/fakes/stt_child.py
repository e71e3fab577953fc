"""A stand-in for the process that holds faster-whisper: the real desk over a transcriber of scripted sound.

"die" ends the process as a native fault does, "odd" is an error that nobody expects, "hang" never answers, "long"
is at work until nobody wants it; told "stt" by :mod:`tests.fakes.orders` it is at work for as long as that holds,
and told "slow" the model called "better" takes longer than it may. A model called "corrupt" is refused.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path

from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.adapters.whisper_child import main
from jarvisd.audio.ports import Transcription
from jarvisd.core.errors import EngineError, ErrorCode
from tests.fakes.audio import ScriptedTranscriber
from tests.fakes.orders import is_held, while_held

LOOK_S = 0.01
SLOW_S = 3.5


class Scripted(ScriptedTranscriber):
    def __init__(
        self,
        name: str,
        locate: Callable[[], Path],
        settings: WhisperSettings,
        is_unwanted: Callable[[], bool],
    ) -> None:
        super().__init__()
        self.engine = f"scripted {name}"
        self._is_unwanted = is_unwanted
        if name == "corrupt":
            self.failure = EngineError("no magic", code=ErrorCode.MODEL_CORRUPT)

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        said = super().transcribe(pcm, example)
        while_held("stt")
        if is_held("slow") and self.engine == "scripted better":
            threading.Event().wait(SLOW_S)
        if "odd" in said.text:
            raise LookupError("nobody expects it")
        if "die" in said.text:
            signal.raise_signal(signal.SIGSEGV)
        while "hang" in said.text or ("long" in said.text and not self._is_unwanted()):
            threading.Event().wait(LOOK_S)
        if self._is_unwanted():
            raise EngineError("nobody wants it", code=ErrorCode.CANCELLED)
        return said


if __name__ == "__main__":
    main(Scripted)
