"""Engines for many recordings in one process: the real one loaded once, and stand-ins for what plays no role.

Named in the configuration of a measurement, as anybody's engines are: ``bench.ears.engines:transcriber``.
"""

from __future__ import annotations

from jarvisd.audio.app import LANGUAGE, STT_ENGINES, TURN_ENGINES, WAKE_ENGINES
from jarvisd.audio.ports import Transcriber, Transcription, TurnDetector, WakeDetector
from jarvisd.runtime.service import Runtime


class LoadedOnce:
    """A transcriber that stays loaded from one recording to the next."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._is_loaded = False

    @property
    def engine(self) -> str:
        return self._transcriber.engine

    def load(self) -> None:
        if not self._is_loaded:
            self._transcriber.load()
            self._is_loaded = True

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        return self._transcriber.transcribe(pcm, example)


class WakeLoadedOnce:
    """A wake model that stays loaded from one recording to the next, and forgets the last one."""

    def __init__(self, wake: WakeDetector) -> None:
        self._wake = wake
        self._is_loaded = False

    @property
    def engine(self) -> str:
        return self._wake.engine

    @property
    def needs_verification(self) -> bool:
        return self._wake.needs_verification

    def load(self) -> None:
        if self._is_loaded:
            self._wake.reset()
        else:
            self._wake.load()
            self._is_loaded = True

    def score(self, pcm: bytes) -> float:
        return self._wake.score(pcm)

    def reset(self) -> None:
        self._wake.reset()


class TurnLoadedOnce:
    """A turn model that stays loaded from one recording to the next."""

    def __init__(self, turns: TurnDetector) -> None:
        self._turns = turns
        self._is_loaded = False

    @property
    def engine(self) -> str:
        return self._turns.engine

    def load(self) -> None:
        if not self._is_loaded:
            self._turns.load()
            self._is_loaded = True

    def finished(self, pcm: bytes) -> float:
        return self._turns.finished(pcm)


class Deaf:
    """Never hears the wake word: where a recording is listened to without it."""

    engine = "none"
    needs_verification = False

    def load(self) -> None:
        return None

    def score(self, pcm: bytes) -> float:
        return 0.0

    def reset(self) -> None:
        return None


class Wordless:
    """Says at once that something was said: for rules that do not look at words, where those would cost hours."""

    engine = "none"

    def load(self) -> None:
        return None

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        return Transcription("something", 1.0)


class VerifiesOnly:
    """Transcribes wake words that are in doubt, and says of requests only that something was said."""

    engine = "whisper for wake words"

    def __init__(self, transcriber: LoadedOnce) -> None:
        self._transcriber = transcriber

    def load(self) -> None:
        self._transcriber.load()

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        if example == LANGUAGE.wake_phrase.confusions():
            return self._transcriber.transcribe(pcm, example)
        return Transcription("something", 1.0)


_LOADED: dict[str, LoadedOnce] = {}
_WAKE: dict[str, WakeLoadedOnce] = {}
_TURNS: dict[str, TurnLoadedOnce] = {}


def transcriber(runtime: Runtime) -> LoadedOnce:
    """That of the suite."""
    if "whisper" not in _LOADED:
        _LOADED["whisper"] = LoadedOnce(STT_ENGINES["whisper"](runtime))
    return _LOADED["whisper"]


def wake(runtime: Runtime) -> WakeLoadedOnce:
    """That of the suite."""
    return _wake("openwakeword", runtime)


def micro(runtime: Runtime) -> WakeLoadedOnce:
    """The one whose licence asks nothing."""
    return _wake("micro", runtime)


def _wake(name: str, runtime: Runtime) -> WakeLoadedOnce:
    if name not in _WAKE:
        _WAKE[name] = WakeLoadedOnce(WAKE_ENGINES[name](runtime))
    return _WAKE[name]


def turns(runtime: Runtime) -> TurnLoadedOnce:
    """That of the suite."""
    if "smart-turn" not in _TURNS:
        _TURNS["smart-turn"] = TurnLoadedOnce(TURN_ENGINES["smart-turn"](runtime))
    return _TURNS["smart-turn"]


def verifier(runtime: Runtime) -> VerifiesOnly:
    return VerifiesOnly(transcriber(runtime))


def deaf(runtime: Runtime) -> Deaf:
    return Deaf()


def wordless(runtime: Runtime) -> Wordless:
    return Wordless()
