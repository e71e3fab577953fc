"""Two wake words of the settings beside the first, with models of their own: each wakes, and nothing else does.

The models are real and know one phrase, spoken by a synthetic voice; which words were said is written into its
lowest bits, as the scripted transcriber reads them. It is asked about every score, since none is sure enough.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from demo import person
from demo.suite import Suite
from tests.fakes.audio import code_of, silence, spoken
from tests.integration.conftest import SCRIPTED, Home, at_home
from tests.ports.speech import MODELS, say

WORDS = ("hey computer", "Hey Kitchen")
MODEL_FILES = ("hey-jarvis/hey_jarvis_v0.1.onnx", "hey-jarvis-micro/hey_jarvis.tflite")
SETTINGS: dict[str, dict[str, Any]] = {**SCRIPTED, "wake": {"engine": "tests.fakes.audio:wake"}}


class SuiteWithWords(Suite):
    more_settings = "".join(
        f'[[wake_words]]\nphrase = "{phrase}"\nmodel = "{MODELS.absolute() / file}"\nsure_score = 1.0\n'
        for phrase, file in zip(WORDS, MODEL_FILES, strict=True)
    )


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with SuiteWithWords(tmp_path_factory.mktemp("words"), MODELS.absolute(), SETTINGS) as running:
        yield running


@pytest.fixture
async def home(suite: Suite) -> AsyncIterator[Home]:
    async with at_home(suite) as house:
        yield house


def called(words: str) -> bytes:
    """What the models know, and what the transcriber reads in it."""
    return code_of(words, silence(160) + say("hey jarvis") + silence(160))


async def woken_by(home: Home, call: bytes) -> tuple[str, str]:
    """Which word has woken it, as its log tells, and what was asked for after it."""
    home.forget()
    await person.say(call + spoken("what time is it", 1600), home.suite.pipe)
    [turn_id, *_] = await home.event("WakeDetected")
    report = await home.report(turn_id)
    assert report["outcome"] == "done", report
    [_, _, text, _] = await home.event("Transcript")
    [line] = [line for line in log(home) if f" wake turn={turn_id} " in line]
    return word_in(line), text


def log(home: Home) -> list[str]:
    return (home.suite.folder / "logs" / "audio.log").read_text("utf-8").splitlines()


def word_in(line: str) -> str:
    return line.partition(" word=")[2].partition(" unit=")[0]


async def test_each_word_is_a_part_and_wakes(home: Home) -> None:
    values = await home.link.properties(home.link.audio)
    assert values is not None
    assert {values["Parts"][name] for name in ("wake", "wake-hey-computer", "wake-hey-kitchen")} == {"ready"}
    for word, call in (
        ("hey computer", called("hey computer")),
        ("Hey Kitchen", called("hey kitchen")),
        ("first", spoken("hey jarvis") + silence(160)),
    ):
        found, text = await woken_by(home, call)
        assert (found, text.casefold()) == (word, "what time is it")


async def test_other_words_that_sound_like_them_do_not_wake(home: Home) -> None:
    """Both models are as sure as before."""
    found, _ = await woken_by(home, called("hey bathroom") + silence(4000) + called("hey kitchen"))
    assert found == "Hey Kitchen"
    assert [name for name, _ in home.events].count("WakeDetected") == 1
    assert {word_in(line) for line in log(home) if "wake word not confirmed" in line} >= set(WORDS)
