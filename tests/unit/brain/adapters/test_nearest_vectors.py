"""What is nearest is found, always: no index that misses a memory (A6)."""

from __future__ import annotations

import math
import random

import pytest

from jarvisd.brain.adapters.nearest_vectors import FIRST_ROOM, NearestVectors


def test_the_nearest_come_first_by_direction_alone() -> None:
    vectors = NearestVectors()
    for id_, vector in (("up", [0.0, 9.0]), ("right", [1.0, 0.0]), ("left", [-3.0, 0.0]), ("nearly", [5.0, 0.5])):
        vectors.put(id_, vector)
    found = vectors.nearest([2.0, 0.0], 9)
    assert [id_ for id_, _ in found] == ["right", "nearly", "up", "left"]
    assert [far for _, far in found] == pytest.approx([0.0, 1 - 5 / math.hypot(5, 0.5), 1.0, 2.0], abs=1e-6)
    assert vectors.nearest([2.0, 0.0], 1) == found[:1]
    assert vectors.nearest([2.0, 0.0], 0) == []


def test_nothing_has_nothing_near() -> None:
    assert NearestVectors().nearest([1.0], 3) == []


def test_a_vector_without_length_is_no_ones_neighbour() -> None:
    vectors = NearestVectors()
    vectors.put("none", [0.0, 0.0])
    vectors.put("some", [0.0, 1.0])
    assert vectors.nearest([0.0, 1.0], 2) == [("some", pytest.approx(0.0, abs=1e-6)), ("none", 1.0)]
    assert vectors.nearest([0.0, 0.0], 1) == [("none", 1.0)]


@pytest.mark.parametrize("seed", range(5))
def test_after_any_changes_each_is_found_and_no_other(seed: int) -> None:
    chance = random.Random(seed)
    vectors, there = NearestVectors(), dict[str, list[float]]()
    for step in range(4 * FIRST_ROOM):
        id_ = f"m{chance.randrange(2 * FIRST_ROOM)}"
        if chance.random() < 0.3:
            vectors.drop([id_, "nobody"])
            there.pop(id_, None)
        else:
            there[id_] = [chance.uniform(-1, 1) for _ in range(6)]
            vectors.put(id_, there[id_])
        if step % 16 == 0:
            assert {found for found, _ in vectors.nearest([1.0] * 6, 9 * FIRST_ROOM)} == set(there)
    for id_, vector in there.items():
        assert vectors.nearest(vector, 1) == [(id_, pytest.approx(0.0, abs=1e-6))]
