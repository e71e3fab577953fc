"""Whether somebody speaks while we do, by level: our own voice comes from one loudspeaker, as loud as ever. Pure.

Nothing here takes sound out of sound. What is louder than our own voice has been in this room is somebody else;
who is quieter than it is not found. To be wrong is harmless: the voice is quieter for a moment.
"""

from __future__ import annotations

import math
from collections import deque

from jarvisd.audio.speech.noise_floor import power_of
from jarvisd.audio.speech.utterance import VadChunk
from jarvisd.core.pcm import CHUNK_MS

OVER_DB = 1.5
"""So much louder than the loudest of our own voice, of late. With 1 our own was taken for somebody twice a minute,
with 2.5 only one in twelve who were as loud as it was noticed (``bench/ears/over.py``)."""
ONSET_CHUNKS, ONSET_OF = 3, 4
"""Chosen: 240 ms within 320 are a syllable or two; a clatter is over sooner."""
LEARNED_CHUNKS, LEARNED_OF = 8, 25
"""Chosen: its level is known after 640 ms of it, or where so little is heard of it, after two seconds."""
FADE_DB_A_CHUNK = 0.04
"""Chosen: in half a minute of our voice a level that was too high by 15 dB is forgotten."""
QUIET_MS = 560
"""So long after the last loud sound they have ended. Chosen: longer than the pauses between words."""
LONGEST_MS = 5000
"""Chosen: what lasts longer is a broadcast, or our own voice in spite of all; that is its level from now on."""
RISE_DB = 3.0
"""Chosen: where our own voice has become louder, it is taken for somebody's three or four times at most."""


class TalkOver:
    """Takes every chunk; ``is_speaking`` tells whether somebody talks over us."""

    def __init__(self) -> None:
        self._own_db: float | None = None
        """How loud the loudest of our own voice was, of late."""
        self._voiced = self._taken = 0
        self._loudest_db = 0.0
        self._over: deque[bool] = deque(maxlen=ONSET_OF)
        self._lasts_ms = 0
        self._quiet_ms = 0
        self.is_speaking = False

    def hear(self, heard: VadChunk, *, own_sounds: bool) -> bool:
        """Take the next chunk, with whether we speak; whether ``is_speaking`` is another one since."""
        if not own_sounds:
            return self._end()
        level_db = 10 * math.log10(1 + power_of(heard.chunk.pcm))
        is_voiced = any(heard.voiced)
        is_over = is_voiced and self._own_db is not None and level_db >= self._own_db + OVER_DB
        if self.is_speaking:
            return self._goes_on(level_db, is_over)
        self._over.append(is_over)
        if sum(self._over) >= ONSET_CHUNKS:
            self.is_speaking, self._lasts_ms, self._quiet_ms, self._loudest_db = True, 0, 0, level_db
            return True
        if not is_over:
            self._learn(level_db, is_voiced)
        return False

    def was_own(self) -> bool:
        """What was heard just now were our own words; whether ``is_speaking`` is another one since."""
        if self.is_speaking:
            self._own_db = self._loudest_db
        return self._end()

    def rest(self) -> bool:
        """Nothing is heard any more; whether ``is_speaking`` is another one since."""
        return self._end()

    def _goes_on(self, level_db: float, is_over: bool) -> bool:
        self._lasts_ms += CHUNK_MS
        self._quiet_ms = 0 if is_over else self._quiet_ms + CHUNK_MS
        self._loudest_db = max(self._loudest_db, level_db)
        if self._lasts_ms >= LONGEST_MS:
            return self.was_own()
        if self._quiet_ms < QUIET_MS:
            return False
        # Our own voice has become quieter by then, so that it ends in this way too.
        self._own_db = min(self._loudest_db, (self._own_db or 0.0) + RISE_DB)
        return self._end()

    def _learn(self, level_db: float, is_voiced: bool) -> None:
        """By the loudest: who speaks over it is told by what it never was."""
        if self._own_db is not None:
            self._own_db = max(level_db, self._own_db - FADE_DB_A_CHUNK)
            return
        self._taken, self._voiced = self._taken + 1, self._voiced + is_voiced
        self._loudest_db = max(self._loudest_db, level_db)
        if self._voiced >= LEARNED_CHUNKS or self._taken >= LEARNED_OF:
            self._own_db = self._loudest_db

    def _end(self) -> bool:
        was_speaking, self.is_speaking = self.is_speaking, False
        self._over.clear()
        return was_speaking
