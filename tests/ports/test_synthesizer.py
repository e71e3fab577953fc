"""Every synthesizer turns a chunk of text into sound, and says so when it cannot."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jarvisd.config.schema import Tts
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.pcm import duration_ms
from jarvisd.models.manifest import Purpose
from jarvisd.models.store import ModelState, ModelStore, load_manifest
from jarvisd.runtime.workers import Workers
from jarvisd.tts.adapters.piper import PiperSynthesizer
from jarvisd.tts.ports import Speech, Synthesizer
from tests.fakes.tts import ScriptedSynthesizer

real = pytest.mark.real


@pytest.fixture
def models() -> Path:
    folder = os.environ.get("JARVISD_MODELS", "")
    if not folder:
        pytest.skip("JARVISD_MODELS does not name the folder of the models; 'make test' does")
    return Path(folder)


@pytest.fixture(params=["scripted", pytest.param("piper", marks=real)])
async def synthesizer(request: pytest.FixtureRequest, workers: Workers) -> AsyncIterator[Synthesizer]:
    made: Synthesizer
    if request.param == "scripted":
        made = ScriptedSynthesizer()
    else:
        made = PiperSynthesizer(Tts(), request.getfixturevalue("models"), workers)
    yield made
    await made.close()
    await made.close()


def length_ms(speech: Speech) -> float:
    return duration_ms(speech.pcm, speech.rate_hz)


async def test_a_sentence_becomes_sound(synthesizer: Synthesizer) -> None:
    """Without a load before it: the first use loads."""
    speech = await synthesizer.synthesize("I found three files.")
    assert speech.rate_hz >= 8000
    assert 200 < length_ms(speech) < 5000
    assert len(speech.pcm) % 2 == 0


async def test_longer_text_takes_longer(synthesizer: Synthesizer) -> None:
    await synthesizer.load()
    await synthesizer.load()
    short = await synthesizer.synthesize("Yes.")
    long = await synthesizer.synthesize("Yes, and there is a good deal more that I could say about it.")
    assert length_ms(long) > 2 * length_ms(short)


async def test_nothing_to_pronounce_is_silence(synthesizer: Synthesizer) -> None:
    assert (await synthesizer.synthesize("...")).pcm == b""


@real
async def test_the_engine_names_version_and_voice(models: Path, workers: Workers) -> None:
    engine = PiperSynthesizer(Tts(), models, workers).engine
    assert engine.startswith("piper-tts ")
    assert engine.endswith(" piper-joe")


@real
async def test_settings_reach_the_voice(models: Path, workers: Workers) -> None:
    """tts.length_scale slows speech down, tts.volume lowers its peak."""
    text = "This is the same sentence."
    usual = await PiperSynthesizer(Tts(), models, workers).synthesize(text)
    slow = await PiperSynthesizer(Tts(length_scale=2.0, volume=0.25), models, workers).synthesize(text)
    assert length_ms(slow) > 1.4 * length_ms(usual)
    assert max(memoryview(slow.pcm).cast("h")) < 0.3 * 32767 < max(memoryview(usual.pcm).cast("h"))


@real
async def test_a_missing_voice_is_named(tmp_path: Path, workers: Workers) -> None:
    with pytest.raises(JarvisError) as caught:
        await PiperSynthesizer(Tts(), tmp_path, workers).load()
    assert caught.value.code is ErrorCode.MODEL_MISSING
    assert "piper-joe" in caught.value.message


@real
@pytest.mark.parametrize("suffix", [".onnx", ".onnx.json"])
async def test_a_damaged_voice_is_named(models: Path, tmp_path: Path, workers: Workers, suffix: str) -> None:
    """Cut in the middle, as after a full disk: model or settings."""
    folder = shutil.copytree(models / "piper-joe", tmp_path / "piper-joe")
    [damaged] = [path for path in folder.iterdir() if path.name.endswith(suffix)]
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with pytest.raises(JarvisError) as caught:
        await PiperSynthesizer(Tts(), tmp_path, workers).synthesize("hello")
    assert caught.value.code is ErrorCode.MODEL_CORRUPT
    assert damaged.name.removesuffix(".json") in caught.value.message


@real
async def test_a_voice_that_was_fetched_later_is_used(models: Path, tmp_path: Path, workers: Workers) -> None:
    piper = PiperSynthesizer(Tts(), tmp_path, workers)
    with pytest.raises(JarvisError):
        await piper.load()
    (tmp_path / "piper-joe").symlink_to(models / "piper-joe")
    assert (await piper.synthesize("Hello.")).pcm


@real
async def test_every_voice_that_is_here_speaks(models: Path, workers: Workers) -> None:
    """Those of the manifest; a machine without https has one."""
    store = ModelStore(models, load_manifest())
    voices = [it for it in store.manifest.models if it.purpose is Purpose.TTS]
    here = [voice.id for voice in voices if store.state(voice) is ModelState.PRESENT]
    assert Tts().model in here
    for voice in here:
        piper = PiperSynthesizer(Tts(model=voice), models, workers)
        assert length_ms(await piper.synthesize("I found three files.")) > 500
        assert piper.engine.endswith(f" {voice}")
        await piper.close()


@real
async def test_the_setting_chooses_the_voice(models: Path, tmp_path: Path, workers: Workers) -> None:
    """Also one of somebody's own, in a folder of any name, with a rate of its own."""
    [model] = (models / "piper-joe").glob("*.onnx")
    settings = json.loads(model.with_name(model.name + ".json").read_text("utf-8"))
    settings["audio"]["sample_rate"] = 16_000
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "mine.onnx").symlink_to(model.resolve())
    (tmp_path / "mine" / "mine.onnx.json").write_text(json.dumps(settings), "utf-8")
    assert (await PiperSynthesizer(Tts(model="mine"), tmp_path, workers).synthesize("Yes.")).rate_hz == 16_000


@real
@pytest.mark.parametrize(
    ("voice", "told"), [("piper-alba", "jarvisctl models fetch"), ("alba", "piper-alba")], ids=["known", "unknown"]
)
async def test_a_voice_that_is_not_here_is_told_with_the_way_to_it(
    tmp_path: Path, workers: Workers, voice: str, told: str
) -> None:
    with pytest.raises(JarvisError) as caught:
        await PiperSynthesizer(Tts(model=voice), tmp_path, workers).load()
    assert caught.value.code is ErrorCode.MODEL_MISSING
    assert told in caught.value.message
