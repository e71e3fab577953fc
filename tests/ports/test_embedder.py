"""What every embedder keeps to, held against the scripted one and the real model."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import pytest

from jarvisd.brain.adapters.chroma import ChromaStore
from jarvisd.brain.adapters.minilm import MiniLmEmbedder
from jarvisd.brain.memory.memory import Memories
from jarvisd.brain.ports import Embedder, MemoryKind
from jarvisd.core.clock import SystemClock
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.workers import Workers
from tests.fakes.memory import HashingEmbedder

MODEL = Path(os.environ.get("JARVISD_MODELS", "build/cache/models")) / "minilm-l6-v2"


@pytest.fixture(params=["scripted", pytest.param("minilm", marks=pytest.mark.real)])
async def embedder(request: pytest.FixtureRequest, workers: Workers) -> Embedder:
    made: Embedder = HashingEmbedder() if request.param == "scripted" else MiniLmEmbedder(MODEL, workers)
    await made.start()
    return made


def distance(a: list[float], b: list[float]) -> float:
    return 1 - sum(x * y for x, y in zip(a, b, strict=True))


async def test_vectors_have_length_one_and_one_size(embedder: Embedder) -> None:
    vectors = await embedder.embed(["a", "my locker code is 4417", "", "ä 🙂 \ud800 \0", "word " * 5000])
    assert {len(vector) for vector in vectors} == {384}
    for vector in vectors:
        assert math.isclose(math.sqrt(sum(x * x for x in vector)), 1.0, abs_tol=1e-5)


async def test_texts_keep_their_order_and_company_changes_nothing(embedder: Embedder) -> None:
    texts = [f"fact number {number} about {'long things ' * (number % 5)}" for number in range(70)]
    together = await embedder.embed(texts)
    alone = [(await embedder.embed([text]))[0] for text in texts[::10]]
    for one, other in zip(alone, together[::10], strict=True):
        assert distance(one, other) < 0.02


async def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert await embedder.embed([]) == []


async def test_a_question_is_nearer_to_its_answer_than_to_another_fact(embedder: Embedder) -> None:
    question, answer, other = await embedder.embed(
        ["what is my locker code", "my locker code is 4417", "the bins go out on Tuesday"]
    )
    assert distance(question, answer) + 0.3 < distance(question, other)


@pytest.mark.real
async def test_meaning_counts_not_only_words(workers: Workers) -> None:
    """Distances that memory.max_distance (0.75) and forgetting (0.4) were chosen by."""
    model = MiniLmEmbedder(MODEL, workers)
    await model.start()
    assert model.engine.startswith("onnxruntime ")
    assert model.engine.endswith("minilm-l6-v2")
    related = [
        ("do I have allergies", "I am allergic to peanuts"),
        ("which coffee do I like", "I prefer espresso"),
    ]
    for question, fact in related:
        a, b = await model.embed([question, fact])
        assert distance(a, b) < 0.65
    a, b = await model.embed(["what is the capital of France", "my locker code is 4417"])
    assert distance(a, b) > 0.85


SUBJECTS = ["Anna", "my brother", "the neighbour", "our dentist", "the plumber"]
ROOMS = ["garage", "kitchen", "office", "attic", "gym"]
THINGS = [
    "likes {} cake",
    "keeps the {} key under the mat",
    "painted the {} door green",
    "has a meeting about the {}",
    "left the umbrella in the {}",
    "said that the {} code must be changed",
    "bought {} shelves for 120 dollars",
    "will call on Friday about the {}",
]


@pytest.mark.real
async def test_one_fact_is_found_among_two_hundred_others(workers: Workers, tmp_path: Path) -> None:
    """A6: the whole memory with the real model and the real store."""
    clock = SystemClock()
    embedder, store = MiniLmEmbedder(MODEL, workers), ChromaStore(tmp_path / "m", workers)
    await embedder.start()
    await store.start()
    memories = Memories(embedder, store, clock, 0.75)
    facts = [f"{who} {what.format(room)}" for who in SUBJECTS for room in ROOMS for what in THINGS]
    assert len(facts) == 200
    for number, fact in enumerate(facts):
        if number == 100:
            await memories.remember(MemoryKind.FACT, "my locker code is 4417", 0.8)
        await memories.remember(MemoryKind.FACT, fact)
    for question in ("what is my locker code", "tell me the code of my locker", "which number opens my locker"):
        found = await memories.recall(question, 4)
        assert found[0].memory.text == "my locker code is 4417", question
    assert await memories.forget("my locker code") == 1
    assert "locker" not in (await memories.recall("what is my locker code", 1))[0].memory.text
    await store.close()


NEWER = [
    ("My car is parked on level 3", "My car is on level 5", "Where is my car?", True),
    ("my bike is in the cellar", "actually my bike is in cellar four now", "where did I put my bike", True),
    ("the wifi password is Me&My7", "the wifi password is Me&My8", "what is the password of the wifi", True),
    ("I live in Berlin", "I moved to Hamburg", "where do I live", True),
    ("my car is on level 3", "the car is on level 5", "where is my car", False),
    ("my dentist appointment is on Monday", "my dentist appointment is on Tuesday", "when is the dentist", False),
    ("the meeting is at 3", "the meeting is at 4", "when is the meeting at 3", False),
    ("my flight leaves at 6", "my flight leaves at 8", "when does my flight leave", False),
]


@pytest.mark.real
async def test_of_two_facts_about_one_thing_the_newer_is_answered(workers: Workers, tmp_path: Path) -> None:
    """With the real model and store, among others that are near: first, or alone where it replaced the older."""
    embedder, store = MiniLmEmbedder(MODEL, workers), ChromaStore(tmp_path / "m", workers)
    await embedder.start()
    await store.start()
    memories = Memories(embedder, store, SystemClock(), 0.75)
    for other in ("my wife's car is on level 1", "Anna's bike is in the cellar", "my sister lives in Rome"):
        await memories.remember(MemoryKind.FACT, other)
    for older, newer, question, is_replaced in NEWER:
        old = await memories.remember(MemoryKind.FACT, older)
        new = await memories.remember(MemoryKind.FACT, newer)
        texts = [item.memory.text for item in await memories.recall(question, 9)]
        assert texts[0] == newer, question
        assert (older in texts) is not is_replaced, question
        assert await memories.forget(new) == 1
        assert await memories.forget(old) == (0 if is_replaced else 1)
    assert len(await store.everything()) == 3
    await store.close()


@pytest.mark.real
async def test_a_missing_or_damaged_model_is_named(workers: Workers, tmp_path: Path) -> None:
    with pytest.raises(JarvisError) as caught:
        await MiniLmEmbedder(tmp_path, workers).start()
    assert caught.value.code is ErrorCode.MODEL_MISSING
    shutil.copy(MODEL / "tokenizer.json", tmp_path)
    for damage in (b"", b"garbage", (MODEL / "model.onnx").read_bytes()[:100_000]):
        (tmp_path / "model.onnx").write_bytes(damage)
        with pytest.raises(JarvisError) as caught:
            await MiniLmEmbedder(tmp_path, workers).start()
        assert caught.value.code is ErrorCode.MODEL_CORRUPT
    shutil.copy(MODEL / "model.onnx", tmp_path)
    for text in ("", "{}", "not json"):
        (tmp_path / "tokenizer.json").write_text(text)
        with pytest.raises(JarvisError) as caught:
            await MiniLmEmbedder(tmp_path, workers).start()
        assert caught.value.code is ErrorCode.MODEL_CORRUPT
