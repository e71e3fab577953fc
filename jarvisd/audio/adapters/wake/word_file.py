"""A wake word by the file of somebody's own model: which kind it is is told by its name and by what it takes."""

from __future__ import annotations

from pathlib import Path

from jarvisd.audio.adapters.wake.micro_manifest import read_manifest
from jarvisd.audio.adapters.wake.microwakeword import MicroWakeWord
from jarvisd.audio.adapters.wake.openwakeword import OpenWakeWord, is_head
from jarvisd.audio.adapters.wake.speech_features import SpeechFeatures
from jarvisd.audio.adapters.wake.tflite import load_tried
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError


class WakeWordFile:
    """``features`` are what models of openWakeWord look at."""

    def __init__(
        self, phrase: str, path: Path, features: SpeechFeatures, *, needs_verification: bool = False
    ) -> None:
        self.needs_verification = needs_verification
        self._phrase = phrase
        self._path = path
        self._features = features
        self._detector: OpenWakeWord | MicroWakeWord | None = None

    @property
    def engine(self) -> str:
        """Name, version and file."""
        return self._detector.engine if self._detector is not None else str(self._path)

    def load(self) -> None:
        """Load and try the model: WAKE_WORD_UNUSABLE when that cannot be.

        And for models of openWakeWord whatever keeps the features from being computed.
        """
        if self._path.suffix == ".onnx":
            self._features.load()
        try:
            self._detector = self._made()
        except JarvisError as error:
            if error.code not in (ErrorCode.MODEL_MISSING, ErrorCode.MODEL_CORRUPT):
                raise
            text = f'wake word "{self._phrase}": {error.message}'
            raise EngineError(text, code=ErrorCode.WAKE_WORD_UNUSABLE) from error

    def score(self, pcm: bytes) -> float:
        """How sure it is that the phrase ended in these 80 ms."""
        return self._detector.score(pcm) if self._detector is not None else 0.0

    def reset(self) -> None:
        """Forget what was heard."""
        if self._detector is not None:
            self._detector.reset()

    def _made(self) -> OpenWakeWord | MicroWakeWord:
        name = self._path.name
        if self._path.suffix == ".onnx":
            detector = OpenWakeWord(name, lambda: self._path, self._features)
            detector.load()
            return detector
        path, manifest = read_manifest(self._path)
        model = load_tried(path)
        if is_head(model.input.shape):
            detector = OpenWakeWord(name, lambda: path, self._features)
            detector.use_tried(path, model)
            return detector
        micro = MicroWakeWord(name, lambda: path)
        micro.use_tried(path, model, manifest)
        return micro
