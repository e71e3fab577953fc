"""Sentences that never change are synthesised once; nothing that anybody said is ever kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jarvisd.config.voice import Tts
from jarvisd.core.errors import EngineError
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.sentences.fixed import fixed_sentences
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.phrase_files import PhraseFiles
from jarvisd.tts.phrases.phrase_cache import CachedSynthesizer
from jarvisd.tts.ports import Speech
from jarvisd.tts.utterance import engine_chunks
from tests.fakes.tts import RATE_HZ, ScriptedSynthesizer, sound_of

OKAY, SECRET = "Okay.", "Your appointment with Dr. Miller is at noon."


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.close()


class Desk:
    """A cache on real files around a scripted voice."""

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        limit_bytes: int = 1_000_000,
        inner: ScriptedSynthesizer | None = None,
    ) -> None:
        self.folder = folder / "phrases"
        self.inner = inner or ScriptedSynthesizer()
        self.voice = "joe"
        self.settings = Tts()
        self.files = PhraseFiles(self.folder, workers, limit_bytes)
        self.cached = CachedSynthesizer(
            self.inner, self.files, [OKAY, "Done.", "That did not work."], self.settings, lambda: self.voice
        )

    def kept(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.exists() else []


async def test_a_phrase_is_made_once_also_over_a_restart(tmp_path: Path, workers: Workers) -> None:
    desk = Desk(tmp_path, workers)
    assert await desk.cached.synthesize(OKAY) == Speech(sound_of(OKAY), RATE_HZ)
    assert await desk.cached.synthesize(OKAY) == Speech(sound_of(OKAY), RATE_HZ)
    again = Desk(tmp_path, workers)
    assert await again.cached.synthesize(OKAY) == Speech(sound_of(OKAY), RATE_HZ)
    assert (desk.inner.made, again.inner.made) == ([OKAY], [])


async def test_nothing_else_is_ever_kept(tmp_path: Path, workers: Workers) -> None:
    """What is said of somebody stays out of the files, whoever asks for it and however often."""
    desk = Desk(tmp_path, workers)
    for _ in range(3):
        await desk.cached.synthesize(SECRET)
    assert (desk.inner.made, desk.kept()) == ([SECRET] * 3, [])


async def test_another_voice_speed_or_loudness_is_another_sound(tmp_path: Path, workers: Workers) -> None:
    desk = Desk(tmp_path, workers)
    names = {desk.cached.name_of(OKAY), desk.cached.name_of("Done.")}
    desk.cached.reconfigure(replace(desk.settings, length_scale=1.2))
    names.add(desk.cached.name_of(OKAY))
    desk.cached.reconfigure(replace(desk.settings, volume=0.5))
    names.add(desk.cached.name_of(OKAY))
    desk.voice = "amy"
    names.add(desk.cached.name_of(OKAY))
    assert len(names) == 5


async def test_a_setting_that_changes_meanwhile_keeps_nothing_under_a_wrong_name(
    tmp_path: Path, workers: Workers
) -> None:
    class Interrupted(ScriptedSynthesizer):
        async def synthesize(self, text: str) -> Speech:
            desk.cached.reconfigure(replace(desk.settings, length_scale=2.0))
            return await super().synthesize(text)

    desk = Desk(tmp_path, workers, inner=Interrupted())
    await desk.cached.synthesize(OKAY)
    assert desk.kept() == []


@pytest.mark.parametrize("damage", [b"", b"JVP1", b"x" * 500])
async def test_a_damaged_file_is_made_anew(tmp_path: Path, workers: Workers, damage: bytes) -> None:
    desk = Desk(tmp_path, workers)
    await desk.cached.synthesize(OKAY)
    [path] = desk.kept()
    whole = path.read_bytes()
    for data in (damage, whole[:-1], whole[:20] + b"\x01" + whole[21:]):
        path.write_bytes(data)
        assert await desk.cached.synthesize(OKAY) == Speech(sound_of(OKAY), RATE_HZ)
    assert path.read_bytes() == whole


async def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, workers: Workers) -> None:
    size = len(sound_of("That did not work."))
    desk = Desk(tmp_path, workers, limit_bytes=2 * size)
    for text in (OKAY, "Done.", OKAY, "That did not work."):
        await desk.cached.synthesize(text)
    assert sum(path.stat().st_size for path in desk.kept()) <= 2 * size
    desk.inner.made.clear()
    await desk.cached.synthesize("That did not work.")
    assert desk.inner.made == []


async def test_a_disk_that_takes_nothing_costs_only_time(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "phrases").write_text("in the way")
    desk = Desk(tmp_path, workers)
    assert await desk.cached.synthesize(OKAY) == Speech(sound_of(OKAY), RATE_HZ)
    desk.inner.failure = EngineError("broken")
    with pytest.raises(EngineError):
        await desk.cached.synthesize(OKAY)


def test_fixed_sentences_are_many_and_all_can_be_spoken() -> None:
    sentences = fixed_sentences()
    assert len(sentences) == len(set(sentences)) > 60
    assert {"Okay.", "Done."} <= set(sentences)
    clauses = [engine_chunks(text, ENGLISH.speech) for text in sentences]
    assert all(clauses)
