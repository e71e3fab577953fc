"""What ``jarvisctl doctor`` finds of the wake words of the settings: each is loaded and tried, as by the ear."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.audio.adapters.wake.speech_features import SpeechFeatures
from jarvisd.audio.adapters.wake.word_file import WakeWordFile
from jarvisd.cli.diagnosis import Diagnosis
from jarvisd.config.schema import Config
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.models.store import ModelStore, load_manifest


def word_findings(config: Config) -> Sequence[Diagnosis]:
    """A finding for each word."""
    store = ModelStore(config.paths.models_dir, load_manifest())
    features = SpeechFeatures(lambda: store.require(config.wake.model))
    findings = []
    for word in config.wake_words:
        what = f'wake word "{word.phrase}"'
        try:
            WakeWordFile(word.phrase, word.model, features).load()
            findings.append(Diagnosis(what, str(word.model)))
        except JarvisError as error:
            is_own = error.code is ErrorCode.WAKE_WORD_UNUSABLE
            detail = error.message.removeprefix(f"{what}: ") if is_own else error.message
            findings.append(Diagnosis(what, detail, error.code))
    return findings
